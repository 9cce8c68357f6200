import { LONGEST_LABEL, LONGEST_LINE, MOST_LABELS, type Share, shareOf } from '../limits.ts';
import type { Yield } from '../slices.ts';
import { type PrometheusRow, parseRow } from './row.ts';

/** A page in Prometheus' text format 0.0.4, or in OpenMetrics. */
export interface PrometheusPage {
  /** Metric types by name: counter, gauge, histogram, summary, untyped, ... */
  readonly types: ReadonlyMap<string, string>;
  /** The last row of each series. */
  readonly rows: readonly PrometheusRow[];
}

/** A comment, or nothing. */
const NO_ROW = /^[ \t]*(#|$)/;
const TYPE = /^#[ \t]+TYPE[ \t]+(\S+)[ \t]+(\S+)/;

/** gunicorn-prometheus-exporter adds a row to this metric for each second in which a worker served, and never removes one. */
export const WORKER_STATE = 'gunicorn_worker_state';

/**
 * Parses a page. HELP, TYPE and series may be repeated. Throws an Error that names the first line that is neither a comment
 * nor a row, so that a damaged page is never used.
 */
export async function parsePrometheus(
  text: string,
  takeTurn: Yield,
  share: Share = shareOf(1),
): Promise<PrometheusPage> {
  const types = new Map<string, string>();
  const rows = new Map<string, PrometheusRow>();
  let [number, kept] = [0, 0];
  for (const line of splitLines(text)) {
    number++;
    const turn = takeTurn();
    if (turn !== undefined) await turn;
    if (NO_ROW.test(line)) addType(types, line);
    else {
      const row = parseRow(limitLine(line, number)) ?? refuse(line, number, types.size + rows.size === 0);
      checkSize(row, number);
      const before = rows.size;
      addRow(rows, row);
      kept += (rows.size - before) * line.length;
    }
    if (Math.max(rows.size, types.size) > share.rows || kept > share.characters)
      throw new Error(share.tooManyRows);
  }
  if (!text.endsWith('\n')) throw new Error('is cut short: its last line does not end');
  return { types, rows: [...rows.values()] };
}

function* splitLines(text: string): Iterable<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
  }
}

function addType(types: Map<string, string>, line: string): void {
  if (line.length > LONGEST_LINE) return;
  const [, name = '', type = ''] = TYPE.exec(line) ?? [];
  const [, quoted = name] = /^"(.*)"$/.exec(name) ?? [];
  if (type !== '') types.set(quoted, type);
}

function limitLine(line: string, number: number): string {
  if (line.length <= LONGEST_LINE) return line;
  throw new Error(`line ${number} is longer than ${LONGEST_LINE} characters, the limit`);
}

function refuse(line: string, number: number, isFirst: boolean): never {
  const shown = JSON.stringify(line.slice(0, 60));
  if (isFirst) throw new Error(`is neither JSON of gstats nor Prometheus text: line ${number} is ${shown}`);
  throw new Error(`is damaged or cut short: line ${number} is not Prometheus text: ${shown}`);
}

function checkSize({ name, labels }: PrometheusRow, number: number): void {
  if (labels.length > MOST_LABELS)
    throw new Error(`line ${number} has ${labels.length} labels, the limit is ${MOST_LABELS}`);
  const isLong = (text: string): boolean => text.length > LONGEST_LABEL;
  if (isLong(name) || labels.some(([label]) => isLong(label)))
    throw new Error(`line ${number}: a name is longer than ${LONGEST_LABEL} characters, the limit`);
  const long = labels.find(([, value]) => isLong(value));
  if (long !== undefined)
    throw new Error(
      `line ${number}: the label ${long[0].slice(0, 100)} is longer than ${LONGEST_LABEL} characters, the limit`,
    );
}

/** Keeps the last row of each series. */
function addRow(rows: Map<string, PrometheusRow>, row: PrometheusRow): void {
  if (row.name === WORKER_STATE) addState(rows, row);
  else rows.set(JSON.stringify([row.name, row.labels]), row);
}

/** Keeps the newest state of each worker, and within a second the one that it ends in. */
function addState(rows: Map<string, PrometheusRow>, row: PrometheusRow): void {
  const key = `${WORKER_STATE} ${labelOf(row, 'worker_id')}`;
  const before = rows.get(key);
  const later = Number(labelOf(row, 'timestamp')) - Number(labelOf(before, 'timestamp'));
  const isNewer = later > 0 || (later === 0 && labelOf(before, 'state') === 'running');
  if (before === undefined || isNewer) rows.set(key, row);
}

/** Returns the value of a row's label; undefined if there is none. */
export function labelOf(row: PrometheusRow | undefined, label: string): string | undefined {
  return row?.labels.find(([name]) => name === label)?.[1];
}
