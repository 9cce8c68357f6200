import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../src/errors.ts';
import { readHookDirectory } from '../../helpers/hook-pages.ts';
import { playHookStats, runHookStats } from '../../helpers/hook-stats.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const NOW = 1_700_000_000;

/** Applications as plain objects, read `later` seconds after NOW. */
async function read(directory: string, later = 0) {
  const applications = await readHookDirectory(directory, NOW + later);
  return Object.fromEntries(applications.map(({ name, fields }) => [name, Object.fromEntries(fields)]));
}

async function failure(directory: string): Promise<string> {
  const error = await readHookDirectory(directory, NOW).catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`);
  expect(error.code).toBe('read');
  return error.message.replaceAll(directory, 'DIR');
}

/** A directory with one application, whose worker has counted one request and is gone. */
async function makeDirectory() {
  const directory = await tempDir();
  await runHookStats(
    directory,
    `set_clock(${NOW})\nstats = HookStats('my_app', directory)\nrequest(stats)\nanswer(None)`,
  );
  const name = readdirSync(directory).find(file => file.endsWith('.worker'));
  if (name === undefined) throw new Error('no worker file');
  return { directory, name, worker: join(directory, name), total: join(directory, 'my_app.total') };
}

test('workers that live and those that are gone are added up, in progress are requests of the living alone', async () => {
  const directory = await tempDir();
  const playing = await playHookStats(
    directory,
    `
set_clock(${NOW})
stats = HookStats('my_app', directory)
def work():
    kept.append(stats.started())
    request(stats, 0.2, '404 Not Found')
    request(stats, 0.4, None)
kept = []
in_child(work)
stats.child_exit(None, None)   # this one is in the total
in_child(work)                 # this one left its file
work()                         # this one lives
answer(None)`,
  );
  onTestFinished(playing.end);
  const files = readdirSync(directory).map(file => file.replace(/\.\d+-[\da-f]{8}\./, '.ID.'));
  expect(files.sort()).toEqual(['my_app.ID.worker', 'my_app.ID.worker', 'my_app.total']);
  expect(await read(directory, 10)).toEqual({
    my_app: {
      started: 9,
      finished: 6,
      processing: 1,
      'responses.1xx': 0,
      'responses.2xx': 0,
      'responses.3xx': 0,
      'responses.4xx': 3,
      'responses.5xx': 0,
      'responses.other': 3,
      'processing_time.count': 6,
      'processing_time.avg': expect.closeTo(300, 3),
      'processing_time.std': expect.closeTo(100, 3),
      'processing_time.max': expect.closeTo(400, 3),
    },
  });
});

test('a time counts for exactly the window, and without one there is a count of 0 and no average', async () => {
  const { directory } = await makeDirectory();
  const count = async (later: number) => (await read(directory, later)).my_app?.['processing_time.count'];
  expect(await count(-1)).toBe(0);
  expect(await count(0)).toBe(1);
  expect(await count(599)).toBe(1);
  expect(await count(600)).toBe(0);
  expect(Object.keys((await read(directory, 600)).my_app ?? {})).not.toContain('processing_time.avg');
});

test('an application is there before its first request', async () => {
  const directory = await tempDir();
  await runHookStats(directory, `HookStats('idle', directory)\nanswer(None)`);
  expect(await read(directory)).toMatchObject({ idle: { started: 0, finished: 0, processing: 0 } });
});

test('applications of any name share a directory', async () => {
  const directory = await tempDir();
  const names = ['my_app', 'api.v1', '..', 'a/b', 'ü "x" %2E\n', '~'];
  await runHookStats(
    directory,
    `for n, name in enumerate(${JSON.stringify(names)}):
    stats = HookStats(name, directory)
    for _ in range(n): stats.finished(stats.started())
answer(None)`,
  );
  const applications = await read(directory);
  expect(new Set(Object.keys(applications))).toEqual(new Set(names));
  expect(names.map(name => applications[name]?.finished)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('while workers count, end and are folded without a pause, the totals only ever grow', async () => {
  const directory = await tempDir();
  const playing = await playHookStats(
    directory,
    `
stats = HookStats('my_app', directory)
answer(None)
def work():
    for _ in range(50): stats.finished(stats.started(), 200)
for _ in range(60):
    in_child(work)
    stats.child_exit(None, None)`,
  );
  const seen: number[] = [];
  while ((seen.at(-1) ?? 0) < 3000) {
    const fields = (await read(directory)).my_app;
    seen.push(fields?.finished ?? 0);
    expect(fields?.['responses.2xx']).toBe(fields?.finished);
    await new Promise(resolve => setImmediate(resolve));
  }
  await playing.end();
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(3000);
});

test('a worker file that is already in the total is not counted again', async () => {
  const { directory, worker } = await makeDirectory();
  copyFileSync(worker, `${directory}/copy`);
  await runHookStats(directory, `HookStats('my_app', directory)\nanswer(None)`);
  copyFileSync(`${directory}/copy`, worker); // as after a crash between the total's rename and the worker's removal
  expect(await read(directory)).toMatchObject({ my_app: { started: 1, finished: 1 } });
});

test('a record that stays half written is taken as it is', async () => {
  const { directory, worker } = await makeDirectory();
  const bytes = readFileSync(worker);
  bytes.writeDoubleLE(7, 512);
  writeFileSync(worker, bytes);
  expect(await read(directory)).toMatchObject({ my_app: { started: 1, finished: 1 } });
});

test('what is no directory of hook_stats.py is said, with what to do', async () => {
  const directory = await tempDir();
  expect(await failure(directory)).toBe(
    'DIR: no application has written there: is it the directory that HookStats was given, and may the application write there?',
  );
});

test('the bytes of all its files are bounded, however often they are read again', async () => {
  const { directory, name } = await makeDirectory();
  const large = Buffer.alloc(512 + (16 + 26_000 * 5) * 8);
  large.write(
    JSON.stringify({ format: 'hook-stats worker 1', pid: 1, start: 1, namespace: 1, window: 26_000 }).padEnd(
      512,
    ),
  );
  large.writeDoubleLE(7, 512); // torn, so it is read up to ten times
  writeFileSync(join(directory, name), large);
  for (const other of ['1', '2', '3'])
    linkSync(join(directory, name), join(directory, `my_app.${other}-00000000.worker`));
  expect(await failure(directory)).toBe('DIR: its files hold more than 33554432 bytes, the limit');
});

/** Without root's power to read everything; tests run in a process of their own. */
async function unprivileged<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await act();
  process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

test('what may not be read is said with owner, group and mode', async () => {
  const { directory, worker, name } = await makeDirectory();
  const owned = `owned by user ${process.getuid?.()}, group ${process.getgid?.()}`;
  chmodSync(worker, 0o200);
  expect(await unprivileged(() => failure(directory))).toBe(
    `DIR/${name}: permission denied: ${owned}, mode 0200: run as a member of that group with mode g+r, or chmod o+r DIR/${name}`,
  );
  chmodSync(directory, 0o300);
  expect(await unprivileged(() => failure(directory))).toBe(
    `DIR: permission denied: ${owned}, mode 0300: run as a member of that group with mode g+rx, or chmod o+rx DIR`,
  );
  const below = join(directory, 'below');
  mkdirSync(below);
  chmodSync(directory, 0o600);
  expect(await unprivileged(() => failure(below))).toBe(
    'DIR: permission denied: a directory above it is closed to this user: chmod o+x that one',
  );
  chmodSync(directory, 0o700);
});

test('a file that is damaged is named, be it of a worker or the total', async () => {
  const { directory, worker, name, total } = await makeDirectory();
  writeFileSync(worker, readFileSync(worker).subarray(0, -1));
  expect(await failure(directory)).toBe(
    `DIR/${name}: damaged: 24639 bytes are not the length of a window of 600 s; what it counted is lost, remove it`,
  );
  writeFileSync(total, '{');
  expect(await failure(directory)).toBe(
    'DIR/my_app.total: damaged: it is not JSON; what it counted is lost, remove it',
  );
});

test('a file that is too large, or that is named as no application can be, is refused', async () => {
  const { directory, total } = await makeDirectory();
  truncateSync(total, 1024 * 1024 + 1);
  expect(await failure(directory)).toBe('DIR/my_app.total: 1048577 bytes, more than 1048576: remove it');

  const odd = await makeDirectory();
  copyFileSync(odd.total, join(odd.directory, '%ff.total'));
  expect(await failure(odd.directory)).toBe(
    'DIR: "%ff" is not the percent-encoded name of an application: remove its files',
  );
});
