import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { applyMapping, readMapping } from './statsd-exporter.ts';

/** A query of a dashboard: a panel's target, or the source of a variable's values. */
export type PrometheusQuery = readonly [panel: string, expr: string];

type File = {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
};

/** Takes every query out of a dashboard's file. */
export function readPrometheusQueries(file: string): readonly PrometheusQuery[] {
  const { panels, templating }: File = JSON.parse(readFileSync(file, 'utf8'));
  return [
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
    // label_values(SERIES, LABEL) is Grafana's own.
    ...templating.list.flatMap(({ name, definition }) => {
      const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(definition ?? '') ?? [];
      return series === undefined ? [] : [[`variable ${name}`, `sum by (${label}) (${series})`] as const];
    }),
  ];
}

/** The metrics and labels that a query names, and what of it is no PromQL. */
export function parseQuery(expr: string) {
  const query = expr.replaceAll('$__rate_interval', '1m');
  const [names, labels, errors]: [string[], string[], string[]] = [[], [], []];
  parser.parse(query).iterate({
    enter: ({ name, type, from, to }) => {
      const word = query.slice(from, to);
      if (type.isError) errors.push(word);
      if (name === 'Identifier') names.push(word);
      if (name === 'LabelName') labels.push(word);
    },
  });
  return { names, labels, errors };
}

/** The labels of each metric that statsd_exporter makes of StatsD lines (`name:value|type`) with the mapping of contrib. */
export function exportedNames(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const rules = readMapping(readFileSync('contrib/statsd_exporter/mapping.yml', 'utf8'));
  const names = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, statsd = '', type = ''] = /^([^:]+):[^|]*\|(\w+)/.exec(line) ?? [];
    const mapped = applyMapping(rules, statsd);
    if (mapped === undefined) throw new Error(`no rule for ${line}`);
    const labels = Object.keys(mapped.labels);
    if (type === 'c' || type === 'g') names.set(mapped.name, labels);
    else
      for (const [suffix, label] of partsOf(mapped.rule.observer_type))
        names.set(mapped.name + suffix, [...labels, ...label]);
  }
  return names;
}

/** The parts of a summary or a histogram: suffix of the name, labels of its own. */
function partsOf(observer: 'histogram' | undefined): readonly [string, readonly string[]][] {
  const own: [string, readonly string[]] =
    observer === 'histogram' ? ['_bucket', ['le']] : ['', ['quantile']];
  return [own, ['_sum', []], ['_count', []]];
}
