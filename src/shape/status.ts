/** The states that `status` is sent as, one of them 1 and the others 0. */
const STATES = ['UP', 'DOWN', 'MAINT', 'DRAIN', 'NOLB'] as const;

/** The fields of the states. */
export const STATE_FIELDS = STATES.map(state => ({ name: 'status', state }));

/**
 * First word of HAProxy's status → state. Servers: `UP 1/3`, `no check`, `DOWN (agent)`, `MAINT (via b/s)`;
 * frontends: OPEN, PAUSED (by an administrator), STOP; listeners: OPEN, FULL and WAITING (open, at a limit).
 */
const STATE_OF: ReadonlyMap<string, (typeof STATES)[number]> = new Map(
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
export function stateOf(status: string): (typeof STATES)[number] | undefined {
  const end = status.indexOf(' ');
  return STATE_OF.get(end === -1 ? status : status.slice(0, end));
}

/** Writes a number for each state: 1 for the one that it is, 0 for the others; NaN for all where nobody knows the status. */
export function writeStates(status: string, into: Float64Array, at: number): void {
  const current = stateOf(status);
  for (let index = 0; index < STATES.length; index++) {
    into[at + index] = current === undefined ? Number.NaN : Number(STATES[index] === current);
  }
}
