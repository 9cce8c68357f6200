import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/errors.ts';
import type { NetworkBackend } from '../../src/plan.ts';
import { openSpool } from '../../src/spool/open.ts';
import type { Batch, Packet, Spool } from '../../src/types.ts';
import { packetOf } from '../helpers/packets.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const BACKEND: NetworkBackend = { type: 'graphite', protocol: 'tcp', host: 'graphite', port: 2003 };
const DEAD = '1-1-4026531836'; // process 1 of this machine was not started one tick after boot

function open(root: string, reports: Failure[] = [], backend = BACKEND): Spool {
  return openSpool(root, backend, failure => reports.push(failure));
}

function line(index: number, timestamp: number): string {
  return `a.b${index} ${index} ${timestamp}\n`;
}

function packet(index: number, timestamp: number): Packet {
  return packetOf(line(index, timestamp));
}

function text(batch: Batch | undefined): string {
  return batch === undefined ? '' : [...batch.packets(16_384, expect.fail)].join('');
}

function takeAll(spool: Spool): string[] {
  const texts: string[] = [];
  for (let batch = spool.takeOldest(); batch !== undefined; batch = spool.takeOldest()) {
    texts.push(text(batch));
    batch.remove();
  }
  return texts;
}

test('what is kept and released is taken by the next run, oldest first, and is gone when removed', async () => {
  const root = join(await tempDir(), 'spool');
  for (const timestamp of [1_800_000_060, 1_800_000_000]) {
    for (const batch of open(root).keep(timestamp, [packet(1, timestamp)])) batch.release();
  }
  expect(statSync(root).mode & 0o777).toBe(0o700);
  expect(statSync(join(root, 'graphite_2003')).mode & 0o777).toBe(0o700);
  expect(open(root).measure()).toEqual({ batches: 2, datapoints: 2, oldest: 1_800_000_000 });
  expect(takeAll(open(root))).toEqual([line(1, 1_800_000_000), line(1, 1_800_000_060)]);
  expect(readdirSync(join(root, 'graphite_2003'))).toEqual([]);
});

test('what one process holds no other one takes, until it is released', async () => {
  const root = await tempDir();
  const [batch] = open(root).keep(1_800_000_000, [packet(1, 1_800_000_000)]);
  expect(open(root).takeOldest()).toBeUndefined();
  batch?.release();
  expect(text(open(root).takeOldest())).toBe(line(1, 1_800_000_000));
  expect(open(root).takeOldest()).toBeUndefined();
});

test('what a process held that died is taken back, and its unfinished files are removed', async () => {
  const root = await tempDir();
  for (const batch of open(root).keep(1_800_000_000, [packet(1, 1_800_000_000)])) batch.release();
  const directory = join(root, 'graphite_2003');
  const [name = ''] = readdirSync(directory);
  const { renameSync } = await import('node:fs');
  renameSync(join(directory, name), join(directory, `${name}.${DEAD}`));
  writeFileSync(join(directory, `7-${DEAD}.tmp`), 'half');
  writeFileSync(join(directory, 'notes.txt'), 'not mine');
  expect(takeAll(open(root))).toEqual([line(1, 1_800_000_000)]);
  expect(readdirSync(directory)).toEqual(['notes.txt']);
});

test('a run of many datapoints is kept in several files, whose lines are in order', async () => {
  const root = await tempDir();
  function* packets(): Iterable<Packet> {
    for (let index = 0; index < 120_000; index++) yield packet(index, 1_800_000_000);
  }
  const batches = open(root).keep(1_800_000_000, packets());
  expect(batches.map(batch => batch.datapoints)).toEqual([50_000, 50_000, 20_000]);
  for (const batch of batches) batch.release();
  expect(takeAll(open(root)).join('')).toBe([...packets()].join(''));
});

test('a run without datapoints is no batch', async () => {
  expect(open(await tempDir()).keep(1_800_000_000, [])).toEqual([]);
});

test('over the limit the oldest are dropped and counted, but not what another process holds', async () => {
  const root = await tempDir();
  const spool = open(root);
  const kept = [0, 1, 2, 3].map(age => spool.keep(1_800_000_000 + age, [packetOf(line(1, 1).repeat(10))])[0]);
  kept[0]?.release();
  kept[2]?.release();
  kept[3]?.release();
  expect(spool.trim(40)).toBe(0);
  expect(spool.trim(29)).toBe(10);
  expect(spool.measure()).toEqual({ batches: 3, datapoints: 30, oldest: 1_800_000_001 });
  expect(spool.trim(9)).toBe(11);
  expect(spool.measure()).toEqual({ batches: 2, datapoints: 19, oldest: 1_800_000_001 });
});

test('of a batch that is larger than the limit the last lines stay', async () => {
  const root = await tempDir();
  const lines = Array.from({ length: 10_000 }, (_, index) => line(index, 1_800_000_000));
  const spool = open(root);
  const older = spool.keep(1_799_999_940, [packet(1, 1_799_999_940)]);
  const newer = spool.keep(1_800_000_000, [packetOf(lines.join(''))]);
  for (const batch of [...older, ...newer]) batch.release();
  expect(spool.trim(7)).toBe(9_994);
  expect(takeAll(open(root))).toEqual([lines.slice(-7).join('')]);
  expect(open(root).trim(0)).toBe(0);
});

