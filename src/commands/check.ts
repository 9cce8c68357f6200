import type { Readable } from 'node:stream';
import { Failure, reason } from '../errors.ts';
import { readAll } from '../haproxy/read-all.ts';
import type { Plan } from '../plan.ts';
import { ageOfOldest } from '../self-metrics.ts';
import { namePoints } from './points.ts';
import type { Everything } from './read.ts';

/** What a check found, for Nagios and its like: one line with performance data, and an exit code. */
export interface Checked {
  /** 0 OK, 1 warning, 2 critical; 3, unknown, is for what cannot be checked. */
  readonly code: number;
  readonly line: string;
}

/** From where on the spool is a warning or critical: seconds and datapoints. */
export interface Thresholds {
  readonly age: Range;
  readonly depth: Range;
}

interface Range {
  readonly warning: number;
  readonly critical: number;
}

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Looks whether every endpoint and hook snapshot can be read, and at what waits in the spool and for how long. Sends and changes nothing. */
export async function check(
  plan: Plan,
  { age, depth }: Thresholds,
  stdin: () => Readable,
  stop: AbortSignal,
): Promise<Checked> {
  const timestamp = Math.floor(Date.now() / 1000);
  const { readHooks } = await import('../hook/read-all.ts'); // runs load these files, too: check.js needs no copy of them
  const { measureSpool } = await import('../spool/open.ts');
  const [haproxy, hooks] = await Promise.all([
    readAll(plan.endpoints, plan.read, stop),
    readHooks(plan.hooks, plan.hookLimits, stdin, stop),
  ]);
  const { answered, repeated, doubtful, failures } = haproxy;
  if (stop.aborted) throw new Failure('read', 'check', reason(stop.reason));
  const spool = plan.spool === undefined ? undefined : measureSpool(plan.spool);
  const waited = spool === undefined ? 0 : ageOfOldest(spool, timestamp);
  const waiting = spool?.datapoints ?? 0;

  const total = answered.length + failures.length;
  const problems = failures.map(({ message }) => ({ code: answered.length === 0 ? 2 : 1, what: message }));
  for (const { message } of hooks.failures) problems.push({ code: 1, what: message });
  for (const { snapshot, of } of repeated) {
    problems.push({ code: 1, what: `${snapshot.endpoint.label}: the same process as ${of.endpoint.label}` });
  }
  for (const { snapshot, of } of doubtful) {
    const pair = `${snapshot.endpoint.label}: may be the same process as ${of.endpoint.label}`;
    problems.push({ code: 1, what: `${pair}, which cannot be told of a stats page: give one of them` });
  }
  const odd = listOddities(plan, { haproxy, hooks, took: 0 });
  if (odd.lost.length > 0) problems.push({ code: 1, what: shorten([...odd.lost, ...odd.kept]) });
  if (plan.spool !== undefined && spool === undefined) {
    problems.push({ code: 1, what: `${plan.spool}: there is no such spool; a run makes it` });
  }
  problems.push({ code: judge(waited, age), what: `the oldest datapoints in the spool are ${waited} s old` });
  problems.push({ code: judge(waiting, depth), what: `${waiting} datapoints wait in the spool` });

  const bad = problems.filter(({ code }) => code > 0).sort((a, b) => b.code - a.code);
  const counts = `${answered.length} of ${total} endpoints read, ${waiting} datapoints wait in the spool`;
  const good = [counts, ...(odd.kept.length > 0 ? [shorten(odd.kept)] : [])].join('; ');
  return render(bad[0]?.code ?? 0, bad.map(({ what }) => what).join('; ') || good, [
    `endpoints_failed=${failures.length};;;0;${total}`,
    ...(plan.hooks.length === 0 ? [] : [`hooks_failed=${hooks.failures.length};;;0;${plan.hooks.length}`]),
    `spool_age=${waited}s;${age.warning};${age.critical};0`,
    `spool_datapoints=${waiting};${depth.warning};${depth.critical};0;${plan.queueSize}`,
  ]);
}

/** What a run would say of names that are not told apart, statuses that nobody knows and the like. */
function listOddities(plan: Plan, read: Everything): Readonly<Record<'lost' | 'kept', readonly string[]>> {
  const odd: Record<'lost' | 'kept', string[]> = { lost: [], kept: [] };
  const destination = plan.destinations[0] ?? NOWHERE;
  for (const _ of namePoints(plan, destination, read, (text, harm) => void odd[harm].push(text)));
  return odd;
}

/** The paths of a check that has no destination. */
const NOWHERE = {
  scope: 'haproxy',
  backend: { type: 'graphite', protocol: 'tcp', host: '', port: 0 },
} as const;

const MOST_SHOWN = 5;

function shorten(texts: readonly string[]): string {
  const more = texts.length - MOST_SHOWN;
  return [...texts.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more like this`] : [])].join('; ');
}

/** What cannot be checked: a mistake on the command line, a spool that may not be read. */
export function unknown(error: unknown): Checked {
  const what = error instanceof Failure ? error.message : `internal error: ${error}`;
  return render(3, what, []);
}

function judge(value: number, { warning, critical }: Range): number {
  if (value >= critical) return 2;
  return value >= warning ? 1 : 0;
}

/** A bar would begin the performance data, a line break a second line. */
function render(code: number, text: string, data: readonly string[]): Checked {
  const clean = text.replace(/\p{Cc}+|\|/gu, ' ');
  const perfdata = data.length === 0 ? '' : ` | ${data.join(' ')}`;
  return { code, line: `HAP-MONITOR ${STATES[code]} - ${clean}${perfdata}\n` };
}
