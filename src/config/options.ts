/** How one option is written, checked and explained. A new option is a row in OPTIONS. */
export interface Option {
  readonly kind: 'text' | 'list' | 'number' | 'choice' | 'flag';
  readonly group:
    | 'What to read'
    | 'Where to send'
    | 'What to send'
    | 'Config file'
    | 'Times (in seconds) and limits'
    | 'Help';
  /** One-letter form. */
  readonly short?: string;
  readonly help: string;
  /** What a text or each value of a list is: the man page's name for it, and what a shell completes. */
  readonly argument?: 'endpoint' | 'backend' | 'field' | 'name' | 'file' | 'directory';
  readonly default?: readonly string[] | number;
  /** The options of the config file that the flag sets, `section.option`; the default is theirs. */
  readonly sets?: readonly string[];
  /** Accepted values of a choice, compared without regard to case. */
  readonly choices?: readonly string[];
  /** Smallest number accepted. */
  readonly min?: number;
  /** Largest number accepted; two million where none is said, which is as many seconds as a timer can count. */
  readonly max?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** Every option there is, in the order of --help. Seconds, unless the help says otherwise. */
export const OPTIONS = {
  sockets: {
    kind: 'list',
    argument: 'endpoint',
    group: 'What to read',
    help: 'HAProxy endpoints: socket path, glob, directory, unix:///path, tcp://host:port, http(s)://[user:password@]host:port/path of a stats page',
  },
  'hook-stats': {
    kind: 'list',
    argument: 'file',
    group: 'What to read',
    sets: ['hooks.sources'],
    help: 'hook snapshots, [APP=]SRC: file, - (stdin), directory, http(s) URL, zmq+tcp://host:port',
  },
  backend: {
    kind: 'text',
    argument: 'backend',
    group: 'Where to send',
    help: 'host[:port][::scope], the scope being the root of paths [2003 for G, 8125 for S; haproxy]',
  },
  type: {
    kind: 'choice',
    group: 'Where to send',
    choices: ['G', 'S'],
    help: 'G Graphite, S StatsD [S]',
  },
  protocol: {
    kind: 'choice',
    group: 'Where to send',
    choices: ['tcp', 'udp'],
    help: 'tcp or udp [tcp for G, udp for S]',
  },
  layout: {
    kind: 'choice',
    group: 'What to send',
    choices: ['hap-monitor', 'haproxystats', 'tagged'],
    help: 'shape of the paths [hap-monitor; haproxystats when --config has a [graphite] section]',
  },
  metrics: {
    kind: 'list',
    argument: 'field',
    group: 'What to send',
    default: ['default'],
    help: "default (the layout's), all (every numeric field), or HAProxy field names",
  },
  hostname: {
    kind: 'text',
    argument: 'name',
    group: 'What to send',
    help: "the host's part of the path [first label of this machine's name]",
  },
  'keep-dots': {
    kind: 'flag',
    group: 'What to send',
    help: 'keep dots of HAProxy names as path levels, as HAP-Monitor did',
  },
  'self-metrics': {
    kind: 'flag',
    group: 'What to send',
    help: 'numbers about the run itself, below hap-monitor',
  },
  'dry-run': {
    kind: 'flag',
    group: 'What to send',
    help: 'print what would be sent, one datapoint a line, send nothing',
  },
  spool: {
    kind: 'text',
    argument: 'directory',
    group: 'Where to send',
    sets: ['paths.spool'],
    help: 'keeps what could not be delivered [<base-dir>/spool with --config]',
  },
  'queue-size': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.queue-size'],
    min: 1,
    max: 1e9,
    whole: true,
    help: 'most datapoints kept in the spool for a destination; the oldest are dropped',
  },
  'local-store': {
    kind: 'text',
    argument: 'directory',
    group: 'Where to send',
    sets: ['local-store.dir'],
    help: 'write the lines to DIR/<epoch>/stats as well',
  },
  config: {
    kind: 'text',
    argument: 'file',
    short: 'f',
    group: 'Config file',
    help: "an INI file, haproxystats' own accepted; flags win over it",
  },
  'config-dir': {
    kind: 'text',
    argument: 'directory',
    short: 'd',
    group: 'Config file',
    help: 'its *.conf are read on top of --config',
  },
  'print-defaults': {
    kind: 'flag',
    short: 'p',
    group: 'Config file',
    help: 'print the defaults as an INI file',
  },
  'print-config': {
    kind: 'flag',
    short: 'P',
    group: 'Config file',
    help: 'print what is in force, files and flags, as an INI file',
  },
  deadline: {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    default: 50,
    min: 0.1,
    help: 'the run ends by then, whatever happens',
  },
  timeout: {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['pull.timeout'],
    min: 0.001,
    help: 'connecting to an endpoint',
  },
  'pull-timeout': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['pull.pull-timeout'],
    min: 0.001,
    help: 'all of reading an endpoint',
  },
  'pull-retries': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['pull.retries'],
    min: 0,
    whole: true,
    help: 'more tries to read an endpoint, half a second apart',
  },
  'hook-timeout': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['hooks.timeout'],
    min: 0.001,
    help: 'all of reading a hook snapshot',
  },
  'hook-max-age': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['hooks.max-age'],
    help: 'a hook snapshot in an older file is not sent; 0 for any age',
  },
  'connect-timeout': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.connect-timeout', 'statsd.connect-timeout'],
    min: 0.001,
    help: 'connecting to the backend',
  },
  'write-timeout': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.write-timeout', 'statsd.write-timeout'],
    min: 0.001,
    help: 'no progress in sending over TCP',
  },
  confirm: {
    kind: 'choice',
    group: 'Times (in seconds) and limits',
    choices: ['close', 'sent'],
    sets: ['graphite.confirm', 'statsd.confirm'],
    help: 'delivered over TCP: the backend closed it, or sent, for one that never does',
  },
  'confirm-timeout': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.confirm-timeout', 'statsd.confirm-timeout'],
    min: 0.001,
    help: 'waiting for the backend to close',
  },
  retries: {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.retries', 'statsd.retries'],
    min: 0,
    whole: true,
    help: 'more tries to deliver',
  },
  interval: {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.interval', 'statsd.interval'],
    min: 0,
    help: 'before the second try to deliver',
  },
  backoff: {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.backoff', 'statsd.backoff'],
    min: 1,
    help: 'each further wait is so many times longer',
  },
  'udp-rate': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    sets: ['graphite.udp-rate', 'statsd.udp-rate'],
    min: 1,
    help: 'datapoints a second over UDP',
  },
  'warning-age': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    default: 180,
    help: 'check: age of the oldest datapoints in the spool that is a warning',
  },
  'critical-age': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    default: 900,
    help: 'check: age that is critical',
  },
  'warning-depth': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    max: 1e9,
    default: 250_000,
    help: 'check: datapoints in the spool that are a warning',
  },
  'critical-depth': {
    kind: 'number',
    group: 'Times (in seconds) and limits',
    max: 1e9,
    default: 750_000,
    help: 'check: datapoints that are critical',
  },
  verbose: { kind: 'flag', group: 'Help', help: 'say on stderr what is done, each datapoint included' },
  version: { kind: 'flag', group: 'Help', help: 'print the version' },
  help: { kind: 'flag', short: 'h', group: 'Help', help: 'print this' },
} as const satisfies Record<string, Option>;

type Table = typeof OPTIONS;

type ValueOf<O extends Option> = O['kind'] extends 'flag'
  ? boolean
  : O['kind'] extends 'number'
    ? number
    : O['kind'] extends 'list'
      ? readonly string[]
      : O extends { choices: readonly (infer C)[] }
        ? C
        : string;

type Given<O extends Option> = O['kind'] extends 'flag'
  ? boolean
  : 'default' extends keyof O
    ? ValueOf<O>
    : ValueOf<O> | undefined;

/** The checked value of every option. */
export type Settings = { readonly [Name in keyof Table]: Given<Table[Name]> };
