import type { Filter } from '../../src/plan.ts';

/** Sends all that a run without options sends. */
export const everything: Filter = {
  include: [],
  exclude: [],
  kinds: undefined,
  excludeStates: new Set(),
  excludeFrontends: new Set(),
  excludeBackends: new Set(),
};
