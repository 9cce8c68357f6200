import { expect, test } from 'vitest';
import { listEntries, nameBatch, nameClaimed, nameTemporary, writerOf } from '../../src/spool/name.ts';

test('a batch says by its name when it is from, how much it holds and who has claimed it', () => {
  const base = nameBatch(1_800_000_000, 0, 848, '12-345-678');
  expect(base).toBe('1800000000-0-848-12-345-678.batch');
  const [entry] = listEntries([nameClaimed(base, '9-8-7')]);
  expect(entry).toMatchObject({
    base,
    name: '1800000000-0-848-12-345-678.batch.9-8-7',
    timestamp: 1_800_000_000,
    datapoints: 848,
    owner: '9-8-7',
  });
  expect(listEntries([base])[0]?.owner).toBeUndefined();
});

test('the oldest come first, and those of one run in the order in which they were written', () => {
  const bases = [
    nameBatch(1_800_000_000, 2, 1, '1-1-1'),
    nameBatch(1_800_000_000, 10, 1, '1-1-1'),
    nameBatch(1_799_999_999, 11, 1, '1-1-1'),
  ];
  const sorted = listEntries(bases).map(({ timestamp, base }) => `${timestamp} ${base.split('-')[1]}`);
  expect(sorted).toEqual(['1799999999 11', '1800000000 2', '1800000000 10']);
});

test('a batch that is renamed while the directory is read counts once', () => {
  const base = nameBatch(1_800_000_000, 0, 848, '12-345-678');
  expect(listEntries([base, nameClaimed(base, '9-8-7')])).toHaveLength(1);
});

test('other files are not batches', () => {
  const names = ['README', '1800000000-0-848-1-2-3.batch.damaged', nameTemporary(0, '1-2-3'), '.', 'x.batch'];
  expect(listEntries(names)).toEqual([]);
});

test('a temporary file says who writes it', () => {
  expect(writerOf(nameTemporary(3, '1-2-3'))).toBe('1-2-3');
  expect(writerOf('other.tmp')).toBeUndefined();
});
