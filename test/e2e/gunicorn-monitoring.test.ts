import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { dirname, join, normalize } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { acceptsOn, freePort, startProcess, waitFor } from '../../tools/players/process.ts';
import { startReceiver } from '../../tools/players/receiver.ts';
import { exportedNames, parseQuery, readPrometheusQueries } from '../helpers/promql.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A gunicorn of 24.1 or later, which tells its backlog; Debian's 20.1 does not. */
const RECENT = process.env.RECENT_GUNICORN;

type Service = {
  readonly build?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly restart?: string;
};

const home = 'contrib/gunicorn-monitoring';
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const compose: { services: Readonly<Record<string, Service>>; volumes: Readonly<Record<string, null>> } =
  parse(read('compose.yml'));
const services = Object.entries(compose.services);

const KEYS: Readonly<Record<keyof Service, (value: unknown) => boolean>> = {
  build: isText,
  image: isText,
  command: isTexts,
  environment: value => Object.values(value as object).every(isText),
  volumes: isTexts,
  ports: isTexts,
  depends_on: isTexts,
  restart: isText,
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

test('compose.yml is made of services with an image or a folder, and of files and services that are there', () => {
  expect(Object.keys(compose)).toEqual(['services', 'volumes']);
  for (const [name, service] of services) {
    for (const [key, value] of Object.entries(service))
      expect([name, key, KEYS[key as keyof Service]?.(value)]).toEqual([name, key, true]);
    const { build, image, volumes = [], ports = [], depends_on = [] } = service;
    expect([name, [build, image].filter(Boolean).length]).toEqual([name, 1]);
    if (image !== undefined) expect(image).toMatch(/^[\w/-]+:v?\d[\d.]*$/);
    for (const other of depends_on) expect(compose.services).toHaveProperty([other]);
    for (const port of ports) expect(port).toMatch(/^([\d.]+:)?\d+:\d+$/);
    for (const volume of volumes) {
      const [source = '', target = '', mode = 'rw'] = volume.split(':');
      expect([target[0], mode]).toEqual(['/', expect.stringMatching(/^r[ow]$/)]);
      expect([volume, source in compose.volumes || existsSync(join(home, source))]).toEqual([volume, true]);
    }
    if (build !== undefined)
      for (const [, file = ''] of read(join(build, 'Dockerfile')).matchAll(/^COPY (\S+) /gm))
        expect([file, existsSync(join(home, build, file))]).toEqual([file, true]);
  }
});

test('each service is called by a name and a port that it has, and Grafana finds its files where they are put', () => {
  const texts = ['compose.yml', 'haproxy.cfg', 'prometheus.yml', 'grafana/datasource.yml']
    .map(read)
    .join('\n');
  const called = texts.match(/(?<=[/=[ ])[a-z-]+:\d{4,5}(?=[^\d])/g) ?? [];
  const listening = [
    'app:8000',
    'haproxy:9999',
    'statsd-exporter:9125',
    'statsd-exporter:9102',
    'prometheus:9090',
  ];
  expect(new Set(called)).toEqual(new Set(listening));
  const { providers } = parse(read('grafana/dashboards.yml'));
  const targets = compose.services.grafana?.volumes?.map(volume => volume.split(':')[1] ?? '') ?? [];
  const dashboards = targets.filter(target => target.endsWith('.json'));
  expect(dashboards).toHaveLength(2);
  for (const target of dashboards) expect(dirname(target)).toBe(providers[0].options.path);
  expect(parse(read('grafana/datasource.yml')).datasources[0].type).toBe('prometheus');
  for (const [, file = ''] of read('README.md').matchAll(/\]\((\.\.[^)]+)\)/g))
    expect([file, existsSync(normalize(join(home, file)))]).toEqual([file, true]);
});

/** Starts the application as compose.yml does, its addresses apart. */
async function startApp(statsd: number): Promise<number> {
  const port = await freePort();
  const command = compose.services.app?.command ?? [];
  const args = command
    .slice(1)
    .filter(word => RECENT || word !== '--enable-backlog-metric')
    .map(word =>
      word
        .replace('0.0.0.0:8000', `127.0.0.1:${port}`)
        .replace('statsd-exporter:9125', `127.0.0.1:${statsd}`),
    );
  const started = await startProcess(RECENT ?? '/usr/bin/gunicorn', args, {
    ready: () => acceptsOn(port),
    cwd: join(home, 'app'),
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  });
  onTestFinished(() => started.stop());
  return port;
}

