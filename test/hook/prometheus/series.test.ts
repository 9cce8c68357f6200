import { expect, test } from 'vitest';
import { shapePage } from '../../../src/hook/prometheus/series.ts';
import { noTurn, parsePage, recordedPage } from '../../helpers/hook-pages.ts';

/** A page's figures by `metric{label=value}.figure`. */
async function figuresOf(text: string): Promise<Record<string, number>> {
  const series = await shapePage(await parsePage(text), false, noTurn);
  return Object.fromEntries(
    series.flatMap(({ metric, labels, figures }) => {
      const braces = labels.length === 0 ? '' : `{${labels.map(label => label.join('=')).join()}}`;
      return Array.from(figures, ([name, value]) => [`${metric}${braces}${name && `.${name}`}`, value]);
    }),
  );
}

const BOOM = '{endpoint=/boom,error_type=RuntimeError,method=GET}';

test('the page of two fresh workers: counters, gauges and the histogram over both', async () => {
  expect(await figuresOf(recordedPage('gpe-sample-fresh.prom'))).toEqual({
    gunicorn_worker_requests_total: 9,
    [`gunicorn_worker_failed_requests_total${BOOM}`]: 2,
    [`gunicorn_worker_error_handling_total${BOOM}`]: 2,
    'gunicorn_worker_error_handling_total{endpoint=UNKNOWN,error_type=InvalidHTTPVersion,method=UNKNOWN}': 1,
    'gunicorn_worker_request_duration_seconds.count': 9,
    'gunicorn_worker_request_duration_seconds.sum': 0.004163026809692383 + 0.009942293167114258,
    'gunicorn_worker_request_duration_seconds.avg': (0.004163026809692383 + 0.009942293167114258) / 9,
    'gunicorn_worker_request_duration_seconds.p50': 0.05,
    'gunicorn_worker_request_duration_seconds.p95': expect.closeTo(0.095, 12),
    'gunicorn_worker_request_duration_seconds.p99': expect.closeTo(0.099, 12),
    gunicorn_worker_memory_bytes: 2 * 38780928,
    gunicorn_worker_cpu_percent: 0,
    gunicorn_worker_uptime_seconds: 6.827794790267944,
    'gunicorn_worker_state{state=running}': 2,
  });
});

const AFTER_HUP = {
  'gunicorn_master_worker_restart_total{reason=hup}': 1,
  'gunicorn_master_worker_restart_total{reason=chld}': 2,
  'gunicorn_master_worker_restart_total{reason=usr1}': 1,
  'gunicorn_master_worker_restart_total{reason=ttin}': 1,
  gunicorn_worker_requests_total: 2 + 4 + 1 + 2 + 7,
  [`gunicorn_worker_failed_requests_total${BOOM}`]: 2,
  [`gunicorn_worker_error_handling_total${BOOM}`]: 2,
  'gunicorn_worker_error_handling_total{endpoint=UNKNOWN,error_type=InvalidHTTPVersion,method=UNKNOWN}': 1,
  'gunicorn_worker_request_duration_seconds.count': 16,
  'gunicorn_worker_request_duration_seconds.sum': expect.closeTo(0.0513157844543457, 15),
  'gunicorn_worker_request_duration_seconds.avg': expect.closeTo(0.0513157844543457 / 16, 15),
  'gunicorn_worker_request_duration_seconds.p50': 0.05,
  'gunicorn_worker_request_duration_seconds.p95': expect.closeTo(0.095, 12),
  'gunicorn_worker_request_duration_seconds.p99': expect.closeTo(0.099, 12),
  gunicorn_worker_memory_bytes: 3 * 39018496,
  gunicorn_worker_cpu_percent: 0.4,
  gunicorn_worker_uptime_seconds: 7.217495679855347,
  'gunicorn_worker_state{state=running}': 3,
};

test('after a HUP the counters are those of all workers, the gauges those of the three that live', async () => {
  expect(await figuresOf(recordedPage('gpe-sample-after-hup.prom'))).toEqual(AFTER_HUP);
});

test('OpenMetrics says the same', async () => {
  expect(await figuresOf(recordedPage('gpe-sample-openmetrics.txt'))).toEqual(AFTER_HUP);
});

