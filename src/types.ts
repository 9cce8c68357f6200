import type { Trust } from './http.ts';
import type { SendLimits } from './plan.ts';
// What passes between the rooms: read, shape, name, deliver. Plain data, one way.
//
//   EndpointSpec[] ─haproxy→ Snapshot[] ─shape→ SampleTable… ─layout→ PointTable… ─sink→ Report
//   HookSource[] ─hook→ HookSeries[] ──────────────────────────────┘     └─ Spool ─┘

/** What one `--sockets` value says, before the file system is asked what it stands for. */
export type EndpointSpec = { readonly kind: 'path'; readonly path: string } | Endpoint;

/** Where one HAProxy answers. */
export type Endpoint = SocketEndpoint | PageEndpoint;

interface Named {
  /** As it stands in messages; credentials are left out. Unique in a run. */
  readonly label: string;
  /** What tells it apart in metric paths, e.g. `admin` for `/run/haproxy/admin.sock`. */
  readonly name: string;
}

/** A stats socket: `show info` and `show stat` over one connection. */
export interface SocketEndpoint extends Named {
  readonly kind: 'socket';
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
}

/** The CSV of a stats page: what `show stat` says, without `show info`. */
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
  /** One endpoint was named, by itself: not a set (glob, directory) that holds one today. */
  readonly single: boolean;
}

/** The two answers of one HAProxy process, both complete. */
export interface Snapshot {
  readonly endpoint: Endpoint;
  /** When the answer came: milliseconds since this process began. */
  readonly answered: number;
  /** How long both answers are. */
  readonly bytes: number;
  /** `show info` by field name. Empty for a stats page. */
  readonly info: ReadonlyMap<string, InfoValue>;
  readonly stat: StatTable;
  /** `show stat domain resolvers`: a row for each name server, `id` is its name and `pid` the `resolvers` section. Absent unless asked for. */
  readonly resolvers?: StatTable;
  /** `show table`. Absent unless asked for. */
  readonly tables?: readonly StickTable[];
}

/** One stick table: entries that it may hold, and that it holds. */
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

/** A `show stat` answer, kept as the bytes that came; cells are read when they are asked for. */
export interface StatTable {
  /** The header's columns, in order. A row's cells are found by their index here. */
  readonly columns: readonly Column[];
  /** The number of rows. */
  readonly length: number;
  /** A cell's text without CSV quoting, '' when it is empty or there is no such column (-1). Rows are counted from 0. */
  text(row: number, column: number): string;
  /** A number that equal cells have in common, below 2^30; others seldom do. Quicker than the text, and keeps nothing. */
  digest(row: number, column: number): number;
  /** Writes a column's numbers of several rows: NaN for a cell that is empty ("does not apply") or no number, and for a column -1. */
  numbers(rows: readonly number[], column: number, into: Float64Array): void;
}

/** One column of `show stat`. */
export interface Column {
  readonly name: string;
  /** Its cells hold text, even if they look like a number. A column that is not known holds numbers. */
  readonly text: boolean;
}

/** What a hook snapshot says of one thing: an application, or one metric of a Prometheus page with one set of labels. */
export interface HookSeries {
  /** Absent for a Prometheus page that was given no name. */
  readonly app: string | undefined;
  /** The metric's name; absent where the figures are the application's own. */
  readonly metric: string | undefined;
  /** Sorted by name. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Finite numbers by name, e.g. `processing_time.avg`; the name is '' where the metric is one number. */
  readonly figures: ReadonlyMap<string, number>;
  /** Of a histogram: the observations at or below each upper bound. */
  readonly buckets?: ReadonlyMap<number, number>;
}

/** What a run leaves of its histograms for the next one: the buckets of each, by an identity. */
export type Histograms = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** What a number of one process is about. Names are HAProxy's own. */
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

/** What a number merged over the processes is about. Names of proxies and servers are clean. A server without a proxy: over all backends. */
export type MergedSubject =
  | { readonly kind: 'daemon'; readonly process?: Snapshot }
  | { readonly kind: 'frontend' | 'backend'; readonly proxy: string }
  | { readonly kind: 'server'; readonly proxy?: string; readonly server: string }
  | NameServer
  | StickTableName
  | { readonly kind: 'haproxystats' };

