import { hashText } from '../digest.ts';
import type { Plan } from '../plan.ts';

/**
 * Names a command line by its series and its sources: what its runs remember is no base for another line. Times, limits,
 * protocols and credentials may change.
 */
export function nameLine(plan: Omit<Plan, 'line'>): string {
  const { endpoints, hooks } = plan;
  return `line-${digest([listSeries(plan), endpoints, hooks])}`;
}

/** Names a command line by its series alone, whichever of their sources it reads now. */
export function nameSeries(plan: Plan): string {
  return `series-${digest(listSeries(plan))}`;
}

function listSeries(plan: Omit<Plan, 'line'>): object {
  const { destinations, layout, host, keepDots, processName, tags, metrics, filter } = plan;
  return { destinations, layout, host, keepDots, processName, tags, metrics, filter };
}

function digest(names: object): string {
  return hashText(JSON.stringify(names, keepDistinct));
}

const CHANGEABLE = new Set([
  'limits',
  'protocol',
  'credentials',
  'trust',
  'authorization',
  'username',
  'password',
]);

function keepDistinct(name: string, value: unknown): unknown {
  if (CHANGEABLE.has(name)) return undefined;
  const list = value instanceof Set ? [...value] : value;
  const isOfNames = Array.isArray(list) && list.every(item => typeof item === 'string');
  return isOfNames ? [...new Set(list)].sort() : list;
}
