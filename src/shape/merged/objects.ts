import type { MergeOptions } from '../../plan.ts';
import type { MergedSubject, Snapshot } from '../../types.ts';
import { columnFinder } from '../column.ts';
import { listRows, listTypes } from '../row-types.ts';

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
    frontend: new Set([...options.excludeFrontends].map(clean)),
    backend: new Set([...options.excludeBackends].map(clean)),
  };
  const found = { frontend: new Map(), backend: new Map() } as const satisfies Record<string, Finding>;
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
  const addServer = (proxy: string, name: string, place: RowPlace): void => {
    const server = clean(name);
    if (options.aggregateServers) add(aggregated, server, name, place, { kind: 'server', server });
    if (hidden.backend.has(proxy)) return;
    const ofBackend = servers.get(proxy) ?? new Map();
    servers.set(proxy, ofBackend);
    add(ofBackend, server, name, place, { kind: 'server', proxy, server });
  };
  for (const snapshot of snapshots) {
    const { stat } = snapshot;
    const indexOf = columnFinder(stat);
    const [proxyColumn, serviceColumn] = [indexOf('pxname'), indexOf('svname')];
    const types = listTypes(stat, listRows(stat), indexOf('type'));
    for (let index = 0; index < types.length; index++) {
      const kind = types[index];
      if (kind === undefined || kind === 'listener') continue;
      const name = stat.text(index, proxyColumn);
      const proxy = clean(name);
      const place = { snapshot, index };
      if (kind === 'server') addServer(proxy, stat.text(index, serviceColumn), place);
      else if (!hidden[kind].has(proxy)) add(found[kind], proxy, name, place, { kind, proxy });
    }
  }
  return {
    frontends: [...found.frontend.values()],
    backends: Array.from(found.backend, ([proxy, object]) => ({
      ...object,
      servers: servers.get(proxy)?.size ?? 0,
    })),
    servers: [...servers.values()].flatMap(ofBackend => [...ofBackend.values()]),
    aggregated: [...aggregated.values()],
  };
}