/** What a number is called: HAProxy's own field name, and for `status` the state that the number speaks of. */
export interface Field {
  readonly name: string;
  readonly state?: string;
}

/**
 * The numbers of some subjects of a kind, before they have paths: a table with a row for each subject and a column for each
 * field. An object for each number, or a call of every room for each subject, would cost more than all the rest of a large run.
 * Valid until the next ones are asked for.
 */
export interface SampleTable<Subject> {
  readonly subjects: readonly Subject[];
  /** The same list for every subject of a kind. */
  readonly fields: readonly Field[];
  readonly values: Values;
  /** What is odd about each subject; absent where nothing is. */
  readonly notes?: readonly (Note | undefined)[];
}

/** What `check` and verbose runs say behind a path. */
export interface Note {
  readonly merged?: string;
  /** Said where the subject is not sent, because another one has its path. */
  readonly hidden?: string;
}

/** Of each field a column: the number of each subject in turn, finite, or NaN where it has none. A column may be longer than there are subjects. */
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
 * Where the numbers of one row go: the path of each is `prefix + field.name`, its tags are `before + field.tag + after`.
 * Paths have levels separated by dots. Tags have Graphite's notation, `;tag=value` each, in alphabetical order; '' is no tag.
 * All of it is clean: ASCII without blanks, values of tags also without `,`, `|` and `#`. Two places are the same if their texts are.
 */
export interface Place {
  /** Ends with a dot, unless the names of the fields begin with it. */
  readonly prefix: string;
  readonly before: string;
  readonly after: string;
}

/** A field as paths have it: `status.UP`, or in a layout with tags `status` and `;state=UP`. */
export interface PointField {
  /** The number is what came since the run before, which StatsD adds up. */
  readonly counts?: true;
  readonly name: string;
  /** '' for most. */
  readonly tag: string;
}

/** Whole lines that go out together, in one write or one datagram: ASCII, ends with a newline. */
export type Packet = Buffer;

/** The most bytes. */
export interface PacketLimits {
  readonly line: number;
  /** Room for a line at least. */
  readonly packet: number;
}

/** Carries packets to their end. */
export interface Transport {
  /** As it stands in messages. */
  readonly where: string;
  readonly limits: PacketLimits;
  /** Resolves when all was delivered, as far as the protocol can tell; throws a Failure otherwise. */
  send(packets: Iterable<Packet>, signal: AbortSignal): Promise<void>;
}

/** What delivers to one destination. */
export interface Sink {
  readonly transport: Transport;
  readonly limits: SendLimits;
  /** What a successful delivery is called when verbose; absent for a dry run. */
  readonly success?: string;
  /** Points → packets, made anew at each call. */
  encode(points: Iterable<PointTable>, told: Told): Iterable<Packet>;
}

/** What encoding tells beside the packets. */
export interface Told {
  /** Is told of datapoints of a row whose lines are too long, with the start of the first one's path. */
  readonly refuse: (path: string, datapoints: number) => void;
  /** Is told at the end how many datapoints were packed. */
  readonly packed: (datapoints: number) => void;
}

/** Datapoints of one run that lie on disk. This process alone may send them, until it removes or releases them. */
export interface Batch {
  readonly timestamp: number;
  readonly datapoints: number;
  /** Read from the disk piece by piece; no packet is larger than `limit` bytes, `refuse` is given the start of a line that is. */
  packets(limit: number, refuse: (line: string) => void): Iterable<Packet>;
  /** Once it was delivered. Never throws: what the disk does not do is reported. */
  remove(): void;
  /** For a later run, or another one. Never throws either. */
  release(): void;
}

/** What waits for one destination. Its functions throw a Failure where the disk does not do what is asked. */
export interface Spool {
  /** Its directory. */
  readonly where: string;
  /** Stores a run durably, all or nothing, already claimed. */
  keep(timestamp: number, packets: Iterable<Packet>): readonly Batch[];
  /** The oldest batch that nobody else holds, whole. */
  takeOldest(): Batch | undefined;
  /** Drops the oldest batches until no more datapoints than the limit are left; gives the number dropped. */
  trim(limit: number): number;
  measure(): SpoolState;
}

/** How much waits. */
export interface SpoolState {
  readonly batches: number;
  readonly datapoints: number;
  /** Seconds since the epoch; undefined when nothing waits. */
  readonly oldest: number | undefined;
}
