import type { RowType, StatTable } from '../types.ts';

/** The values of the column `type`. */
const TYPES: readonly RowType[] = ['frontend', 'backend', 'server', 'listener'];

/** Of each row what it is about; undefined where HAProxy does not say. */
export function listTypes(
  stat: StatTable,
  rows: readonly number[],
  type: number,
): readonly (RowType | undefined)[] {
  const numbers = new Float64Array(rows.length);
  stat.numbers(rows, type, numbers);
  return Array.from(numbers, number => TYPES[number]);
}

/** The numbers of all rows. */
export function listRows({ length }: StatTable): readonly number[] {
  return Array.from({ length }, (_, row) => row);
}
