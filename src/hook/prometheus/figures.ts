import { nameQuantile, nameQuantiles } from './quantiles.ts';
import type { Labels } from './row.ts';

export type MetricKind = 'gauge' | 'number' | 'histogram' | 'summary';

/** The rows that become one series when the labels of workers are left out. */
export interface MetricGroup {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Labels;
  /** Values by part: `sum`, `count`, the bound of a bucket, the quantile; '' for a metric without parts. */
  readonly parts: Map<string, number[]>;
}

/** A worker updates its uptime only when it serves, so the longest of several is the nearest to the truth. */
const UPTIME = 'gunicorn_worker_uptime_seconds';

/** Lists a group's figures by name, some perhaps not finite; the figure of a metric that is one number has the name ''. */
export function listFigures({ metric, kind, parts }: MetricGroup): readonly (readonly [string, number])[] {
  const values = parts.get('') ?? [];
  if (metric === UPTIME) return [['', values.reduce((a, b) => Math.max(a, b), 0)]];
  if (kind === 'gauge' || kind === 'number') return [['', sum(values)]];
  const [count, total] = [sum(parts.get('count')), sum(parts.get('sum'))];
  const quantiles = kind === 'histogram' ? nameQuantiles(bucketsOf(parts)) : listQuantiles(parts);
  return [['count', count], ['sum', total], ['avg', total / count], ...quantiles];
}

/** Adds up; NaN for nothing, and for values with a NaN. */
function sum(values: readonly number[] = [NaN]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Counts a histogram's observations at or below each bound. Leaves out a bucket whose bound or count is no number. */
export function bucketsOf(parts: MetricGroup['parts']): ReadonlyMap<number, number> {
  const buckets = bounds(parts).map(bound => [toBound(bound), sum(parts.get(bound))] as const);
  return new Map(buckets.filter(([bound, count]) => bound > -Infinity && Number.isFinite(count)));
}

/** Lists the quantiles of a single worker; those of several cannot be merged. */
function listQuantiles(parts: MetricGroup['parts']): readonly (readonly [string, number])[] {
  const single = bounds(parts).filter(quantile => parts.get(quantile)?.length === 1);
  return single.map(quantile => [nameQuantile(Number(quantile)), sum(parts.get(quantile))]);
}

function bounds(parts: MetricGroup['parts']): readonly string[] {
  return [...parts.keys()].filter(part => part !== 'count' && part !== 'sum');
}

/** Parses a bucket's upper bound; NaN or -Infinity for a text that is none. */
export function toBound(text: string): number {
  return /^\+?inf$/i.test(text) ? Infinity : Number(text.trim() || NaN);
}
