import type { MergeOptions } from '../../src/plan.ts';

/** The merged layout's options of a run without any. */
export const mergeOptions: MergeOptions = {
  lists: {},
  aggregation: 'haproxystats',
  perProcess: false,
  percentages: false,
  aggregateServers: false,
  status: true,
};
