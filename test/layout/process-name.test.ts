import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nameSocket } from '../../src/endpoint-name.ts';
import { cleaner } from '../../src/layout/name.ts';
import { processNamer, sharesNumbers } from '../../src/layout/process-name.ts';
import type { ProcessName } from '../../src/plan.ts';
import type { Endpoint, Snapshot } from '../../src/types.ts';
import { endpoint, processAt } from '../helpers/processes.ts';

const clean = cleaner({ dots: false, colons: true });

/** Sockets in /run, and what the first of them is called if it says these numbers. */
function nameFirst(paths: string[], info: Record<string, number>, processName?: ProcessName): string {
  const list = paths.map(path => endpoint(`/run/${path}`, nameSocket(path.split('/').at(-1) ?? '')));
  const [first = endpoint('', '')] = list;
  return processNamer(
    { endpoints: { list, single: list.length === 1 }, processName },
    clean,
  )(processAt(first, info));
}

const ALONE = { Nbproc: 1, Process_num: 1 };

describe('a process is called', () => {
  it.each<[string, string[], Record<string, number>, string]>([
    ['Process_num where one endpoint is named', ['stats.sock'], { Nbproc: 4, Process_num: 3 }, '3'],
    ['1 where a stats page does not say', ['stats.sock'], {}, '1'],
    ['as its endpoint among independent HAProxies', ['web.sock', 'api.sock'], ALONE, 'web'],
    [
      'with its extension where that is none of a socket',
      ['haproxy.sock.1', 'haproxy.sock.2'],
      ALONE,
      'haproxy_sock_1',
    ],
    ['without .socket', ['web.socket', 'api.sock'], ALONE, 'web'],
    ['by all of its path where another has the name', ['a/stats.sock', 'b/stats.sock'], ALONE, 'run_a_stats'],
    [
      'with a digest where paths differ in what is cleaned away',
      ['c.d/x', 'c_d/x'],
      ALONE,
      'run_c_d_x_721a9c2e',
    ],
    ['Process_num among those of one HAProxy', ['p2.sock', 'p1.sock'], { Nbproc: 2, Process_num: 2 }, '2'],
    [
      'so, too, beside an independent one',
      ['p2.sock', 'p1.sock', 'web.sock'],
      { Nbproc: 2, Process_num: 2 },
      '2',
    ],
    [
      'as its endpoint where that has another number',
      ['p2.sock', 'p1.sock'],
      { Nbproc: 2, Process_num: 1 },
      'p2',
    ],
    [
      'as its endpoint where two have the number',
      ['a2.sock', 'a1.sock', 'b2.sock'],
      { Nbproc: 2, Process_num: 2 },
      'a2',
    ],
    [
      'as its endpoint where none has a number',
      ['web.sock', 'api.sock'],
      { Nbproc: 2, Process_num: 2 },
      'web',
    ],
  ])('%s', (_, paths, info, name) => {
    expect(nameFirst(paths, info)).toBe(name);
  });

  it('as --process-name says', () => {
    const paths = ['a2.sock', 'b2.sock'];
    expect(nameFirst(paths, { Nbproc: 2, Process_num: 2 }, 'number')).toBe('2');
    expect(nameFirst(['p2.sock'], { Nbproc: 2, Process_num: 2 }, 'endpoint')).toBe('p2');
  });
});

test('several processes with one number are told, unless their names do not depend on it', () => {
  const list = ['a1', 'b1'].map(name => endpoint(`/run/${name}.sock`, name));
  const processes = list.map(at => processAt(at, { Nbproc: 2, Process_num: 1 }));
  const endpoints = { list, single: false };
  expect(sharesNumbers(processes, { endpoints, processName: undefined })).toBe(true);
  expect(sharesNumbers(processes, { endpoints, processName: 'endpoint' })).toBe(false);
  expect(sharesNumbers(processes.slice(1), { endpoints, processName: undefined })).toBe(false);
});

/** Paths of sockets, in names that are easily mixed up. */
const sockets = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('/run', '/run/a', '/run/b.c', '/run/b_c', '/run_a'),
      fc.constantFrom('p', 'a', 'haproxy', 'haproxy.', 'haproxy_', 'run_a_p', 'haproxy.sock.', '_'),
      fc.constantFrom('1', '2', '3', '01', '12', 'a', ''),
      fc.constantFrom('.sock', '.socket', '', '.sock.1'),
    )
    .map(([directory, ...name]) => `${directory}/${name.join('')}`),
  { minLength: 1, maxLength: 8 },
);
const haproxies = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), {
  minLength: 8,
  maxLength: 8,
});

test('no set of endpoints, in any order, with any of them answering, puts a process below the path of another', () => {
  fc.assert(
    fc.property(
      sockets,
      haproxies,
      fc.boolean(),
      fc.func(fc.boolean()),
      (paths, numbers, reverse, answers) => {
        const list = paths.map(path => endpoint(path, nameSocket(basename(path))));
        const processes = list.map((at, index) => {
          const [Nbproc = 1, number = 1] = numbers[index] ?? [];
          return processAt(at, { Nbproc, Process_num: Math.min(Nbproc, number), Pid: index });
        });
        const given = reverse ? [...list].reverse() : list;
        const names = new Map<string, Endpoint>();
        const naming = { endpoints: { list: given, single: false }, processName: undefined };
        const nameAll = (those: readonly Snapshot[]): string[] => those.map(processNamer(naming, clean));
        for (const [index, name] of nameAll(processes).entries()) {
          expect(names.get(name), name).toBeUndefined();
          names.set(name, processes[index]?.endpoint ?? given[0] ?? endpoint('', ''));
        }
        const some = processes.filter(answers);
        expect(nameAll(some).map(name => names.get(name)?.label)).toEqual(
          some.map(one => one.endpoint.label),
        );
      },
    ),
    { seed: 20_261_126, numRuns: 3000 },
  );
});

test('a path from the working directory is a name without the dot and the word in front', () => {
  const list = ['./a.sock', '/run/a.sock'].map(path => endpoint(path, 'a'));
  const name = processNamer({ endpoints: { list, single: false }, processName: undefined }, clean);
  expect(list.map(one => name(processAt(one, ALONE)))).toEqual(['a', 'run_a']);
});