/** Starts HAProxy with the file, its addresses apart. Gives its ports for clients and statistics. */
async function startBalancer(app: number): Promise<readonly [number, number]> {
  const [port, stats] = [await freePort(), await freePort()];
  const file = join(await tempDir(), 'haproxy.cfg');
  const config = read('haproxy.cfg')
    .replace('ipv4@*:9999', `ipv4@127.0.0.1:${stats}`)
    .replace('bind *:8080', `bind 127.0.0.1:${port}`)
    .replace('app:8000 check resolvers compose', `127.0.0.1:${app} check`);
  writeFileSync(file, config);
  const started = await startProcess('haproxy', ['-db', '-f', file], { ready: () => acceptsOn(port) });
  onTestFinished(() => started.stop());
  return [port, stats];
}

function ask(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = get({ host: '127.0.0.1', port, path, agent: false }, response => {
      response.resume().once('close', () => resolve(response.statusCode));
    });
    sent.once('error', reject);
  });
}

test("the dashboards ask for what the chain's gunicorn and hap-monitor send through HAProxy", async () => {
  const statsd = await startReceiver();
  onTestFinished(statsd.stop);
  const app = await startApp(statsd.port);
  const [port, stats] = await startBalancer(app);
  await waitFor(async () => (await ask(port, '/200')) === 200, 'the application behind HAProxy');
  expect(await Promise.all(['/200', '/302', '/404', '/503', '/slow'].map(path => ask(port, path)))).toEqual([
    200, 302, 404, 503, 200,
  ]);
  const args = compose.services['hap-monitor']?.command ?? [];
  const here = args.map(word =>
    word
      .replace('haproxy:9999', `127.0.0.1:${stats}`)
      .replace('statsd-exporter:9125', `127.0.0.1:${statsd.port}`),
  );
  expect(await runBin(here)).toMatchObject({ code: 0, stdout: '', stderr: '' });

  const lines = await waitFor(() => {
    const all = statsd.lines();
    const complete =
      all.some(line => line.includes('heartbeat')) && all.some(line => line.includes('status.503'));
    return complete && all;
  }, 'what gunicorn and hap-monitor send');
  const unsent = ['shop.gunicorn.log.error:1|c|@1.0', ...(RECENT ? [] : ['shop.gunicorn.backlog:0|h'])]; // nothing fails here
  const known = exportedNames([...lines, ...unsent]);
  const shown = ['gunicorn-statsd', 'haproxy-prometheus'].flatMap(name =>
    readPrometheusQueries(`contrib/grafana/${name}.json`),
  );
  const missing = shown
    .flatMap(([panel, query]) => parseQuery(query).names.map(name => `${panel}: ${name}`))
    .filter(name => !known.has(name.split(': ')[1] ?? '') && !name.includes('hook_'));
  expect(missing).toEqual([]);
});

test('HAProxy takes the file as it is', async () => {
  const checked = execFileSync('haproxy', ['-c', '-f', join(home, 'haproxy.cfg')], {
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'], // that it does not know the address of the application here
  });
  expect(checked).toContain('Configuration file is valid');
});

test('the loop around hap-monitor runs it with its arguments, and ends when it is told to', async () => {
  const dir = await tempDir();
  const script = read('hap-monitor/every-15-seconds.sh').replace(/\$\(\(15 .*\)\)/, '0.1');
  writeFileSync(join(dir, 'loop.sh'), script);
  writeFileSync(join(dir, 'hap-monitor'), `#!/bin/sh\necho "ran $*"\n`, { mode: 0o755 });
  const started = await startProcess('/bin/sh', [join(dir, 'loop.sh'), '--type=S', 'two words'], {
    ready: async output => output.split('ran --type=S two words\n').length > 3,
    env: { PATH: `${dir}:${process.env.PATH}` },
  });
  await started.stop();
});
