import { type Filter, KINDS, STATES } from '../plan.ts';
import type { Config } from './config.ts';
import { expected } from './value.ts';

/**
 * Builds the filter of things to send from the config. Throws a Failure for an unknown kind or state, and for a file that
 * cannot be read.
 */
export async function readFilter(config: Config): Promise<Filter> {
  return {
    include: config.get('process.include') ?? [],
    exclude: config.get('process.exclude') ?? [],
    kinds: readWords(config, 'process.kinds', KINDS),
    excludeStates: readWords(config, 'process.exclude-states', STATES) ?? new Set(),
    excludeFrontends: await readExclusions(config, 'process.exclude-frontends'),
    excludeBackends: await readExclusions(config, 'process.exclude-backends'),
  };
}

/** Reads words of a list in any case. */
function readWords<Word extends string>(
  config: Config,
  key: 'process.kinds' | 'process.exclude-states',
  known: readonly Word[],
): ReadonlySet<Word> | undefined {
  const find = (text: string): Word => {
    const word = known.find(one => one.toLowerCase() === text.toLowerCase());
    if (word === undefined) throw expected(config.where(key), known.join(', '), text);
    return word;
  };
  const words = config.get(key)?.map(find);
  return words && new Set(words);
}

/** Reads a file with a proxy's name on each line and comments behind #. */
async function readExclusions(
  config: Config,
  key: 'process.exclude-frontends' | 'process.exclude-backends',
): Promise<ReadonlySet<string>> {
  const path = config.get(key);
  if (path === undefined) return new Set();
  const { readSmallFile } = await import('./read-file.ts');
  const text = await readSmallFile(`${config.where(key)}: ${path}`, path);
  const names = text.split('\n').map(line => line.replace(/#.*/, '').trim());
  return new Set(names.filter(Boolean));
}
