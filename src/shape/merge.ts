import type { Field } from '../types.ts';

/** How the values of several processes become one. */
export interface Merge {
  /** `limit`: a sum in which 0 means no limit, so that one process without a limit makes it none. */
  readonly combine: 'sum' | 'max' | 'min' | 'limit';
  /** Whether the sum is divided by the weights. */
  readonly mean: boolean;
  readonly weight: keyof Weights;
  /** What an empty cell counts as; NaN leaves it out. */
  readonly empty: number;
}

/** What a row weighs; 0 leaves its value out. */
export interface Weights {
  readonly one: 1;
  /** 1 with traffic: others say 0 for a mean time and mean nothing. */
  readonly busy: 0 | 1;
  /** Over how many requests HAProxy took its own mean times: the last 1,024 at most. */
  readonly samples: number;
}

const sum: Merge = { combine: 'sum', mean: false, weight: 'one', empty: 0 };

/** Every way to merge. A field with a total weight of 0 has no value and is not sent. */
export const MERGES = {
  sum,
  mean: { ...sum, mean: true },
  'mean of busy': { ...sum, mean: true, weight: 'busy' },
  'mean by samples': { ...sum, mean: true, weight: 'samples' },
  /** A slowstart ratio is empty outside of slowstart, which is 100 %. */
  'mean of throttle': { ...sum, mean: true, empty: 100 },
  max: { ...sum, combine: 'max' },
  min: { ...sum, combine: 'min' },
  limit: { ...sum, combine: 'limit' },
  /** How many processes see an object in a state; those whose status nobody knows say nothing. */
  states: { ...sum, empty: Number.NaN },
} as const satisfies Record<string, Merge>;

const STARTS = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY, limit: 0 } as const;

/** A field and how it is merged. */
export interface MergedField extends Field {
  readonly merge: Merge;
}

/** The values of one object, on their way to one; by field. */
export interface Tally {
  readonly merges: readonly Merge[];
  readonly totals: Float64Array;
  readonly weights: Float64Array;
}

/** A tally without values. */
export function startTally(merges: readonly Merge[]): Tally {
  const tally = {
    merges,
    totals: new Float64Array(merges.length),
    weights: new Float64Array(merges.length),
  };
  clearTally(tally);
  return tally;
}

/** Takes all values out, so that the tally can be used for another object. */
export function clearTally({ merges, totals, weights }: Tally): void {
  for (let index = 0; index < merges.length; index++) {
    totals[index] = STARTS[merges[index]?.combine ?? 'sum'];
    weights[index] = 0;
  }
}

/** Takes in the values of one process, NaN for an empty cell. The merges are the tally's own, as this process has them. */
export function addValues(
  { totals, weights }: Tally,
  values: Float64Array,
  merges: readonly Merge[],
  of: Weights,
): void {
  for (let index = 0; index < merges.length; index++) {
    const merge = merges[index] ?? MERGES.sum;
    const cell = values[index] ?? Number.NaN;
    const value = Number.isNaN(cell) ? merge.empty : cell;
    const weight = of[merge.weight];
    if (weight === 0 || Number.isNaN(value)) continue;
    totals[index] = combine(merge.combine, totals[index] ?? 0, value * weight);
    weights[index] = (weights[index] ?? 0) + weight;
  }
}

/** Chosen by a word and not by a function in the table: this runs for every number of every process. */
function combine(how: Merge['combine'], total: number, value: number): number {
  if (how === 'sum') return total + value;
  if (how === 'max') return Math.max(total, value);
  if (how === 'min') return Math.min(total, value);
  return value === 0 ? Number.NaN : total + value;
}

/** Writes the merged values: NaN where no process had one. */
export function readTally({ merges, totals, weights }: Tally, into: Float64Array): void {
  for (let index = 0; index < merges.length; index++) {
    const [merge, total, weight] = [merges[index], totals[index] ?? 0, weights[index] ?? 0];
    if (weight === 0) into[index] = Number.NaN;
    else if (merge?.mean) into[index] = total / weight;
    else into[index] = merge?.combine === 'limit' && Number.isNaN(total) ? 0 : total;
  }
}
