import { parseJson } from '../../json.ts';
import { LONGEST_LABEL, MOST_LABELS, type Share, shareOf } from '../../limits.ts';
import { toBound } from '../figures.ts';
import type { Labels, PrometheusRow } from '../row.ts';
import type { PrometheusPage } from '../text.ts';

/** A value of one process, as prometheus_client's multiprocess mode and its imitators keep it. */
export interface ProcessValue {
  /** The metric's type: counter, gauge, histogram or summary. */
  readonly type: string;
  /** The way to merge a gauge, e.g. `livesum`; '' for other types. */
  readonly mode: string;
  readonly pid: string;
  /** A JSON list: the metric's name, the row's name, the labels by name, perhaps more. */
  readonly key: string;
  readonly value: number;
  /** Seconds since the epoch; 0 if they are not kept. */
  readonly timestamp: number;
}

/** Merges the values of many processes, added one by one. */
export interface ValueMerge {
  /** Adds a value. Throws an Error for one that no such program writes, and for too many. */
  add(value: ProcessValue): void;
  pages(): MergedPages;
}

/** The merged values. */
export interface MergedPages {
  /** Makes the page that the program itself would show. */
  readonly page: PrometheusPage;
  /** The page of values that are not merged, each with the label `pid`; absent unless it was asked for. */
  readonly processes?: PrometheusPage;
}

interface TimedRow {
  readonly row: PrometheusRow;
  readonly timestamp: number;
}

type Combine = (one: TimedRow, other: TimedRow) => TimedRow;

const addUp: Combine = (one, other) => withValue(one, one.row.value + other.row.value);

/** prometheus_client's multiprocess.py: the ways of `live…` are the same, over processes that run. */
const GAUGES: Readonly<Record<string, Combine>> = {
  all: (_, other) => other,
  min: (one, other) => (other.row.value < one.row.value ? other : one),
  max: (one, other) => (other.row.value > one.row.value ? other : one),
  sum: addUp,
  mostrecent: (one, other) => (other.timestamp > one.timestamp ? other : one),
};

const isOfAll = (mode: string): boolean => mode.replace(/^live/, '') === 'all';

/** Returns an empty merge; with `perProcess` it keeps the values of each process as well. */
export function startMerge(perProcess: boolean, share: Share = shareOf(1)): ValueMerge {
  const readKey = rememberKeys(share);
  const page = startPage(readKey, share, (type, mode) => type === 'gauge' && isOfAll(mode));
  if (!perProcess) return { add: page.add, pages: () => ({ page: page.page() }) };
  const processes = startPage(readKey, share, () => true);
  return {
    add(value) {
      page.add(value);
      processes.add(value);
    },
    pages: () => ({ page: page.page(), processes: processes.page() }),
  };
}

/** A page that grows; `keepsPid` says which rows of it are a process' own. */
function startPage(
  readKey: (text: string) => Key,
  share: Share,
  keepsPid: (type: string, mode: string) => boolean,
): { add(value: ProcessValue): void; page(): PrometheusPage } {
  const types = new Map<string, string>();
  const entries = new Map<string, TimedRow>();
  return {
    add({ type, mode, pid, key, value, timestamp }) {
      const { metric, name, labels: own } = readKey(key);
      const labels = keepsPid(type, mode) ? sorted([...own, ['pid', pid]]) : own;
      types.set(metric, type);
      const id = JSON.stringify([name, labels]);
      const entry = { row: { name, labels, value }, timestamp };
      const before = entries.get(id);
      entries.set(id, before === undefined ? entry : combineOf(type, mode)(before, entry));
      if (entries.size > share.rows) throw new Error(share.tooManyRows);
    },
    page: () => ({
      types,
      rows: stackBuckets(
        types,
        Array.from(entries.values(), ({ row }) => row),
      ),
    }),
  };
}

function combineOf(type: string, mode: string): Combine {
  if (type !== 'gauge') return addUp;
  const combine = GAUGES[mode.replace(/^live/, '')];
  if (combine === undefined) throw new Error('has a gauge of a mode that is unknown here');
  return combine;
}

function withValue({ row, timestamp }: TimedRow, value: number): TimedRow {
  return { row: { ...row, value }, timestamp };
}

interface Key {
  readonly metric: string;
  readonly name: string;
  readonly labels: Labels;
}

/** Parses each key once: all processes have the same ones. */
function rememberKeys(share: Share): (text: string) => Key {
  const keys = new Map<string, Key>();
  let kept = 0;
  return text => {
    const known = keys.get(text);
    if (known !== undefined) return known;
    const key = parseKey(text);
    keys.set(text, key);
    kept += text.length;
    if (keys.size > share.rows || kept > share.characters) throw new Error(share.tooManyRows);
    return key;
  };
}

function parseKey(text: string): Key {
  const [metric, name, labels] = toList(text);
  const pairs = Object.entries(typeof labels === 'object' && labels !== null ? labels : {});
  const isSmall = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= LONGEST_LABEL;
  if (!isSmall(metric) || !isSmall(name) || pairs.length > MOST_LABELS || !pairs.flat().every(isSmall))
    throw new Error('has a key that is not the name and the labels of a metric, or one beyond the limits');
  return { metric, name, labels: sorted(pairs) };
}

function toList(text: string): readonly unknown[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value : [];
}

function sorted(labels: Labels): Labels {
  return labels.filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Adds to each bucket those below it: a row here counts its own bucket alone, one on a page all below. The last is the count. */
function stackBuckets(
  types: ReadonlyMap<string, string>,
  rows: readonly PrometheusRow[],
): readonly PrometheusRow[] {
  const plain: PrometheusRow[] = [];
  const histograms = new Map<string, PrometheusRow[]>();
  for (const row of rows) {
    const metric = row.name.replace(/_bucket$/, '');
    if (metric === row.name || types.get(metric) !== 'histogram') plain.push(row);
    else {
      const id = JSON.stringify([metric, withoutBound(row.labels)]);
      const buckets = histograms.get(id) ?? [];
      buckets.push(row);
      histograms.set(id, buckets);
    }
  }
  return [...plain, ...Array.from(histograms.values(), stack).flat()];
}

function stack(buckets: PrometheusRow[]): readonly PrometheusRow[] {
  let count = 0;
  const stacked = buckets
    .filter(row => boundOf(row) > -Infinity)
    .sort((one, other) => boundOf(one) - boundOf(other))
    .map(row => {
      count += row.value;
      return { ...row, value: count };
    });
  const [{ name, labels } = { name: '', labels: [] }] = buckets;
  return [
    ...stacked,
    { name: name.replace(/_bucket$/, '_count'), labels: withoutBound(labels), value: count },
  ];
}

function withoutBound(labels: Labels): Labels {
  return labels.filter(([name]) => name !== 'le');
}

function boundOf({ labels }: PrometheusRow): number {
  return toBound(labels.find(([name]) => name === 'le')?.[1] ?? '');
}
