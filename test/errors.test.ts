import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  asFailure,
  errorCode,
  expectFailure,
  Failure,
  hasTooManyFiles,
  knownFailure,
  reason,
} from '../src/errors.ts';
import { freePort } from '../tools/players/process.ts';

const system = (code: string, errno = -1): Error => Object.assign(new Error(`${code}: x`), { code, errno });

test('an error of the system is in words, another one says its own', () => {
  expect(reason(system('ENOSPC'))).toBe('no space is left on the disk');
  expect(reason(system('EWHATEVER'))).toBe('EWHATEVER: x');
  expect(reason('text')).toBe('text');
});

test('an error may be in words of the call that met it', () => {
  const error = (syscall: string) => Object.assign(system('EINVAL'), { syscall });
  expect(reason(error('connect'))).toBe(
    'the system does not take this address: a link-local one needs the zone of an interface, fe80::1%eth0',
  );
  expect(reason(error('read'))).toBe('EINVAL: x');
});

test('errors that Node calls UNKNOWN have a code by their number', () => {
  expect(errorCode(system('UNKNOWN', -122))).toBe('EDQUOT');
  expect(reason(system('UNKNOWN', -116))).toBe('the file server no longer has the file');
  expect(errorCode(system('UNKNOWN', -9999))).toBe('UNKNOWN');
  expect(errorCode(new Error('no code'))).toBe('');
  expect(errorCode(Object.assign(new Error('a number'), { code: 7 }))).toBe('');
});

test('a name with several addresses that all refuse is one refusal', async () => {
  const port = await freePort();
  const error = await new Promise(resolve => connect({ host: 'localhost', port }).on('error', resolve));
  expect(reason(error)).toBe('connection refused: nothing listens there');
});

test('a Failure stays as it is, any other error becomes one, with its cause', () => {
  const failure = new Failure('spool', '/spool', 'is full');
  expect(asFailure(failure, 'deliver', 'h')).toBe(failure);
  const error = system('EPIPE');
  expect(asFailure(error, 'deliver', 'h:2003')).toMatchObject({
    code: 'deliver',
    message: 'h:2003: the connection was closed by the peer',
    cause: error,
  });
});

test('only a Failure is expected; a mistake in this program is thrown on', () => {
  const failure = new Failure('read', 'x', 'y');
  expect(expectFailure(failure)).toBe(failure);
  expect(() => expectFailure(new TypeError('mistake'))).toThrow(TypeError);
});

test('too many open files are a limit, whatever was to be opened, and say which to raise', () => {
  const limits = [system('EMFILE'), system('ENFILE')];
  expect(limits.map(hasTooManyFiles)).toEqual([true, true]);
  expect(limits.map(error => knownFailure(error)?.message)).toEqual([
    'this process: too many open files; raise the limit (ulimit -n)',
    'this process: too many open files on this machine; raise its limit (sysctl fs.file-max)',
  ]);
  expect(hasTooManyFiles(system('ENOENT'))).toBe(false);
});

test('an error that is no failure and no limit is none that is known', () => {
  const failure = new Failure('read', 'x', 'y');
  expect(knownFailure(failure)).toBe(failure);
  expect(knownFailure(new TypeError('oops'))).toBeUndefined();
});
