import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Python that has run a script up to its last line and waits; `answer` is what the script said with `answer(value)`. */
type Playing = {
  readonly answer: unknown;
  readonly pid: number;
  end(): Promise<void>;
};

/** Where hook_stats.py stands. */
export const contrib = fileURLToPath(new URL('../../contrib/gunicorn/', import.meta.url));

/** The interpreter of Debian's gunicorn. */
export const python = '/usr/bin/python3';

const PRELUDE = `
import json, os, sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(contrib)})
import hook_stats
from hook_stats import HookStats

class Clock:
    """Both clocks of the module, standing still unless they are moved."""
    def __init__(self, now):
        self.now = now
    def time(self):
        return self.now
    monotonic = time

def set_clock(now):
    hook_stats.time = Clock(now)
    return hook_stats.time

def request(stats, seconds=0, status=200):
    one = stats.started()
    hook_stats.time.now += seconds
    stats.finished(one, status)

def in_child(act):
    """Runs it in a process of its own; gives its exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(99)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)

def answer(value):
    print(json.dumps(value), flush=True)

directory = sys.argv[1]
`;

/** Runs a script that uses hook_stats.py on a directory; it is alive until `end`. Rejects with what it printed when it fails. */
export async function playHookStats(directory: string, script: string): Promise<Playing> {
  const child = spawn(python, ['-I', '-c', `${PRELUDE}${script}\nsys.stdin.read()`, directory]);
  const errors: Buffer[] = [];
  child.stderr.on('data', chunk => errors.push(chunk));
  const closed = once(child, 'close');
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const end = async () => {
    child.stdin.end();
    const [code] = await closed;
    if (code !== 0) throw new Error(`${python} ended with ${code}:\n${Buffer.concat(errors)}`);
  };
  if (line.done) {
    await end();
    throw new Error('the script gave no answer');
  }
  return { answer: JSON.parse(line.value), pid: child.pid ?? 0, end };
}

/** The same to its end; gives the answer. */
export async function runHookStats(directory: string, script: string): Promise<unknown> {
  const playing = await playHookStats(directory, script);
  await playing.end();
  return playing.answer;
}
