import { existsSync } from 'node:fs';
import { Failure } from '../errors.ts';
import type { Destination, LayoutName, NetworkBackend, Plan, Receiver, SendLimits } from '../plan.ts';
import {
  checkProtocol,
  checkScope,
  chooseBackend,
  DEFAULT_SCOPE,
  isSocket,
  parseHost,
  parseSocketPath,
} from './backend.ts';
import type { Config } from './config.ts';
import { parseEndpoint } from './endpoint.ts';
import { readFilter } from './filter.ts';
import { typeOf } from './flags.ts';
import { readGroups } from './groups.ts';
import { parseHookSources } from './hook-source.ts';
import { fullHostName, shortHostName } from './host.ts';
import { nameLine } from './line.ts';
import { readMergeOptions } from './merge-options.ts';
import type { Command } from './options/option.ts';
import type { Key, Settings } from './options.ts';
import { readTags } from './tags.ts';
import { readTrust, trusting } from './trust.ts';

/** Whether a command sends, and so needs a destination. */
const SENDS: Readonly<Record<Command, boolean>> = {
  run: true,
  check: false,
  show: false,
  config: true,
};

/** Returns the layout in force: if none is given, haproxystats for a file with [graphite], which is that program's. */
export function chooseLayout(config: Config): LayoutName {
  return config.get('process.layout') ?? (config.has('graphite') ? 'haproxystats' : 'hap-monitor');
}

/** Builds the plan from flags and config, times in milliseconds. Throws a Failure for settings that contradict each other. */
export async function makePlan(command: Command, settings: Settings, config: Config): Promise<Plan> {
  const deadline = settings.deadline * 1000;
  const layout = chooseLayout(config);
  const settled: Omit<Plan, 'line'> = {
    ...(await readSources(config)),
    destinations: SENDS[command] ? await chooseDestinations(settings, config) : listDestinations(config),
    layout,
    host:
      config.get('process.hostname') ??
      (layout === 'haproxystats' ? hostInNamespace(config) : shortHostName()),
    keepDots: config.get('process.keep-dots'),
    processName: config.get('process.process-name'),
    tags: readTags(config),
    metrics: config.get('process.metrics'),
    filter: await readFilter(config),
    maxDatapoints: config.get('process.max-datapoints') ?? Infinity,
    merge: readMergeOptions(config),
    groups: await readGroups(config),
    read: {
      retries: readRetries(config, 'pull.retries'),
      connectTimeout: config.get('pull.timeout') * 1000,
      interval: config.get('pull.interval') * 1000,
      // Half of the run at most, so that a silent endpoint never costs the others their delivery.
      total: Math.min(config.get('pull.pull-timeout') * 1000, deadline / 2),
    },
    hookLimits: {
      timeout: Math.min(config.get('hooks.timeout') * 1000, deadline / 2),
      maxAge: config.get('hooks.max-age') * 1000 || Infinity,
      workers: config.get('hooks.workers'),
    },
    selfMetrics: config.get('process.self-metrics'),
    spool: findSpool(config),
    queueSize: config.get('graphite.queue-size'),
    remind: config.get('graphite.remind') * 60,
    counters: readCounters(config, findSpool(config)),
    dryRun: settings['dry-run'],
    verbosity: settings.verbose,
    deadline,
    warnings: config.warnings,
    notes: config.notes,
  };
  const plan = { ...settled, line: nameLine(settled) };
  if (command === 'run' && !settings.verbose) return plan;
  const { listIneffective } = await import('./ineffective.ts');
  return { ...plan, notes: [...plan.notes, ...listIneffective(settings, config, plan)] };
}

/** Parses the endpoints and the hook sources; throws a Failure if there is none of either. */
export async function readSources(config: Config): Promise<Pick<Plan, 'endpoints' | 'hooks'>> {
  const trust = await readTrust(config);
  const endpoints = listEndpoints(config).map(({ where, text }) =>
    trusting(parseEndpoint(text, where), trust),
  );
  const sources = parseHookSources(config.get('hooks.sources') ?? [], config.where('hooks.sources'));
  const hooks = sources.map(source => trusting(source, trust));
  if (endpoints.length + hooks.length > 0) return { endpoints, hooks };
  throw new Failure('usage', '--sockets', NO_SOURCE);
}

/**
 * Returns the destinations, one at least, with the credentials of those over TLS. If none is configured, a dry run gets one
 * on localhost of the type that `--type` names, to which nothing is sent; any other run throws a Failure.
 */
