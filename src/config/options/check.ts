import { CHECKING, type Option } from './option.ts';

/** The limits of `hap-monitor check`. */
export const CHECK = {
  'warning-age': {
    kind: 'seconds',
    commands: CHECKING,
    group: 'Thresholds',
    default: 180,
    help: 'age of the oldest datapoints in the spool, in seconds, from where it warns',
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
    help: 'datapoints in the spool, from where it warns',
  },
  'critical-depth': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    default: 750_000,
    help: 'the same, from where it is critical',
  },
  'warning-run': {
    kind: 'seconds',
    commands: CHECKING,
    group: 'Thresholds',
    default: 600,
    help: 'seconds since the last run that delivered, as the spool remembers it, from where it warns',
  },
  'critical-run': {
    kind: 'seconds',
    commands: CHECKING,
    group: 'Thresholds',
    default: 1800,
    help: 'the same, from where it is critical',
  },
  'down-backend': {
    kind: 'choice',
    commands: CHECKING,
    group: 'Thresholds',
    choices: ['ignore', 'warning', 'critical'],
    default: 'ignore',
    help: 'a backend of HAProxy that is DOWN is a warning or critical, or nothing (ignore)',
  },
  'warning-servers': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    max: 100,
    help: "percent of a backend's servers that are up, below which it warns",
  },
  'critical-servers': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    max: 100,
    help: 'the same, below which it is critical',
  },
  'warning-sessions': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    help: 'percent of a session limit, from where it warns',
  },
  'critical-sessions': {
    kind: 'number',
    commands: CHECKING,
    group: 'Thresholds',
    help: 'the same, from where it is critical',
  },
} as const satisfies Record<string, Option>;
