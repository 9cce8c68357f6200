import type { Tags } from '../plan.ts';
import type { Config } from './config.ts';
import { expected } from './value.ts';

/** Tags that layout tagged, Graphite or the store behind DogStatsD use themselves. */
const OWN = new Set(
  'name host process proxy server listener type state app resolvers nameserver table'.split(' '),
);

/**
 * Parses the `tag=value` texts of the config. Throws a Failure for any other text, for a tag that has other characters than
 * letters, digits, `_` and `-`, and for one that is reserved or given twice.
 */
export function readTags(config: Config): Tags {
  const where = config.where('process.tags');
  const given = new Set<string>();
  return (config.get('process.tags') ?? []).map(text => {
    const [, tag = '', value = ''] = /^([A-Za-z_][\w-]*)=(.+)$/s.exec(text) ?? [];
    if (tag === '') throw expected(where, 'tag=value, the tag of letters, digits, "_" and "-"', text);
    if (OWN.has(tag)) throw expected(where, `a tag that is none of ${[...OWN].join(' ')}`, text);
    if (given.has(tag)) throw expected(where, 'each tag once', text);
    given.add(tag);
    return [tag, value];
  });
}
