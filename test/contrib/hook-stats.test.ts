import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readHookDirectory } from '../helpers/hook-pages.ts';
import { contrib, playHookStats, python, runHookStats } from '../helpers/hook-stats.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const NOW = 1_700_000_000;
const run = promisify(execFile);

async function read(directory: string, now = NOW) {
  const [application] = await readHookDirectory(directory, now);
  return Object.fromEntries(application?.fields ?? []);
}

test('average, deviation and maximum are those of a plain computation, in the reader and on the command line', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `
import random, statistics
random.seed(7)
clock = set_clock(${NOW - 500})
stats = HookStats('my_app', directory)
times = [random.expovariate(10) for _ in range(2000)]
for seconds in times: request(stats, seconds)
clock.now = ${NOW}
shown = hook_stats.read_directory(directory)['my_app']
milliseconds = [seconds * 1000 for seconds in times]
answer([statistics.fmean(milliseconds), statistics.pstdev(milliseconds), max(milliseconds), shown])`,
  );
  const [avg, std, max, shown] = answer as [number, number, number, unknown];
  expect(await read(directory)).toMatchObject({
    started: 2000,
    'processing_time.count': 2000,
    'processing_time.avg': expect.closeTo(avg, 3),
    'processing_time.std': expect.closeTo(std, 3),
    'processing_time.max': expect.closeTo(max, 3),
  });
  expect(shown).toEqual({
    started: 2000,
    finished: 2000,
    processing_time: { avg: expect.closeTo(avg, 3), std: expect.closeTo(std, 3) },
  });
});

test('times age out second by second, whichever way the clock is set', async () => {
  const directory = await tempDir();
  await runHookStats(
    directory,
    `
clock = set_clock(${NOW})
stats = HookStats('my_app', directory, window=10)
for second in (0, 1, 2, 1, 12, 3, 2):  # 12 takes the place of what 2 had counted
    clock.now = ${NOW} + second
    request(stats)
answer(None)`,
  );
  const counts = await Promise.all(
    [0, 1, 2, 3, 9, 10, 11, 12, 13, 22].map(async second => {
      return (await read(directory, NOW + second))['processing_time.count'];
    }),
  );
  expect(counts).toEqual([1, 3, 4, 5, 5, 4, 2, 2, 1, 0]);
});

test('without a directory it counts in memory, tries again every 10 s, and then writes all of it', async () => {
  const directory = await tempDir();
  const gone = join(directory, 'gone');
  const tries = await runHookStats(
    gone,
    `
clock = set_clock(${NOW - 100})
stats = HookStats('my_app', directory)
opened = []
really_open = os.open
def count_open(path, *rest):
    opened.append(path)
    return really_open(path, *rest)
os.open = count_open
for _ in range(300): request(stats, 0.1)
tries = len(opened)
os.mkdir(directory)
request(stats, 10)
answer(tries)`,
  );
  expect(tries).toBe(3);
  expect(await read(gone)).toMatchObject({ started: 301, finished: 301, 'processing_time.count': 301 });
});

test.each<[string, (directory: string, worker: string) => void]>([
  ['removed', (_, worker) => rmSync(worker)],
  ['cut', (_, worker) => truncateSync(worker, 100)],
  [
    'replaced together with its directory',
    directory => {
      renameSync(directory, `${directory}.old`);
      mkdirSync(directory);
    },
  ],
])('a file that was %s is there again within 10 s, with all counts', async (_, harm) => {
  const directory = join(await tempDir(), 'stats');
  mkdirSync(directory);
  const playing = await playHookStats(
    directory,
    `
clock = set_clock(${NOW})
stats = HookStats('my_app', directory)
for _ in range(5): request(stats)
answer(None)
sys.stdin.readline()
request(stats, 9)
request(stats, 1)`,
  );
  const worker = readdirSync(directory).find(name => name.endsWith('.worker'));
  harm(directory, join(directory, worker ?? ''));
  await playing.end();
  expect(await read(directory, NOW + 10)).toMatchObject({ started: 7, finished: 7 });
});

