import { type Nature, natureOf } from '../../fields.ts';
import type { Field } from '../../types.ts';

/** Merges the values of several processes into one. */
export interface Merge {
  /**
   * `limit`: a sum in which 0 means no limit, so that one process without a limit makes it none. `age`: the smallest, and
   * -1, which is never, only if all say so.
   */
  readonly combine: 'sum' | 'max' | 'min' | 'limit' | 'age';
  /** Whether the sum is divided by the weights. */
  readonly mean: boolean;
  readonly weight: keyof Weights;
  /** The value of an empty cell; NaN leaves it out. */
  readonly empty: number;
}

/** The weights that a row may have; a weight of 0 leaves its value out. */
export interface Weights {
  readonly one: Float64Array;
  /** 1 with traffic, else 0: without traffic a mean time of 0 means nothing. */
  readonly busy: Float64Array;
  /** The number of requests behind HAProxy's own mean times: the last 1,024 at most. */
  readonly samples: Float64Array;
}

const sum: Merge = { combine: 'sum', mean: false, weight: 'one', empty: 0 };

/** Every way to merge. A field with a total weight of 0 has no value and is not sent. */
export const MERGES = {
  sum,
  mean: { ...sum, mean: true },
  'mean of busy': { ...sum, mean: true, weight: 'busy' },
  'mean by samples': { ...sum, mean: true, weight: 'samples' },
  /** An empty slowstart ratio means 100 %. */
  'mean of throttle': { ...sum, mean: true, empty: 100 },
  max: { ...sum, combine: 'max' },
  min: { ...sum, combine: 'min' },
  limit: { ...sum, combine: 'limit' },
  age: { ...sum, combine: 'age' },
  /** The number of processes that see an object in a state; an unknown status does not count. */
  states: { ...sum, empty: Number.NaN },
} as const satisfies Record<string, Merge>;

const BY_NATURE: Readonly<Record<Nature, keyof typeof MERGES>> = {
  identifier: 'max',
  counter: 'sum',
  elapsed: 'max',
  level: 'sum',
  limit: 'limit',
  setting: 'max',
  max: 'max',
  least: 'min',
  age: 'age',
  mean: 'mean',
  time: 'mean by samples',
  throttle: 'mean of throttle',
};

/** Returns the way to merge a field's values, by the field's meaning. */
export function mergeOf(field: string): Merge {
  return MERGES[BY_NATURE[natureOf(field)]];
}

/** A field and the way to merge it. */
export interface MergedField extends Field {
  readonly merge: Merge;
}

/** A field's values in the rows of one process. */
export interface Share {
  /** A value for each row; NaN for an empty cell, which counts as `empty`. */
  readonly values: Float64Array;
  readonly empty: number;
  readonly weights: Weights;
  /** The number of each row's object. */
  readonly owners: readonly number[];
  /** Whether each row is an object of its own, in their order. */
  readonly apart?: boolean;
}

const STARTS = {
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  limit: 0,
  age: Number.POSITIVE_INFINITY,
} as const satisfies Record<Merge['combine'], number>;

/** The total of each object, and the weight of its rows together. */
export interface Tally {
  readonly totals: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Merges the rows of each object into one value, and overwrites the totals with these values; NaN for an object whose rows
 * have no value, or none with a weight. The weights are left as they happen to be.
 */
export function mergeShares(merge: Merge, shares: readonly Share[], tally: Tally): void {
  const [only] = shares;
  if (only?.apart && shares.length === 1) {
    keepShare(only, only.weights[merge.weight], tally);
    return;
  }
  tally.totals.fill(STARTS[merge.combine]);
  tally.weights.fill(0);
  for (const share of shares) addShare(merge.combine, share, share.weights[merge.weight], tally);
  finish(tally, merge);
}

/** Does what merging one row to an object comes to, whatever the rule: most HAProxies are one process. */
function keepShare({ values, empty, owners }: Share, weighed: Float64Array, { totals }: Tally): void {
  for (let index = 0; index < owners.length; index++) {
    const value = values[index] ?? Number.NaN;
    totals[index] = weighed[index] === 0 ? Number.NaN : Number.isNaN(value) ? empty : value;
  }
  totals.fill(Number.NaN, owners.length);
}

function addShare(
  combine: Merge['combine'],
  { values, empty, owners }: Share,
  weighed: Float64Array,
  { totals, weights }: Tally,
): void {
  for (let index = 0; index < owners.length; index++) {
    let value = values[index] ?? empty;
    if (Number.isNaN(value)) value = empty;
    const weight = weighed[index] ?? 0;
    if (weight === 0 || Number.isNaN(value)) continue;
    const owner = owners[index] ?? 0;
    totals[owner] = add(combine, totals[owner] ?? 0, value * weight);
    weights[owner] = (weights[owner] ?? 0) + weight;
  }
}

function add(how: Merge['combine'], total: number, value: number): number {
  switch (how) {
    case 'sum':
      return total + value;
    case 'max':
      return Math.max(total, value);
    case 'min':
      return Math.min(total, value);
    case 'limit':
      return value === 0 ? Number.POSITIVE_INFINITY : total + value;
    case 'age':
      return value < 0 ? total : Math.min(total, value);
  }
}

function finish({ totals, weights }: Tally, { mean, combine }: Merge): void {
  const unbounded = combine === 'limit' ? 0 : combine === 'age' ? -1 : undefined;
  for (let index = 0; index < totals.length; index++) {
    const weight = weights[index] ?? 0;
    const total = totals[index] ?? 0;
    if (weight === 0) totals[index] = Number.NaN;
    else if (mean) totals[index] = total / weight;
    else if (unbounded !== undefined && total === Number.POSITIVE_INFINITY) totals[index] = unbounded;
  }
}
