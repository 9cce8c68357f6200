import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { smallConfig, startHaproxy } from '../../tools/players/haproxy.ts';
import { statsdMapping } from '../../tools/statsd-exporter/mapping.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { applyMapping, type Mapped, readMapping } from '../helpers/statsd-exporter.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const file = 'contrib/statsd_exporter/mapping.yml';
if (process.env.UPDATE_MAPPING) writeFileSync(file, statsdMapping());
const rules = readMapping(readFileSync(file, 'utf8'));

type Sent = { readonly statsd: string; readonly value: number; readonly mapped: Mapped | undefined };

/** The datapoints of a run to StatsD, and the metrics that the mapping makes of them. */
async function send(...args: readonly string[]): Promise<readonly Sent[]> {
  const backend = ['--backend', '127.0.0.1:8125', '--type', 'S', '--hostname', 'lb1', '--dry-run'];
  const { code, stderr, stdout } = await runBin([...backend, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => {
      const [, statsd = '', value] = /^([^:]+):(-?[\d.]+)\|g/.exec(line) ?? [];
      return { statsd, value: Number(value), mapped: applyMapping(rules, statsd) };
    });
}

async function sendRecorded(folder: string, ...args: readonly string[]): Promise<readonly Sent[]> {
  const { socket } = await playHaproxy(folder);
  return await send('--sockets', socket, ...args);
}

function unmapped(sent: readonly Sent[]): readonly string[] {
  return sent.filter(({ mapped }) => mapped === undefined).map(({ statsd }) => statsd);
}

/** Series that two datapoints would write to. */
function doubles(sent: readonly Sent[]): readonly string[] {
  const seen = new Map<string, string>();
  return sent.flatMap(({ statsd, mapped }) => {
    const key = JSON.stringify([mapped?.name, mapped?.labels]);
    const other = seen.get(key);
    seen.set(key, statsd);
    return other === undefined || other === statsd ? [] : [`${other} and ${statsd}: ${key}`];
  });
}

test('the file is what its tool writes', () => {
  expect(readFileSync(file, 'utf8')).toBe(statsdMapping());
});

test.each([
  ['2.6-p1', ['--metrics', 'default']],
  ['2.6-p1', ['--metrics', 'all', '--self-metrics']],
  ['3.0.0', ['--metrics', 'all']],
  ['nbproc-p1', ['--metrics', 'all']],
  ['2.6-p1', ['--layout', 'haproxystats', '--self-metrics']],
  ['2.6-odd-names', ['--layout', 'haproxystats']],
])('every name that a run over %s with %j sends has a rule and a series of its own', async (folder, args) => {
  const sent = await sendRecorded(folder, ...args);
  expect(sent.length).toBeGreaterThan(100);
  expect(unmapped(sent)).toEqual([]);
  expect(doubles(sent)).toEqual([]);
  for (const { mapped } of sent) expect(mapped?.name).toMatch(/^(haproxy|hap_monitor|haproxystats)_/);
});

test('every name of layout tagged has a rule', async () => {
  const sent = await sendRecorded('2.6-p1', '--layout', 'tagged', '--metrics', 'all', '--self-metrics');
  expect(unmapped(sent)).toEqual([]);
  const names = new Set(sent.map(({ mapped }) => mapped?.name));
  for (const name of [
    'haproxy_scur',
    'haproxy_status',
    'hap_monitor_heartbeat',
    'hap_monitor_endpoints_read',
  ])
    expect(names).toContain(name);
});

test('per-process and aggregated server metrics of haproxystats have rules', async () => {
  const { dir, socket } = await playHaproxy('nbproc-p1');
  const config = join(dir, 'h.conf');
  const options = ['per-process-metrics', 'aggr-server-metrics', 'calculate-percentages'];
  writeFileSync(config, `[process]\n${options.map(option => `${option} = true\n`).join('')}[statsd]\n`);
  const sent = await send('--config', config, '--layout', 'haproxystats', '--sockets', socket);
  expect(unmapped(sent)).toEqual([]);
  const names = sent.map(({ mapped }) => mapped?.name);
  expect(names).toContain('haproxy_aggregated_server_scur');
  expect(sent.find(({ statsd }) => statsd.includes('.daemon.process.'))?.mapped?.labels.process).not.toBe(
    'all',
  );
});

test.each([
  ['haproxy.lb1.1.app.one.scur', 'haproxy_server_current_sessions', { proxy: 'app', server: 'one' }],
  [
    'haproxy.lb1.1.app.BACKEND.hrsp_2xx',
    'haproxy_backend_http_responses_total',
    { proxy: 'app', code: '2xx' },
  ],
  ['haproxy.lb1.1.web.FRONTEND.status.UP', 'haproxy_frontend_status', { proxy: 'web', state: 'UP' }],
  ['haproxy.lb1.1.Idle_pct', 'haproxy_process_idle_time_percent', {}],
  [
    'haproxy.lb1.1.app.one.h2_headers_rcvd',
    'haproxy_server_h2_headers_rcvd',
    { proxy: 'app', server: 'one' },
  ],
])('%s is %s', (statsd, name, labels) => {
  expect(applyMapping(rules, statsd)).toMatchObject({
    name,
    labels: { host: 'lb1', process: '1', ...labels },
  });
});

test.each([
  ['shop.gunicorn.requests', 'gunicorn_requests', { app: 'shop' }],
  ['shop.gunicorn.request.status.404', 'gunicorn_response_code', { app: 'shop', status: '404' }],
  ['shop.gunicorn.request.duration', 'gunicorn_request_duration', { app: 'shop' }],
  ['shop.gunicorn.workers', 'gunicorn_workers', { app: 'shop' }],
  ['shop.gunicorn.backlog', 'gunicorn_backlog', { app: 'shop' }],
  ['gunicorn.backlog', 'gunicorn_backlog', { app: '' }],
  ['shop.gunicorn.threads', 'gunicorn_threads', { app: 'shop' }],
  ['shop.gunicorn.threads.busy', 'gunicorn_threads_busy', { app: 'shop' }],
  ['gunicorn.threads.busy', 'gunicorn_threads_busy', { app: '' }],
  ['shop.gunicorn.log.error', 'gunicorn_log_messages', { app: 'shop', level: 'error' }],
  ['gunicorn.request.status.200', 'gunicorn_response_code', { app: '', status: '200' }],
  ['haproxy.lb1.hooks.shop.started', 'hook_requests_started_total', { host: 'lb1', app: 'shop' }],
  ['haproxy.lb1.hooks.shop.finished', 'hook_requests_finished_total', { host: 'lb1', app: 'shop' }],
  ['haproxy.lb1.hooks.shop.processing', 'hook_requests_processing', { host: 'lb1', app: 'shop' }],
  [
    'haproxy.lb1.hooks.shop.processing_time.avg',
    'hook_processing_time_avg_seconds',
    { host: 'lb1', app: 'shop' },
  ],
  [
    'haproxy.lb1.hooks.shop.processing_time.count',
    'hook_processing_time_count',
    { host: 'lb1', app: 'shop' },
  ],
  ['haproxy.lb1.hooks.shop.responses.2xx', 'hook_responses_total', { host: 'lb1', app: 'shop', code: '2xx' }],
])('%s of an application is %s', (statsd, name, labels) => {
  expect(applyMapping(rules, statsd)).toMatchObject({ name, labels });
});

test("gunicorn's backlog is a histogram from no connection to all that wait", () => {
  expect(applyMapping(rules, 'shop.gunicorn.backlog')?.rule).toMatchObject({
    observer_type: 'histogram',
    histogram_options: { buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2048] },
  });
});

