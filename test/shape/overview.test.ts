import { expect, test } from 'vitest';
import { parseInfo } from '../../src/haproxy/info.ts';
import { parseStat } from '../../src/haproxy/stat.ts';
import { lookAt } from '../../src/shape/overview.ts';
import type { Snapshot } from '../../src/types.ts';
import { endpoint, processAt } from '../helpers/processes.ts';

const ALL = {
  include: [],
  exclude: [],
  kinds: undefined,
  excludeStates: new Set<never>(),
  excludeFrontends: new Set<never>(),
  excludeBackends: new Set<never>(),
};

function look(rows: string, info = 'Version: 2.8.1\nPid: 7\nCurrConns: 3') {
  const snapshot: Snapshot = {
    ...processAt(endpoint('/a', 'a')),
    info: parseInfo(Buffer.from(`Name: HAProxy\n${info}\n\n`))?.info ?? new Map(),
    stat: parseStat(
      Buffer.from(
        `# pxname,svname,type,status,scur,ereq,econ,eresp,check_status,last_chk,check_desc,\n${rows}`,
      ),
    ),
  };
  return lookAt(snapshot, '1', ALL);
}

test('a process shows what HAProxy says of it, and nothing for what it does not say', () => {
  expect(look('')).toEqual({
    endpoint: 'unix:/a',
    name_in_paths: '1',
    version: '2.8.1',
    pid: 7,
    sessions: 3,
    rows: [],
  });
});

test('what is not up comes first, and a server that is about to change before those that are up', () => {
  const states = ['OPEN', 'UP', 'MAINT (via a/b)', 'DOWN', 'UP 1/3', 'odd', 'DRAIN', 'NOLB'];
  const rows = states.map((state, index) => `web,s${index},2,${state},,,,,,,,\n`).join('');
  expect(look(rows).rows.map(({ status }) => status)).toEqual([
    'DOWN',
    'odd',
    'NOLB',
    'DRAIN',
    'MAINT (via a/b)',
    'UP 1/3',
    'OPEN',
    'UP',
  ]);
});

test('errors are added up, and the last check is said in HAProxy’s words', () => {
  const [one, two] = look(
    'web,a,2,UP,4,1,2,,L4CON,Connection refused,Layer4 connection problem,\nweb,b,2,UP,,,,,L4OK,,Layer4 check passed,\n',
  ).rows;
  expect(one).toEqual({
    proxy: 'web',
    service: 'a',
    type: 'server',
    status: 'UP',
    state: 'UP',
    sessions: 4,
    errors: 3,
    check: 'L4CON Connection refused',
  });
  expect(two).toMatchObject({ check: 'L4OK Layer4 check passed' });
  expect(two).not.toHaveProperty('errors');
});
