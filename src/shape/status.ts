import type { StatTable } from '../types.ts';

/** The states that `status` is sent as, one of them 1 and the others 0. */
const STATES = ['UP', 'DOWN', 'MAINT', 'DRAIN', 'NOLB'] as const;

type State = (typeof STATES)[number];

/** The fields of the states. */
export const STATE_FIELDS = STATES.map(state => ({ name: 'status', state }));

/**
 * First word of HAProxy's status → state. Servers: `UP 1/3`, `no check`, `DOWN (agent)`, `MAINT (via b/s)`;
 * frontends: OPEN, PAUSED (by an administrator), STOP; listeners: OPEN, FULL and WAITING (open, at a limit).
 */
const STATE_OF: ReadonlyMap<string, State> = new Map(
  Object.entries({
    UP: 'UP',
    no: 'UP',
    OPEN: 'UP',
    FULL: 'UP',
    WAITING: 'UP',
    DOWN: 'DOWN',
    STOP: 'DOWN',
    MAINT: 'MAINT',
    PAUSED: 'MAINT',
    DRAIN: 'DRAIN',
    NOLB: 'NOLB',
  } as const),
);

/** The state that a status text means; undefined for one that is empty or unknown, which is not sent. */
export function stateOf(status: string): State | undefined {
  const end = status.indexOf(' ');
  return STATE_OF.get(end === -1 ? status : status.slice(0, end));
}

/** Of each row the state that it is in. */
export function listStates(
  stat: StatTable,
  rows: readonly number[],
  status: number,
): readonly (State | undefined)[] {
  return rows.map(row => stateOf(stat.text(row, status)));
}

/** Writes a state as numbers: 1 where it is the one, 0 where another one is, NaN where nobody knows the status. */
export function writeState(
  states: readonly (State | undefined)[],
  state: string | undefined,
  into: Float64Array,
): void {
  for (let row = 0; row < states.length; row++) {
    const current = states[row];
    into[row] = current === undefined ? Number.NaN : Number(current === state);
  }
}