/** Metrics that the exporter has for texts, or as 0 for an empty cell of the CSV. */
const NOT_IN_CSV =
  /_build_info|_backend_agg_|_check_status|_server_check_code|_server_check_duration|_backend_downtime_seconds_total{proxy="(stats|raw)"}/;

test("the series are those of HAProxy's own exporter, with host and process besides", async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({
    dir,
    config: ports =>
      smallConfig(ports).replace(
        '  stats enable\n',
        '  http-request use-service prometheus-exporter if { path /metrics }\n$&',
      ),
  });
  onTestFinished(haproxy.stop);
  const [response] = await new Promise<[import('node:http').IncomingMessage]>(resolve =>
    get(haproxy.statsUrl.replace(/\/haproxy.*/, '/metrics'), message => resolve([message])),
  );
  const own = (await text(response)).match(/^haproxy_.*?(?= (?!NaN)\S+$)/gm) ?? [];
  expect(own.length).toBeGreaterThan(250);

  const sent = await send('--sockets', haproxy.socket, '--metrics', 'all', 'Process_num');
  const series = new Set(sent.map(({ mapped }) => renderSeries(mapped as Mapped)));
  expect(own.filter(one => !series.has(one) && !NOT_IN_CSV.test(one))).toEqual([]);
});

function renderSeries({ name, labels }: Mapped): string {
  const { host, process, ...own } = labels;
  const pairs = ['proxy', 'server', 'code', 'state'].flatMap(label =>
    own[label] === undefined ? [] : [`${label}="${own[label]}"`],
  );
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