test('a fold that is killed before any of its steps neither loses nor doubles a request', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `
steps = [os.open, os.pwrite, os.fchmod, os.rename, os.unlink, os.close]
def die_before(step):
    left = [step]
    def guard(real):
        def call(*arguments, **options):
            left[0] -= 1
            if left[0] < 0: os._exit(77)
            return real(*arguments, **options)
        return call
    for real in steps: setattr(os, real.__name__, guard(real))

def work():
    for _ in range(10): stats.finished(stats.started(), 200)

def fold(step):
    die_before(step)
    stats.child_exit(None, None)

def shown():
    return hook_stats.read_directory(directory)['my_app']['finished']

stats = HookStats('my_app', directory)
killed = 0
finished = []
for step in range(100):
    for _ in range(2): in_child(work)
    code = in_child(lambda: fold(step))
    finished.append([20 * (step + 1), shown()])
    for name in os.listdir(directory):                       # a minute later
        if name.endswith('.tmp'): os.utime(os.path.join(directory, name), (0, 0))
    stats.child_exit(None, None)
    finished.append([20 * (step + 1), shown()])
    if code == 0: break
    assert code == 77, code
answer([step, finished, sorted(os.listdir(directory))])`,
  );
  const [steps, finished, files] = answer as [number, [number, number][], string[]];
  expect(steps).toBeGreaterThan(12);
  expect(steps).toBeLessThan(99);
  expect(finished.filter(([counted, shown]) => counted !== shown)).toEqual([]);
  expect(files).toEqual(['my_app.total']);
});

test('a worker killed by SIGKILL at any instant has lost no request', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `
import random, signal
random.seed(3)
def work(pipe):
    stats = HookStats('my_app', directory)
    while True:
        stats.finished(stats.started(), 200)
        os.write(pipe, b'.')
done = 0
rounds = 25
for _ in range(rounds):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0: work(writing)
    os.close(writing)
    done += len(os.read(reading, 1))
    time.sleep(random.uniform(0, 0.02))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while True:
        more = os.read(reading, 65536)
        if not more: break
        done += len(more)
    os.close(reading)
HookStats('my_app', directory)
answer([done, rounds])`,
  );
  const [done, rounds] = answer as [number, number];
  const { started = 0, finished = 0, ...fields } = await read(directory, Date.now() / 1000);
  // The last request of each round may have been counted and not yet told.
  expect(finished).toBeGreaterThanOrEqual(done);
  expect(finished).toBeLessThanOrEqual(done + rounds);
  expect(started - finished).toBeLessThanOrEqual(rounds);
  expect(fields).toMatchObject({
    processing: 0,
    'responses.2xx': finished,
    'processing_time.count': finished,
  });
  expect(readdirSync(directory)).toEqual(['my_app.total']);
});

test('threads count every request', async () => {
  const directory = await tempDir();
  await runHookStats(
    directory,
    `
import threading
class Interrupted(list):
    """Another thread has its turn between reading a count and writing it."""
    def __getitem__(self, index):
        value = super().__getitem__(index)
        time.sleep(0)
        return value
stats = HookStats('my_app', directory)
stats._worker._record = Interrupted(stats._worker._record)
def work():
    for _ in range(100): stats.finished(stats.started(), 200)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
answer(None)`,
  );
  expect(await read(directory)).toMatchObject({ started: 800, finished: 800, 'responses.2xx': 800 });
});

test('a process that is forked counts for itself, and not what its parent has in progress', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `
import gc
stats = HookStats('my_app', directory)
kept = [stats.started()]
stats._worker._lock.acquire()  # another thread is counting at the fork
def work():
    kept.clear()
    gc.collect()
    stats.finished(stats.started(), 200)
code = in_child(work)
stats._worker._lock.release()
stats.child_exit(None, None)
import glob
answer([code, hook_stats.read_directory(directory)['my_app']['started'], len(glob.glob(directory + '/*.worker'))])`,
  );
  expect(answer).toEqual([0, 2, 1]);
});

test('a request that is thrown away is no longer in progress, and one that ends twice ended once', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `
stats = HookStats('my_app', directory)
kept = stats.started()
stats.started()
twice = stats.started()
stats.finished(twice, 200)
stats.finished(twice, 200)
stats.finished(stats.started(), 200)
answer(stats._worker._record[1:4])`,
  );
  expect(answer).toEqual([4, 2, 1]);
});

