import type { Failure } from './errors.ts';
import type { Trust } from './http.ts';
import type { EndpointSpec } from './types.ts';

/** Options of the merged layout. */
export interface MergeOptions {
  /** haproxystats' lists of the fields to sum of each kind; absent: all that it knows. */
  readonly lists: { readonly [Kind in 'frontend' | 'backend' | 'server']?: ReadonlySet<string> };
  /** `by-kind` takes a maximum of maxima and weighs means; `haproxystats` sums maxima as it does. */
  readonly aggregation: 'haproxystats' | 'by-kind';
  readonly perProcess: boolean;
  readonly percentages: boolean;
  /** Servers once more over all backends. */
  readonly aggregateServers: boolean;
  readonly status: boolean;
}

export const LAYOUT_NAMES = ['hap-monitor', 'haproxystats', 'tagged'] as const;

export type LayoutName = (typeof LAYOUT_NAMES)[number];

/** Tells processes apart in paths: by Process_num, or by endpoint. */
export const PROCESS_NAMES = ['number', 'endpoint'] as const;

export type ProcessName = (typeof PROCESS_NAMES)[number];

/** Kinds of things that numbers are about. */
export const KINDS = ['process', 'frontend', 'backend', 'server', 'listener', 'resolvers', 'tables'] as const;

export type Kind = (typeof KINDS)[number];

/** The states that `status` is sent as, one of them 1 and the others 0. */
export const STATES = ['UP', 'DOWN', 'MAINT', 'DRAIN', 'NOLB'] as const;

export type State = (typeof STATES)[number];

/** The things whose numbers are sent. */
export interface Filter {
  /** Globs over PROXY/SERVICE; empty: all. */
  readonly include: readonly string[];
  /** Globs over the same names; they win. */
  readonly exclude: readonly string[];
  /** Absent: all but resolvers and tables. */
  readonly kinds: ReadonlySet<Kind> | undefined;
  /** Servers in these states are left out. */
  readonly excludeStates: ReadonlySet<State>;
  /** Names of proxies that are left out, as HAProxy has them or as they stand in paths. */
  readonly excludeFrontends: ReadonlySet<string>;
  readonly excludeBackends: ReadonlySet<string>;
}

/** Tags by name. */
export type Tags = readonly (readonly [tag: string, value: string])[];

/** haproxystats' groups: a further level for the proxies and servers whose dotless name matches. */
export interface Groups {
  /** The level in front of the group; absent without groups. */
  readonly namespace?: string;
  /** Send the path without the group as well. */
  readonly doubleWrites: boolean;
  readonly frontend: readonly Group[];
  readonly backend: readonly Group[];
  readonly server: readonly Group[];
}

/** The first group whose pattern is found in the name takes it. */
export interface Group {
  readonly name: string;
  readonly pattern: RegExp;
}

/** A receiver of datapoints. */
export type Backend = Receiver | StoreBackend;

/** A program that takes datapoints. */
export type Receiver = NetworkBackend | SocketBackend;

/** A server that takes datapoints. */
export interface NetworkBackend {
  readonly type: 'graphite' | 'statsd';
  readonly protocol: 'tcp' | 'udp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Over TLS, where the run sends. */
  readonly credentials?: Credentials;
}

/** Whom this end of a TLS connection trusts, and who it is: all of it PEM. */
export interface Credentials {
  /** Certificates of authorities; absent: those that Node brings with it. */
  readonly ca?: string;
  /** The own certificate, with those that lead to its authority, and its key; absent: nobody in particular. */
  readonly own?: { readonly cert: string; readonly key: string };
}

/** A DogStatsD that takes datagrams at a unix socket. */
export interface SocketBackend {
  readonly type: 'statsd';
  readonly protocol: 'unix';
  readonly path: string;
}

