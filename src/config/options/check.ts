import { CHECKING, type Option } from './option.ts';

/** From where on `hap-monitor check` warns. */
export const CHECK = {
  'warning-age': {
    kind: 'seconds',
    commands: CHECKING,
    group: 'Thresholds',
    default: 180,
    help: 'seconds that the oldest datapoints in the spool may be old',
  },
  'critical-age': {
    kind: 'seconds',
    commands: CHECKING,
    group: 'Thresholds',
    default: 900,
    help: 'the same, from where it is critical',
  },
  'warning-depth': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    default: 250_000,
    help: 'datapoints in the spool',
  },
  'critical-depth': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    default: 750_000,
    help: 'the same, from where it is critical',
  },
} as const satisfies Record<string, Option>;
