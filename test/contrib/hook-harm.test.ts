import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHookDirectory } from '../helpers/hook-pages.ts';
import { runHookStats } from '../helpers/hook-stats.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A log that keeps its warnings, a request of a child process, and files that are none of ours. */
const DAMAGE = `
import contextlib, io, json, signal, struct, types
signal.alarm(60)  # what blocks fails

class Log:
    def __init__(self): self.lines = []
    def warning(self, text, *arguments): self.lines.append(text % arguments)

def server():
    return types.SimpleNamespace(log=Log())

def serve(stats, times=1):
    for _ in range(times): stats.finished(stats.started(), 200)

def total(**changed):
    values = {'format': 'hook-stats total 1', 'window': 600, 'started': 1, 'finished': 1, 'responses': [0, 0, 1, 0, 0, 0],
              'buckets': [], 'folded': []}
    return json.dumps({**values, **changed}).encode()

RECORD = [2, 1, 1, 0, 0, 0, 1, 0, 0, 0, time.time(), 1, 1, 1, 1, 2]

def worker(place=None, number=None, header={}, bucket=()):
    head = {'format': 'hook-stats worker 1', 'pid': 1, 'start': 1, 'namespace': 1, 'window': 600, **header}
    record = [number if index == place else each for index, each in enumerate(RECORD)]
    ring = struct.pack('<%dd' % len(bucket), *bucket).ljust(40 * 600, b'\\0')
    return json.dumps(head).encode().ljust(511) + b'\\n' + struct.pack('<16d', *record) + ring

def put(name, content):
    with open(os.path.join(directory, name), 'wb') as file: file.write(content)

def sparse(name):
    with open(os.path.join(directory, name), 'wb') as file: file.truncate(8 << 30)

TOTAL, WORKER = 'my_app.total', 'my_app.77-0123abcd.worker'
ODD = [float('inf'), float('-inf'), float('nan'), 1e308, -1.0, 0.5, 2.0 ** 53]
now = float(int(time.time()) - 1)  # within the window from the first moment on
damage = {}
for key in ('started', 'finished', 'responses', 'buckets', 'folded', 'window', 'format'):
    for value in (None, 'x', -5, 10 ** 400, float('inf'), float('nan'), [float('inf')] * 6, [[1]], {'a': 1}, ['../../x'],
                  [[now, 'x', 1, 1, 1]], [[now, float('inf'), 1, 1, 1]]):
        damage['total with %s %.20r' % (key, value)] = lambda key=key, value=value: put(TOTAL, total(**{key: value}))
for content in (b'', b'[]', b'5', b'null', b'\\xff', b'[' * 100000, b'{"format":' + b'1' * 10000 + b'}'):
    damage['total of %.20r' % content] = lambda content=content: put(TOTAL, content)
    damage['worker of %.20r' % content] = lambda content=content: put(WORKER, content)
for place in range(1, 15):
    for number in ODD:
        damage['worker with record[%d] %r' % (place, number)] = (
            lambda place=place, number=number: put(WORKER, worker(place, number)))
for place in range(1, 5):
    for number in ODD:
        bucket = [now - 5, 1, 1, 1, 1]
        bucket[place] = number
        damage['worker with bucket[%d] %r' % (place, number)] = lambda bucket=bucket: put(WORKER, worker(bucket=bucket))
for value in (-1, 0, True, 600.0, 10 ** 30, 'x', None):
    damage['worker with window %r' % value] = lambda value=value: put(WORKER, worker(header={'window': value}))
    damage['worker with pid %r' % value] = lambda value=value: put(WORKER, worker(header={'pid': value, 'namespace': -1}))
for name in (TOTAL, WORKER):
    path = os.path.join(directory, name)
    damage[name + ' is a FIFO'] = lambda path=path: os.mkfifo(path)
    damage[name + ' is a directory'] = lambda path=path: os.mkdir(path)
    damage[name + ' links to /dev/zero'] = lambda path=path: os.symlink('/dev/zero', path)
    damage[name + ' links to itself'] = lambda path=path, name=name: os.symlink(name, path)
    damage[name + ' links to nowhere'] = lambda path=path: os.symlink('/nowhere', path)
    damage[name + ' has 8 GiB'] = lambda name=name: sparse(name)
    damage[name + ' has a directory beside it that is called .tmp'] = lambda path=path: os.mkdir(path + '.tmp')
    damage[name + ' has a FIFO beside it that is called .tmp'] = lambda path=path: os.mkfifo(path + '.tmp')

def remove(name):
    import shutil
    path = os.path.join(directory, name)
    if os.path.isdir(path) and not os.path.islink(path): shutil.rmtree(path)
    elif os.path.lexists(path): os.unlink(path)

def clear():
    for name in os.listdir(directory): remove(name)
`;

