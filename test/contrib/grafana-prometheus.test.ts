import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportedNames, parseQuery, readPrometheusQueries } from '../helpers/promql.ts';

const sent = readFileSync('test/golden/hap-monitor-all-statsd/expected.txt', 'utf8').trimEnd().split('\n');
const others = [
  'lb.lb1.1.app.one.chkfail:0|g', // no server of the recording is checked
  'lb.lb1.hap-monitor.heartbeat:1|g',
  'lb.lb1.hooks.shop.finished:1|g',
  'lb.lb1.hooks.shop.processing_time.avg:1|g',
  // These are gunicorn 26.2's.
  'shop.gunicorn.requests:1|c|@1.0',
  'shop.gunicorn.request.status.200:1|c|@1.0',
  'shop.gunicorn.request.duration:1.5|ms',
  'shop.gunicorn.workers:2|g',
  'shop.gunicorn.log.error:1|c|@1.0',
  'shop.gunicorn.backlog:0|h',
];
const known = exportedNames([...sent, ...others]);

const files = ['haproxy-prometheus', 'gunicorn-statsd'];
const queries = files.flatMap(file =>
  readPrometheusQueries(`contrib/grafana/${file}.json`).map(query => [file, ...query] as const),
);

test('each dashboard asks for something in every panel', () => {
  for (const file of files) {
    const { panels } = JSON.parse(readFileSync(`contrib/grafana/${file}.json`, 'utf8'));
    for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
    expect(panels.length).toBeGreaterThanOrEqual(9);
  }
});

test.each(queries)('%s, %s asks for names and labels that the mapping gives: %s', (_file, _panel, query) => {
  const { names, labels, errors } = parseQuery(query);
  expect(errors).toEqual([]);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(known.has(name), name).toBe(true);
    for (const label of labels) expect(known.get(name), name).toContain(label);
  }
});

test('a query for a name or a label that nobody sends is found', () => {
  expect(known.has('gunicorn_request_total')).toBe(false);
  expect(known.get('gunicorn_request_duration_sum')).not.toContain('quantile');
});
