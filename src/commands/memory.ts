import { resolve } from 'node:path';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Plan } from '../plan.ts';

/** The spool as the place where one run stores something for the next. */
export interface Memory {
  /** Undefined if it cannot be used; `failures` says why. */
  readonly directory: string | undefined;
  readonly failures: readonly Failure[];
  /** Runs an operation on the memory and returns its result; an error becomes one more failure, and the result undefined. */
  attempt<T>(what: string, act: () => T | Promise<T>): Promise<T | undefined>;
}

/** Opens a spool's directory for what runs remember. A dry run does not create it. */
export async function openMemory(spool: string, { dryRun, deadline }: Plan): Promise<Memory> {
  const failures: Failure[] = [];
  const attempt: Memory['attempt'] = async (what, act) => {
    try {
      return await act();
    } catch (error) {
      const failure = new Failure('spool', spool, `${what}: ${reason(error)}`, error);
      failures.push(error instanceof Failure ? error : failure);
      return undefined;
    }
  };
  try {
    const directory = await hold(spool, dryRun, deadline / 4);
    return { directory, failures, attempt };
  } catch (error) {
    return { directory: undefined, failures: [refuseSpool(spool, error)], attempt };
  }
}

/** Makes the Failure of a spool that cannot be opened. */
export function refuseSpool(spool: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const advice = errorCode(error) === 'ENOENT' ? '; name it by its whole path' : ''; // the working directory is gone
  const what = `the spool cannot be used: ${reason(error)}${advice}`;
  return new Failure('spool', spool, what, error);
}

async function hold(spool: string, dryRun: boolean, limit: number): Promise<string> {
  const { expectAnswer } = await import('../spool/open.ts');
  await expectAnswer(spool, limit);
  if (dryRun) return spool;
  const { holdDirectory } = await import('../private-directory.ts');
  return holdDirectory(spool, resolve(spool), { name: 'spool', code: 'spool' });
}
