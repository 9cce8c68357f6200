import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Carbon, startCarbon } from '../../tools/players/carbon.ts';
import { acceptsOn, freePort, type Started, startProcess } from '../../tools/players/process.ts';
import { joinPem, makeAuthority } from '../helpers/certificates.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// HAProxy ends TLS in front of a carbon: one port for everybody, one that wants a certificate, one whose carbon is down.

const SILENT = { code: 0, stdout: '', stderr: '' };

const dir = await tempDir();
const authority = makeAuthority(dir, 'authority');
const stranger = makeAuthority(dir, 'stranger');
const server = authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
const client = authority.issue('client', 'DNS:lb1');
const strange = stranger.issue('strange', 'DNS:lb1');

let carbon: Carbon;
let proxy: Started;
let ports: Record<'open' | 'closed' | 'old' | 'down', number>;
let down: number;

beforeAll(async () => {
  carbon = await startCarbonOn(join(dir, 'carbon'));
  ports = { open: await freePort(), closed: await freePort(), old: await freePort(), down: await freePort() };
  down = await freePort();
  const pem = `ssl crt ${joinPem(server)}`;
  const file = join(dir, 'proxy.cfg');
  const listen = (name: keyof typeof ports, more: string, port: number): string => `listen ${name}
  bind 127.0.0.1:${ports[name]} ${pem} ${more}
  retries 0
  server carbon 127.0.0.1:${port}
`;
  await writeFile(
    file,
    `defaults
  mode tcp
  timeout connect 2s
  timeout client 10s
  timeout server 10s
${listen('open', '', carbon.port)}
${listen('closed', `verify required ca-file ${authority.cert}`, carbon.port)}
${listen('old', `ssl-max-ver TLSv1.2 verify required ca-file ${authority.cert}`, carbon.port)}
${listen('down', '', down)}
`,
  );
  proxy = await startProcess('haproxy', ['-db', '-f', file], { ready: () => acceptsOn(ports.down) });
});

afterAll(async () => {
  await proxy?.stop();
  await carbon?.stop();
});

async function startCarbonOn(where: string): Promise<Carbon> {
  await mkdir(where, { recursive: true });
  return await startCarbon({ dir: where, retention: '1s:5m' });
}

async function run(port: number, ...more: readonly string[]) {
  const { socket } = await playHaproxy();
  const backend = ['--backend', `127.0.0.1:${port}::tls${port}`, '--retries', '0'];
  const type = more.includes('--type') ? [] : ['--type', 'G'];
  return await runBin(['--sockets', socket, '--hostname', 'lb1', ...backend, ...type, ...more]);
}

const TLS = ['--protocol', 'tls', '--tls-ca', authority.cert];
const OWN = ['--tls-cert', client.cert, '--tls-key', client.key];

