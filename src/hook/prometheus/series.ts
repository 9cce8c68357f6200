import type { HookSeries } from '../../types.ts';
import type { Yield } from '../slices.ts';
import { bucketsOf, listFigures, type MetricGroup, type MetricKind } from './figures.ts';
import type { PrometheusRow } from './row.ts';
import { labelOf, type PrometheusPage, WORKER_STATE } from './text.ts';
import { judgeWorkers } from './workers.ts';

/** Labels that differ between the workers of an application and change with each restart: they never enter a path. */
const PER_WORKER = new Set(['worker_id', 'pid', 'timestamp']);

/** The label that tells the parts of one metric apart. */
const PART_LABEL: Readonly<Record<MetricKind, string | undefined>> = {
  gauge: undefined,
  number: undefined,
  histogram: 'le',
  summary: 'quantile',
};

/**
 * Sums a page's series over the workers: counters, histograms and summaries over all workers ever, gauges over those that
 * live. An uptime, which only grows old, is the longest. Leaves out numbers that are not finite. `local` says that the page
 * is about this machine.
 */
export async function shapePage(
  page: PrometheusPage,
  local: boolean,
  takeTurn: Yield,
): Promise<readonly Omit<HookSeries, 'app'>[]> {
  const { isLive, states } = await judgeWorkers(page, local, takeTurn);
  const workers = Array.from(states, ([state, count]) => ({
    metric: WORKER_STATE,
    labels: [['state', state]] as const,
    figures: new Map([['', count]]),
  }));
  return [...(await shapeRows(page, isLive, takeTurn)), ...workers];
}

/** Sums a page's series over all rows; gauges only over rows for which `isLive` is true. */
export async function shapeRows(
  { rows, types }: PrometheusPage,
  isLive: (row: PrometheusRow) => boolean,
  takeTurn: Yield,
): Promise<readonly Omit<HookSeries, 'app'>[]> {
  const groups = new Map<string, MetricGroup>();
  for (const row of rows) {
    const turn = takeTurn();
    if (turn !== undefined) await turn;
    if (row.name === WORKER_STATE || isCreated(row.name, types)) continue;
    const { metric, kind, part } = classify(row, types);
    if (kind === 'gauge' && !isLive(row)) continue;
    const labels = row.labels.filter(([name]) => !PER_WORKER.has(name) && name !== PART_LABEL[kind]);
    const key = JSON.stringify([metric, labels]);
    const group = groups.get(key) ?? { metric, kind, labels, parts: new Map() };
    const values = group.parts.get(part) ?? [];
    values.push(row.value);
    group.parts.set(part, values);
    groups.set(key, group);
  }
  return Array.from(groups.values(), group => ({
    metric: group.metric,
    labels: group.labels,
    figures: new Map(listFigures(group).filter(([, value]) => Number.isFinite(value))),
    ...(group.kind === 'histogram' && { buckets: bucketsOf(group.parts) }),
  }));
}

/** A counter's time of creation is no figure of the application. */
function isCreated(name: string, types: PrometheusPage['types']): boolean {
  const [, of] = /^(.+)_created$/.exec(name) ?? [];
  if (of === undefined) return false;
  return types.has(`${of}_total`) || /^(counter|histogram|summary)$/.test(types.get(of) ?? '');
}

/** Returns a row's metric and, if the metric has parts, which of them it is. */
function classify(
  row: PrometheusRow,
  types: PrometheusPage['types'],
): { readonly metric: string; readonly kind: MetricKind; readonly part: string } {
  const { name } = row;
  const type = types.get(name);
  if (type === 'summary') return { metric: name, kind: 'summary', part: labelOf(row, 'quantile') ?? '' };
  const [, of = '', part = ''] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? [];
  const whole = type === undefined ? types.get(of) : undefined;
  if (whole === 'histogram' || whole === 'summary')
    return { metric: of, kind: whole, part: part === 'bucket' ? (labelOf(row, 'le') ?? '') : part };
  return { metric: name, kind: type === 'gauge' ? 'gauge' : 'number', part: '' };
}
