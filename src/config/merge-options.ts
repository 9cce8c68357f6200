import type { MergeOptions, Selection } from '../plan.ts';
import type { Config } from './config.ts';
import { readSmallFile } from './read-file.ts';

/** What the merged layout sends, from [process]; field names of `--metrics` win over those of each kind. */
export async function readMergeOptions(config: Config): Promise<MergeOptions> {
  const metrics = config.get('process.metrics');
  const chosen = metrics.some(name => name === 'all' || name === 'default') ? undefined : new Set(metrics);
  const select = (names: readonly string[] | undefined): Selection =>
    chosen ?? (names ? new Set(names) : 'all');
  return {
    fields: {
      daemon: chosen ?? 'all',
      frontend: select(config.get('process.frontend-metrics')),
      backend: select(config.get('process.backend-metrics')),
      server: select(config.get('process.server-metrics')),
    },
    aggregation: config.get('process.aggregation'),
    perProcess: config.get('process.per-process-metrics'),
    percentages: config.get('process.calculate-percentages'),
    aggregateServers: config.get('process.aggr-server-metrics'),
    status: chosen?.has('status') ?? config.get('process.status-metrics'),
    excludeFrontends: await readExclusions(config, 'process.exclude-frontends'),
    excludeBackends: await readExclusions(config, 'process.exclude-backends'),
  };
}

/** A file with a proxy's name on each line; the rest of a line behind a # is a comment. */
async function readExclusions(
  config: Config,
  key: 'process.exclude-frontends' | 'process.exclude-backends',
): Promise<ReadonlySet<string>> {
  const path = config.get(key);
  if (path === undefined) return new Set();
  const text = await readSmallFile(`${config.where(key)}: ${path}`, path);
  const names = text.split('\n').map(line => line.replace(/#.*/, '').trim());
  return new Set(names.filter(Boolean));
}