describe('a run over TLS', () => {
  it('is silent, and everything is in the carbon behind', async () => {
    expect(await run(ports.open, ...TLS)).toMatchObject(SILENT);
    const printed = await run(ports.open, ...TLS, '--dry-run');
    const lines = printed.stdout.trimEnd().split('\n').length;
    const stored = (await carbon.settled(lines)).filter(path => path.startsWith(`tls${ports.open}.`));
    expect(stored.length).toBe(lines);
  });

  it('says when verbose that it delivered over TLS', async () => {
    const { code, stderr } = await run(ports.open, ...TLS, '--verbose');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^tls://127.0.0.1:${ports.open}: .*delivered`, 'm')),
    ]);
  });

  it.each(['closed', 'old'] as const)('shows its certificate where it is wanted (%s)', async name => {
    expect(await run(ports[name], ...TLS, ...OWN)).toMatchObject(SILENT);
    expect(await run(ports[name], ...TLS, '--tls-cert', joinPem(client))).toMatchObject(SILENT);
  });

  it.each(['closed', 'old'] as const)(
    'fails in words where its certificate is not taken (%s)',
    async name => {
      const none = await run(ports[name], ...TLS);
      expect([none.code, none.stderr]).toEqual([
        4,
        expect.stringMatching(
          /: the TLS handshake failed \(.*(certificate required|handshake failure)\): does the receiver want a certificate of ours \(--tls-cert, --tls-key\), or another version of TLS\?; \d+ datapoints are lost\n$/,
        ),
      ]);
      const other = await run(ports[name], ...TLS, '--tls-cert', strange.cert, '--tls-key', strange.key);
      expect([other.code, other.stderr]).toEqual([
        4,
        expect.stringMatching(
          /: the TLS handshake failed \(.*unknown ca\): does the receiver not take the certificate of --tls-cert, or does it want another version of TLS\?; \d+ datapoints are lost\n$/,
        ),
      ]);
    },
  );

  it('names the option for an unknown authority, and the port that speaks no TLS', async () => {
    const unknown = await run(ports.open, '--protocol', 'tls');
    expect(unknown.stderr).toMatch(
      /: the certificate is of an authority that is not known here \(.+\): name that with --tls-ca FILE; /,
    );
    const plain = await run(carbon.port, ...TLS);
    expect(plain.stderr).toMatch(
      /: (no TLS handshake within 1 s \(connect-timeout\)|the connection was closed during the TLS handshake): does this port speak TLS\?; /,
    );
  });

  it('keeps all in the spool while the carbon behind is down, and brings it when it is back', async () => {
    const spool = join(dir, 'spool');
    const kept = await run(ports.down, ...TLS, '--spool', spool);
    expect([kept.code, kept.stderr]).toEqual([
      3,
      expect.stringMatching(
        new RegExp(
          `^hap-monitor: tls://127.0.0.1:${ports.down}: .*(closed|reset).*; \\d+ datapoints wait in ${spool}/127.0.0.1_${ports.down}\n$`,
        ),
      ),
    ]);
    await mkdir(join(dir, 'back'));
    const back = await startCarbon({ dir: join(dir, 'back'), retention: '1s:5m', port: down });
    try {
      expect(await run(ports.down, ...TLS, '--spool', spool)).toMatchObject(SILENT);
      const [waited = 0] = /(\d+) datapoints wait/.exec(kept.stderr)?.slice(1).map(Number) ?? [];
      expect((await back.settled(waited)).length).toBe(waited);
    } finally {
      await back.stop();
    }
  });
});

describe('what does not fit together is a usage error', () => {
  it.each([
    [
      ['--protocol', 'tls', '--type', 'S'],
      /^hap-monitor: --protocol: tls is for graphite \(--type G\), and the backend is statsd\n$/,
    ],
    [
      [...TLS, '--tls-cert', '/nowhere'],
      /^hap-monitor: --tls-cert: \/nowhere: cannot be read: no such file\n$/,
    ],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(ports.open, ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a configuration with TLS', () => {
  const section = (...lines: readonly string[]): string =>
    ['[graphite]', 'server = 127.0.0.1', ...lines, ''].join('\n');

  async function checked(text: string) {
    const file = join(dir, 'tls.conf');
    const { socket } = await playHaproxy();
    await writeFile(file, text);
    const { code, stdout, stderr } = await runBin(['config', '--config', file, '--sockets', socket]);
    return { code, stdout: stdout.replaceAll(dir, 'DIR'), stderr: stderr.replaceAll(dir, 'DIR') };
  }

  it('is sound, or its faults are named with file and line', async () => {
    const files = [`tls-ca = ${authority.cert}`, `tls-cert = ${client.cert}`, `tls-key = ${client.key}`];
    expect(await checked(section('protocol = tls', ...files))).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await checked(section('protocol = tls', 'tls-ca = /nowhere'));
    expect([code, stderr]).toEqual([
      2,
      'hap-monitor: DIR/tls.conf:4: [graphite] tls-ca: /nowhere: cannot be read: no such file\n',
    ]);
    const statsd = await checked('[statsd]\nserver = 127.0.0.1\nprotocol = tls\n');
    expect(statsd.stderr).toBe(
      'hap-monitor: DIR/tls.conf:3: [statsd] protocol: tls is for graphite (--type G), and the backend is statsd\n',
    );
  });

  it('has options that do nothing without TLS, which is said', async () => {
    const { stdout } = await checked(section(`tls-ca = ${authority.cert}`));
    expect(stdout).toContain(
      'note: DIR/tls.conf:3: [graphite] tls-ca: does nothing without a backend over TLS (--protocol tls)\n',
    );
  });
});
