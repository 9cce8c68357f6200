import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** Reads texts with Python's ConfigParser and ExtendedInterpolation: the class of its error, or sections. */
export type Parsed = { readonly error: string } | { readonly sections: readonly ParsedSection[] };

export type ParsedSection = readonly [name: string, options: readonly ParsedOption[]];

/** The value is null where Python refuses to interpolate it. */
type ParsedOption = readonly [name: string, value: string | null, inherited: boolean];

/** A running Python that reads texts, the later ones on top of the earlier ones, one question at a time. */
type ConfigParser = {
  read(files: readonly string[]): Promise<Parsed>;
  stop(): void;
};

const script = fileURLToPath(new URL('configparser.py', import.meta.url));
let running: Promise<ConfigParser> | undefined;

afterAll(async () => {
  // One that did not start has failed the tests already.
  for (const outcome of await Promise.allSettled([running])) {
    if (outcome.status === 'fulfilled') outcome.value?.stop();
  }
});

/** Asks the system's Python, which is started for the first question and stopped after the test file. */
export async function readWithPython(files: readonly string[]): Promise<Parsed> {
  running ??= startConfigParser();
  return await (await running).read(files);
}

/** Starts a Python, 3.10 or later: before, a section's name ended at the first bracket. Fails, naming it, where there is none. */
export async function startConfigParser(python = '/usr/bin/python3'): Promise<ConfigParser> {
  const child = spawn(python, ['-I', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', cause => {
      reject(new Error(`${python} is missing: install python3, which these tests compare with`, { cause }));
    });
  });
  child.stdin.on('error', () => child.stdin.destroy()); // it has ended, which the next question will tell
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read(files) {
      child.stdin.write(`${JSON.stringify({ files })}\n`);
      const { done, value } = await answers.next();
      if (done) throw new Error(`${python} ended without an answer`);
      return JSON.parse(value) as Parsed;
    },
    stop: () => child.stdin.end(),
  };
}
