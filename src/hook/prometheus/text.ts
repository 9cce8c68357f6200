import { LONGEST_LABEL, MOST_LABELS, MOST_ROWS } from '../limits.ts';

/** A page in Prometheus' text format 0.0.4, or in OpenMetrics. */
export interface PrometheusPage {
  /** Metric types by name: counter, gauge, histogram, summary, untyped, ... */
  readonly types: ReadonlyMap<string, string>;
  /** Of a series that stands there several times, the last row. */
  readonly rows: readonly PrometheusRow[];
}

/** One row that holds a value. */
export interface PrometheusRow {
  readonly name: string;
  /** Sorted by name. Empty ones are left out, which to Prometheus is the same. */
  readonly labels: Labels;
  readonly value: number;
}

export type Labels = readonly (readonly [name: string, value: string])[];

const NAME = /[ \t]*([a-z_:][\w:]*)[ \t]*/iy;
const LABEL = /[ \t]*([a-z_]\w*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*(?:,|(?=\}))/iy;
const LABELS_END = /[ \t]*\}/y;
// What follows the value, a timestamp and after a # an exemplar, says nothing about it.
const VALUE =
  /[ \t]*([+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan))(?:[ \t]+-?\d+(?:\.\d+)?)?[ \t]*(?:#.*)?$/iy;
const TYPE = /^#[ \t]+TYPE[ \t]+(\S+)[ \t]+(\S+)/;

/** gunicorn-prometheus-exporter adds a row to this one for each second in which a worker served, and never takes one away. */
export const WORKER_STATE = 'gunicorn_worker_state';

/**
 * Reads a page. HELP and TYPE may be repeated, series as well. Throws an Error that names the line for what is neither a
 * comment nor a row, so that nothing of a damaged page gets out.
 */
export function parsePrometheus(text: string): PrometheusPage {
  const types = new Map<string, string>();
  const rows = new Map<string, PrometheusRow>();
  let number = 0;
  for (const line of splitLines(text)) {
    number++;
    if (/^[ \t]*(#|$)/.test(line)) {
      const [, name = '', type = ''] = TYPE.exec(line) ?? [];
      if (type !== '') types.set(name, type);
      continue;
    }
    const row = parseRow(line) ?? refuse(line, number, types.size + rows.size === 0);
    checkLabels(row, number);
    addRow(rows, row);
    if (rows.size > MOST_ROWS)
      throw new Error(`holds more than ${MOST_ROWS} rows, the limit for a hook snapshot`);
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

function parseRow(line: string): PrometheusRow | undefined {
  const name = matchAt(NAME, line, 0);
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  let at = NAME.lastIndex;
  if (line[at] === '{') {
    at++;
    for (let label = matchAt(LABEL, line, at); label !== undefined; label = matchAt(LABEL, line, at)) {
      labels.set(label[1] ?? '', undoEscapes(label[2] ?? ''));
      at = LABEL.lastIndex;
    }
    if (matchAt(LABELS_END, line, at) === undefined) return undefined;
    at = LABELS_END.lastIndex;
  }
  const value = matchAt(VALUE, line, at);
  if (value === undefined) return undefined;
  const present = [...labels].filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return { name: name[1] ?? '', labels: present, value: Number(value[1]) };
}

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line) ?? undefined;
}

function undoEscapes(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
}

function refuse(line: string, number: number, isFirst: boolean): never {
  const shown = JSON.stringify(line.slice(0, 60));
  if (isFirst) throw new Error(`is neither JSON of gstats nor Prometheus text: line ${number} is ${shown}`);
  throw new Error(`is damaged or cut short: line ${number} is not Prometheus text: ${shown}`);
}

function checkLabels({ labels }: PrometheusRow, number: number): void {
  if (labels.length > MOST_LABELS)
    throw new Error(`line ${number} has ${labels.length} labels, the limit is ${MOST_LABELS}`);
  const long = labels.find(([, value]) => value.length > LONGEST_LABEL);
  if (long !== undefined)
    throw new Error(
      `line ${number}: the label ${long[0]} is longer than ${LONGEST_LABEL} characters, the limit`,
    );
}

/** The last row of a series counts. */
function addRow(rows: Map<string, PrometheusRow>, row: PrometheusRow): void {
  if (row.name === WORKER_STATE) addState(rows, row);
  else rows.set(JSON.stringify([row.name, row.labels]), row);
}

/** Of a worker the newest state counts, and within a second the one that it ends in. */
function addState(rows: Map<string, PrometheusRow>, row: PrometheusRow): void {
  const label = labelOf(row);
  const key = JSON.stringify([row.name, label('worker_id')]);
  const before = labelOf(rows.get(key));
  const later = Number(label('timestamp')) - Number(before('timestamp'));
  if (!rows.has(key) || later > 0 || (later === 0 && before('state') === 'running')) rows.set(key, row);
}

/** Makes the function that gives a row's labels by name. */
export function labelOf(row: PrometheusRow | undefined): (name: string) => string | undefined {
  const labels = new Map(row?.labels);
  return name => labels.get(name);
}
