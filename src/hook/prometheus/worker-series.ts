import type { HookSeries } from '../../types.ts';
import type { Yield } from '../slices.ts';
import { startOfProcess } from './process-start.ts';
import { QUANTILE_NAMES } from './quantiles.ts';
import type { PrometheusRow } from './row.ts';
import { shapeRows } from './series.ts';
import { labelOf, type PrometheusPage } from './text.ts';
import { judgeWorkers } from './workers.ts';

/** The figures of one worker, by its identity on the page. */
export type WorkerSeries = Omit<HookSeries, 'app' | 'worker'> & { readonly id: string };

/**
 * Returns a page's series for each live worker, in the order in which the workers were started. A worker is identified by the
 * label `worker_id` or, on a page without, by `pid`. Leaves out quantiles: one worker has too few requests.
 */
export async function shapeWorkers(
  page: PrometheusPage,
  local: boolean,
  takeTurn: Yield,
): Promise<readonly WorkerSeries[]> {
  const { isLive } = await judgeWorkers(page, local, takeTurn);
  const label = page.rows.some(row => labelOf(row, 'worker_id') !== undefined) ? 'worker_id' : 'pid';
  const rowsOf = new Map<string, PrometheusRow[]>();
  const gone = new Set<string>();
  for (const row of page.rows) {
    const id = labelOf(row, label);
    if (id === undefined) continue;
    const rows = rowsOf.get(id) ?? [];
    rows.push(row);
    rowsOf.set(id, rows);
    if (!isLive(row)) gone.add(id); // its counters may have no label that tells
  }
  const live = [...rowsOf.keys()].filter(id => !gone.has(id)).map(id => ({ id, born: birthOf(id) }));
  live.sort((one, other) => one.born[0] - other.born[0] || one.born[1] - other.born[1]);
  const series: WorkerSeries[] = [];
  for (const { id } of live) {
    const rows = rowsOf.get(id) ?? [];
    for (const { metric, labels, figures } of await shapeRows({ ...page, rows }, () => true, takeTurn)) {
      const kept = new Map([...figures].filter(([name]) => !QUANTILE_NAMES.has(name)));
      series.push({ id, metric, labels, figures: kept });
    }
  }
  return series;
}

/** Seconds since the epoch, as far as they are known, and what orders workers of one second. */
function birthOf(id: string): readonly [start: number, order: number] {
  const [, age, start] = /^worker_(\d+)_(\d+)$/.exec(id) ?? [];
  return start === undefined ? [startOfProcess(id) ?? 0, Number(id) || 0] : [Number(start), Number(age)];
}