/** haproxystats' debugging store: the lines of each run in DIRECTORY/<epoch>/stats. */
export interface StoreBackend {
  readonly type: 'graphite';
  readonly protocol: 'file';
  readonly directory: string;
}

/** Times in milliseconds for reading one endpoint. */
export interface ReadLimits {
  readonly retries: number;
  readonly connectTimeout: number;
  readonly interval: number;
  /** For everything together: connecting, retries, both answers. */
  readonly total: number;
}

/** Where a snapshot of request-hook statistics is read. */
export type HookSource = FileSource | StdinSource | UrlSource | ZmqSource | RedisSource;

interface Labelled {
  /** As it stands in messages; credentials are left out. */
  readonly label: string;
  /** The operator's name for the application of a snapshot that does not name its own. */
  readonly app?: string;
}

/** A file, or a directory of worker files; reading it shows which. */
export interface FileSource extends Labelled {
  readonly kind: 'file';
  readonly path: string;
}

export interface StdinSource extends Labelled {
  readonly kind: 'stdin';
}

export interface UrlSource extends Labelled {
  readonly kind: 'url';
  /** Without user and password. */
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string;
  readonly trust?: Trust;
  /** The page is made of a store that several hosts share, so its pids are not all of this host. */
  readonly hosts?: 'many';
}

/** A running gstats-collectd, asked over ZeroMQ. */
export interface ZmqSource extends Labelled {
  readonly kind: 'zmq';
  /** `tcp://host:port`, as ZeroMQ wants it. */
  readonly address: string;
}

/** The store of gunicorn-prometheus-exporter in Redis, for all hosts of an application. */
export interface RedisSource extends Labelled {
  readonly kind: 'redis';
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
  /** The start of all its keys, before a colon. */
  readonly prefix: string;
}

/** Reading one hook snapshot; times in milliseconds. */
export interface HookLimits {
  /** For everything together. */
  readonly timeout: number;
  /** An older file is not read; Infinity for any age. */
  readonly maxAge: number;
  /** Give the numbers of each live worker as well. */
  readonly workers?: boolean;
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
  readonly hooks: readonly HookSource[];
  readonly destinations: readonly Destination[];
  readonly layout: LayoutName;
  /** Absent where it is left out of paths. */
  readonly host: string | undefined;
  readonly keepDots: boolean;
  /** Tells processes apart in paths; absent: by number where no two processes can share it, else by endpoint. */
  readonly processName: ProcessName | undefined;
  /** Tags that every datapoint has, in layouts that have tags. */
  readonly tags: Tags;
  /** `default`, `wide`, `all`, field names, globs of them. */
  readonly metrics: readonly string[];
  readonly filter: Filter;
  /** A run that has more leaves out listeners, then servers; Infinity for any number. */
  readonly maxDatapoints: number;
  readonly merge: MergeOptions;
  readonly groups: Groups;
  readonly read: ReadLimits;
  readonly hookLimits: HookLimits;
  /** Whether the run sends numbers about itself. */
  readonly selfMetrics: boolean;
  /** The directory of this command line in the spool, `line-DIGEST`, for what a run leaves for the next. */
  readonly line: string;
  /** The directory that keeps datapoints until they are delivered; undefined: none. */
  readonly spool: string | undefined;
  /** The most datapoints kept in the spool for each destination. */
  readonly queueSize: number;
  /** StatsD: fields that count are sent as gauges, or as counters of what came since the run before. */
  readonly counters: 'gauge' | 'delta';
  /** Seconds between two lines about an outage during which nothing is lost. */
  readonly remind: number;
  readonly dryRun: boolean;
  /** 0 says nothing of a good run, 1 its steps, 2 each datapoint as well. */
  readonly verbosity: number;
  /** Milliseconds from the start of the process. */
  readonly deadline: number;
  /** Oddities that are printed and fail nothing. */
  readonly warnings: readonly Failure[];
  /** Oddities that only verbose runs print. */
  readonly notes: readonly string[];
}
