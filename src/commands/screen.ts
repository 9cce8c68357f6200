import { styleText } from 'node:util';
import { oneLine } from '../report.ts';
import type { ProcessOverview, RowOverview } from '../shape/overview.ts';
import { renderTable, showAge, type TableColumn } from '../table.ts';
import type { HookSeries } from '../types.ts';

/** Renders a process and its rows as a table whose lines have at most 100 characters and end with a newline. */
export function renderProcess(overview: ProcessOverview, colour: boolean): string {
  const [titles = '', ...lines] = renderTable(COLUMNS, overview.rows.map(listCells), WIDTH - INDENT.length);
  const painted = lines.map((line, index) => paint(line, overview.rows[index]?.state, colour));
  return [
    ...renderHeading(overview),
    '',
    ...(painted.length === 0 ? [NOTHING] : [titles, ...painted]).map(line => `${INDENT}${line}`.trimEnd()),
    '',
  ].join('\n');
}

function renderHeading(overview: ProcessOverview): readonly string[] {
  const { endpoint, version, node, pid, uptime_seconds, sessions, sessions_limit, idle_percent } = overview;
  const about = [
    version === undefined ? 'HAProxy' : `HAProxy ${version}`,
    node && `node ${node}`,
    pid && `pid ${pid}`,
    `${overview.name_in_paths} in paths`,
    uptime_seconds !== undefined && `up ${showAge(uptime_seconds)}`,
    sessions !== undefined && `${ofLimit(sessions, sessions_limit)} connections`,
    idle_percent !== undefined && `${idle_percent} % idle`,
  ];
  const { old_workers, old_workers_connections, old_workers_oldest_seconds = 0 } = overview;
  const old = [
    `${old_workers} old workers`,
    `the oldest ${showAge(old_workers_oldest_seconds)}`,
    old_workers_connections !== undefined && `${old_workers_connections} connections`,
  ];
  return [
    endpoint,
    `  ${about.filter(Boolean).join(', ')}`,
    ...(old_workers === undefined || old_workers === 0 ? [] : [`  ${old.filter(Boolean).join(', ')}`]),
  ].map(line => oneLine(line).trimEnd());
}

/** Characters of a line; most terminals have at least as many. */
const WIDTH = 100;

const INDENT = '  ';

/** Stands in for a table without rows; HAProxy itself always has some. */
const NOTHING = 'every row is left out by --include, --exclude or the config file';

const COLUMNS: readonly TableColumn[] = [
  { title: 'PROXY', width: 15, align: 'left' },
  { title: 'SERVICE', width: 14, align: 'left' },
  { title: 'STATE', width: 9, align: 'left' },
  { title: 'SINCE', width: 5, align: 'right' },
  { title: 'SESSIONS', width: 11, align: 'right' },
  { title: 'RATE', width: 5, align: 'right' },
  { title: 'QUEUE', width: 5, align: 'right' },
  { title: 'ERRORS', width: 6, align: 'right' },
  { title: '5XX', width: 5, align: 'right' },
  { title: 'CHECK', width: 60, align: 'left' },
];

function listCells(row: RowOverview): readonly string[] {
  return [
    row.proxy,
    row.service,
    row.status,
    row.since_seconds === undefined ? '' : showAge(row.since_seconds, 1),
    row.sessions === undefined ? '' : ofLimit(row.sessions, row.sessions_limit),
    showCount(row.rate),
    showCount(row.queue),
    showCount(row.errors),
    showCount(row.responses_5xx),
    row.check ?? '',
  ];
}

function ofLimit(value: number, limit: number | undefined): string {
  return limit === undefined || limit === 0 ? showCount(value) : `${showCount(value)}/${showCount(limit)}`;
}

/** Formats a count in at most five characters: 99999, 123k, 45M. */
function showCount(value: number | undefined): string {
  if (value === undefined) return '';
  if (value < 100_000) return String(value);
  if (value < 1e7) return `${Math.floor(value / 1000)}k`;
  return value < 1e10 ? `${Math.floor(value / 1e6)}M` : `${Math.floor(value / 1e9)}G`;
}

function paint(line: string, state: string | undefined, colour: boolean): string {
  if (!colour || state === 'UP') return line;
  return styleText(state === 'DOWN' ? 'red' : 'yellow', line, { validateStream: false });
}

/** Renders hook snapshots as text, each series on as many lines as it needs; '' if there are none. */
export function renderHooks(series: readonly HookSeries[]): string {
  if (series.length === 0) return '';
  const cells = series.flatMap(one =>
    listFigures(one).map((line, index) => [index === 0 ? nameSeries(one) : '', line]),
  );
  const columns: readonly TableColumn[] = [
    { title: 'HOOK STATISTICS', width: 40, align: 'left' },
    { title: 'FIGURES', width: FIGURES, align: 'left' },
  ];
  return `${renderTable(columns, cells, WIDTH).join('\n')}\n`;
}

/** Characters of a line for figures, beside the longest name. */
const FIGURES = 58;

function listFigures({ figures }: HookSeries): readonly string[] {
  const lines: string[] = [];
  for (const [name, value] of figures) {
    const figure = `${name && `${name} `}${Number(value.toFixed(3))}`;
    const last = lines.pop();
    const longer = `${last}, ${figure}`;
    if (last === undefined) lines.push(figure);
    else if (longer.length < FIGURES) lines.push(longer);
    else lines.push(`${last},`, figure);
  }
  return lines;
}

function nameSeries({ app, metric, labels }: HookSeries): string {
  return [app, metric, ...labels.map(label => label.join('='))].filter(Boolean).join(' ');
}
