import { natureOf } from '../fields.ts';
import type { Snapshot } from '../types.ts';
import { globTest, isGlob } from './glob.ts';

/** Whether a field is sent. */
export type Selects = (field: string) => boolean;

/** Names that `--metrics` has for lists of fields. */
const PRESETS = ['default', 'wide', 'all'] as const;

/** Fields that operators watch beside the defaults: limits, refusals, retries, bytes, reuse of connections, longest times, flaps. */
const WIDE =
  'slim smax stot bin bout dreq dresp ereq econ eresp wretr wredis cli_abrt srv_abrt chkdown lastchg downtime act bck ' +
  'weight lbtot connect reuse rate_max req_rate_max req_tot qmax qtime_max ctime_max rtime_max ttime_max check_duration ' +
  'Uptime_sec CurrConns Maxconn CumConns ConnRate CurrSslConns MaxSslConns SslRate MaxconnReached Run_queue';

/**
 * Makes the test of what `--metrics` names: `default` stands for the layout's own fields, `wide` for some more, `all` for every
 * measurement. Identifiers are sent only if they are named.
 */
export function fieldSelector(metrics: readonly string[], defaults: readonly string[]): Selects {
  const wide = metrics.includes('wide') ? WIDE.split(' ') : [];
  const preset = metrics.includes('default') || metrics.includes('wide') ? defaults : [];
  const names = new Set([...metrics, ...preset, ...wide]);
  const globs = [...metrics, ...preset].filter(isGlob);
  const matches = globTest(metrics.includes('all') ? ['*'] : globs);
  return field => names.has(field) || (matches(field) && natureOf(field) !== 'identifier');
}

/** Whether `--metrics` has only names and globs, and no preset. */
export function isExact(metrics: readonly string[]): boolean {
  return !PRESETS.some(preset => metrics.includes(preset));
}

/** Names and globs that no HAProxy read has numbers for: mistyped, or the name of a text. `known` are the fields that they have. */
export function findUnknown(metrics: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return metrics.filter(name => !known.has(name) && !(isGlob(name) && [...known].some(globTest([name]))));
}

/** The fields that some HAProxy has numbers in, and the other words that `--metrics` takes. */
export function listKnown(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  const known = new Set<string>([...PRESETS, 'status']);
  for (const { info, stat, resolvers, tables } of snapshots) {
    for (const [field, { number }] of info) if (number !== undefined) known.add(field);
    for (const { name, text } of [...stat.columns, ...(resolvers?.columns ?? [])]) if (!text) known.add(name);
    if (tables !== undefined) known.add('size').add('used');
  }
  return known;
}
