import type { MergeOptions, Snapshot } from '../types.ts';
import { columnFinder } from './column.ts';

/** One frontend, backend or server over all processes. */
export interface MergedObject {
  /** The name as HAProxy has it. */
  readonly name: string;
  readonly rows: RowPlace[];
}

/** A row of one process. */
export interface RowPlace {
  readonly snapshot: Snapshot;
  readonly index: number;
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

type Finding = Map<string, MergedObject>;

/**
 * Finds the objects and where their rows are; rows are told apart by `type`, not by name. Listeners are left out.
 * `onClash` is told of an object that is merged with another one, of another name that becomes the same.
 */
export function findObjects(
  snapshots: readonly Snapshot[],
  options: MergeOptions,
  clean: (name: string) => string,
  onClash: (name: string) => void,
): Objects {
  const hidden = {
    frontends: new Set([...options.excludeFrontends].map(clean)),
    backends: new Set([...options.excludeBackends].map(clean)),
  };
  const frontends: Finding = new Map();
  const backends: Finding = new Map();
  const servers = new Map<string, Finding>();
  const aggregated: Finding = new Map();
  const add = (objects: Finding, level: string, name: string, place: RowPlace): void => {
    const object = objects.get(level);
    if (object === undefined) objects.set(level, { name, rows: [place] });
    else object.rows.push(place);
    if (object !== undefined && object.name !== name) onClash(level);
  };
  for (const snapshot of snapshots) {
    const { stat } = snapshot;
    const indexOf = columnFinder(stat);
    const [proxyColumn, serviceColumn, typeColumn] = [indexOf('pxname'), indexOf('svname'), indexOf('type')];
    for (let index = 0; index < stat.length; index++) {
      const row = stat.row(index);
      const type = row.number(typeColumn);
      const proxy = row.text(proxyColumn);
      const place = { snapshot, index };
      const level = clean(proxy);
      if (type === 0 && !hidden.frontends.has(level)) add(frontends, level, proxy, place);
      if (type === 1 && !hidden.backends.has(level)) add(backends, level, proxy, place);
      if (type !== 2) continue;
      const server = row.text(serviceColumn);
      const serverLevel = clean(server);
      if (options.aggregateServers) add(aggregated, serverLevel, server, place);
      if (hidden.backends.has(level)) continue;
      const ofBackend = servers.get(level) ?? new Map();
      servers.set(level, ofBackend);
      add(ofBackend, serverLevel, server, place);
    }
  }
  return { frontends, backends, servers, aggregated };
}
