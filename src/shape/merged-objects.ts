import type { MergedSubject, MergeOptions, Snapshot } from '../types.ts';
import { columnFinder } from './column.ts';

/** One frontend, backend or server over all processes. */
export interface MergedObject {
  readonly subject: MergedSubject;
  /** The name as HAProxy has it. */
  readonly name: string;
  readonly rows: RowPlace[];
  /** How many servers a backend has; 0 for others. */
  readonly servers: number;
}

/** A row of one process. */
export interface RowPlace {
  readonly snapshot: Snapshot;
  readonly index: number;
}

/** The objects of all processes, in the order they first appear in; of two names that become one there is one object. */
export interface Objects {
  readonly frontends: readonly MergedObject[];
  readonly backends: readonly MergedObject[];
  /** In the order of their backends. */
  readonly servers: readonly MergedObject[];
  /** Over all backends, excluded ones included; empty unless asked for. */
  readonly aggregated: readonly MergedObject[];
}

/** By clean name. */
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
  const add = (
    objects: Finding,
    level: string,
    name: string,
    place: RowPlace,
    subject: MergedSubject,
  ): void => {
    const object = objects.get(level);
    if (object === undefined) objects.set(level, { subject, name, rows: [place], servers: 0 });
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
      const name = row.text(proxyColumn);
      const place = { snapshot, index };
      const proxy = clean(name);
      if (type === 0 && !hidden.frontends.has(proxy))
        add(frontends, proxy, name, place, { kind: 'frontend', proxy });
      if (type === 1 && !hidden.backends.has(proxy))
        add(backends, proxy, name, place, { kind: 'backend', proxy });
      if (type !== 2) continue;
      const serverName = row.text(serviceColumn);
      const server = clean(serverName);
      if (options.aggregateServers) add(aggregated, server, serverName, place, { kind: 'server', server });
      if (hidden.backends.has(proxy)) continue;
      const ofBackend = servers.get(proxy) ?? new Map();
      servers.set(proxy, ofBackend);
      add(ofBackend, server, serverName, place, { kind: 'server', proxy, server });
    }
  }
  return {
    frontends: [...frontends.values()],
    backends: Array.from(backends, ([proxy, object]) => ({
      ...object,
      servers: servers.get(proxy)?.size ?? 0,
    })),
    servers: [...servers.values()].flatMap(ofBackend => [...ofBackend.values()]),
    aggregated: [...aggregated.values()],
  };
}
