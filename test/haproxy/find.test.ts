import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { readAll } from '../../src/haproxy/read-all.ts';
import type { ReadLimits } from '../../src/plan.ts';
import { serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS: ReadLimits = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(path: string, answer: string): Promise<void> {
  stops.push((await serveAnswers(path, answer)).stop);
}

describe('what --sockets stands for', () => {
  async function directoryOfSockets(): Promise<string> {
    const directory = await tempDir();
    for (const name of ['b.sock', 'a.sock', 'a.sock.123.tmp', 'a.sock.123.bak']) {
      await serve(join(directory, name), '');
    }
    await writeFile(join(directory, 'notes.txt'), '');
    return directory;
  }

  async function find(...texts: string[]) {
    const specs = texts.map(text => parseEndpoint(text));
    const { endpoints, failures } = await readAll(specs, LIMITS);
    return { ...endpoints, failures };
  }

  it('is the sockets of a directory, without other files and those of a reload', async () => {
    const directory = await directoryOfSockets();
    const { list, single } = await find(directory);
    expect(list.map(({ label, name }) => [label, name])).toEqual([
      [`unix:${directory}/a.sock`, 'a'],
      [`unix:${directory}/b.sock`, 'b'],
    ]);
    expect(single).toBe(false);
  });

  it('is what a glob matches, each socket once', async () => {
    const directory = await directoryOfSockets();
    const { list } = await find(`${directory}/*.sock`, `${directory}/a.sock`, `unix://${directory}/b.sock`);
    expect(list.map(({ label }) => label)).toEqual([`unix:${directory}/a.sock`, `unix:${directory}/b.sock`]);
  });

  it('is named by the levels of a glob that vary', async () => {
    const directory = await tempDir();
    for (const unit of ['haproxy-a', 'haproxy-b']) {
      await mkdir(join(directory, unit));
      await serve(join(directory, unit, 'stats.sock'), '');
    }
    const { list } = await find(`${directory}/haproxy-*/stats.sock`);
    expect(list.map(({ name }) => name)).toEqual(['haproxy-a/stats', 'haproxy-b/stats']);
  });

  it('is one endpoint only where one was named by itself, not a set that holds one', async () => {
    const directory = await tempDir();
    await serve(join(directory, 'only.sock'), '');
    expect((await find(join(directory, 'only.sock'))).single).toBe(true);
    expect((await find('tcp://127.0.0.1:1')).single).toBe(true);
    expect((await find(directory)).single).toBe(false);
    expect((await find(`${directory}/*.sock`)).single).toBe(false);
    expect((await find(directory, '/no.sock')).single).toBe(false);
  });

  it('is named by its own path alone, whoever else is there', async () => {
    const directory = await tempDir();
    for (const name of ['haproxy.sock.1', 'haproxy.sock.2', 'haproxy.api', 'web.socket', '.sock']) {
      await serve(join(directory, name), '');
    }
    const name = async (text: string) => (await find(text)).list.map(endpoint => endpoint.name);
    expect(await name(directory)).toEqual([
      '.sock',
      'haproxy.api',
      'haproxy.sock.1',
      'haproxy.sock.2',
      'web',
    ]);
    expect(await name(join(directory, 'haproxy.sock.2'))).toEqual(['haproxy.sock.2']);
    expect(await name(`unix://${directory}/haproxy.sock.2`)).toEqual(['haproxy.sock.2']);
    expect(await name(`${directory}/haproxy.sock.*`)).toEqual(['haproxy.sock.1', 'haproxy.sock.2']);
  });

  it('is named by the first value that leads to it', async () => {
    const directory = await tempDir();
    await mkdir(join(directory, 'lb1'));
    await serve(join(directory, 'lb1', 's.sock'), '');
    const [glob, path] = [`${directory}/*/s.sock`, `${directory}/lb1/s.sock`];
    expect((await find(glob, path)).list.map(({ name }) => name)).toEqual(['lb1/s']);
    expect((await find(path, glob)).list.map(({ name }) => name)).toEqual(['s']);
  });

  it('is a path that looks like a glob, where a file has this very name', async () => {
    const path = join(await tempDir(), 'lb[1].sock');
    await serve(path, '');
    expect((await find(path)).list).toMatchObject([{ label: `unix:${path}`, name: 'lb[1]' }]);
  });

  it('follows a link to a socket', async () => {
    const directory = await directoryOfSockets();
    await rm(join(directory, 'b.sock'));
    await symlink('a.sock', join(directory, 'link.sock'));
    expect((await find(directory)).list.map(({ name }) => name)).toEqual(['a', 'link']);
  });

  it('is a failure where a glob, a directory or its permission gives no socket', async () => {
    const directory = await tempDir();
    const { list, failures } = await find(directory, `${directory}/*.sock`, '/etc/passwd/');
    expect(list.map(({ label }) => label)).toEqual(['unix:/etc/passwd/']);
    expect(failures.map(({ message }) => message)).toEqual([
      `${directory}: no socket in this directory: is HAProxy running?`,
      `${directory}/*.sock: no socket matches: is HAProxy running, and may this user read the directory?`,
      'unix:/etc/passwd/: a part of the path is not a directory',
    ]);
    await chmod(directory, 0o755);
  });
});
