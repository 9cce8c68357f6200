import { parse } from 'yaml';

/** A rule of a mapping file of statsd_exporter. */
type Rule = {
  readonly match: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly scale?: number;
  readonly ttl?: string;
  readonly observer_type?: 'histogram';
};

/** A metric as Prometheus is to see it; `factor` is what its value is multiplied by. */
export type Mapped = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly factor: number;
  readonly rule: Rule;
};

// statsd_exporter's patterns of a glob, a name and a label in its file (pkg/mapper/mapper.go).
const COMPONENT = '[a-zA-Z_](-?[a-zA-Z0-9_])*';
const GLOB = new RegExp(`^(\\*\\.|${COMPONENT}\\.)+(\\*|${COMPONENT})$`);
const NAME = /^([a-zA-Z_]|\$\{?\d+\}?)([a-zA-Z0-9_]|\$\{?\d+\}?)*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]+$/;

/** Reads a mapping file of globs as statsd_exporter does. Throws where that would refuse it. */
export function readMapping(text: string): readonly Rule[] {
  const { defaults, mappings } = parse(text) as { defaults: { match_type: string }; mappings: Rule[] };
  if (defaults.match_type !== 'glob') throw new Error(`match_type: ${defaults.match_type}`);
  for (const rule of mappings) {
    const { match, name, labels = {} } = rule;
    const good = GLOB.test(match) && NAME.test(name) && Object.keys(labels).every(label => LABEL.test(label));
    if (!good) throw new Error(`statsd_exporter refuses ${JSON.stringify(rule)}`);
  }
  return mappings;
}

/** The first rule that matches: `*` is one component of the name, `$n` or `${n}` what the n-th of them stands for. */
export function applyMapping(rules: readonly Rule[], statsdName: string): Mapped | undefined {
  const words = statsdName.split('.');
  for (const rule of rules) {
    const pattern = rule.match.split('.');
    if (pattern.length !== words.length) continue;
    if (!pattern.every((word, index) => word === '*' || word === words[index])) continue;
    const captures = words.filter((_, index) => pattern[index] === '*');
    const fill = (text: string) =>
      text.replace(/\$\{?(\d+)\}?/g, (_, number) => captures[Number(number) - 1] ?? '');
    const labels = Object.entries(rule.labels ?? {}).map(([label, value]) => [label, fill(value)]);
    return {
      name: fill(rule.name).replace(/[^a-zA-Z0-9_]/g, '_'),
      labels: Object.fromEntries(labels),
      factor: rule.scale ?? 1,
      rule,
    };
  }
  return undefined;
}
