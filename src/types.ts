// What passes between the rooms: read, shape, name, deliver. Plain data, one way.
//
//   EndpointSpec[] ─haproxy→ Snapshot[] ─shape→ Sample… ─layout→ Point… ─sink→ Report
//                                                                        └─ Spool ─┘

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
  /** `show info` by field name. Empty for a stats page. */
  readonly info: ReadonlyMap<string, InfoValue>;
  readonly stat: StatTable;
}

/** One line of `show info`. */
export interface InfoValue {
  /** As HAProxy writes it. */
  readonly text: string;
  /** Undefined where the field holds text. */
  readonly number: number | undefined;
}

/** A `show stat` answer, kept as the bytes that came; rows are read from them one by one. */
export interface StatTable {
  /** The header's columns, in order. A row's cells are found by their index here. */
  readonly columns: readonly Column[];
  /** One row at a time: the row is valid until the next one is asked for. */
  rows(): Iterable<StatRow>;
}

/** One column of `show stat`. */
export interface Column {
  readonly name: string;
  /** Its cells hold text, even if they look like a number. A column that is not known holds numbers. */
  readonly text: boolean;
}

/** One row of `show stat`. */
export interface StatRow {
  /** The cell's text without CSV quoting, '' when the cell is empty or missing. */
  text(column: number): string;
  /** The cell's number, undefined when it is empty ("does not apply") or not a number. */
  number(column: number): number | undefined;
}

/** What a number is about: a process, or one of its rows. */
export interface Subject {
  readonly snapshot: Snapshot;
  /** Absent for the process itself (`show info`). */
  readonly row?: {
    /** pxname: the proxy (frontend, backend or listen section). */
    readonly proxy: string;
    /** svname: FRONTEND, BACKEND, or the server's or listener's name. */
    readonly service: string;
  };
}

/** One number of one subject, before it has a path. */
export interface Sample {
  readonly subject: Subject;
  /** HAProxy's own field name. */
  readonly field: string;
  /** For `status`: which state the value (1 or 0) speaks of. */
  readonly state: string | undefined;
  /** Finite. */
  readonly value: number;
}

/** Field names to send, or every numeric field. */
export type Selection = 'all' | ReadonlySet<string>;

/** What is sent of each answer. */
export interface Metrics {
  readonly info: Selection;
  readonly stat: Selection;
}

/** One datapoint: what a backend stores, apart from the run's timestamp. */
export interface Point {
  /** Levels separated by dots, ASCII without blanks. */
  readonly path: string;
  readonly value: number;
}

/** How samples become paths: a table of what is sent by default and one path function. */
export interface Layout {
  readonly defaults: { readonly info: readonly string[]; readonly stat: readonly string[] };
  /** Makes the function that gives everything of a subject's paths in front of the field's name. */
  prefixes(naming: Naming): (subject: Subject) => string;
}

/** What a layout needs beside the subject. */
export interface Naming {
  /** The root of every path. */
  readonly scope: string;
  /** The host's name. */
  readonly host: string;
  readonly endpoints: Endpoints;
  /** A name of HAProxy's, cleaned; it is one level of a path unless dots are kept. */
  readonly clean: (name: string) => string;
}

/** Where datapoints go. */
export interface Backend {
  readonly type: 'graphite' | 'statsd';
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
}

/** Whole lines that go out together, in one write or one datagram: ASCII, ends with a newline. */
export type Packet = string;

/** Points → packets. */
export type Encoder = (points: Iterable<Point>, encoding: Encoding) => Iterable<Packet>;

/** What an encoder needs beside the points. */
export interface Encoding {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** The most bytes of a packet. */
  readonly limit: number;
  /** Is given the path of a point that is too long for any packet. */
  readonly refuse: (path: string) => void;
}

/** Carries packets to their end. */
export interface Transport {
  /** As it stands in messages. */
  readonly where: string;
  /** The most bytes of a packet. */
  readonly packetLimit: number;
  /** Resolves when all was delivered, as far as the protocol can tell; throws a Failure otherwise. */
  send(packets: Iterable<Packet>, signal: AbortSignal): Promise<void>;
}

/** Datapoints of one run that lie on disk. This process alone may send them, until it removes or releases them. */
export interface Batch {
  readonly timestamp: number;
  readonly datapoints: number;
  /** Read from the disk piece by piece; `refuse` is given the start of a line that fits into no packet. */
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
  /** Has a run's datapoints on the disk, all or none of them; they belong to this process from the start. */
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

/** Times in milliseconds for reading one endpoint. */
export interface ReadLimits {
  readonly retries: number;
  readonly connectTimeout: number;
  readonly interval: number;
  /** For all of it: connecting, retries, both answers. */
  readonly total: number;
}

/** Times in milliseconds and rates for delivery. */
export interface SendLimits {
  readonly retries: number;
  readonly interval: number;
  readonly backoff: number;
  readonly connectTimeout: number;
  readonly writeTimeout: number;
  readonly confirmTimeout: number;
  /** `close`: delivered when the peer read to the end and closed; `sent`: when the last byte is written. */
  readonly confirm: 'close' | 'sent';
  /** Lines a second over UDP. */
  readonly udpRate: number;
}

/** One place that a run feeds. */
export interface Destination {
  readonly backend: Backend;
  /** The root of every path there. */
  readonly scope: string;
  readonly limits: SendLimits;
}

/** Everything a run needs to know, checked. */
export interface Plan {
  readonly endpoints: readonly EndpointSpec[];
  readonly destinations: readonly Destination[];
  readonly host: string;
  readonly keepDots: boolean;
  readonly metrics: readonly string[];
  readonly read: ReadLimits;
  /** Where to keep what cannot be delivered; undefined: nowhere. */
  readonly spool: string | undefined;
  /** The most datapoints kept there for a destination. */
  readonly queueSize: number;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  /** Milliseconds from the start of the process. */
  readonly deadline: number;
}