test('a newer prometheus_client, families in another order', async () => {
  expect(await figuresOf(recordedPage('gpe-sample-client-HEAD.prom'))).toMatchObject({
    'gunicorn_master_worker_restart_total{reason=hup}': 1,
    'gunicorn_master_worker_restart_total{reason=chld}': 2,
    gunicorn_worker_requests_total: 9,
    'gunicorn_worker_request_duration_seconds.count': 9,
    [`gunicorn_worker_failed_requests_total${BOOM}`]: 1,
    gunicorn_worker_memory_bytes: 2 * 39075840,
    gunicorn_worker_uptime_seconds: 3.0239641666412354,
    'gunicorn_worker_state{state=running}': 2,
  });
});

test('a histogram is summed over workers before its quantiles are taken', async () => {
  const worker = (id: string, counts: readonly number[]) =>
    ['0.1', '1.0', '+Inf'].map((le, n) => `h_bucket{le="${le}",worker_id="${id}"} ${counts[n]}\n`).join('') +
    `h_count{worker_id="${id}"} ${counts[2]}\nh_sum{worker_id="${id}"} ${Number(counts[2]) / 2}\n`;
  expect(
    await figuresOf(`# TYPE h histogram\n${worker('a', [8, 10, 10])}${worker('b', [0, 0, 10])}`),
  ).toEqual({
    'h.count': 20,
    'h.sum': 10,
    'h.avg': 0.5,
    'h.p50': 1,
    'h.p95': 1,
    'h.p99': 1,
  });
});

test('a histogram of nothing is its count and sum', async () => {
  const page = '# TYPE h histogram\nh_bucket{le="1.0"} 0\nh_bucket{le="+Inf"} 0\nh_count 0\nh_sum 0\n';
  expect(await figuresOf(page)).toEqual({ 'h.count': 0, 'h.sum': 0 });
});

test('what statsd_exporter says of gunicorn: counters without _total, a summary, quantiles that are NaN when idle', async () => {
  const page = `# TYPE gunicorn_requests counter
gunicorn_requests{app="flask_app"} 12
# TYPE gunicorn_response_code counter
gunicorn_response_code{app="flask_app",status="200"} 11
gunicorn_response_code{app="flask_app",status="500"} 1
# TYPE gunicorn_workers gauge
gunicorn_workers{app="flask_app"} 2
# TYPE gunicorn_request_duration summary
gunicorn_request_duration{app="flask_app",quantile="0.5"} 0.012
gunicorn_request_duration{app="flask_app",quantile="0.9"} 0.25
gunicorn_request_duration{app="flask_app",quantile="0.99"} NaN
gunicorn_request_duration{app="flask_app",quantile="0.999"} 0.3
gunicorn_request_duration_sum{app="flask_app"} 0.6
gunicorn_request_duration_count{app="flask_app"} 12
`;
  expect(await figuresOf(page)).toEqual({
    'gunicorn_requests{app=flask_app}': 12,
    'gunicorn_response_code{app=flask_app,status=200}': 11,
    'gunicorn_response_code{app=flask_app,status=500}': 1,
    'gunicorn_workers{app=flask_app}': 2,
    'gunicorn_request_duration{app=flask_app}.count': 12,
    'gunicorn_request_duration{app=flask_app}.sum': 0.6,
    'gunicorn_request_duration{app=flask_app}.avg': expect.closeTo(0.05, 15),
    'gunicorn_request_duration{app=flask_app}.p50': 0.012,
    'gunicorn_request_duration{app=flask_app}.p90': 0.25,
    'gunicorn_request_duration{app=flask_app}.p99_9': 0.3,
  });
});

test('quantiles of several workers cannot be merged, their counts and sums can', async () => {
  const worker = (id: number) =>
    `s{quantile="0.5",worker_id="${id}"} ${id}\ns_count{worker_id="${id}"} 2\ns_sum{worker_id="${id}"} 3\n`;
  expect(await figuresOf(`# TYPE s summary\n${worker(1)}${worker(2)}`)).toEqual({
    's.count': 4,
    's.sum': 6,
    's.avg': 1.5,
  });
});

test('any other page: its numbers with their labels, no times of creation, nothing that is not finite', async () => {
  const page = `# TYPE temperature gauge
temperature{room="a"} -3.5
temperature{room="b"} +Inf
# TYPE seen_total counter
seen_total 7
seen_created 1.7e9
# TYPE file_created gauge
file_created 5
# TYPE jobs_count gauge
jobs_count 4
untyped_thing{le="1"} 2
`;
  expect(await figuresOf(page)).toEqual({
    'temperature{room=a}': -3.5,
    seen_total: 7,
    file_created: 5,
    jobs_count: 4,
    'untyped_thing{le=1}': 2,
  });
});

test('a page without rows says nothing', async () => {
  expect(await figuresOf('# HELP a b\n# TYPE a counter\n')).toEqual({});
});
