import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { BACKEND, line, openSpoolAt, packet, takeAll, text } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('what is kept and released is taken by the next run, oldest first, and is gone when removed', async () => {
  const root = join(await tempDir(), 'spool');
  for (const timestamp of [1_800_000_060, 1_800_000_000]) {
    for (const batch of openSpoolAt(root).keep(timestamp, [packet(1, timestamp)])) batch.release();
  }
  expect(statSync(root).mode & 0o777).toBe(0o700);
  expect(statSync(join(root, 'graphite_2003')).mode & 0o777).toBe(0o700);
  expect(openSpoolAt(root).measure()).toEqual({ batches: 2, datapoints: 2, oldest: 1_800_000_000 });
  expect(takeAll(openSpoolAt(root))).toEqual([line(1, 1_800_000_000), line(1, 1_800_000_060)]);
  expect(readdirSync(join(root, 'graphite_2003'))).toEqual([]);
});

test('hosts that differ in a character beyond ASCII have a directory each', async () => {
  const root = await tempDir();
  const hosts = ['é1.example', 'ຑ.example', '::1', 'a%b'];
  const names = hosts.map(host => basename(openSpoolAt(root, [], { ...BACKEND, host }).where));
  expect(names).toEqual(['%c3%a91.example_2003', '%e0%ba%91.example_2003', '%3a%3a1_2003', 'a%25b_2003']);
});

test('destinations do not mix, and the same receiver over TCP and UDP is one', async () => {
  const root = await tempDir();
  for (const batch of openSpoolAt(root).keep(1_800_000_000, [packet(1, 1_800_000_000)])) batch.release();
  expect(openSpoolAt(root, [], { ...BACKEND, port: 2004 }).takeOldest()).toBeUndefined();
  expect(text(openSpoolAt(root, [], { ...BACKEND, protocol: 'udp' }).takeOldest())).toBe(
    line(1, 1_800_000_000),
  );
  const directories = ['::1', 'Graphite.Example.org', '..'].map(
    host => openSpoolAt(root, [], { ...BACKEND, host }).where,
  );
  const names = ['%3a%3a1_2003', 'graphite.example.org_2003', '.._2003'];
  expect(directories).toEqual(names.map(name => join(root, name)));
});

test('a spool directory that cannot be used says where, what and what to do', async () => {
  const dir = await tempDir();
  const root = join(dir, 'spool');
  expect(() => openSpoolAt(join(root, 'no', 'parent'))).toThrow(
    `${root}/no/parent: the spool directory cannot be made: no such file; make it: install -d -m 700 -o ${process.getuid?.()} ${root}/no/parent`,
  );
  writeFileSync(root, '');
  expect(() => openSpoolAt(root)).toThrow(
    `${root}: the spool is not a directory: name another, or move this away`,
  );
  const link = join(dir, 'link');
  symlinkSync(dir, link);
  for (const name of [link, `${link}/`])
    expect(() => openSpoolAt(name)).toThrow(
      `${link}: the spool is a symbolic link, which is not followed: name the directory itself`,
    );
  const shared = join(dir, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  expect(() => openSpoolAt(shared)).toThrow(
    `${shared}: the spool directory can be written to by others (mode 777): chmod 700 ${shared}`,
  );
  chmodSync(shared, 0o1777);
  expect(() => openSpoolAt(shared)).toThrow(
    `${shared}: the spool directory can be written to by others (mode 1777): name one below it, ${shared}/hap-monitor`,
  );
  if (process.getuid?.() !== 0) return;
  chmodSync(shared, 0o700);
  chownSync(shared, 65_534, 65_534);
  expect(() => openSpoolAt(shared)).toThrow(
    `${shared}: the spool directory belongs to user 65534, this is user 0: run as its owner, or name another directory`,
  );
});
