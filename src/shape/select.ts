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
 * Returns a test for whether `--metrics` selects a field: `default` stands for the layout's own fields, `wide` for some more,
 * `all` for every measurement. Identifiers are selected only by name.
 */
export function fieldSelector(metrics: readonly string[], defaults: readonly string[]): Selects {
  const wide = metrics.includes('wide') ? WIDE.split(' ') : [];
  const preset = metrics.includes('default') || metrics.includes('wide') ? defaults : [];
  const names = new Set([...metrics, ...preset, ...wide]);
  const globs = [...metrics, ...preset].filter(isGlob);
  const matches = globTest(metrics.includes('all') ? ['*'] : globs);
  return field => names.has(field) || (matches(field) && natureOf(field) !== 'identifier');
}

/** Whether `--metrics` has only names and globs, no preset. */
export function isExact(metrics: readonly string[]): boolean {
  return !metrics.some(isPreset);
}

/** Whether a word of `--metrics` stands for a list of fields. */
export function isPreset(word: string): boolean {
  return PRESETS.some(preset => preset === word);
}

/**
 * Returns the names and globs of `--metrics` that match nothing in `known` (see `listKnown`): mistyped, not in these HAProxy
 * versions, or a field of text.
 */
export function findUnknown(metrics: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return metrics.filter(name => !known.has(name) && !(isGlob(name) && [...known].some(globTest([name]))));
}

/** Returns the fields that some HAProxy has numbers in, and the other words that `--metrics` accepts. */
export function listKnown(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  const known = new Set<string>([...PRESETS, 'status']);
  for (const { info, stat, resolvers, tables } of snapshots) {
    for (const [field, { number }] of info) if (number !== undefined) known.add(field);
    for (const { name, text } of [...stat.columns, ...(resolvers?.columns ?? [])]) if (!text) known.add(name);
    if (tables !== undefined) known.add('size').add('used');
  }
  return known;
}
