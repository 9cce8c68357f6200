const LONGEST = 20;
const FIELDS = ['status', 'scur', 'rate', 'hrsp_2xx', 'hrsp_4xx', 'hrsp_5xx'] as const;

/** Graphite lines of layout hap-monitor → a table, a row for each frontend, backend, server and listener. */
export function renderTable(lines: readonly string[]): string {
  const rows = new Map<string, Map<string, string>>();
  for (const line of lines) {
    const [path = '', value = ''] = line.split(' ');
    const [, , , proxy, service, field, state] = path.split('.');
    if (service === undefined || field === undefined) continue;
    const row = rows.get(`${proxy} ${service}`) ?? new Map();
    rows.set(`${proxy} ${service}`, row);
    if (state === undefined) row.set(field, value);
    else if (value === '1') row.set(field, state);
  }
  const cells = [...rows].map(([name, row]) => [
    ...name.split(' '),
    ...FIELDS.map(field => row.get(field) ?? ''),
  ]);
  const more = cells.length > LONGEST ? `\n  ... and ${cells.length - LONGEST} more` : '';
  return align([['proxy', 'service', ...FIELDS], ...cells.slice(0, LONGEST)]) + more;
}

/** Columns as wide as their widest cell: the two names and the status to the left, numbers to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map(row => `  ${row.map(pad).join('  ')}`.trimEnd()).join('\n');
}
