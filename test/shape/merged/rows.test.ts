import { expect, test } from 'vitest';
import { parseAnswers } from '../../../src/haproxy/answer.ts';
import { sinceBefore } from '../../../src/shape/deltas.ts';
import { MERGED_STATES, type RowSet, rowMerger } from '../../../src/shape/merged/rows.ts';
import { MERGES, type MergedField } from '../../../src/shape/merged/rules.ts';
import { takeTotals } from '../../../src/shape/totals.ts';
import type { Snapshot } from '../../../src/types.ts';
import { endpoint } from '../../helpers/processes.ts';

/** A process with servers whose cells are lbtot, req_tot, value and status. */
function snapshot(...rows: string[]): Snapshot {
  const lines = rows.map((row, index) => `app,s${index},2,${row},\n`).join('');
  const header = '# pxname,svname,type,lbtot,req_tot,value,status,';
  const answers = parseAnswers(Buffer.from(`Name: HAProxy\n\n${header}\n${lines}\n`));
  return { endpoint: endpoint('/s', 's'), answered: 0, ...answers };
}

/** A set of the rows of each process. */
function rowsOf(...places: readonly (readonly [Snapshot, number])[]): RowSet {
  return { rows: places.map(([snapshot, index]) => ({ snapshot, index })) };
}

function mergeAll(
  fields: readonly MergedField[],
  sets: readonly RowSet[],
  unknown: string[] = [],
): number[][] {
  const merge = rowMerger(
    fields,
    ({ stat }) => stat,
    status => unknown.push(status),
  );
  return merge(sets).map(column => [...column.subarray(0, sets.length)]);
}

function values(merge: keyof typeof MERGES, name = 'value'): MergedField[] {
  return [{ name, merge: MERGES[merge] }];
}

test('each set is one value, whichever rows of whichever process are in it', () => {
  const [a, b] = [snapshot('1,1,10,UP', '1,1,20,UP', '1,1,40,UP'), snapshot('1,1,100,UP')];
  const sets = [rowsOf([a, 2], [b, 0]), rowsOf([a, 0]), rowsOf([a, 1], [a, 0])];
  expect(mergeAll(values('sum'), sets)).toEqual([[140, 10, 30]]);
  expect(mergeAll(values('max'), sets)).toEqual([[100, 10, 20]]);
});

test('an empty cell has the value that the rule says, a missing column has none', () => {
  const one = snapshot('1,1,,UP', '1,1,50,UP');
  const sets = [rowsOf([one, 0], [one, 1])];
  expect(mergeAll(values('mean'), sets)).toEqual([[25]]);
  expect(mergeAll(values('mean of throttle'), sets)).toEqual([[75]]);
  expect(mergeAll(values('sum', 'none'), sets)).toEqual([[Number.NaN]]);
});

test('a row is busy once it was chosen, and weighs as many requests as it served, 1,024 at most', () => {
  const rows = snapshot('0,5,1000,UP', '1,300,10,UP', '7,5000,40,UP', '100,,70,UP', ',,9000,UP');
  const sets = [rowsOf(...[0, 1, 2, 3, 4].map(row => [rows, row] as const))];
  expect(mergeAll(values('mean of busy'), sets)).toEqual([[40]]);
  const total = 5 + 300 + 1024 + 100;
  expect(mergeAll(values('mean by samples'), sets)).toEqual([
    [(5 * 1000 + 300 * 10 + 1024 * 40 + 100 * 70) / total],
  ]);
});

test('states count processes, each with the worst of its rows; what is unknown is told and counts nowhere', () => {
  const [a, b] = [snapshot('1,1,1,UP', '1,1,1,DOWN'), snapshot('1,1,1,UP', '1,1,1,odd', '1,1,1,')];
  const sets = [rowsOf([a, 0], [a, 1], [b, 0]), rowsOf([b, 1]), rowsOf([b, 2])];
  const unknown: string[] = [];
  const states = mergeAll(MERGED_STATES, sets, unknown);
  expect(MERGED_STATES.map(({ state }) => state)).toEqual(['UP', 'DOWN', 'MAINT', 'DRAIN', 'NOLB']);
  const none = Number.NaN;
  expect(states).toEqual([[1, none, none], [1, none, none], ...Array(3).fill([0, none, none])]);
  expect(unknown).toEqual(['odd']);
});

test('what is merged is valid until the next sets are', () => {
  const one = snapshot('1,1,10,UP', '1,1,20,UP');
  const merge = rowMerger(values('sum'), ({ stat }) => stat, expect.fail);
  const first = merge([rowsOf([one, 0])]);
  expect(first[0]?.[0]).toBe(10);
  const second = merge([rowsOf([one, 1]), rowsOf()]);
  expect([second[0]?.[0], second[0]?.[1]]).toEqual([20, Number.NaN]);
  expect(second[0]).toBe(first[0]);
});

test('a row weighs by all that it served, also where only what came since the run before is sent', () => {
  const idle = snapshot('3,3,10,UP', '1,1,50,UP');
  const [delta = idle] = sinceBefore([idle], takeTotals([idle], undefined, 1000));
  expect(mergeAll(values('mean by samples'), [rowsOf([delta, 0], [delta, 1])])).toEqual([[20]]);
});