test('no damaged or foreign file in the directory raises into the application, blocks it or takes counts along', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}
wrong = []
for what, harm in damage.items():
    clear()
    harm()
    try:
        stats = HookStats('my_app', directory)
        assert in_child(lambda: (serve(stats, 5), stats.worker_exit(None, None))) == 0
        stats.child_exit(None, None)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            assert hook_stats.main([directory]) in (0, 1)
        if what.endswith('.tmp'):  # in nobody's way
            assert [name for name in os.listdir(directory) if not name.endswith('.tmp')] == [TOTAL]
        else:  # as the warning says
            remove(TOTAL if what.startswith(('total', TOTAL)) else WORKER)
        counted = hook_stats.read_directory(directory)['my_app']['finished']
        assert counted in (5, 6), counted  # 6: not damaged enough to be told
    except BaseException as error:
        wrong.append([what, repr(error)])
answer([len(damage), wrong])`,
  );
  const [tried, wrong] = answer as [number, unknown];
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(200);
});

test('a damaged total unlinks and reads nothing outside of the directory', async () => {
  const directory = join(await tempDir(), 'stats');
  mkdirSync(directory);
  await runHookStats(
    directory,
    `${DAMAGE}
put('../victim.worker', b'another application\\'s')
put(TOTAL, total(folded=['x/../../victim']))
stats = HookStats('my_app', directory)
stats.child_exit(None, None)
answer(None)`,
  );
  expect(readdirSync(join(directory, '..')).sort()).toEqual(['stats', 'victim.worker']);
});

test('each cause is one warning in the log of the server, whichever process comes upon it', async () => {
  const directory = join(await tempDir(), 'stats');
  const answer = await runHookStats(
    directory,
    `${DAMAGE}
stats = HookStats('my_app', directory)
log = server()
def work():
    for _ in range(3):
        stats.pre_request(log, None)
        stats.post_request(log, None, {}, None)
    os.write(writing, json.dumps(log.log.lines).encode() + b'\\n')
reading, writing = os.pipe()
for _ in range(3): in_child(work)
os.mkdir(directory)
sparse(WORKER)
os.mkfifo(directory + '/my_app.78-0123abcd.worker')
os.mkfifo(directory + '/my_app.79-0123abcd.worker')
for _ in range(3): stats.child_exit(log, None)
answer([os.read(reading, 9999).decode().split(), sorted(log.log.lines)])`,
  );
  const [workers, master] = answer as [string[], string[]];
  const user = process.getuid?.();
  expect(workers.join(' ')).toBe(
    `["hook_stats: ${directory}: No such file or directory: requests are counted in memory until user ${user} can write there"] [] []`,
  );
  const left = 'it is not added to the total; remove it, and others of the kind';
  expect(master).toEqual([
    `hook_stats: ${directory}/my_app.77-0123abcd.worker: larger than 1 MiB: ${left}`,
    expect.stringMatching(
      /^hook_stats: .*\/my_app\.7[89]-0123abcd\.worker: not a regular file: it is not added/,
    ),
  ]);
});

test('a log that fails costs no request', async () => {
  const answer = await runHookStats(
    '/nonexistent',
    `${DAMAGE}
class Broken:
    def warning(self, *arguments): raise RuntimeError('no log')
stats = HookStats('my_app', directory)
for log in (types.SimpleNamespace(log=Broken()), types.SimpleNamespace(log=None), object(), None):
    stats.pre_request(log, None)
    stats.post_request(log, None, {}, None)
answer(stats._worker._record[1:3])`,
  );
  expect(answer).toEqual([4, 4]);
});

test('a descriptor that the application closed and uses again is left alone, and the counts go on', async () => {
  const directory = await tempDir();
  const answer = await runHookStats(
    directory,
    `${DAMAGE}
clock = set_clock(1_700_000_000)
stats = HookStats('my_app', directory)
request(stats)
foreign = []
def take(number, other):
    os.dup2(other, number)
    os.close(other)
database = os.path.join(directory, '../database-%d' % os.getpid())
def file(number):
    take(number, os.open(database, os.O_RDWR | os.O_CREAT))
    os.write(number, b'D' * 2000)
def pipe(number):
    reading, writing = os.pipe()
    take(number, writing)
    foreign.append(reading)
wrong = []
for harm in (os.close, file, pipe):
    number = stats._worker._file
    harm(number)
    request(stats)
    stats.child_exit(None, None)  # the lock is gone, the process is not
    request(stats, 11)
    request(stats)
    if harm is not os.close: os.fstat(number), os.close(number)
os.set_blocking(foreign[0], False)
wrong.append(os.read(foreign[0], 99).decode())
with open(database, 'rb') as found: wrong.append(found.read() != b'D' * 2000)
os.unlink(database)
answer([wrong, len(os.listdir(directory)), hook_stats.read_directory(directory)['my_app']['finished']])`,
  );
  expect(answer).toEqual([['', false], 2, 10]);
  const [application] = await readHookDirectory(directory, 1_700_000_033);
  expect(application?.fields.get('finished')).toBe(10);
});

test('an application that finishes a request while the very thread is counting one waits for nothing', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}
stats = HookStats('my_app', directory)
collected = [stats.started() for _ in range(100)]
class Collecting(list):
    """The garbage collector runs finalizers in the middle of an addition."""
    def __getitem__(self, index):
        if collected: stats.finished(collected.pop(), 200)
        return super().__getitem__(index)
stats._worker._record = Collecting(stats._worker._record)
serve(stats)
answer(hook_stats.read_directory(directory)['my_app']['finished'])`,
  );
  expect(answer).toBe(101);
});

