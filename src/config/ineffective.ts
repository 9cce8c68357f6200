import type { Backend, Plan } from '../plan.ts';
import type { Config } from './config.ts';
import { type Key, type OPTIONS, ROWS, type Settings } from './options.ts';

/** The condition for some options to have an effect. */
interface Need {
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** The end of the sentence "does nothing without ...". */
  readonly need: string;
  has(plan: Plan): boolean;
}

const NEEDS: readonly Need[] = [
  {
    options: [
      'field-lists',
      'aggr-server-metrics',
      'per-process-metrics',
      'calculate-percentages',
      'aggregation',
      'status-metrics',
      'prefix-hostname',
      'fqdn',
      'group-namespace',
      'group-namespace-double-writes',
    ],
    need: 'layout haproxystats',
    has: ({ layout }) => layout === 'haproxystats',
  },
  { options: ['tags'], need: 'layout tagged', has: ({ layout }) => layout === 'tagged' },
  { options: ['keep-dots'], need: 'layout hap-monitor', has: ({ layout }) => layout === 'hap-monitor' },
  {
    options: ['confirm', 'confirm-timeout'],
    need: 'a backend over TCP or TLS',
    has: plan => sendsOver(plan, 'tcp', 'tls'),
  },
  {
    options: ['write-timeout'],
    need: 'a backend over TCP, TLS or a unix socket',
    has: plan => sendsOver(plan, 'tcp', 'tls', 'unix'),
  },
  {
    options: ['udp-rate'],
    need: 'a backend over UDP or a unix socket',
    has: plan => sendsOver(plan, 'udp', 'unix'),
  },
  {
    options: ['tls-ca', 'tls-cert', 'tls-key'],
    need: 'a backend over TLS (--protocol tls)',
    has: plan => sendsOver(plan, 'tls'),
  },
  { options: ['queue-size', 'remind'], need: 'a spool', has: ({ spool }) => spool !== undefined },
  {
    options: ['hook-workers', 'hook-timeout', 'hook-max-age'],
    need: '--hook-stats',
    has: ({ hooks }) => hooks.length > 0,
  },
  {
    options: ['timeout', 'pull-timeout', 'pull-retries', 'pull-interval', 'metrics'],
    need: '--sockets',
    has: ({ endpoints }) => endpoints.length > 0,
  },
];

/** Returns a line for each given option that has no effect beside the others. */
export function listIneffective(settings: Settings, config: Config, plan: Plan): readonly string[] {
  const ofBackend = (['type', 'protocol'] as const).filter(
    flag => settings.backend === undefined && settings[flag] !== undefined && !plan.dryRun,
  );
  const needy = NEEDS.filter(({ has }) => !has(plan)).flatMap(({ options, need }) =>
    options
      .flatMap(option => listPlaces(option, config))
      .map(place => `${place}: does nothing without ${need}`),
  );
  return [
    ...describeSocket(config, plan),
    ...ofBackend.map(flag => `--${flag}: does nothing without --backend`),
    ...new Set(needy),
    ...describeSpool(config, plan),
  ];
}

/** The keys of [statsd] that a unix socket as its server leaves without effect. */
function describeSocket(config: Config, { destinations }: Plan): readonly string[] {
  if (!destinations.some(({ backend }) => backend.protocol === 'unix')) return [];
  return (['statsd.port', 'statsd.protocol'] as const)
    .filter(key => config.isGiven(key))
    .map(key => `${config.where(key)}: does nothing with a unix socket`);
}

/** A spool that nothing waits in. A note of its own, since a run leaves there when it delivered, and a check reads that. */
function describeSpool(config: Config, { spool, destinations, counters, hooks }: Plan): readonly string[] {
  const isUsed = counters === 'delta' || hooks.length > 0 || destinations.length === 0;
  if (spool === undefined || isUsed || destinations.some(({ backend }) => backend.type !== 'statsd'))
    return [];
  return [
    `${config.where('paths.spool')}: keeps no datapoints, as StatsD has no timestamps, and only remembers the last run for hap-monitor check`,
  ];
}

/** Whether some destination has such a protocol; true for a command without destinations, which says nothing about their options. */
function sendsOver({ destinations }: Plan, ...protocols: readonly Backend['protocol'][]): boolean {
  return (
    destinations.length === 0 || destinations.some(({ backend }) => protocols.includes(backend.protocol))
  );
}

/** Lists the places where an option was given: a flag, or file and line. */
function listPlaces(option: keyof typeof OPTIONS, config: Config): readonly string[] {
  const keys = Object.keys(ROWS[option]?.keys ?? {}) as Key[];
  return keys.filter(key => config.isGiven(key)).map(key => config.where(key));
}
