import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Failure } from '../../src/errors.ts';
import { attempt, explainDiskError } from '../../src/spool/failure.ts';

function systemError(code: string, errno = -1): Error {
  return Object.assign(new Error(`${code}: as Node says it`), { code, errno });
}

test('an operation that succeeds gives its result', () => {
  expect(attempt('/spool', 'cannot be read', () => 7)).toBe(7);
  expect(attempt('/spool', 'cannot be read', () => undefined)).toBeUndefined();
});

test('an error of the disk is a Failure of the spool that says where, what and why', () => {
  const read = () => attempt('/spool', 'cannot be read', () => readFileSync('/none/x'));
  expect(read).toThrow(Failure);
  expect(read).toThrow(
    expect.objectContaining({
      code: 'spool',
      where: '/spool',
      message: '/spool: cannot be read: no such file',
      cause: expect.objectContaining({ code: 'ENOENT' }),
    }),
  );
});

test('a Failure stays what it is', () => {
  const failure = new Failure('deliver', 'tcp://g:2003', 'connection refused');
  const act = (): never => {
    throw failure;
  };
  expect(() => attempt('/spool', 'cannot be read', act)).toThrow(failure);
});

test.each([
  ['EACCES', 'permission denied; run as its owner, or give this user the directory, mode 700'],
  ['EDQUOT', 'the disk quota is used up; make room, or lower queue-size'],
  ['EFBIG', 'the file would be larger than this process may write; raise the limit (ulimit -f)'],
  ['ENOSPC', 'no space is left on the disk; make room, or lower queue-size'],
  ['EROFS', 'the file system is read-only; name a directory on another file system'],
  ['EIO', 'the disk does not work'],
  ['EXXX', 'EXXX: as Node says it'],
])('%s is explained, with a remedy if there is one', (code, words) => {
  expect(explainDiskError(systemError(code))).toBe(words);
});

test('an error that Node does not know by name has its remedy too', () => {
  expect(explainDiskError(systemError('UNKNOWN', -122))).toBe(
    'the disk quota is used up; make room, or lower queue-size',
  );
});
