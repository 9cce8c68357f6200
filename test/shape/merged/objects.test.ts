import { expect, test } from 'vitest';
import { parseAnswers } from '../../../src/haproxy/answer.ts';
import { exclusionTest } from '../../../src/shape/filter.ts';
import { findObjects, type MergedObject, type Search } from '../../../src/shape/merged/objects.ts';
import type { Snapshot } from '../../../src/types.ts';
import { everything } from '../../helpers/filters.ts';
import { endpoint } from '../../helpers/processes.ts';

const TYPES = { frontend: 0, backend: 1, server: 2, listener: 3 };

/** A process with rows such as `server web s1`. */
function snapshot(...rows: string[]): Snapshot {
  const lines = rows.map(row => {
    const [type = '', proxy, service = type.toUpperCase()] = row.split(' ');
    return `${proxy},${service},${TYPES[type as keyof typeof TYPES]},\n`;
  });
  const answers = parseAnswers(Buffer.from(`Name: HAProxy\n\n# pxname,svname,type,\n${lines.join('')}\n`));
  return { endpoint: endpoint('/s', 's'), answered: 0, ...answers };
}

function find(snapshots: readonly Snapshot[], search: Partial<Search> = {}) {
  const clean = (name: string): string => name.replaceAll('.', '_');
  return findObjects(snapshots, {
    filter: everything,
    isHidden: undefined,
    aggregate: false,
    clean,
    ...search,
  });
}

/** The clean names of objects, and the number of process and row of all that they have. */
function show(objects: readonly MergedObject[], snapshots: readonly Snapshot[]): string[] {
  return objects.map(({ subject, rows }) => {
    const { kind: _, ...names } = subject;
    const places = rows.map(({ snapshot, index }) => `${snapshots.indexOf(snapshot)}.${index}`);
    return `${Object.values(names).join('/')} ${places.join(' ')}`;
  });
}

test('the rows of all processes are one object by kind and name, in order of first appearance', () => {
  const both = [
    snapshot('frontend web', 'listener web sock-1', 'server b s2', 'server a s1', 'backend a', 'backend b'),
    snapshot('server a s3', 'frontend web', 'server b s1', 'server b s2', 'frontend late'),
  ];
  const { frontends, backends, servers, aggregated } = find(both);
  expect(show(frontends, both)).toEqual(['web 0.0 1.1', 'late 1.4']);
  expect(show(backends, both)).toEqual(['a 0.4', 'b 0.5']);
  expect(show(servers, both)).toEqual(['b/s2 0.2 1.3', 'b/s1 1.2', 'a/s1 0.3', 'a/s3 1.0']);
  expect(aggregated).toEqual([]);
});

test('a backend counts its servers of all processes, each once', () => {
  const { backends, servers } = find([
    snapshot('server a s1', 'server a s2', 'backend a', 'backend none'),
    snapshot('server a s2', 'server a s3', 'backend a'),
  ]);
  expect(backends.map(backend => backend.servers)).toEqual([3, 0]);
  expect(servers.map(server => server.servers)).toEqual([0, 0, 0]);
});

test('names that become one and rows of one name in one process are noted, those of other processes are not', () => {
  const note = (...snapshots: Snapshot[]) => find(snapshots).servers.map(server => server.note);
  const names = 'two names become this one, they are merged';
  expect(note(snapshot('server a s.1'), snapshot('server a s.1'))).toEqual([undefined]);
  expect(note(snapshot('server a s.1'), snapshot('server a s_1'))).toEqual([names]);
  const rows = 'several server rows have this name, they are merged';
  expect(note(snapshot('server a s', 'server a s'))).toEqual([rows]);
  expect(note(snapshot('server a s.1', 'server a s.1', 'server a s_1', 'server a s.1'))).toEqual([names]);
  const twice = find([snapshot('backend a', 'frontend a', 'backend a')]);
  expect(twice.backends[0]?.note).toBe('several backend rows have this name, they are merged');
  expect(twice.frontends[0]?.note).toBeUndefined();
});

test('servers of one name are one over all backends, hidden ones included and without a note', () => {
  const all = [snapshot('server a s.1', 'server b.x s_1', 'backend b.x', 'frontend b.x', 'server a s2')];
  const filter = { ...everything, excludeBackends: new Set(['b_x']) };
  const isHidden = exclusionTest(filter, name => name.replaceAll('.', '_'));
  const { frontends, backends, servers, aggregated } = find(all, { filter, isHidden, aggregate: true });
  expect(show(aggregated, all)).toEqual(['s_1 0.0 0.1', 's2 0.4']);
  expect(aggregated.map(({ note }) => note)).toEqual([undefined, undefined]);
  expect(show(servers, all)).toEqual(['a/s_1 0.0', 'a/s2 0.4']);
  expect([backends.length, frontends.length]).toEqual([0, 1]);
});

test('what the filter leaves out is in no object, not even in those over all backends', () => {
  const filter = { ...everything, exclude: ['b'] };
  const { backends, aggregated } = find([snapshot('server b s', 'backend b', 'backend c')], {
    filter,
    aggregate: true,
  });
  expect(backends.map(({ name }) => name)).toEqual(['c']);
  expect(aggregated).toEqual([]);
});
