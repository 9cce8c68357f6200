import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { readAll } from '../../src/haproxy/read-all.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };

const RESOLVERS = `# id,pid,sent,send_error,valid,
ns1,labdns,214,0,65,
ns.two,labdns,169,45,0,

`;

const TABLES = `# table: web, type: ip, size:102400, used:5
# table: a, type: b, type: string, size:1048576, used:0

`;

async function read(answers: Readonly<Record<string, string>>) {
  const path = join(await tempDir(), 's.sock');
  const { commands, stop } = await serveAnswers(path, (command, socket) => {
    socket.end(answers[command] ?? recorded('2.6-p1'));
  });
  onTestFinished(stop);
  const { signal } = new AbortController();
  const { distinct, failures } = await readAll([parseEndpoint(path)], LIMITS, signal, [
    'resolvers',
    'tables',
  ]);
  return { path, commands, snapshot: distinct[0], failures: failures.map(({ message }) => message) };
}

test('name servers and stick tables are read beside the statistics', async () => {
  const answers = { 'show stat domain resolvers': RESOLVERS, 'show table': TABLES };
  const { commands, snapshot, failures } = await read(answers);
  expect(failures).toEqual([]);
  expect(commands).toEqual(['show info;show stat', 'show stat domain resolvers', 'show table']);
  expect(snapshot?.stat.length).toBe(56);
  expect([0, 1].map(row => snapshot?.resolvers?.text(row, 0))).toEqual(['ns1', 'ns.two']);
  expect(snapshot?.tables).toEqual([
    { name: 'web', size: 102_400, used: 5 },
    { name: 'a, type: b', size: 1_048_576, used: 0 },
  ]);
});

test('an HAProxy without tables has none, and one before 2.3 no name servers', async () => {
  const stat = readFileSync(new URL('../fixtures/haproxy/2.6-p1/stat.csv', import.meta.url), 'utf8');
  const { snapshot, failures } = await read({
    'show stat domain resolvers': `${stat.trimEnd()}\n\n`,
    'show table': '\n',
  });
  expect(failures).toEqual([]);
  expect([snapshot?.resolvers, snapshot?.tables]).toEqual([undefined, []]);
});

test('an answer without a byte is a cut, not an HAProxy without tables or name servers', async () => {
  const { path, snapshot, failures } = await read({ 'show stat domain resolvers': '', 'show table': '' });
  expect([snapshot?.stat.length, snapshot?.resolvers, snapshot?.tables]).toEqual([56, undefined, undefined]);
  expect([...failures].sort()).toEqual([
    `unix:${path}: the answer to show stat domain resolvers was cut short after 0 bytes`,
    `unix:${path}: the answer to show table was cut short after 0 bytes`,
  ]);
});

test('an HAProxy without name servers sends their header alone', async () => {
  const { snapshot, failures } = await read({
    'show stat domain resolvers': `${RESOLVERS.split('\n')[0]}\n\n`,
    'show table': TABLES,
  });
  expect([snapshot?.resolvers?.length, failures]).toEqual([0, []]);
});

test('a real HAProxy without tables has none, and no failure', async () => {
  const { socket, stop } = await startHaproxy({ dir: await tempDir() });
  onTestFinished(stop);
  const { signal } = new AbortController();
  const { distinct, failures } = await readAll([parseEndpoint(socket)], LIMITS, signal, [
    'resolvers',
    'tables',
  ]);
  expect(failures).toEqual([]);
  expect(distinct[0]?.tables).toEqual([]);
  expect(distinct[0]?.resolvers).toBeDefined();
});

test('an answer that is refused, cut or damaged costs nothing but itself', async () => {
  const { path, snapshot, failures } = await read({
    'show stat domain resolvers': RESOLVERS.slice(0, -1),
    'show table': 'Permission denied\n\n',
  });
  expect(snapshot?.stat.length).toBe(56);
  expect([...failures].sort()).toEqual([
    `unix:${path}: answered "Permission denied" to show table`,
    `unix:${path}: the answer to show stat domain resolvers was cut short after 77 bytes`,
  ]);
  const damaged = await read({ 'show stat domain resolvers': RESOLVERS, 'show table': '# table: x\n\n' });
  expect(damaged.failures).toEqual([
    `unix:${damaged.path}: the answer to show table is damaged: "# table: x"`,
  ]);
});
