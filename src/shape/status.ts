import { STATES, type State } from '../plan.ts';
import type { StatTable } from '../types.ts';

/** The states, the worst first. */
const WORST = ['DOWN', 'MAINT', 'NOLB', 'DRAIN', 'UP'] as const satisfies readonly State[];

/** The fields of the states. */
export const STATE_FIELDS = STATES.map(state => ({ name: 'status', state }));

/**
 * The state by the first word of HAProxy's status, for every one that it ever wrote (1.3.14 to 3.5). Servers: `UP 1/3`, `no check`,
 * `DOWN (agent)`, `DRAIN (agent)`, `NOLB 1/2`, `MAINT(via)` in 1.4, `MAINT (via b/s)` since 1.5, `MAINT (resolution)`;
 * backends: `UP (UNPUB)`, `UP (4/5)`; frontends: OPEN, FULL, PAUSED (by an administrator), STOP; listeners: OPEN, FULL and
 * WAITING (open, at a limit).
 */
const STATE_OF: ReadonlyMap<string, State> = new Map(
  Object.entries({
    UP: 'UP',
    'no check': 'UP',
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

/** Returns the state for a status text; undefined for an empty or unknown one, which is not sent. */
export function stateOf(status: string): State | undefined {
  return STATE_OF.get(status) ?? STATE_OF.get(status.trim().replace(/(?: ?\(| \d+\/\d+\b).*$/s, ''));
}

/** Returns a function that calls `tell` once for each unknown status. */
export function unknownTeller(tell: (text: string) => void): (status: string) => void {
  const told = new Set<string>();
  return status => {
    if (told.has(status)) return;
    told.add(status);
    tell(
      `the status ${JSON.stringify(status.slice(0, LONGEST))} is not known, rows that have it have no state`,
    );
  };
}

const LONGEST = 60;

/** Returns the state of each row; calls `onUnknown` with each text that has no state. */
export function listStates(
  stat: StatTable,
  rows: readonly number[],
  status: number,
  onUnknown: (status: string) => void,
): readonly (State | undefined)[] {
  return rows.map(row => {
    const text = stat.text(row, status);
    const state = stateOf(text);
    if (state === undefined && text !== '') onUnknown(text);
    return state;
  });
}

/** Merges states: each owner's first row gets the worst state of all its rows, its others get none. */
export function keepWorst(
  states: readonly (State | undefined)[],
  owners: readonly number[],
): readonly (State | undefined)[] {
  const worst = new Map<number, State>();
  const first = new Map<number, number>();
  states.forEach((state, row) => {
    const owner = owners[row] ?? row;
    if (!first.has(owner)) first.set(owner, row);
    const known = worst.get(owner);
    if (state === undefined || (known && WORST.indexOf(known) <= WORST.indexOf(state))) return;
    worst.set(owner, state);
  });
  return states.map((_, row) => {
    const owner = owners[row] ?? row;
    return first.get(owner) === row ? worst.get(owner) : undefined;
  });
}

/** Writes into a column 1 for rows in the state, 0 for rows in another, NaN for those without one. */
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
