import { expect, test } from 'vitest';
import { conclude } from '../../src/check/plugin.ts';
import { checkState, type StateRanges } from '../../src/check/state.ts';

const row = (service: string, type: string, state: string, sessions?: number, sessions_limit?: number) => ({
  proxy: 'app',
  service,
  type,
  state,
  ...(sessions !== undefined && { sessions }),
  ...(sessions_limit !== undefined && { sessions_limit }),
});

const ROWS = [
  row('one', 'server', 'UP', 9, 10),
  row('two', 'server', 'DOWN', 0, 10),
  row('three', 'server', 'MAINT'),
  row('BACKEND', 'backend', 'DOWN', 9, 200),
];

const OFF: StateRanges = { down: 'ignore', servers: {}, sessions: {} };

function check(ranges: Partial<StateRanges>): string {
  return conclude([checkState(() => ROWS, { ...OFF, ...ranges })]).line;
}

test('nothing of HAProxy is judged unless it is asked for', () => {
  expect(checkState(() => expect.fail('rows are not looked at'), OFF)).toEqual({ findings: [], data: [] });
});

test('a backend that is DOWN is what the operator says it is', () => {
  expect(check({ down: 'warning' })).toBe(
    'HAP-MONITOR WARNING - backend app is DOWN | backends_down=1;;;0\n',
  );
  expect(check({ down: 'critical' })).toMatch(/^HAP-MONITOR CRITICAL - backend app is DOWN /);
});

test('too few servers of a backend that are up are a warning, then critical', () => {
  expect(check({ servers: { warning: 50, critical: 20 } })).toBe(
    'HAP-MONITOR WARNING - 1 of 3 servers of app are up | app_servers_up=33.3%;50:;20:;0;100\n',
  );
  expect(check({ servers: { critical: 40 } })).toMatch(/^HAP-MONITOR CRITICAL - 1 of 3 /);
  expect(check({ servers: { warning: 33.3 } })).toMatch(/^HAP-MONITOR OK - /);
});

test('sessions near their limit are a warning, then critical; rows without a limit have none', () => {
  expect(check({ sessions: { warning: 80, critical: 95 } })).toBe(
    'HAP-MONITOR WARNING - app/one has 9 of 10 sessions | app_one_sessions=90%;80;95;0 app_two_sessions=0%;80;95;0 ' +
      'app_BACKEND_sessions=4.5%;80;95;0\n',
  );
});

test('a server that takes no new sessions from the balancer is up', () => {
  const rows = [row('one', 'server', 'NOLB'), row('two', 'server', 'DRAIN')];
  expect(checkState(() => rows, { ...OFF, servers: { warning: 60 } }).findings).toEqual([
    { code: 1, what: '1 of 2 servers of app are up' },
  ]);
});
