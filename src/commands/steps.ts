import { countOf } from '../count.ts';
import { processNamer } from '../layout/process-name.ts';
import { levelCleaner } from '../layout/tree.ts';
import type { Plan } from '../plan.ts';
import type { Snapshot } from '../types.ts';
import type { Everything } from './read.ts';

/** Returns a line for each endpoint and hook snapshot that was read: the process behind it, and its name in paths. */
export function describeReading({ haproxy, hooks, from, until }: Everything, plan: Plan): readonly string[] {
  const { answered, repeated, doubtful } = haproxy;
  const nameOf = nameProcesses(haproxy, plan);
  return [
    ...answered.map(snapshot => describeProcess(snapshot, nameOf(snapshot), snapshot.answered - from)),
    ...repeated.map(
      ({ snapshot, of }) =>
        `${snapshot.endpoint.label}: the same process as ${of.endpoint.label}, counted once`,
    ),
    ...doubtful.map(
      ({ snapshot, of }) =>
        `${snapshot.endpoint.label}: may be the same process as ${of.endpoint.label}, counted twice then`,
    ),
    ...answered
      .filter(lacksConnections)
      .map(
        ({ endpoint }) =>
          `${endpoint.label}: an old worker does not tell its connections, old_workers.CurrConns is left out`,
      ),
    ...hooks.read.map(({ label }) => `${label}: read`),
    `${listRead(answered.length, hooks.read.length)} read in ${Math.round(until - from)} ms`,
  ];
}

/** Whether an old worker behind a master did not answer: the sum over the others is not sent. */
function lacksConnections({ info }: Snapshot): boolean {
  return info.has('old_workers.count') && !info.has('old_workers.CurrConns');
}

function listRead(endpoints: number, hooks: number): string {
  const parts = [
    ...(endpoints > 0 || hooks === 0 ? [countOf(endpoints, 'endpoint')] : []),
    ...(hooks > 0 ? [countOf(hooks, 'hook snapshot')] : []),
  ];
  return parts.join(' and ');
}

/** Returns a function that gives a process its name in the paths of the first destination. */
export function nameProcesses(
  { endpoints }: Everything['haproxy'],
  { processName, destinations }: Plan,
): (process: Snapshot) => string {
  const type = destinations[0]?.backend.type ?? 'graphite';
  return processNamer({ endpoints, processName }, levelCleaner({ type }));
}

function describeProcess({ endpoint, info, stat, bytes }: Snapshot, name: string, took: number): string {
  const [version, node, pid] = ['Version', 'node', 'Pid'].map(field => info.get(field)?.text);
  const parts = [
    version === undefined ? 'HAProxy' : `HAProxy ${version}`,
    node && `node ${node}`,
    pid && `pid ${pid}`,
    `named ${name} in paths`,
    `${stat.length} rows`,
    `${bytes} bytes`,
    `${Math.round(took)} ms`,
  ];
  return `${endpoint.label}: ${parts.filter(Boolean).join(', ')}`;
}
