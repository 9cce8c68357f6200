import type { Trust } from './http.ts';
import type { RetryLimits } from './retry.ts';
// Plain data that passes between the rooms, one way: read, shape, name, deliver.
//
//   EndpointSpec[] ─haproxy→ Snapshot[] ─shape→ SampleTable… ─layout→ PointTable… ─sink→ Report
//   HookSource[] ─hook→ HookSeries[] ──────────────────────────────┘     └─ Spool ─┘

/** One `--sockets` value as given; the file system has not been asked yet what a path stands for. */
export type EndpointSpec = { readonly kind: 'path'; readonly path: string } | Endpoint;

/** Where one HAProxy answers. */
export type Endpoint = SocketEndpoint | PageEndpoint;

interface Named {
  /** The endpoint's name in messages, without credentials. Unique in a run. */
  readonly label: string;
  /** The endpoint's name in metric paths, e.g. `admin` for `/run/haproxy/admin.sock`. */
  readonly name: string;
}

/** A stats socket: `show info` and `show stat` over one connection. */
export interface SocketEndpoint extends Named {
  readonly kind: 'socket';
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
}

/** A stats page: its CSV has what `show stat` says, but nothing of `show info`. */
export interface PageEndpoint extends Named {
  readonly kind: 'page';
  /** Without user and password. */
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string;
  readonly trust?: Trust;
}

/** The endpoints of a run. */
export interface Endpoints {
  readonly list: readonly Endpoint[];
  /** A single endpoint was named; false for a set (glob, directory), even if it holds one endpoint today. */
  readonly single: boolean;
}

/** The two answers of one HAProxy process, both complete. */
export interface Snapshot {
  readonly endpoint: Endpoint;
  /** Milliseconds from the start of this process to the answer. */
  readonly answered: number;
  /** Bytes of both answers. */
  readonly bytes: number;
  /** `show info` by field name. Empty for a stats page. */
  readonly info: ReadonlyMap<string, InfoValue>;
  readonly stat: StatTable;
  /** `show stat domain resolvers`: a row for each name server; `id` is its name, `pid` its `resolvers` section. Absent unless asked for. */
  readonly resolvers?: StatTable;
  /** `show table`. Absent unless asked for. */
  readonly tables?: readonly StickTable[];
}

/** One stick table: `size` entries fit, `used` are there. */
export interface StickTable {
  readonly name: string;
  readonly size: number;
  readonly used: number;
}

/** One line of `show info`. */
export interface InfoValue {
  /** As HAProxy writes it. */
  readonly text: string;
  /** Undefined where the field holds text. */
  readonly number: number | undefined;
}

/** A `show stat` answer, kept as bytes; a cell is decoded when somebody asks for it. */
export interface StatTable {
  /** The header's columns, in order; their indexes address the cells. */
  readonly columns: readonly Column[];
  /** The number of rows. */
  readonly length: number;
  /** A cell's text without CSV quoting, '' when it is empty or there is no such column (-1). Rows are counted from 0. */
  text(row: number, column: number): string;
  /** The first row whose cell in a column is empty, quoted or not; -1 where none is. */
  findEmpty(column: number): number;
  /** A hash below 2^30: equal cells have equal ones, different cells seldom do. It is quicker than `text` and allocates nothing. */
  digest(row: number, column: number): number;
  /** Writes a column's numbers of several rows; NaN where a cell is empty ("does not apply") or no number, and for column -1. */
  numbers(rows: readonly number[], column: number, into: Float64Array): void;
  /** Writes them as HAProxy said them, where `numbers` writes what came since the run before. */
  totals?(rows: readonly number[], column: number, into: Float64Array): void;
}

/** One column of `show stat`. */
export interface Column {
  readonly name: string;
  /** The cells hold text, even if they look like numbers. An unknown column holds numbers. */
  readonly text: boolean;
}

/** A hook snapshot's figures of one thing: an application, or one metric of a Prometheus page with one set of labels. */
export interface HookSeries {
  /** Absent for a Prometheus page that was given no name. */
  readonly app: string | undefined;
  /** The metric's name; absent where the figures are the application's own. */
  readonly metric: string | undefined;
  /** Sorted by name. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Finite numbers by name, e.g. `processing_time.avg`; the name is '' where the metric is one number. */
  readonly figures: ReadonlyMap<string, number>;
  /** A histogram's observations at or below each upper bound. */
  readonly buckets?: ReadonlyMap<number, number>;
  /** The worker whose figures these are, if they are of one worker; paths have its number. */
  readonly worker?: HookWorker;
}

/** A worker process of an application, by the source's label and its identity there. */
export interface HookWorker {
  readonly source: string;
  readonly id: string;
}

/** A worker's number among those of its application. */
export interface NumberedWorker extends HookWorker {
  readonly app: string | undefined;
  readonly number: number;
}

/** The buckets of every histogram, by its identity: one run leaves them for the next. */
export type Histograms = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The thing that a number of one process describes. Names are HAProxy's own. */
export type ProcessSubject = { readonly snapshot: Snapshot } & (
  | { readonly kind: 'process' }
  | { readonly kind: RowType; readonly proxy: string; readonly service: string }
  | NameServer
  | StickTableName
);

/** A row of `show stat`. `service` is FRONTEND, BACKEND, or the server's or listener's name; a server may be called BACKEND. */
export type RowType = 'frontend' | 'backend' | 'server' | 'listener';

