import type { Filter } from '../../plan.ts';
import type { MergedSubject, Snapshot } from '../../types.ts';
import { type HidesProxy, rowFilter } from '../filter.ts';
import { rowTable } from '../row-table.ts';
import type { ProcessRow, RowSet } from './rows.ts';

/** One frontend, backend or server over all processes. */
export interface MergedObject extends RowSet {
  readonly subject: MergedSubject;
  readonly rows: ProcessRow[];
  /** The name of the first row, as HAProxy has it. */
  readonly name: string;
  /** The number of a backend's servers; 0 for others. */
  readonly servers: number;
  /** A text behind its path about merged names or rows. */
  note?: string;
}

/** The objects of all processes, in order of first appearance; names that become one are one object. */
export interface Objects {
  readonly frontends: readonly MergedObject[];
  readonly backends: readonly MergedObject[];
  /** Servers in the order of their backends. */
  readonly servers: readonly MergedObject[];
  /** Servers over all backends, excluded ones included; empty unless asked for. */
  readonly aggregated: readonly MergedObject[];
}

/** Rows to leave out, and whether to find servers over all backends as well. */
export interface Search {
  readonly filter: Filter;
  /** Proxies that only `aggregated` has. */
  readonly isHidden: HidesProxy | undefined;
  readonly aggregate: boolean;
  readonly clean: (name: string) => string;
}

/** Objects by clean name. */
type ObjectsByName = Map<string, MergedObject>;

/** Finds the objects of each kind and the rows that belong to each, without a filter by name. Leaves out listeners. */
export function findObjects(snapshots: readonly Snapshot[], search: Search): Objects {
  const { filter, isHidden, aggregate, clean } = search;
  const found = { frontend: new Map(), backend: new Map() } as const satisfies Record<string, ObjectsByName>;
  const servers = new Map<string, ObjectsByName>();
  const aggregated: ObjectsByName = new Map();
  for (const snapshot of snapshots) {
    const table = rowTable(snapshot.stat);
    const keeps = rowFilter(filter, table);
    let [last, proxy] = ['', '']; // rows of one proxy follow each other
    for (let index = 0; index < table.kinds.length; index++) {
      const kind = table.kinds[index] ?? 'listener';
      if (kind === 'listener' || keeps?.(index) === false) continue;
      const name = table.proxy(index);
      if (name !== last) [last, proxy] = [name, clean(name)];
      const row = { snapshot, index };
      const hidden = isHidden?.(kind, name) ?? false;
      if (kind !== 'server') {
        if (!hidden) addRow(found[kind], proxy, name, row, { kind, proxy });
        continue;
      }
      const service = table.service(index);
      const server = clean(service);
      if (aggregate) addAgain(aggregated, server, service, row, { kind, server });
      if (hidden) continue;
      let ofBackend = servers.get(proxy);
      if (ofBackend === undefined) {
        ofBackend = new Map();
        servers.set(proxy, ofBackend);
      }
      addRow(ofBackend, server, service, row, { kind, proxy, server });
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

/** Adds a row and notes an object that has several names, or several rows of one process. */
function addRow(
  finding: ObjectsByName,
  level: string,
  name: string,
  row: ProcessRow,
  subject: MergedSubject,
): void {
  const known = addAgain(finding, level, name, row, subject);
  if (known === undefined) return;
  const isTwice = known.rows.at(-2)?.snapshot === row.snapshot;
  if (known.name !== name) known.note = 'two names become this one, they are merged';
  else if (isTwice) known.note ??= `several ${subject.kind} rows have this name, they are merged`;
}

/** Adds a row to the object of its name; returns that object if an earlier row made it. */
function addAgain(
  finding: ObjectsByName,
  level: string,
  name: string,
  row: ProcessRow,
  subject: MergedSubject,
): MergedObject | undefined {
  const known = finding.get(level);
  if (known === undefined) finding.set(level, { subject, name, rows: [row], servers: 0 });
  else known.rows.push(row);
  return known;
}
