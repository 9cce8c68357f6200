import { expect, test } from 'vitest';
import { limitDatapoints } from '../../src/commands/limit.ts';
import { openLayout } from '../../src/commands/points.ts';
import { answerOf, everythingOf, planOf } from '../helpers/everything.ts';

/** A frontend and a backend with a datapoint each, three servers and two listeners. */
const READ = everythingOf({
  a: answerOf(
    ['Pid: 1'],
    'pxname,svname,type,scur',
    'web,FRONTEND,0,1',
    'web,l1,3,1',
    'web,l2,3,1',
    'app,s1,2,1',
    'app,s2,2,1',
    'app,s3,2,1',
    'app,BACKEND,1,1',
  ),
});

async function limit(most: number, ...more: readonly string[]) {
  const flags = ['--sockets', '/s', '--dry-run', '--metrics', 'scur', '--max-datapoints', `${most}`];
  const plan = await planOf(...flags, ...more);
  const limited = limitDatapoints(plan, READ, await openLayout(plan.layout));
  const said = limited.failures.map(({ code, message }) => `${code} ${message}`);
  return { plan, limited: limited.plan, said };
}

test('a run with as many datapoints as it may have keeps its plan', async () => {
  const { plan, limited, said } = await limit(7);
  expect([limited, said]).toEqual([plan, []]);
  expect(limited).toBe(plan);
});

test('one with more leaves out listeners first, and says so', async () => {
  const { limited, said } = await limit(6);
  expect(said).toEqual([
    'read --max-datapoints: 7 datapoints are more than 6, so listeners are left out, 5 are sent',
  ]);
  expect(limited.filter.kinds?.has('listener')).toBe(false);
  expect(limited.filter.kinds?.has('server')).toBe(true);
});

test('where that is not enough, servers as well; frontends and backends are sent although they are too many', async () => {
  const left = ' are more than 1, so listeners and servers are left out, 2 are sent';
  const { limited, said } = await limit(1);
  expect(said).toEqual([`read --max-datapoints: 7 datapoints${left}`]);
  expect(limited.filter.kinds).toEqual(new Set(['process', 'frontend', 'backend']));
  expect((await limit(4)).said.join()).toContain('listeners and servers');
  expect((await limit(5)).said.join()).toContain('so listeners are');
});

test('rows that the filter leaves out already do not count', async () => {
  expect((await limit(4, '--include', 'app')).said).toEqual([]);
  expect((await limit(3, '--include', 'app')).said).toEqual([
    'read --max-datapoints: 4 datapoints are more than 3, so listeners and servers are left out, 1 are sent',
  ]);
});

test('a number without a value is none, and a row that is written twice counts twice', async () => {
  const { plan } = await limit(2);
  const gap = everythingOf({
    a: answerOf(['Pid: 1'], 'pxname,svname,type,scur', 'web,FRONTEND,0,', 'api,FRONTEND,0,1'),
  });
  expect(limitDatapoints({ ...plan, maxDatapoints: 1 }, gap, await openLayout(plan.layout)).failures).toEqual(
    [],
  );
  const only = everythingOf({ a: answerOf(['Pid: 1'], 'pxname,svname,type,scur', 'web,FRONTEND,0,1') });
  const [group, maxDatapoints] = [{ name: 'all', pattern: /^/ }, 0];
  const countOf = async (doubleWrites: boolean) => {
    const groups = { ...plan.groups, namespace: 'groups', doubleWrites, frontend: [group] };
    const grouped = { ...plan, layout: 'haproxystats', groups, maxDatapoints } as const;
    return Number.parseInt(
      limitDatapoints(grouped, only, await openLayout(grouped.layout)).failures[0]?.what ?? '',
      10,
    );
  };
  expect((await countOf(true)) - (await countOf(false))).toBe(1);
});

test('without a limit, or without a destination, nothing is counted', async () => {
  const { plan } = await limit(1);
  const unread = {
    ...READ,
    get haproxy(): never {
      return expect.fail('it was counted');
    },
  };
  expect(limitDatapoints({ ...plan, maxDatapoints: Infinity }, unread, () => expect.fail())).toMatchObject({
    failures: [],
  });
  expect(limitDatapoints({ ...plan, destinations: [] }, unread, () => expect.fail())).toMatchObject({
    failures: [],
  });
});
