import type { MergeOptions, Snapshot, StatRow } from '../types.ts';
import { addToTally, type MergedField, type Tally, tallyStarter, type Weights } from './merge.ts';
import { mergedFields } from './merged-fields.ts';
import { STATES, stateOf } from './status.ts';

/** One frontend, backend or server over all processes. */
export interface MergedObject {
  /** The name as HAProxy has it. */
  readonly name: string;
  readonly tally: Tally;
  /** For each of STATES, how many processes see the object in it. */
  readonly states: Int32Array;
}

/** The objects of all processes by clean name, in the order they first appear in. */
export interface Objects {
  readonly frontends: ReadonlyMap<string, MergedObject>;
  readonly backends: ReadonlyMap<string, MergedObject>;
  /** By backend, then by server. */
  readonly servers: ReadonlyMap<string, ReadonlyMap<string, MergedObject>>;
  /** Over all backends, excluded ones included; empty unless asked for. */
  readonly aggregated: ReadonlyMap<string, MergedObject>;
}

type Merging = Map<string, MergedObject>;

/**
 * Merges the rows of all processes; rows are told apart by `type`, not by name. Listeners are left out.
 * `onClash` is told of an object that is merged with another one, of another name that becomes the same.
 */
export function mergeRows(
  snapshots: readonly Snapshot[],
  options: MergeOptions,
  clean: (name: string) => string,
  onClash: (name: string) => void,
): Objects {
  const hidden = {
    frontends: new Set([...options.excludeFrontends].map(clean)),
    backends: new Set([...options.excludeBackends].map(clean)),
  };
  const frontends: Merging = new Map();
  const backends: Merging = new Map();
  const servers = new Map<string, Merging>();
  const aggregated: Merging = new Map();
  for (const snapshot of snapshots) {
    const read = readerOf(snapshot, options, clean, onClash);
    for (const row of snapshot.stat.rows()) {
      const proxyName = row.text(read.proxy);
      const proxy = clean(proxyName);
      const type = row.number(read.type);
      if (type === 0 && !hidden.frontends.has(proxy)) read.frontend(frontends, proxyName, row);
      if (type === 1 && !hidden.backends.has(proxy)) read.backend(backends, proxyName, row);
      if (type !== 2) continue;
      const server = row.text(read.service);
      if (options.aggregateServers) read.server(aggregated, server, row);
      if (hidden.backends.has(proxy)) continue;
      const ofBackend = servers.get(proxy) ?? new Map();
      servers.set(proxy, ofBackend);
      read.server(ofBackend, server, row);
    }
  }
  return { frontends, backends, servers, aggregated };
}

/** The places of the columns in one snapshot, and what takes a row of each kind in. */
function readerOf(
  { stat: { columns } }: Snapshot,
  options: MergeOptions,
  clean: (name: string) => string,
  onClash: (name: string) => void,
) {
  const indexOf = (name: string): number => columns.findIndex(column => column.name === name);
  const status = indexOf('status');
  const lbtot = indexOf('lbtot');
  const requests = indexOf('req_tot');
  const weigh = (row: StatRow): Weights => {
    const chosen = row.number(lbtot) ?? 0;
    return { lbtot: chosen, samples: Math.min(1024, row.number(requests) ?? chosen) };
  };
  const taker = (fields: readonly MergedField[]) => {
    const places = fields.map(({ name }) => indexOf(name));
    const startTally = tallyStarter(fields);
    return (objects: Merging, name: string, row: StatRow): void => {
      const level = clean(name);
      const object = objects.get(level) ?? {
        name,
        tally: startTally(),
        states: new Int32Array(STATES.length),
      };
      objects.set(level, object);
      if (object.name !== name) onClash(level);
      const weights = weigh(row);
      fields.forEach(({ merge }, index) => {
        const place = places[index] ?? -1;
        if (place !== -1) addToTally(object.tally, index, merge, row.number(place) ?? merge.empty, weights);
      });
      countState(object, row.text(status));
    };
  };
  return {
    proxy: indexOf('pxname'),
    service: indexOf('svname'),
    type: indexOf('type'),
    frontend: taker(mergedFields('frontend', options)),
    backend: taker(mergedFields('backend', options)),
    server: taker(mergedFields('server', options)),
  };
}

function countState({ states }: MergedObject, status: string): void {
  const state = stateOf(status);
  if (state === undefined) return;
  const index = STATES.indexOf(state);
  states[index] = (states[index] ?? 0) + 1;
}
