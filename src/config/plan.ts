import { existsSync } from 'node:fs';
import { Failure } from '../errors.ts';
import type { Destination, Plan, SendLimits } from '../plan.ts';
import { checkScope } from './backend.ts';
import { type Config, loadConfig, readConfigFiles } from './config-file.ts';
import { parseEndpoint } from './endpoint.ts';
import { type FlagBackend, listFlags, readFlagBackend } from './flags.ts';
import { readGroups } from './groups.ts';
import { parseHookSources } from './hook-source.ts';
import { fullHostName, shortHostName } from './host.ts';
import { showPlace } from './ini/parse.ts';
import { type KnownFields, readMergeOptions } from './merge-options.ts';
import { OPTIONS, type Settings } from './options.ts';

const BACKENDS = ['graphite', 'statsd'] as const;

/** The config, and the backend of the flags, which is used in place of all of the config's. */
interface ConfigWithFlags extends Config {
  readonly flagBackend: FlagBackend | undefined;
}

/** Reads the config files that the flags name and puts the flags on top. Throws a Failure for what cannot be read. */
export function readConfig(settings: Settings): ConfigWithFlags {
  const files = readConfigFiles(settings.config, settings['config-dir']);
  const flagBackend = readFlagBackend(settings);
  const replaced =
    flagBackend === undefined ? [] : BACKENDS.filter(type => type !== flagBackend.backend.type);
  const config = loadConfig(files, replaced, has => listFlags(settings, flagBackend, has));
  if (flagBackend !== undefined && settings.type === undefined && config.has('graphite')) {
    throw new Failure(
      'usage',
      '--type',
      'the config file has [graphite], and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
    );
  }
  return { ...config, flagBackend };
}

/** Flags and config → everything a run needs to know, times in milliseconds. Throws a Failure for what cannot be. */
export function makePlan(settings: Settings, config: ConfigWithFlags, known: KnownFields): Plan {
  const deadline = settings.deadline * 1000;
  const layout = settings.layout ?? (config.has('graphite') ? 'haproxystats' : 'hap-monitor');
  return {
    endpoints: listEndpoints(settings, config).map(parseEndpoint),
    hooks: parseHookSources(settings['hook-stats'] ?? splitList(config.text('hooks', 'sources'))),
    destinations: listDestinations(settings, config),
    layout,
    host: settings.hostname ?? (layout === 'haproxystats' ? hostInNamespace(config) : shortHostName()),
    keepDots: settings['keep-dots'],
    metrics: settings.metrics,
    merge: readMergeOptions(layout === 'haproxystats' ? settings.metrics : ['default'], config, known),
    groups: readGroups(config),
    read: {
      retries: config.number('pull', 'retries'),
      connectTimeout: config.number('pull', 'timeout') * 1000,
      interval: config.number('pull', 'interval') * 1000,
      // Half of the run at most, so that a silent endpoint never costs the others their delivery.
      total: Math.min(config.number('pull', 'pull-timeout') * 1000, deadline / 2),
    },
    hookLimits: {
      timeout: Math.min(config.number('hooks', 'timeout') * 1000, deadline / 2),
      maxAge: config.number('hooks', 'max-age') * 1000 || Infinity,
    },
    selfMetrics: settings['self-metrics'] || config.flag('process', 'self-metrics'),
    spool: settings.spool ?? spoolOf(config),
    queueSize: config.number('graphite', 'queue-size'),
    dryRun: settings['dry-run'],
    verbose: settings.verbose,
    deadline,
    warnings: config.unknown,
    notes: config.idle,
  };
}

/** With a config file there is a spool, unless its base-dir is haproxystats' own default and is not there. */
function spoolOf(config: Config): string | undefined {
  const isThere = config.has('graphite') && existsSync(config.text('paths', 'base-dir') ?? '');
  return config.has('paths') || isThere ? config.text('paths', 'spool') : undefined;
}

function hostInNamespace(config: Config): string | undefined {
  if (!config.flag('graphite', 'prefix-hostname')) return undefined;
  return config.flag('graphite', 'fqdn') ? fullHostName() : shortHostName();
}

function listEndpoints({ sockets }: Settings, config: Config): readonly string[] {
  if (sockets !== undefined) return sockets;
  const directory = config.text('pull', 'socket-dir');
  const servers = splitList(config.text('pull', 'servers'));
  const named = directory === undefined ? servers : [directory, ...servers];
  if (named.length > 0) return named;
  throw new Failure(
    'usage',
    '--sockets',
    `missing, and no config file has servers or socket-dir in [pull]: ${OPTIONS.sockets.help}`,
  );
}

/** What stands between the commas of an option. */
function splitList(text = ''): readonly string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(Boolean);
}

/** The backend of the flags, or else those of the config file, and the local store. */
function listDestinations(settings: Settings, config: ConfigWithFlags): readonly Destination[] {
  const { flagBackend } = config;
  const network = flagBackend === undefined ? listBackends(config) : [ofFlags(flagBackend, config)];
  const store =
    config.has('local-store') || settings['local-store'] !== undefined
      ? [storeOf(config, network[0]?.scope)]
      : [];
  if (network.length + store.length > 0) return [...network, ...store];
  throw new Failure(
    'usage',
    '--backend',
    `missing, and no config file has [graphite] or [statsd]: ${OPTIONS.backend.help}`,
  );
}

function ofFlags({ backend, scope }: FlagBackend, config: Config): Destination {
  return { backend, scope, limits: sendLimits(config, backend.type) };
}

function listBackends(config: Config): readonly Destination[] {
  return BACKENDS.filter(type => config.has(type)).map(type => ({
    backend: {
      type,
      protocol: config.text(type, 'protocol') === 'udp' ? 'udp' : 'tcp',
      host: config.text(type, 'server') ?? '',
      port: config.number(type, 'port'),
    },
    scope: scopeOf(config, type),
    limits: sendLimits(config, type),
  }));
}

function storeOf(config: Config, scope = scopeOf(config, 'graphite')): Destination {
  const directory = config.text('local-store', 'dir') ?? '';
  return {
    backend: { type: 'graphite', protocol: 'file', directory },
    scope,
    limits: sendLimits(config, 'graphite'),
  };
}

function scopeOf(config: Config, section: 'graphite' | 'statsd'): string {
  const option = section === 'graphite' ? 'namespace' : 'prefix';
  const place = config.value(section, option);
  return checkScope(`${place && showPlace(place)}: [${section}] ${option}`, place?.value ?? '');
}

function sendLimits(config: Config, section: string): SendLimits {
  const milliseconds = (option: string): number => config.number(section, option) * 1000;
  return {
    retries: config.number(section, 'retries'),
    interval: milliseconds('interval'),
    backoff: config.number(section, 'backoff'),
    connectTimeout: milliseconds('connect-timeout'),
    writeTimeout: milliseconds('write-timeout'),
    confirmTimeout: milliseconds('confirm-timeout'),
    confirm: config.text(section, 'confirm') === 'sent' ? 'sent' : 'close',
    udpRate: config.number(section, 'udp-rate'),
  };
}
