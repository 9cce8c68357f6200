/** A column of a printed table. */
export interface TableColumn {
  readonly title: string;
  /** The most characters of a cell; a longer one ends with `…`. */
  readonly width: number;
  readonly align: 'left' | 'right';
}

/**
 * Renders lines of at most `total` characters. Columns are as wide as their widest cell, the last takes the rest of the line,
 * and a column that is empty in every row is left out. No cell can break or colour its line.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  total: number,
): readonly string[] {
  const used = columns.flatMap(({ title, width, align }, index) => {
    const longest = Math.max(0, ...rows.map(row => row[index]?.length ?? 0));
    return longest === 0 ? [] : [{ index, align, width: Math.max(title.length, Math.min(longest, width)) }];
  });
  const last = used.at(-1);
  const others = used.slice(0, -1).reduce((sum, { width }) => sum + width + GAP.length, 0);
  if (last !== undefined) last.width = Math.min(last.width, total - others);
  const titles = columns.map(({ title }) => title);
  return [titles, ...rows].map(row =>
    used
      .map(({ index, width, align }) => pad(shorten(row[index] ?? '', width), width, align))
      .join(GAP)
      .trimEnd(),
  );
}

const GAP = '  ';

function shorten(text: string, width: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}

function pad(text: string, width: number, align: TableColumn['align']): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** Formats seconds in their largest units that are not 0, at most `units` of them: `3d 4h`. */
export function showAge(seconds: number, units = 2): string {
  const parts = UNITS.map(([unit, size], index) => {
    const larger = UNITS[index - 1]?.[1] ?? Infinity;
    return [Math.floor((seconds % larger) / size), unit] as const;
  });
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  const shown = parts.slice(first, first + units).filter(([count]) => count > 0);
  return shown.map(part => part.join('')).join(' ');
}
