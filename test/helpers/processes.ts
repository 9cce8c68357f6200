import { parseStat } from '../../src/haproxy/stat.ts';
import type { Naming } from '../../src/layout/layout.ts';
import type { Endpoint, Snapshot } from '../../src/types.ts';

/** The naming of a run without options, apart from the endpoints. */
export const NAMING: Omit<Naming, 'endpoints'> = {
  scope: 'lb',
  host: 'lb1',
  tags: [],
  type: 'graphite',
  keepDots: false,
  deltas: false,
  processName: undefined,
  groups: { doubleWrites: false, frontend: [], backend: [], server: [] },
};

export function endpoint(path: string, name: string): Endpoint {
  return { kind: 'socket', label: `unix:${path}`, name, address: { path } };
}

/** A process without rows. */
export function processAt(at: Endpoint, info: Record<string, number> = {}): Snapshot {
  const fields = Object.entries(info).map(
    ([field, number]) => [field, { text: String(number), number }] as const,
  );
  return {
    endpoint: at,
    answered: 0,
    bytes: 0,
    info: new Map(fields),
    stat: parseStat(Buffer.from('# pxname,svname,\n')),
  };
}
