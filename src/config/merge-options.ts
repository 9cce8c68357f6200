import { readFileSync } from 'node:fs';
import { Failure, reason } from '../errors.ts';
import type { MergeOptions, Selection } from '../plan.ts';
import type { Config } from './config-file.ts';
import { failAt } from './ini/parse.ts';

type Kind = keyof MergeOptions['fields'];

/** The names that each kind has, for messages about others. */
export type KnownFields = (kind: Kind) => readonly string[];

/** What the merged layout sends, from [process]; field names of `--metrics` win over those of the file. */
export function readMergeOptions(
  metrics: readonly string[],
  config: Config,
  known: KnownFields,
): MergeOptions {
  const chosen = readFlag(metrics, known);
  const fields = (kind: Exclude<Kind, 'daemon'>): Selection => chosen ?? readFields(config, kind, known);
  return {
    fields: {
      daemon: chosen ?? 'all',
      frontend: fields('frontend'),
      backend: fields('backend'),
      server: fields('server'),
    },
    aggregation: config.text('process', 'aggregation') === 'by-kind' ? 'by-kind' : 'haproxystats',
    perProcess: config.flag('process', 'per-process-metrics'),
    percentages: config.flag('process', 'calculate-percentages'),
    aggregateServers: config.flag('process', 'aggr-server-metrics'),
    status: chosen?.has('status') ?? config.flag('process', 'status-metrics'),
    excludeFrontends: readExclusions(config, 'exclude-frontends'),
    excludeBackends: readExclusions(config, 'exclude-backends'),
  };
}

/** The names of `--metrics`; undefined where it says `default` or `all`, which are the same here. */
function readFlag(metrics: readonly string[], known: KnownFields): ReadonlySet<string> | undefined {
  if (metrics.some(name => name === 'all' || name === 'default')) return undefined;
  const kinds = ['daemon', 'frontend', 'backend', 'server'] as const;
  const names = new Set(['status', ...kinds.flatMap(known)]);
  const stranger = metrics.find(name => !names.has(name));
  if (stranger === undefined) return new Set(metrics);
  throw new Failure(
    'usage',
    '--metrics',
    `layout haproxystats has no field ${JSON.stringify(stranger)}; it has ${[...names].join(' ')}`,
  );
}

function readFields(config: Config, kind: Kind, known: KnownFields): Selection {
  const option = `${kind}-metrics`;
  const place = config.value('process', option);
  const names = place?.value.split(/\s+/).filter(Boolean) ?? [];
  if (place === undefined || names.length === 0) return 'all';
  const stranger = names.find(name => !known(kind).includes(name));
  if (stranger === undefined) return new Set(names);
  throw failAt(
    place,
    `[process] ${option}: expected names out of ${known(kind).join(' ')}, got ${JSON.stringify(stranger)}`,
  );
}

/** A file with a proxy's name on each line; what follows a # is a comment. */
function readExclusions(config: Config, option: string): ReadonlySet<string> {
  const place = config.value('process', option);
  if (place === undefined || place.value === '') return new Set();
  try {
    const lines = readFileSync(place.value, 'utf8').split('\n');
    return new Set(lines.map(line => line.replace(/#.*/, '').trim()).filter(Boolean));
  } catch (error) {
    throw failAt(place, `[process] ${option}: ${place.value} cannot be read: ${reason(error)}`);
  }
}
