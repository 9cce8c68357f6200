import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Plan } from '../plan.ts';

/** The place in the spool where one run stores something for the next of its command line. */
export interface Memory {
  /** Undefined if it cannot be used; `failures` says why. */
  readonly directory: string | undefined;
  readonly failures: readonly Failure[];
  /** Runs an operation on the memory and returns its result; an error becomes one more failure, and the result undefined. */
  attempt<T>(what: string, act: () => T | Promise<T>): Promise<T | undefined>;
}

/** Opens the command line's directory in a spool, or that of its series. A dry run does not create it. */
export async function openMemory(spool: string, plan: Plan, line = plan.line): Promise<Memory> {
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
    const directory = await hold(spool, line, plan);
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

async function hold(spool: string, line: string, { dryRun, deadline }: Plan): Promise<string> {
  const { expectAnswer } = await import('../spool/open.ts');
  await expectAnswer(spool, deadline / 4);
  const directory = join(spool, line);
  if (dryRun) return existsSync(directory) ? directory : spool;
  const { holdLine } = await import('../memory/line.ts');
  return holdLine(spool, line);
}
