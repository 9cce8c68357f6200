import fc from 'fast-check';
import { expect, it } from 'vitest';
import { haproxystats } from '../../src/layout/haproxystats.ts';
import type { Groups } from '../../src/plan.ts';
import type { MergedSubject } from '../../src/types.ts';
import { endpoint, NAMING, processAt } from '../helpers/processes.ts';

const [A, B] = [endpoint('/run/a.sock', 'a'), endpoint('/run/b.sock', 'b')];
const GROUPS: Groups = {
  namespace: 'flavor',
  doubleWrites: false,
  frontend: [{ name: 'f', pattern: /^x/ }],
  backend: [{ name: 'b', pattern: /^x/ }],
  server: [{ name: 's', pattern: /^x/ }],
};

function paths(subject: MergedSubject, groups: Groups = NAMING.groups, list = [A]): string[] {
  const naming = { ...NAMING, groups, endpoints: { list, single: false } };
  const places = haproxystats.places(naming)(subject);
  return places.map(({ prefix }) => prefix.replace(/^lb\.lb1\.haproxy\.(.*)\.$/, '$1'));
}

it.each<[MergedSubject, string]>([
  [{ kind: 'daemon' }, 'daemon'],
  [{ kind: 'frontend', proxy: 'x' }, 'frontend.x'],
  [{ kind: 'backend', proxy: 'x' }, 'backend.x'],
  [{ kind: 'server', proxy: 'x', server: 's' }, 'backend.x.server.s'],
  [{ kind: 'server', server: 's' }, 'server.s'],
  [{ kind: 'resolver', resolvers: 'dns', nameserver: 'ns.1' }, 'resolvers.dns.ns_1'],
  [{ kind: 'table', table: 't.1' }, 'tables.t_1'],
  [{ kind: 'haproxystats' }, 'haproxystats'],
])('%j is %s', (subject, path) => {
  expect(paths(subject)).toEqual([path]);
});

it('a single process is called by its number, also where a directory had its socket; several by their endpoints', () => {
  const subject = { kind: 'daemon', process: processAt(A, { Process_num: 1 }) } as const;
  expect(paths(subject)).toEqual(['daemon.process.1']);
  expect(paths(subject, GROUPS, [A, B])).toEqual(['daemon.process.a']);
});

it.each<[MergedSubject, string]>([
  [{ kind: 'frontend', proxy: 'x' }, 'flavor.f.frontend.x'],
  [{ kind: 'frontend', proxy: 'y' }, 'frontend.y'],
  [{ kind: 'backend', proxy: 'x' }, 'flavor.b.backend.x'],
  [{ kind: 'server', proxy: 'x', server: 's' }, 'flavor.b.backend.x.server.s'],
  [{ kind: 'server', server: 'x' }, 'flavor.s.server.x'],
  [{ kind: 'table', table: 'x' }, 'tables.x'],
])('with groups %j is %s', (subject, path) => {
  expect(paths(subject, GROUPS)).toEqual([path]);
});

it('with double writes an object has both paths', () => {
  const both = paths({ kind: 'backend', proxy: 'x' }, { ...GROUPS, doubleWrites: true });
  expect(both).toEqual(['backend.x', 'flavor.b.backend.x']);
});

const ALONE = { ...NAMING, endpoints: { list: [A], single: true } };
const names = fc.string({ unit: fc.constantFrom(...'ab_'), minLength: 1, maxLength: 2 });
const levels = fc.constantFrom(
  'frontend',
  'backend',
  'server',
  'resolvers',
  'tables',
  'daemon',
  'haproxystats',
);
const name = fc.oneof(names, levels);
const subjects: fc.Arbitrary<MergedSubject> = fc.oneof(
  fc.record({ kind: fc.constantFrom('frontend' as const, 'backend' as const), proxy: name }),
  fc.record({ kind: fc.constant('server' as const), proxy: name, server: name }),
  fc.record({ kind: fc.constant('server' as const), server: name }),
  fc.record({ kind: fc.constant('resolver' as const), resolvers: name, nameserver: name }),
  fc.record({ kind: fc.constant('table' as const), table: name }),
  fc.constant<MergedSubject>({ kind: 'daemon' }),
  fc.constant<MergedSubject>({ kind: 'haproxystats' }),
);

it('a distinct subject never has the path of another one', () => {
  const isDistinct = haproxystats.distinct?.(ALONE);
  fc.assert(
    fc.property(subjects, subjects, (one, other) => {
      fc.pre(isDistinct?.(one) === true && JSON.stringify(one) !== JSON.stringify(other));
      expect(paths(one)).not.toEqual(paths(other));
    }),
    { numRuns: 2000 },
  );
});

it('where a group may be called as a backend no subject is distinct', () => {
  const groups = { ...GROUPS, namespace: 'backend', server: [{ name: 'x', pattern: /^s/ }] };
  const server: MergedSubject = { kind: 'server', server: 's' };
  const other: MergedSubject = { kind: 'server', proxy: 'x', server: 's' };
  expect(paths(server, groups)).toEqual(paths(other, { ...groups, backend: [] }));
  expect(haproxystats.distinct?.({ ...ALONE, groups })(server)).toBe(false);
});
