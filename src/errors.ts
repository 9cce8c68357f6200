/**
 * `usage`: the command line or a config file. `read`: an endpoint or a hook snapshot. `spool`: the spool, nothing is lost yet.
 * `kept`: not delivered, but kept. `deliver`: datapoints are lost. `warning`: printed, with no effect on the exit code.
 */
type FailureCode = 'usage' | 'read' | 'spool' | 'kept' | 'deliver' | 'warning';

/** The only error class for what an operator can act on; its message is one line, `where: what`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly where: string;
  readonly what: string;

  constructor(code: FailureCode, where: string, what: string, cause?: unknown) {
    super(`${where}: ${what}`, { cause });
    this.code = code;
    this.where = where;
    this.what = what;
  }
}

/** By the system's code, some with the call in front. */
const REASONS: Readonly<Record<string, string>> = {
  'connect EINVAL':
    'the system does not take this address: a link-local one needs the zone of an interface, fe80::1%eth0',
  EACCES: 'permission denied',
  EBADF: 'it is not open for this',
  EADDRNOTAVAIL: 'the address is not available',
  EAI_AGAIN: 'the name could not be looked up: no answer from the name server',
  ECONNABORTED: 'the connection was aborted',
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was reset',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something else is there already',
  EFBIG: 'the file would be larger than this process may write',
  EHOSTUNREACH: 'no route to the host',
  EISDIR: 'it is a directory',
  EIO: 'the disk does not work',
  ELOOP: 'it is a symbolic link',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
  ENETUNREACH: 'the network is unreachable',
  ENFILE: 'too many open files on this machine; raise its limit (sysctl fs.file-max)',
  ENOENT: 'no such file',
  ENOMEM: 'there is not enough memory',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of the path is not a directory',
  ENOTFOUND: 'the name is unknown',
  ENXIO: 'it is a socket, not a file',
  EPERM: 'the system does not permit it',
  EPIPE: 'the connection was closed by the peer',
  EROFS: 'the file system is read-only',
  ESTALE: 'the file server no longer has the file',
  ETIMEDOUT: 'the connection timed out',
};

/** Errors of Linux that Node calls UNKNOWN, by their number. */
const UNKNOWN: Readonly<Record<number, string>> = { [-116]: 'ESTALE', [-122]: 'EDQUOT' };

/** Returns the system's error code, e.g. `ECONNREFUSED`; '' if there is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return '';
  const number = 'errno' in error ? Number(error.errno) : 0;
  return UNKNOWN[number] ?? error.code;
}

function systemCall(error: unknown): string {
  return error instanceof Error && 'syscall' in error ? String(error.syscall) : '';
}

/** Whether this process or the machine has too many open files: any call that opens something may meet that. */
export function hasTooManyFiles(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(errorCode(error));
}

/** Whether the reader of a pipe has gone (`| head`), which is not a failure. */
export function isReaderGone(error: unknown): boolean {
  return errorCode(error) === 'EPIPE';
}

/** Describes an error in words, a system's error by its code. */
export function reason(error: unknown): string {
  // Node reports a name with several addresses as one error that holds an error for each.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const [call, code] = [systemCall(first), errorCode(first)];
  return (
    REASONS[`${call} ${code}`] ?? REASONS[code] ?? (first instanceof Error ? first.message : String(first))
  );
}

/** Returns a Failure unchanged; wraps any other error into one with this code and place. */
export function asFailure(error: unknown, code: FailureCode, where: string): Failure {
  return error instanceof Failure ? error : new Failure(code, where, reason(error), error);
}

/** Returns the error if it is a Failure; throws any other again, since it is a mistake in this program. */
export function expectFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

/**
 * Returns a Failure unchanged, and the limit that any call may meet as one of this process; undefined for any other error,
 * which is a mistake in this program.
 */
export function knownFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure || hasTooManyFiles(error)) return asFailure(error, 'deliver', 'this process');
  return undefined;
}

/** Formats milliseconds as seconds for messages: `0.1 s`. */
export function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
