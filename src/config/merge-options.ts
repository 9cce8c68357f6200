import { isField } from '../fields.ts';
import type { MergeOptions } from '../plan.ts';
import type { Config } from './config.ts';
import { expected } from './value.ts';

/** Builds the merged layout's options from [process]. Throws a Failure for a list with a field that no HAProxy has. */
export function readMergeOptions(config: Config): MergeOptions {
  const listOf = (kind: keyof MergeOptions['lists']) => {
    const key = `process.${kind}-metrics` as const;
    const names = config.get(key);
    const stranger = names?.find(name => !isField(name));
    if (stranger !== undefined) throw expected(config.where(key), "names of HAProxy's fields", stranger);
    return names && { [kind]: new Set(names) };
  };
  return {
    lists: { ...listOf('frontend'), ...listOf('backend'), ...listOf('server') },
    aggregation: config.get('process.aggregation'),
    perProcess: config.get('process.per-process-metrics'),
    percentages: config.get('process.calculate-percentages'),
    aggregateServers: config.get('process.aggr-server-metrics'),
    status: config.get('process.status-metrics'),
  };
}
