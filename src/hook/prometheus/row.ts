/** One row with a value. */
export interface PrometheusRow {
  readonly name: string;
  /** Sorted by name. Empty ones are left out, which to Prometheus is the same. */
  readonly labels: Labels;
  /** NaN if infinite, too. */
  readonly value: number;
}

export type Labels = readonly (readonly [name: string, value: string])[];

/**
 * Parses a row of Prometheus' text format, of OpenMetrics, or of Prometheus 3 with its quoted names; returns undefined for
 * any other text. Looks at each character once, since a page may come from anywhere.
 */
export function parseRow(line: string): PrometheusRow | undefined {
  const cursor = { line, at: 0 };
  const bare = takeMatch(cursor, NAME);
  const { quoted, labels } = takeBraces(cursor) ?? {};
  const name = bare ?? quoted;
  const value = takeMatch(cursor, VALUE);
  if (labels === undefined || name === undefined || value === undefined || !NUMBER.test(value))
    return undefined;
  takeMatch(cursor, TIMESTAMP);
  const isOver = peek(cursor) === '' || peek(cursor) === '#'; // an exemplar is not about the value
  return isOver ? { name, labels: sortLabels(labels), value: Number(value) } : undefined;
}

interface Cursor {
  readonly line: string;
  at: number;
}

const NAME = /[a-z_:][\w:]*/iy;
const VALUE = /[^ \t#{}"]+/y;
const TIMESTAMP = /-?\d+(?:\.\d+)?(?![^ \t#])/y;
const NUMBER = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf|nan)$/i;

/** The labels, and the metric's name where it stands among them: `{"my.metric", a="b"}`. No braces are no labels. */
function takeBraces(cursor: Cursor): { readonly quoted?: string; readonly labels: Labels } | undefined {
  const labels: [string, string][] = [];
  if (!take(cursor, '{')) return { labels };
  let quoted: string | undefined;
  while (!take(cursor, '}')) {
    const isQuoted = peek(cursor) === '"';
    const name = isQuoted ? takeQuoted(cursor) : takeMatch(cursor, NAME);
    if (name === undefined) return undefined;
    if (take(cursor, '=')) {
      const value = takeQuoted(cursor);
      if (value === undefined) return undefined;
      labels.push([name, value]);
    } else if (isQuoted && quoted === undefined) quoted = name;
    else return undefined;
    if (!take(cursor, ',') && peek(cursor) !== '}') return undefined;
  }
  return { labels, ...(quoted !== undefined && { quoted }) };
}

/** Skips blanks and returns the next character; '' at the end. */
function peek(cursor: Cursor): string {
  const { line } = cursor;
  while (line[cursor.at] === ' ' || line[cursor.at] === '\t') cursor.at++;
  return line[cursor.at] ?? '';
}

function take(cursor: Cursor, character: string): boolean {
  if (peek(cursor) !== character) return false;
  cursor.at++;
  return true;
}

function takeMatch(cursor: Cursor, pattern: RegExp): string | undefined {
  peek(cursor);
  pattern.lastIndex = cursor.at;
  const [text] = pattern.exec(cursor.line) ?? [];
  if (text !== undefined) cursor.at += text.length;
  return text;
}

function takeQuoted(cursor: Cursor): string | undefined {
  if (!take(cursor, '"')) return undefined;
  const { line, at: start } = cursor;
  let isEscaped = false;
  for (; cursor.at < line.length; cursor.at++) {
    if (line[cursor.at] === '\\') {
      isEscaped = true;
      cursor.at++;
    } else if (line[cursor.at] === '"') {
      const text = line.slice(start, cursor.at++);
      return isEscaped ? undoEscapes(text) : text;
    }
  }
  return undefined;
}

function undoEscapes(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
}

/** Sorts labels, which exporters have mostly done already. Of a repeated label the last counts. */
function sortLabels(labels: Labels): Labels {
  const isSorted = labels.every(([name, text], at) => text !== '' && name > (labels[at - 1]?.[0] ?? ''));
  if (isSorted) return labels;
  return [...new Map(labels)].filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
}
