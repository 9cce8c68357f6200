import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { applyMapping, readMapping } from '../helpers/statsd-exporter.ts';

type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };
type Variable = { readonly name: string; readonly definition?: string };

const dashboard: {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
} = JSON.parse(readFileSync('contrib/grafana/haproxy-prometheus.json', 'utf8'));

const haproxys =
  readFileSync('test/golden/hap-monitor-all-statsd/expected.txt', 'utf8').match(/^[^:]+/gm) ?? [];
const others = [
  'lb.lb1.1.app.one.chkfail', // no server of the recording is checked
  'lb.lb1.hap-monitor.heartbeat',
  'lb.lb1.hooks.shop.finished',
  'lb.lb1.hooks.shop.processing_time.avg',
  'shop.gunicorn.request.status.200',
  'shop.gunicorn.request.duration',
];

/** Names with the labels that each has; statsd_exporter adds quantiles to timers. */
const known = new Map<string, readonly string[]>();
const rules = readMapping(readFileSync('contrib/statsd_exporter/mapping.yml', 'utf8'));
for (const statsdName of [...haproxys, ...others]) {
  const { name = '', labels = {} } = applyMapping(rules, statsdName) ?? {};
  known.set(name, [...Object.keys(labels), ...(name === 'gunicorn_request_duration' ? ['quantile'] : [])]);
}

const queries = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  // label_values(SERIES, LABEL) is Grafana's own.
  ...dashboard.templating.list.flatMap(({ name, definition }) => {
    const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(definition ?? '') ?? [];
    return series === undefined ? [] : [[`variable ${name}`, `sum by (${label}) (${series})`] as const];
  }),
];

test('the dashboard asks for something in every panel', () => {
  expect(queries.length).toBeGreaterThan(15);
  for (const { targets } of dashboard.panels) expect(targets.length).toBeGreaterThan(0);
});

test.each(queries)('%s asks for names and labels that the mapping gives: %s', (_title, query) => {
  const names: string[] = [];
  const labels: string[] = [];
  const errors: string[] = [];
  parser.parse(query).iterate({
    enter: ({ name, type, from, to }) => {
      const word = query.slice(from, to);
      if (type.isError) errors.push(word);
      if (name === 'Identifier') names.push(word);
      if (name === 'LabelName') labels.push(word);
    },
  });
  expect(errors).toEqual([]);
  expect(names).toHaveLength(1);
  const given = known.get(names[0] ?? '');
  expect(given, names[0]).toBeDefined();
  for (const label of labels) expect(given, names[0]).toContain(label);
});