test('two processes at once over the limit drop the same datapoints', async () => {
  const root = await tempDir();
  for (let age = 0; age < 10; age++)
    for (const batch of open(root).keep(1_800_000_000 + age, [packet(1, 1)])) batch.release();
  const [one, other] = [open(root), open(root)];
  expect(one.trim(4)).toBe(6);
  expect(other.trim(4)).toBe(0);
  expect(one.measure()).toEqual({ batches: 4, datapoints: 4, oldest: 1_800_000_006 });
});

test('where another process holds the oldest, the newest of this one stay', async () => {
  const root = await tempDir();
  const held = [0, 1, 2].map(age => open(root).keep(1_800_000_000 + age, [packet(age, 1)]));
  const spool = open(root);
  for (const batch of spool.keep(1_800_000_003, [packet(3, 1)])) batch.release();
  expect(held).toHaveLength(3);
  expect(spool.trim(2)).toBe(0);
  expect(takeAll(open(root))).toEqual([line(3, 1)]);
});

test('hosts that differ in a character beyond ASCII have a directory each', async () => {
  const root = await tempDir();
  const hosts = ['é1.example', 'ຑ.example', '::1', 'a%b'];
  const names = hosts.map(host => basename(open(root, [], { ...BACKEND, host }).where));
  expect(names).toEqual(['%c3%a91.example_2003', '%e0%ba%91.example_2003', '%3a%3a1_2003', 'a%25b_2003']);
});

test('a damaged batch is moved aside and said, the others are taken', async () => {
  const root = await tempDir();
  for (const timestamp of [1_800_000_000, 1_800_000_060]) {
    for (const batch of open(root).keep(timestamp, [packet(1, timestamp)])) batch.release();
  }
  const directory = join(root, 'graphite_2003');
  const name = readdirSync(directory).find(file => file.startsWith('1800000000')) ?? '';
  const { size } = statSync(join(directory, name));
  truncateSync(join(directory, name), size - 3);
  symlinkSync('/etc/passwd', join(directory, name.replace('1800000000', '1700000000')));
  const reports: Failure[] = [];
  expect(takeAll(open(root, reports))).toEqual([line(1, 1_800_000_060)]);
  expect(reports.map(({ message, code }) => `${code} ${message}`)).toEqual([
    `deliver ${directory}/${name.replace('1800000000', '1700000000')}.damaged: a damaged batch of 1 datapoints was moved aside, they are lost: it is a symbolic link`,
    `deliver ${directory}/${name}.damaged: a damaged batch of 1 datapoints was moved aside, they are lost: it has ${size - 3} bytes instead of ${size}`,
  ]);
  expect(readFileSync('/etc/passwd', 'utf8')).toContain('root');
  expect(takeAll(open(root, reports))).toEqual([]);
  expect(reports).toHaveLength(2);
});

test('nothing stays of a run that could not be kept whole', async () => {
  const root = await tempDir();
  function* packets(): Iterable<Packet> {
    for (let index = 0; index < 60_000; index++) yield packet(index, 1_800_000_000);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  const directory = join(root, 'graphite_2003');
  expect(() => open(root).keep(1_800_000_000, packets())).toThrow(
    `${directory}: this run cannot be kept: no space is left on the disk; make room, or lower queue-size`,
  );
  expect(readdirSync(directory)).toEqual([]);
});

test('destinations do not mix, and the same receiver over TCP and UDP is one', async () => {
  const root = await tempDir();
  for (const batch of open(root).keep(1_800_000_000, [packet(1, 1_800_000_000)])) batch.release();
  expect(open(root, [], { ...BACKEND, port: 2004 }).takeOldest()).toBeUndefined();
  expect(text(open(root, [], { ...BACKEND, protocol: 'udp' }).takeOldest())).toBe(line(1, 1_800_000_000));
  const directories = ['::1', 'Graphite.Example.org', '..'].map(
    host => open(root, [], { ...BACKEND, host }).where,
  );
  const names = ['%3a%3a1_2003', 'graphite.example.org_2003', '.._2003'];
  expect(directories).toEqual(names.map(name => join(root, name)));
});

test('a spool directory that cannot be used says where, what and what to do', async () => {
  const dir = await tempDir();
  const root = join(dir, 'spool');
  expect(() => open(join(root, 'no', 'parent'))).toThrow(
    `${root}/no/parent: the spool directory cannot be made: no such file; make it: install -d -m 700 -o ${process.getuid?.()} ${root}/no/parent`,
  );
  writeFileSync(root, '');
  expect(() => open(root)).toThrow(`${root}: the spool is not a directory: name another, or move this away`);
  const link = join(dir, 'link');
  symlinkSync(dir, link);
  for (const name of [link, `${link}/`])
    expect(() => open(name)).toThrow(
      `${link}: the spool is a symbolic link, which is not followed: name the directory itself`,
    );
  const shared = join(dir, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  expect(() => open(shared)).toThrow(
    `${shared}: the spool directory can be written to by others (mode 777): chmod 700 ${shared}`,
  );
  chmodSync(shared, 0o1777);
  expect(() => open(shared)).toThrow(
    `${shared}: the spool directory can be written to by others (mode 1777): name one below it, ${shared}/hap-monitor`,
  );
  if (process.getuid?.() !== 0) return;
  chmodSync(shared, 0o700);
  chownSync(shared, 65_534, 65_534);
  expect(() => open(shared)).toThrow(
    `${shared}: the spool directory belongs to user 65534, this is user 0: run as its owner, or name another directory`,
  );
});
