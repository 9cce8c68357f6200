import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { type HaproxyPorts, startHaproxy } from '../../tools/players/haproxy.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** Three frontends and 40 servers: the last of each backend is disabled, the one before has a closed port. */
function largeConfig({ http, stats, tcp, servers: [open] }: HaproxyPorts): string {
  const closed = 9;
  const proxies = Object.entries({ web: [http, 20], api: [stats, 15], admin: [tcp, 5] });
  return proxies
    .map(([name, [port, count]]) => {
      const servers = Array.from({ length: count as number }, (_, index) => {
        const isClosed = index === (count as number) - 2;
        const disabled = index === (count as number) - 1 ? ' disabled' : '';
        return `  server ${name}${index} 127.0.0.1:${isClosed ? closed : open} check inter 100${disabled}\n`;
      });
      return `frontend ${name}\n  bind 127.0.0.1:${port}\n  default_backend ${name}_servers\nbackend ${name}_servers\n${servers.join('')}`;
    })
    .join('');
}

test('a real HAProxy of 3 frontends and 40 servers: what is not up comes first, within 100 columns', async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({ dir, config: largeConfig });
  onTestFinished(haproxy.stop);
  await expect
    .poll(async () => (await runBin(['show', '--sockets', haproxy.socket])).stdout.match(/ DOWN /g)?.length, {
      timeout: 10_000,
    })
    .toBe(3);
  const { code, stdout, stderr } = await runBin(['show', '--sockets', haproxy.socket]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`unix:${haproxy.socket}`);
  expect(lines[1]).toMatch(
    /^ {2}HAProxy \d+\.\d+\S*, node \S+, pid \d+, 1 in paths, up \d+s, \d\/200 connections, \d+ % idle$/,
  );
  expect(lines[3]).toMatch(/^ {2}PROXY +SERVICE +STATE +SINCE +SESSIONS +RATE +QUEUE +ERRORS +5XX +CHECK$/);
  const rows = lines.slice(4).filter(line => line !== '');
  expect(rows.length).toBe(3 + 3 + 40);
  expect(rows.slice(0, 3).map(row => row.split(/ +/).slice(1, 4))).toEqual([
    ['web_servers', 'web18', 'DOWN'],
    ['api_servers', 'api13', 'DOWN'],
    ['admin_servers', 'admin3', 'DOWN'],
  ]);
  // HAProxy marks a check that runs at this moment, and has yet to say why the last one failed.
  expect(rows[0]).toMatch(/ (L4CON Connection|\* L4CON Layer4)/);
  expect(rows.slice(3, 6).every(row => row.includes(' MAINT '))).toBe(true);
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100);
  expect(stdout).not.toContain('\u001b');
});

test('as JSON every number stands by its name, and those that HAProxy has not are absent', async () => {
  const dir = await tempDir();
  const socket = join(dir, 's.sock');
  const header =
    '# pxname,svname,qcur,scur,slim,ereq,econ,eresp,status,lastchg,rate,hrsp_5xx,type,check_status,last_chk,';
  const rows = 'web,FRONTEND,,3,10,2,,,OPEN,,7,1,0,,,\nweb,a,0,0,,,1,4,UP 1/3,9,0,,2,L4OK,,\n';
  const info =
    'Name: HAProxy\nVersion: 3.0.1\nPid: 42\nUptime_sec: 61\nnode: lb1\nCurrConns: 3\nMaxconn: 100\n';
  const server = await serveAnswers(socket, `${info}\n${header}\n${rows}\n`);
  onTestFinished(server.stop);
  const { code, stdout } = await runBin(['show', '--format', 'json', '--sockets', socket]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    endpoints: [
      {
        endpoint: `unix:${socket}`,
        name_in_paths: '1',
        version: '3.0.1',
        node: 'lb1',
        pid: 42,
        uptime_seconds: 61,
        sessions: 3,
        sessions_limit: 100,
        rows: [
          {
            proxy: 'web',
            service: 'a',
            type: 'server',
            status: 'UP 1/3',
            state: 'UP',
            since_seconds: 9,
            sessions: 0,
            rate: 0,
            queue: 0,
            errors: 5,
            check: 'L4OK',
          },
          {
            proxy: 'web',
            service: 'FRONTEND',
            type: 'frontend',
            status: 'OPEN',
            state: 'UP',
            sessions: 3,
            sessions_limit: 10,
            rate: 7,
            errors: 2,
            responses_5xx: 1,
          },
        ],
      },
    ],
    hooks: [],
  });
});

test('an endpoint that cannot be read is one line and exit 1, the others are shown', async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({ dir });
  onTestFinished(haproxy.stop);
  const ran = await runBin(['show', '--sockets', '/none.sock', haproxy.socket]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('FRONTEND');
  expect(ran.stderr).toMatch(/^hap-monitor: unix:\/none\.sock: no such socket: .*\n$/);
});

test('where the filter leaves no row, it says so', async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({ dir });
  onTestFinished(haproxy.stop);
  const { code, stdout } = await runBin(['show', '--sockets', haproxy.socket, '--include', 'nothing']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /% idle\n\n {2}every row is left out by --include, --exclude or the config file\n\n$/,
  );
});

test('hook statistics take as many lines as they have figures', async () => {
  const file = join(await tempDir(), 'g.json');
  const times = { avg: 52.125, std: 8.25 };
  writeFileSync(file, JSON.stringify({ my_app: { started: 1e12, finished: 1e12, processing_time: times } }));
  const { code, stdout } = await runBin(['show', '--hook-stats', file]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    'HOOK STATISTICS  FIGURES\n' +
      'my_app           started 1000000000000, finished 1000000000000,\n' +
      '                 processing_time.avg 52.125, processing_time.std 8.25\n',
  );
});