interface NameServer {
  readonly kind: 'resolver';
  /** The `resolvers` section. */
  readonly resolvers: string;
  readonly nameserver: string;
}

interface StickTableName {
  readonly kind: 'table';
  readonly table: string;
}

/** The same for a number merged over the processes. Names of proxies and servers are clean; a server without `proxy` is one over all backends. */
export type MergedSubject =
  | { readonly kind: 'daemon'; readonly process?: Snapshot }
  | { readonly kind: 'frontend' | 'backend'; readonly proxy: string }
  | { readonly kind: 'server'; readonly proxy?: string; readonly server: string }
  | NameServer
  | StickTableName
  | { readonly kind: 'haproxystats' };

/** A number's name: HAProxy's own field name, and for `status` the state that the number is about. */
export interface Field {
  readonly name: string;
  readonly state?: string;
}

/**
 * The numbers of some subjects of a kind, before they have paths: a row for each subject, a column for each field. A table,
 * because an object for each number, or a call of every room for each subject, would cost more than all the rest of a large run.
 * Valid until the next table is asked for.
 */
export interface SampleTable<Subject> {
  readonly subjects: readonly Subject[];
  /** The same list for every subject of a kind. */
  readonly fields: readonly Field[];
  readonly values: Values;
  /** Oddities of each subject; absent where there are none. */
  readonly notes?: readonly (Note | undefined)[];
}

/** Texts that `check` and verbose runs print behind a path. */
export interface Note {
  readonly merged?: string;
  /** The reason why the subject is not sent: another one has its path. */
  readonly hidden?: string;
}

/** `values[field][row]`: finite, or NaN where the subject has no such number. Columns may be longer than `subjects`. */
export type Values = readonly Float64Array[];

/** Datapoints: what a backend stores, apart from the run's timestamp. Valid as long as the samples are. */
export interface PointTable {
  /** Where each row goes: one place, two where it is written twice, none if an earlier row took the path. */
  readonly places: readonly (readonly Place[])[];
  /** The same list for many tables. */
  readonly fields: readonly PointField[];
  readonly values: Values;
}

/**
 * The place of one row's numbers: each has the path `prefix + field.name` and the tags `before + field.tag + after`.
 * Paths have levels separated by dots. Tags have Graphite's notation, `;tag=value` each, in alphabetical order; '' is no tag.
 * All of it is clean: ASCII without blanks, values of tags also without `,`, `|` and `#`. Places with equal texts are equal.
 */
export interface Place {
  /** Ends with a dot, unless the names of the fields begin with it. */
  readonly prefix: string;
  readonly before: string;
  readonly after: string;
}

/** A field as paths have it: `status.UP`, or in a layout with tags `status` and `;state=UP`. */
export interface PointField {
  /** The number is the increase since the previous run; StatsD adds it up. */
  readonly counts?: true;
  readonly name: string;
  /** '' for most. */
  readonly tag: string;
}

/** Whole lines that go out together, in one write or one datagram: ASCII, ends with a newline. */
export type Packet = Buffer;

/** Largest sizes in bytes. */
export interface PacketLimits {
  readonly line: number;
  /** At least `line`. */
  readonly packet: number;
}

/** Carries packets to one receiver or file. */
export interface Transport {
  /** As it stands in messages. */
  readonly where: string;
  readonly limits: PacketLimits;
  /** Resolves once everything is delivered, as far as the protocol can tell; throws a Failure otherwise. */
  send(packets: Iterable<Packet>, signal: AbortSignal): Promise<void>;
}

/** An encoder and a transport for one destination. */
export interface Sink {
  readonly transport: Transport;
  readonly limits: RetryLimits;
  /** A successful delivery in words, for verbose runs; absent for a dry run. */
  readonly success?: string;
  /** Encodes points into packets, anew at each call. */
  encode(points: Iterable<PointTable>, told: Told): Iterable<Packet>;
}

/** Callbacks of encoding. */
export interface Told {
  /** Called with the number of a row's datapoints whose lines are too long, and the start of the first one's path. */
  readonly refuse: (path: string, datapoints: number) => void;
  /** Called with the number of datapoints packed, at the end. */
  readonly packed: (datapoints: number) => void;
}

/** Datapoints of one run on the disk. This process alone may send them, until it removes or releases them. */
export interface Batch {
  readonly timestamp: number;
  readonly datapoints: number;
  /** Reads the disk piece by piece. No packet is larger than `limit` bytes; `refuse` takes the start of a line that is. */
  packets(limit: number, refuse: (line: string) => void): Iterable<Packet>;
  /** Deletes a delivered batch. Never throws: errors of the disk are reported. */
  remove(): void;
  /** Leaves the batch to another run. Never throws either. */
  release(): void;
}

/** Batches that wait for one destination. All functions throw a Failure on errors of the disk. */
export interface Spool {
  /** The spool's directory, for messages. */
  readonly where: string;
  /** Stores a run durably, all or nothing, already claimed. */
  keep(timestamp: number, packets: Iterable<Packet>): readonly Batch[];
  /** Claims the oldest whole batch that nobody else holds. */
  takeOldest(): Batch | undefined;
  /** Drops the oldest batches until no more datapoints than the limit are left; returns the number dropped. */
  trim(limit: number): number;
  measure(): SpoolState;
}

/** The contents of a spool in numbers. */
export interface SpoolState {
  readonly batches: number;
  readonly datapoints: number;
  /** Seconds since the epoch; undefined when nothing waits. */
  readonly oldest: number | undefined;
}
