// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.

/** How an option of the config file is written and checked. A new option is a row in FILE_OPTIONS. */
export interface FileOption {
  /** `daemon`: accepted for haproxystats' sake, without effect in a run that ends. */
  readonly kind: 'text' | 'number' | 'flag' | 'choice' | 'daemon';
  /** As it would stand in the file; absent where there is none. */
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

const text = (preset?: string): FileOption => ({
  kind: 'text',
  ...(preset === undefined ? {} : { default: preset }),
});
const daemon = (preset: string): FileOption => ({ kind: 'daemon', default: preset });
const flag = (preset: 'true' | 'false'): FileOption => ({ kind: 'flag', default: preset });
/** Seconds, as many as a timer can count. */
const time = (preset: string): FileOption => ({ kind: 'number', default: preset, min: 0, max: 2_000_000 });
const count = (preset: string, min = 0): FileOption => ({
  kind: 'number',
  default: preset,
  min,
  whole: true,
});
const port = (preset: string): FileOption => ({
  kind: 'number',
  default: preset,
  min: 1,
  max: 65_535,
  whole: true,
});
const choice = (preset: string, ...choices: string[]): FileOption => ({
  kind: 'choice',
  default: preset,
  choices,
});

const RETRIES = {
  retries: count('3'),
  interval: time('1.8'),
  backoff: { kind: 'number', default: '2', min: 1 },
} as const;
const TIMEOUTS = { 'connect-timeout': time('1'), 'write-timeout': time('1'), 'confirm-timeout': time('5') };
/** Each of haproxystats' daemons may have a level of its own in place of [DEFAULT]'s. */
const OWN_LEVEL = { kind: 'daemon' } as const;
const PACE = { 'udp-rate': count('50000', 1), confirm: choice('close', 'close', 'sent') };

/** Every section and option of the config file with its default; those of haproxystats as haproxystats has them. Times are seconds. */
export const FILE_OPTIONS: Readonly<Record<string, Readonly<Record<string, FileOption>>>> = {
  DEFAULT: { loglevel: daemon('info'), retries: count('2'), timeout: time('1'), interval: time('2') },
  paths: { 'base-dir': text('/var/lib/haproxystats'), spool: text('${paths:base-dir}/spool') },
  pull: {
    'socket-dir': text(),
    servers: text(),
    retries: count('1'),
    timeout: time('0.1'),
    interval: time('0.5'),
    'pull-timeout': time('2'),
    'pull-interval': daemon('10'),
    'buffer-limit': daemon('6291456'),
    'dst-dir': daemon('${paths:base-dir}/incoming'),
    'tmp-dst-dir': daemon('${paths:base-dir}/incoming.tmp'),
    workers: daemon('8'),
    'queue-size': daemon('360'),
    loglevel: OWN_LEVEL,
  },
  hooks: { sources: text(), timeout: time('2'), 'max-age': time('300') },
  process: {
    'frontend-metrics': text(),
    'backend-metrics': text(),
    'server-metrics': text(),
    'aggr-server-metrics': flag('false'),
    'exclude-frontends': text(),
    'exclude-backends': text(),
    'per-process-metrics': flag('false'),
    'calculate-percentages': flag('false'),
    aggregation: choice('haproxystats', 'haproxystats', 'by-kind'),
    'status-metrics': flag('true'),
    'self-metrics': flag('false'),
    'src-dir': daemon('${paths:base-dir}/incoming'),
    workers: daemon('4'),
    'liveness-check-interval': daemon('10'),
    loglevel: OWN_LEVEL,
  },
  graphite: {
    server: text('127.0.0.1'),
    port: port('3002'),
    protocol: choice('tcp', 'tcp', 'udp'),
    namespace: text('loadbalancers'),
    'prefix-hostname': flag('true'),
    fqdn: flag('true'),
    'group-namespace': text(),
    'group-namespace-double-writes': flag('false'),
    'queue-size': count('1000000', 1),
    delay: daemon('10'),
    ...RETRIES,
    ...TIMEOUTS,
    ...PACE,
  },
  statsd: {
    server: text('127.0.0.1'),
    port: port('8125'),
    protocol: choice('udp', 'tcp', 'udp'),
    prefix: text('loadbalancers'),
    ...RETRIES,
    ...TIMEOUTS,
    ...PACE,
  },
  'frontend-groups': {},
  'backend-groups': {},
  'server-groups': {},
  'local-store': { dir: text('/var/lib/haproxystats/local-store') },
};

/** Sections that stand for something only where a file has them; their defaults alone switch nothing on. */
export const OPTIONAL_SECTIONS: readonly string[] = [
  'statsd',
  'local-store',
  'frontend-groups',
  'backend-groups',
  'server-groups',
];

/** Sections whose options are names of the operator's. */
export const GROUP_SECTIONS: readonly string[] = ['frontend-groups', 'backend-groups', 'server-groups'];

/** Sections that switch something on by being there, and have defaults all the same: the backends, and the spool. */
export const SWITCHING_SECTIONS: readonly string[] = ['graphite', 'statsd', 'paths'];
