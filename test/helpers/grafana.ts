import { readFileSync } from 'node:fs';
import type { GraphiteWeb } from '../../tools/players/graphite-web.ts';

/** Lists a dashboard's queries of Graphite. */
export type Dashboard = {
  readonly variables: readonly Variable[];
  readonly queries: readonly Query[];
};

/** A drop-down or a text box above the dashboard. */
export type Variable = {
  readonly name: string;
  readonly type: 'datasource' | 'textbox' | 'query';
  readonly query: string;
  readonly regex?: string;
};

/** One target of a panel. */
export type Query = { readonly panel: string; readonly type: string; readonly target: string };

type Panel = {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly target: string }[];
  readonly panels?: readonly Panel[];
};

/** Takes every query out of a dashboard's file, those in collapsed rows included. */
export function readDashboard(file: string): Dashboard {
  const { templating, panels } = JSON.parse(readFileSync(file, 'utf8'));
  return { variables: templating.list, queries: queriesOf(panels) };
}

function queriesOf(panels: readonly Panel[]): readonly Query[] {
  return panels.flatMap(({ title, type, targets = [], panels: inner = [] }) => [
    ...targets.map(({ target }) => ({ panel: title, type, target })),
    ...queriesOf(inner),
  ]);
}

/** The values of all variables as Grafana finds them, with "All" chosen wherever there is a choice. */
export async function resolveVariables(
  { variables }: Dashboard,
  graphite: GraphiteWeb,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const values = new Map<string, readonly string[]>();
  for (const variable of variables) {
    if (variable.type === 'textbox') values.set(variable.name, [variable.query]);
    if (variable.type === 'query') values.set(variable.name, await findValues(variable, values, graphite));
  }
  return values;
}

// The first group of the regex is the value, what does not match is no value, and a value stands there once.
async function findValues(
  { query, regex = '/(.*)/' }: Variable,
  values: ReadonlyMap<string, readonly string[]>,
  graphite: GraphiteWeb,
): Promise<readonly string[]> {
  const asked = interpolate(query, values);
  const inner = /^expand\((.*)\)$/.exec(asked)?.[1];
  const found = inner === undefined ? await graphite.find(asked) : await graphite.expand(inner);
  const pattern = new RegExp(regex.slice(1, -1));
  return [...new Set(found.flatMap(text => pattern.exec(text)?.[1] ?? []))];
}

/** Puts the values in place of $NAME, several of them as {a,b}; one that has no values leaves nothing there. */
export function interpolate(text: string, values: ReadonlyMap<string, readonly string[]>): string {
  return text.replace(/\$(\w+)/g, (_, name) => {
    const all = (values.get(name) ?? []).join(',');
    return all.includes(',') ? `{${all}}` : all;
  });
}
