import { hashText } from '../digest.ts';
import type { Plan } from '../plan.ts';

/**
 * Names a command line by its destinations, its sources and its choice of numbers: what its runs remember is no base for the
 * series of another line. Times, limits, protocols and credentials may change.
 */
export function nameLine(plan: Omit<Plan, 'line'>): string {
  const { destinations, endpoints, hooks, layout, host, keepDots, processName, tags, metrics, filter } = plan;
  const names = { layout, host, keepDots, processName, tags, metrics, filter };
  return `line-${hashText(JSON.stringify([destinations, endpoints, hooks, names], keepDistinct))}`;
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
  return value instanceof Set ? [...value] : value;
}