test('a thread that hangs while it writes holds up no other, and what they counted meanwhile is not lost', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}
stats = HookStats('my_app', directory)
stats._worker._lock.acquire()
began = time.monotonic()
serve(stats, 5000)
seconds = time.monotonic() - began
stats._worker._lock.release()
serve(stats)
answer([seconds, hook_stats.read_directory(directory)['my_app']['finished']])`,
  );
  const [seconds, finished] = answer as [number, number];
  expect(seconds).toBeLessThan(1);
  expect(finished).toBe(5001);
});

/** Requests and responses of all kinds; __slots__ as those of gunicorn 25.2 to 26.2. */
const ODD = `
import dataclasses, enum, http, gc, tracemalloc, weakref

class CallbackRequest:
    __slots__ = ('method', 'uri', 'path', 'query', 'fragment', 'version', 'headers', 'headers_bytes', 'scheme', 'raw_path',
                 'content_length', 'chunked', 'must_close', 'proxy_protocol_info', '_expect_100_continue')

class ResponseInfo:
    def __init__(self): self.status, self.sent, self.headers = 200, 2, []

@dataclasses.dataclass(frozen=True)
class Frozen:
    status: int = 200

class Hostile:
    """Everything but being there raises."""
    def fail(self, *arguments): raise RuntimeError('hands off')
    __getattribute__ = __setattr__ = __delattr__ = __eq__ = __hash__ = __bool__ = __str__ = __repr__ = __len__ = fail
    __iter__ = __next__ = __int__ = __index__ = __contains__ = __getitem__ = __call__ = fail

class Status:
    def __init__(self, status): self.status = status

class Plain: pass

makers = [lambda: None, object, CallbackRequest, ResponseInfo, Frozen, Hostile, Plain, dict, list, tuple, lambda: 5, lambda: 'x',
          lambda: Status(None), lambda: Status(Hostile()), lambda: Status(b'404 Not Found'), lambda: Status(http.HTTPStatus.OK),
          lambda: Status(10 ** 5000), lambda: Status(''), lambda: Status(float('nan')), lambda: type]

def growth(act):
    """Bytes that are kept after some ten thousand calls more."""
    for index in range(2000): act(index)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for index in range(10000): act(index)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before
`;

test('no kind of request or response object raises from a hook, is kept alive or costs memory', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}${ODD}
stats = HookStats('my_app', directory)
def act(index):
    make, answer = makers[index % len(makers)], makers[index // len(makers) % len(makers)]
    req = make()
    stats.pre_request(make(), req)
    stats.post_request(make(), req, make(), answer())
grown = growth(act)
kept = Plain()
gone = weakref.ref(kept)
stats.pre_request(None, kept)
del kept
died = gone() is None
answer([grown, died, stats._worker._record[1:3]])`,
  );
  const [grown, died, counts] = answer as [number, boolean, number[]];
  expect(grown).toBeLessThan(20_000);
  expect(died).toBe(true);
  expect(counts).toEqual([12_001, 12_000]);
});

test('several requests of one object, one after the other or at once, are counted all the same', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}${ODD}
import threading
stats = HookStats('my_app', directory)
def work():
    for _ in range(2000):
        stats.pre_request(None, None)
        time.sleep(0)
        stats.post_request(None, None, {}, None)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
requests = [CallbackRequest() for _ in range(1000)]
for req in requests: stats.pre_request(None, req)
for req in requests: stats.post_request(None, req, {}, None)
counted = stats._worker._record[1:4]
grown = growth(lambda index: stats.pre_request(None, None))  # the second hook never comes
answer([counted, grown, stats._worker._record[3]])`,
  );
  const [counted, grown, abandoned] = answer as [number[], number, number];
  expect(counted).toEqual([17_000, 17_000, 0]);
  expect(grown).toBeLessThan(100_000); // a thousand are kept
  expect(abandoned).toBe(12_000 - 1001);
});

test('what ends a process, a greenlet or a task passes through the hooks', async () => {
  const answer = await runHookStats(
    await tempDir(),
    `${DAMAGE}
import asyncio
class Ended(BaseException): pass
passed = []
for end in (SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, Ended):
    class Ending:
        @property
        def headers_sent(self): raise end()
    stats = HookStats('my_app', directory)
    stats.pre_request(None, None)
    try:
        raise ValueError()
    except ValueError:
        try: stats.post_request(None, None, {}, Ending())
        except end: passed.append(end.__name__)
    serve(stats)
answer(passed)`,
  );
  expect(answer).toEqual(['SystemExit', 'KeyboardInterrupt', 'GeneratorExit', 'CancelledError', 'Ended']);
});
