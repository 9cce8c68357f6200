import type { Plan } from '../plan.ts';
import type { Report } from '../report.ts';
import { lookAt } from '../shape/overview.ts';
import { print, type Streams } from '../streams.ts';
import type { HookSeries } from '../types.ts';
import { readEverything } from './read.ts';
import { renderHooks, renderProcess } from './screen.ts';
import { nameProcesses } from './steps.ts';
import { numberWorkers } from './workers.ts';

/** `hap-monitor show`: prints the endpoints' current numbers as tables or as JSON. Sends nothing. */
export async function show(
  plan: Plan,
  format: 'table' | 'json',
  streams: Streams,
  stop: AbortSignal,
): Promise<Report> {
  const everything = await readEverything(plan, () => streams.stdin, stop);
  const { read, failures: unnumbered } = await numberWorkers({ ...plan, dryRun: true }, everything);
  const { haproxy, hooks } = read;
  const nameOf = nameProcesses(haproxy, plan);
  const processes = haproxy.answered.map(snapshot => lookAt(snapshot, nameOf(snapshot), plan.filter));
  const colour = hasColour(streams.stdout);
  const text =
    format === 'json'
      ? `${JSON.stringify({ endpoints: processes, hooks: hooks.series.map(toJson) }, undefined, 2)}\n`
      : [...processes.map(process => renderProcess(process, colour)), renderHooks(hooks.series)].join('\n');
  const unsaid = await print(streams, text);
  return { failures: [...haproxy.failures, ...hooks.failures, ...unnumbered, ...unsaid] };
}

/** Whether to colour: on a terminal, unless the user forbids it (https://no-color.org). */
function hasColour(stream: NodeJS.WritableStream & { hasColors?(): boolean }): boolean {
  return stream.hasColors?.() ?? false;
}

function toJson({ app, metric, labels, figures }: HookSeries): object {
  return { app, metric, labels: Object.fromEntries(labels), figures: Object.fromEntries(figures) };
}
