import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Carbon, startCarbon } from '../../tools/players/carbon.ts';
import { type GraphiteWeb, type Series, startGraphiteWeb } from '../../tools/players/graphite-web.ts';
import { type Haproxy, type HaproxyPorts, startHaproxy } from '../../tools/players/haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import {
  type Dashboard,
  interpolate,
  type Query,
  readDashboard,
  resolveVariables,
} from '../helpers/grafana.ts';
import { type Gunicorn, startGunicorn } from '../helpers/gunicorn.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const intervalSeconds = 2;
const layouts = { 'hap-monitor': 'lb', haproxystats: 'loadbalancers' };
/** Paths that HAProxy answers itself or hands to plain servers, and those that gunicorn's application answers as they say. */
const plainPaths = ['/', '/', '/', '/missing', '/refused', '/gone'];
const wsgiPaths = ['/200', '/200', '/302', '/404', '/503', '/slow/0.05'];

let stats: string;
let spool: string;
let gunicorn: Gunicorn;
let carbon: Carbon;
let graphite: GraphiteWeb;
let haproxy: Haproxy;
const end = new AbortController();
/** Gives the number of its rounds. */
let feeding: Promise<number>;

beforeAll(async () => {
  const dir = await tempDir();
  carbon = await startCarbon({ dir, retention: `${intervalSeconds}s:10m` });
  graphite = await startGraphiteWeb(dir, carbon.whisperRoot);
  stats = join(dir, 'stats');
  spool = join(dir, 'spool');
  await Promise.all([mkdir(stats), mkdir(spool)]);
  gunicorn = await startGunicorn({ dir, stats, config: 'workers = 2' });
  haproxy = await startHaproxy({ dir, config: withTrouble });
  feeding = feed();
});

afterAll(async () => {
  end.abort();
  await feeding;
  await haproxy?.stop();
  await gunicorn?.stop();
  await graphite?.stop();
  await carbon?.stop();
});