test('a response counts in the class of the status that the client got', async () => {
  const directory = await tempDir();
  await runHookStats(
    directory,
    `
import types
stats = HookStats('my_app', directory)
def serve(status, headers_sent=True, error=None):
    req, resp = types.SimpleNamespace(), types.SimpleNamespace(status=status, headers_sent=headers_sent)
    stats.pre_request(None, req)
    try:
        try:
            if error: raise error
        finally:
            stats.post_request(None, req, {}, resp)
    except BaseException:
        pass
serve('101 Switching Protocols')
serve('200 OK')
serve('200 OK', error=RuntimeError())           # while the body was sent
serve('302 Found')
serve('404 Not Found')
serve('503 Service Unavailable')
serve('200 OK', headers_sent=False, error=RuntimeError())
serve(None, headers_sent=False, error=RuntimeError())
serve(None, headers_sent=False, error=OSError())
serve(None, headers_sent=False, error=StopIteration())
serve(None, headers_sent=False, error=SystemExit())
serve(None)
serve('999 Odd')
stats.post_request(None, types.SimpleNamespace(), {}, None)  # without pre_request
answer(None)`,
  );
  const fields = await read(directory);
  const classes = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'].map(name => fields[`responses.${name}`]);
  expect(classes).toEqual([1, 2, 1, 1, 3, 5]);
  expect(fields.finished).toBe(13);
});

test('files may be read by whoever may enter the directory, whatever the umask', async () => {
  const directory = await tempDir();
  await runHookStats(
    directory,
    `os.umask(0o077)\nstats = HookStats('my_app', directory)\nstats.finished(stats.started())\nanswer(None)`,
  );
  const modes = readdirSync(directory).map(name => statSync(join(directory, name)).mode & 0o777);
  expect(modes).toEqual([0o644, 0o644]);
});

test('names and windows that cannot be are refused at once', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `
def refusal(*arguments):
    try: HookStats(*arguments)
    except ValueError as error: return str(error)
answer([refusal('', directory), refusal('a' * 201, directory)[-65:], refusal('a', directory, 0), refusal('a', directory, 3601)])`,
  );
  expect(answer).toEqual([
    "name: '' has 0 bytes when percent-encoded, 1 to 200 are possible",
    "' has 201 bytes when percent-encoded, 1 to 200 are possible".padStart(65, 'a'),
    'window: 0 is not 1 to 3600 seconds',
    'window: 3601 is not 1 to 3600 seconds',
  ]);
});

test('the command prints one JSON object, and errors on stderr', async () => {
  const directory = await tempDir();
  const show = (...args: string[]) =>
    run(python, ['-B', join(contrib, 'hook_stats.py'), ...args]).catch((error: unknown) => error);
  expect(await show(directory)).toMatchObject({ stdout: '{}\n', stderr: '' });
  await runHookStats(directory, `HookStats('my_app', directory)\nanswer(None)`);
  expect(await show(directory)).toMatchObject({
    stdout: '{"my_app": {"started": 0, "finished": 0, "processing_time": {"avg": 0.0, "std": 0.0}}}\n',
    stderr: '',
  });
  for (const args of [[], ['--nonsense'], ['a', 'b']])
    expect(await show(...args)).toMatchObject({
      code: 2,
      stderr: 'usage: hook_stats.py DIRECTORY (--help says more)\n',
    });
  for (const help of ['-h', '--help'])
    expect(await show(help)).toMatchObject({
      stdout: expect.stringMatching(/^usage: hook_stats\.py DIRECTORY\n\nPrints, as JSON, /),
      stderr: '',
    });
  expect(await show('/nonexistent')).toMatchObject({
    code: 1,
    stderr: "hook_stats.py: [Errno 2] No such file or directory: '/nonexistent'\n",
  });
  await runHookStats(directory, `HookStats('other', directory)\nanswer(None)`);
  truncateSync(join(directory, 'my_app.total'), 5);
  expect(await show(directory)).toMatchObject({
    code: 1,
    stdout: '{"other": {"started": 0, "finished": 0, "processing_time": {"avg": 0.0, "std": 0.0}}}\n',
    stderr: `hook_stats.py: ${directory}/my_app.total: damaged, not a file of 'hook-stats total 1'\n`,
  });
});
