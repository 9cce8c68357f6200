import type { Snapshot } from '../types.ts';
import { hasProxies, isSameProcess, listProxies, mayBeSameProcess, nameProcess } from './identity.ts';

/** Snapshots of different processes, further ones of the same processes, and pairs that may be of one process. */
export interface Processes {
  readonly distinct: readonly Snapshot[];
  readonly repeated: readonly Pair[];
  readonly doubtful: readonly Pair[];
}

/** A snapshot and the earlier one that is, or may be, of the same process. */
export interface Pair {
  readonly snapshot: Snapshot;
  readonly of: Snapshot;
}

/**
 * Sorts snapshots into different processes, further snapshots of the same processes, and pairs that may be of one: two
 * endpoints may lead to one process. A doubtful pair counts as two processes.
 */
export function findProcesses(snapshots: readonly Snapshot[]): Processes {
  const distinct: Snapshot[] = [];
  const repeated: Pair[] = [];
  const known = new Map<string, Snapshot[]>();
  for (const snapshot of snapshots) {
    const name = nameProcess(snapshot);
    const namesakes = known.get(name ?? '') ?? [];
    const of = name === undefined ? undefined : namesakes.find(other => isSameProcess(snapshot, other));
    if (of === undefined) distinct.push(snapshot);
    else repeated.push({ snapshot, of });
    if (name !== undefined && of === undefined) known.set(name, [...namesakes, snapshot]);
  }
  return {
    distinct: distinct.map(snapshot => complete(snapshot, repeated)),
    repeated,
    doubtful: findDoubtful(distinct),
  };
}

/** Adds a master's numbers of old workers to the snapshot of the worker's own socket. */
function complete(snapshot: Snapshot, repeated: readonly Pair[]): Snapshot {
  const others = repeated.filter(({ of }) => of === snapshot).flatMap(pair => [...pair.snapshot.info]);
  return others.length === 0 ? snapshot : { ...snapshot, info: new Map([...others, ...snapshot.info]) };
}

/** Finds stats pages that may be of a process that is there already; a page does not tell its process. */
function findDoubtful(distinct: readonly Snapshot[]): readonly Pair[] {
  if (!distinct.some(isPage)) return [];
  const all = distinct.map(snapshot => ({ snapshot, proxies: listProxies(snapshot.stat) }));
  return all.flatMap((one, index) => {
    const of = all.slice(0, index).find(other => {
      const mayShow = isPartOf(one, other) || isPartOf(other, one);
      return mayShow && mayBeSameProcess(one.snapshot, other.snapshot);
    });
    return of === undefined ? [] : [{ snapshot: one.snapshot, of: of.snapshot }];
  });
}

interface WithProxies {
  readonly snapshot: Snapshot;
  readonly proxies: ReadonlySet<string>;
}

/** Whether the one is a page of which the other has every proxy. */
function isPartOf(one: WithProxies, other: WithProxies): boolean {
  return isPage(one.snapshot) && hasProxies(other.proxies, one.proxies);
}

function isPage({ endpoint }: Snapshot): boolean {
  return endpoint.kind === 'page';
}
