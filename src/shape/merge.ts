/** What weighs a row when means are taken. */
export interface Weights {
  /** How often the object was chosen by load balancing. */
  readonly lbtot: number;
  /** Over how many requests HAProxy took its own mean times: the last 1,024 at most. */
  readonly samples: number;
}

/** How the values of several processes become one. */
export interface Merge {
  /** What an empty cell counts as. */
  readonly empty: number;
  readonly start: number;
  /** 0 leaves the value out. */
  weigh(weights: Weights): number;
  add(total: number, value: number, weight: number): number;
  finish(total: number, weight: number): number;
}

const sum: Merge = {
  empty: 0,
  start: 0,
  weigh: () => 1,
  add: (total, value) => total + value,
  finish: total => total,
};

const mean: Merge = { ...sum, finish: (total, weight) => total / weight };

/** Every way to merge. A field with a total weight of 0 has no value and is not sent. */
export const MERGES = {
  sum,
  mean,
  /** Over rows with traffic only: others say 0 and mean nothing. */
  'mean of busy': { ...mean, weigh: ({ lbtot }) => (lbtot > 0 ? 1 : 0) },
  /** HAProxy's own means, each by the number of requests behind it. */
  'mean by samples': {
    ...mean,
    weigh: ({ samples }) => samples,
    add: (total, value, weight) => total + value * weight,
  },
  /** A slowstart ratio is empty outside of slowstart, which is 100 %. */
  'mean of throttle': { ...mean, empty: 100 },
  max: { ...sum, start: Number.NEGATIVE_INFINITY, add: Math.max },
  min: { ...sum, start: Number.POSITIVE_INFINITY, add: Math.min },
  /** 0 means no limit: one process without a limit, and there is none. */
  limit: {
    ...sum,
    add: (total, value) => (value === 0 ? Number.NaN : total + value),
    finish: total => (Number.isNaN(total) ? 0 : total),
  },
} as const satisfies Record<string, Merge>;

/** A field and how it is merged. */
export interface MergedField {
  readonly name: string;
  readonly merge: Merge;
}

/** The values of one object, on their way to one. */
export interface Tally {
  readonly totals: Float64Array;
  readonly weights: Float64Array;
}

/** Makes the function that starts an empty tally of some fields; there is one for each object. */
export function tallyStarter(fields: readonly MergedField[]): () => Tally {
  const starts = Float64Array.from(fields, ({ merge }) => merge.start);
  return () => ({ totals: starts.slice(), weights: new Float64Array(starts.length) });
}

/** Takes in one process's value of a field. */
export function addToTally(tally: Tally, index: number, merge: Merge, value: number, weights: Weights): void {
  const weight = merge.weigh(weights);
  if (weight === 0) return;
  tally.totals[index] = merge.add(tally.totals[index] ?? 0, value, weight);
  tally.weights[index] = (tally.weights[index] ?? 0) + weight;
}

/** The merged value of a field; undefined where no process had one. */
export function readTally({ totals, weights }: Tally, index: number, merge: Merge): number | undefined {
  const weight = weights[index] ?? 0;
  return weight === 0 ? undefined : merge.finish(totals[index] ?? 0, weight);
}