/** Servers that are up and down, gunicorn, a backend that cannot connect, one whose servers are all down, a TCP section. */
function withTrouble({ http, tcp, servers: [one, two] }: HaproxyPorts): string {
  return `frontend web
  bind 127.0.0.1:${http}
  http-request return status 404 if { path /missing }
  use_backend refusing if { path /refused }
  use_backend gone if { path /gone }
  use_backend wsgi if { path ${wsgiPaths.join(' ')} }
  default_backend app
backend app
  server one 127.0.0.1:${one} check inter 1s
  server two 127.0.0.1:${two} check inter 1s
  server three 127.0.0.1:1 check inter 200ms fall 1
backend wsgi
  server gunicorn 127.0.0.1:${gunicorn.port}
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
async function feed(): Promise<number> {
  let rounds = 0;
  for (; !end.signal.aborted; rounds++) {
    const traffic = [...plainPaths, ...wsgiPaths].map(path => haproxy.get(path));
    await Promise.all([...traffic, runLayouts()]);
    const interval = intervalSeconds * 1000;
    await sleep(interval - (Date.now() % interval), undefined, { signal: end.signal }).catch(() => undefined);
  }
  return rounds;
}

async function runLayouts(): Promise<void> {
  const runs = Object.entries(layouts).map(([layout, scope]) => {
    const backend = ['--backend', `127.0.0.1:${carbon.port}::${scope}`, '--type', 'G', '--hostname', 'lb1'];
    const sources = ['--sockets', haproxy.socket, '--hook-stats', stats];
    const more = layout === 'hap-monitor' ? ['--metrics', 'wide', '--self-metrics', '--spool', spool] : [];
    return runBin(['--layout', layout, ...backend, ...sources, ...more]);
  });
  for (const ran of await Promise.all(runs)) {
    if (ran.code !== 0 || ran.stderr !== '') throw new Error(`exit ${ran.code}: ${ran.stderr}`);
  }
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
  for (const begin = performance.now(); ; ) {
    const answers = await askAll(dashboard);
    if (performance.now() - begin > 25_000 || !answers.some(isEmpty)) return answers;
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
  return lastOf(answers.find(answer => answer.panel === panel)?.series[0]);
}

function lastOf(series: Series | undefined): number | undefined {
  return series?.datapoints.findLast(([value]) => value !== null)?.[0] ?? undefined;
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
  let answers: readonly Answer[] = [];
  const countDown = async () => {
    answers = await askUntilFull(dashboardOf(name));
    return [lastValue(answers, 'Servers down'), lastValue(answers, 'Backends down')];
  };
  // A sum lacks what carbon takes in just now, and what it is moving from its memory to the disk: it is in neither then.
  await expect.poll(countDown, { interval: 500, timeout: 10_000 }).toEqual([2, 1]);
  expect(legends(answers, 'Servers')).toContain('lb1.app.three');
  expect(legends(answers, 'Answers by class')).toEqual(
    expect.arrayContaining(['1xx', '2xx', '3xx', '4xx', '5xx']),
  );
  expect(legends(answers, '5xx per backend')).toEqual(expect.arrayContaining(['app', 'gone', 'refusing']));
});

type AlertRule = {
  readonly title: string;
  readonly condition: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: AlertModel;
  }[];
};
type AlertModel = { readonly refId: string; readonly target?: string; readonly expression?: string };

test('every alert rule asks for what is there, by legends that say what is wrong, and compares what it asked', async () => {
  const { groups } = parse(readFileSync('contrib/grafana/alerts/hap-monitor.yml', 'utf8'));
  const rules: readonly AlertRule[] = groups[0].rules;
  for (const { title, condition, data } of rules) {
    const [asked, reduced, compared] = data.map(({ model }) => model);
    expect([title, data.map(({ datasourceUid }) => datasourceUid)]).toEqual([
      title,
      ['graphite', '__expr__', '__expr__'],
    ]);
    for (const { refId, model } of data) expect([title, model.refId]).toEqual([title, refId]);
    expect([reduced?.expression, compared?.expression, condition]).toEqual([
      asked?.refId,
      reduced?.refId,
      compared?.refId,
    ]);
  }
  const queries = rules.map(({ title, data }) => ({
    panel: title,
    type: 'alert',
    target: data[0]?.model.target ?? '',
  }));
  const answers = await askUntilFull({ variables: [], queries });
  expect(answers.filter(isEmpty).map(({ panel }) => panel)).toEqual([]);
  expect(legends(answers, 'hap-monitor is silent')).toEqual(['lb1']);
  expect(legends(answers, 'A server is down')).toContain('app.three');
  expect(legends(answers, 'A backend is down')).toContain('gone');
  expect(legends(answers, 'HAProxy is busy')).toEqual(['lb1.1']);
  const all = answers.flatMap(({ series }) => series.map(({ target }) => target));
  expect(all.filter(target => !/^[\w :.-]{2,30}$/.test(target))).toEqual([]);
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

/** The dashboard as somebody sees it who has another scope. */
function withScope(scope: string, { queries, variables }: Dashboard): Dashboard {
  const set = variables.map(variable =>
    variable.name === 'scope' ? { ...variable, query: scope } : variable,
  );
  return { queries, variables: set };
}

/** The counters behind the rates. */
function withoutRates({ queries, variables }: Dashboard): Dashboard {
  const counters = queries.map(query => ({
    ...query,
    target: query.target.replace(/perSecond\(([^()]*)\)/g, '$1'),
  }));
  return { queries: counters, variables };
}

test.each(Object.values(layouts))(
  'below %s the dashboard gunicorn-hooks counts the requests that went through HAProxy',
  async scope => {
    end.abort();
    const rounds = await feeding;
    await gunicorn.stop(); // a worker counts a request after the client has its answer
    await runLayouts();
    const total = rounds * wsgiPaths.length;
    const dashboard = withoutRates(withScope(scope, dashboardOf('gunicorn-hooks')));
    const shown = await waitFor(async () => {
      const answers = await askAll(dashboard);
      return lastValue(answers, 'Requests') === total && answers;
    }, `${total} requests on the dashboard`);
    const panel = (title: string) =>
      Object.fromEntries(
        shown
          .filter(answer => answer.panel === title)
          .flatMap(({ series }) => series.map(one => [one.target, lastOf(one)])),
      );
    expect(panel('Started and finished')).toEqual({ started: total, finished: total });
    expect(panel('Answers by class')).toEqual({
      '1xx': 0,
      '2xx': 3 * rounds,
      '3xx': rounds,
      '4xx': rounds,
      '5xx': rounds,
      other: 0,
    });
    for (const title of ['Requests per application', 'Requests behind the times'])
      expect(panel(title)).toEqual({ my_app: total });
    expect(panel('Requests per host')).toEqual({ lb1: total });
    expect(panel('In progress per application')).toEqual({ my_app: 0 });
    expect(panel('5xx per application')).toEqual({ my_app: rounds });
    expect(panel('Longest time per application').my_app).toBeGreaterThanOrEqual(50);
    const [passed] = await graphite.render('loadbalancers.lb1.haproxy.backend.wsgi.stot', '-1min');
    expect(lastOf(passed)).toBe(total);
  },
);