export async function chooseDestinations(
  settings: Settings,
  config: Config,
): Promise<readonly Destination[]> {
  const destinations = listDestinations(config);
  if (destinations.some(({ backend }) => backend.protocol === 'tls')) {
    const { giveCredentials } = await import('./credentials.ts');
    return await giveCredentials(destinations, config);
  }
  if (destinations.length > 0) return destinations;
  if (!settings['dry-run']) throw new Failure('usage', '--backend', NO_BACKEND);
  const backend = chooseBackend(
    { host: 'localhost', port: undefined },
    typeOf(settings.type),
    settings.protocol,
  );
  return [{ backend, scope: DEFAULT_SCOPE, limits: readSendLimits(config, backend.type) }];
}

const NO_SOURCE =
  'missing; give the socket, or the URL of the stats page, of an HAProxy, or --hook-stats, or in a config file servers or socket-dir in [pull]; see --help';

const NO_BACKEND =
  'missing; give host[:port][::scope], or a config file with [graphite] or [statsd], or --dry-run; see --help';

/** Reads retries; as in haproxystats -1 is for ever, as long as there is time. */
function readRetries(config: Config, key: `${'pull' | NetworkBackend['type']}.retries`): number {
  const retries = config.get(key);
  return retries === -1 ? Infinity : retries;
}

/** Reads `counters`; increases need a spool, where each run stores its totals. */
function readCounters(config: Config, spool: string | undefined): Plan['counters'] {
  const counters = config.get('statsd.counters');
  if (counters === 'delta' && spool === undefined)
    throw new Failure(
      'usage',
      config.where('statsd.counters'),
      'delta needs --spool, where a run leaves its totals for the next',
    );
  return counters;
}

/** Finds the spool: [paths] switches it on, and so does [graphite] unless base-dir is haproxystats' own default and not there. */
function findSpool(config: Config): string | undefined {
  const isThere = config.has('graphite') && existsSync(config.get('paths.base-dir'));
  return config.uses('paths') || isThere ? config.get('paths.spool') : undefined;
}

function hostInNamespace(config: Config): string | undefined {
  if (!config.get('graphite.prefix-hostname')) return undefined;
  return config.get('graphite.fqdn') ? fullHostName() : shortHostName();
}

/** Returns the endpoints as given, each with its place for messages. */
export function listEndpoints(config: Config): readonly { readonly where: string; readonly text: string }[] {
  const directory = config.get('pull.socket-dir');
  const texts = [...(directory === undefined ? [] : [directory]), ...(config.get('pull.servers') ?? [])];
  const where = (text: string) => config.where(text === directory ? 'pull.socket-dir' : 'pull.servers');
  return texts.map(text => ({ text, where: where(text) }));
}

/** Lists the backends, and the local store, which has the paths of the first backend. */
function listDestinations(config: Config): readonly Destination[] {
  const network = config.backends.map(type => ({
    backend: readBackend(config, type),
    scope: readScope(config, type),
    limits: readSendLimits(config, type),
  }));
  if (!config.uses('local-store')) return network;
  const directory = config.get('local-store.dir');
  const store: Destination = {
    backend: { type: 'graphite', protocol: 'file', directory },
    scope: network[0]?.scope ?? readScope(config, 'graphite'),
    limits: { ...readSendLimits(config, 'graphite'), retries: 0 }, // a disk is not well again in a second
  };
  return [...network, store];
}

function readBackend(config: Config, type: Receiver['type']): Receiver {
  const [where, server] = [config.where(`${type}.server`), config.get(`${type}.server`)];
  if (type === 'statsd' && isSocket(server))
    return { type, protocol: 'unix', path: parseSocketPath(where, server) };
  return {
    type,
    protocol: checkProtocol(config.where(`${type}.protocol`), type, config.get(`${type}.protocol`)),
    host: parseHost(where, server),
    port: config.get(`${type}.port`),
  };
}

const SCOPES = { graphite: 'graphite.namespace', statsd: 'statsd.prefix' } as const satisfies Record<
  NetworkBackend['type'],
  Key
>;

function readScope(config: Config, type: NetworkBackend['type']): string {
  return checkScope(config.where(SCOPES[type]), config.get(SCOPES[type]));
}

function readSendLimits(config: Config, type: NetworkBackend['type']): SendLimits {
  return {
    retries: readRetries(config, `${type}.retries`),
    interval: config.get(`${type}.interval`) * 1000,
    backoff: config.get(`${type}.backoff`),
    connectTimeout: config.get(`${type}.connect-timeout`) * 1000,
    writeTimeout: config.get(`${type}.write-timeout`) * 1000,
    confirmTimeout: config.get(`${type}.confirm-timeout`) * 1000,
    confirm: config.get(`${type}.confirm`),
    udpRate: config.get(`${type}.udp-rate`),
  };
}
