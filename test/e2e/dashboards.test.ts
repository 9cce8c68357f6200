import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Carbon, startCarbon } from '../helpers/carbon.ts';
import {
  type Dashboard,
  interpolate,
  type Query,
  readDashboard,
  resolveVariables,
} from '../helpers/grafana.ts';
import { type GraphiteWeb, type Series, startGraphiteWeb } from '../helpers/graphite-web.ts';
import { type Haproxy, type HaproxyPorts, startHaproxy } from '../helpers/haproxy.ts';
import { runBin } from '../helpers/run-bin.ts';
import { sendLines } from '../helpers/send-lines.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const intervalSeconds = 2;
let carbon: Carbon;
let graphite: GraphiteWeb;
let haproxy: Haproxy;
const end = new AbortController();
let feeding: Promise<void>;

beforeAll(async () => {
  const dir = await tempDir();
  carbon = await startCarbon({ dir, retention: `${intervalSeconds}s:10m` });
  graphite = await startGraphiteWeb(dir, carbon.whisperRoot);
  haproxy = await startHaproxy({ dir, config: withTrouble });
  feeding = feed();
});

afterAll(async () => {
  end.abort();
  await feeding;
  await haproxy?.stop();
  await graphite?.stop();
  await carbon?.stop();
});

/** Servers that are up and down, a backend that cannot connect, one whose servers are all down, and a TCP section. */
function withTrouble({ http, tcp, servers: [one, two] }: HaproxyPorts): string {
  return `frontend web
  bind 127.0.0.1:${http}
  http-request return status 404 if { path /missing }
  use_backend refusing if { path /refused }
  use_backend gone if { path /gone }
  default_backend app
backend app
  server one 127.0.0.1:${one} check inter 1s
  server two 127.0.0.1:${two} check inter 1s
  server three 127.0.0.1:1 check inter 200ms fall 1
backend refusing
  retries 1
  server closed 127.0.0.1:1
backend gone
  server away 127.0.0.1:1 check inter 200ms fall 1
listen raw
  mode tcp
  bind 127.0.0.1:${tcp}
  server one 127.0.0.1:${one}
`;
}

/** Traffic, and every two seconds what cron does every minute, until the tests have seen enough. */
async function feed(): Promise<void> {
  for (let round = 1; !end.signal.aborted; round++) {
    for (const path of ['/', '/', '/', '/missing', '/refused', '/gone']) await haproxy.get(path);
    await Promise.all([runLayout('hap-monitor', 'haproxy'), runLayout('haproxystats', 'loadbalancers')]);
    await sendHookStatistics(round);
    const interval = intervalSeconds * 1000;
    await sleep(interval - (Date.now() % interval), undefined, { signal: end.signal }).catch(() => undefined);
  }
}

async function runLayout(layout: string, scope: string): Promise<void> {
  const backend = `127.0.0.1:${carbon.port}::${scope}`;
  const args = ['--layout', layout, '--backend', backend, '--type', 'G', '--hostname', 'lb1'];
  const ran = await runBin([...args, '--sockets', haproxy.socket]);
  if (ran.code !== 0 || ran.stderr !== '') throw new Error(`exit ${ran.code}: ${ran.stderr}`);
}

/** The datapoints of two applications, as a run with their snapshots sends them. */
async function sendHookStatistics(round: number): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const numbers = {
    started: 10 * round + 2,
    finished: 10 * round,
    processing: 2,
    'processing_time.avg': 52.1,
    'processing_time.std': 8.3,
    'processing_time.max': 120,
    'processing_time.count': 10,
    'responses.1xx': 0,
    'responses.2xx': 8 * round,
    'responses.3xx': round,
    'responses.4xx': 0,
    'responses.5xx': round,
  };
  const lines = ['shop', 'api'].flatMap(app =>
    Object.entries(numbers).map(([name, value]) => `haproxy.lb1.hooks.${app}.${name} ${value} ${timestamp}`),
  );
  await sendLines(carbon.port, lines);
}

type Answer = Query & { readonly series: readonly Series[] };

async function askAll(dashboard: Dashboard): Promise<readonly Answer[]> {
  const values = await resolveVariables(dashboard, graphite);
  const answers: Answer[] = [];
  for (const query of dashboard.queries) {
    const series = await graphite.render(interpolate(query.target, values), '-1min');
    answers.push({ ...query, series });
  }
  return answers;
}

function isEmpty({ series }: Answer): boolean {
  return series.every(({ datapoints }) => datapoints.every(([value]) => value === null));
}

/** The answers once none is empty, or, where one stays so, those of the last time. */
async function askUntilFull(dashboard: Dashboard): Promise<readonly Answer[]> {
  for (let tries = 50; ; tries--) {
    const answers = await askAll(dashboard);
    if (tries === 0 || !answers.some(isEmpty)) return answers;
    await sleep(500);
  }
}

function dashboardOf(name: string): Dashboard {
  return readDashboard(`contrib/grafana/${name}.json`);
}

function legends(answers: readonly Answer[], panel: string): string[] {
  return answers.flatMap(answer => (answer.panel === panel ? answer.series.map(({ target }) => target) : []));
}

function lastValue(answers: readonly Answer[], panel: string): number | undefined {
  const values = answers.find(answer => answer.panel === panel)?.series[0]?.datapoints ?? [];
  return values.findLast(([value]) => value !== null)?.[0] ?? undefined;
}

test.each(['hap-monitor', 'haproxystats', 'gunicorn-hooks'])(
  'every query of the dashboard %s has data, and a legend a person can read',
  { timeout: 40_000 },
  async name => {
    const answers = await askUntilFull(dashboardOf(name));
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(isEmpty).map(({ panel }) => panel)).toEqual([]);
    const shown = answers.filter(({ type }) => type !== 'stat').flatMap(({ series }) => series);
    expect(shown.map(({ target }) => target).filter(target => !/^[\w :.-]{2,30}$/.test(target))).toEqual([]);
  },
);

test.each(['hap-monitor', 'haproxystats'])('the dashboard %s shows what is wrong', async name => {
  const answers = await askUntilFull(dashboardOf(name));
  expect(lastValue(answers, 'Servers down')).toBe(2);
  expect(lastValue(answers, 'Backends down')).toBe(1);
  expect(legends(answers, 'Servers')).toContain('lb1.app.three');
  expect(legends(answers, 'Answers by class')).toEqual(
    expect.arrayContaining(['1xx', '2xx', '3xx', '4xx', '5xx']),
  );
  expect(legends(answers, '5xx per backend')).toEqual(expect.arrayContaining(['app', 'gone', 'refusing']));
});

test('a query for what nobody sends is found', async () => {
  const dashboard = dashboardOf('hap-monitor');
  const queries = dashboard.queries.map(query => ({
    ...query,
    target: query.target.replace('.req_rate', '.req_rates'),
  }));
  const answers = await askAll({ ...dashboard, queries });
  expect(answers.filter(isEmpty).map(({ panel }) => panel)).toEqual(['Requests', 'Requests per frontend']);
});
