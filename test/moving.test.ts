import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KEYS } from '../src/config/options.ts';

/** Reads docs/moving.md on haproxystats' options: a row names its sections in bold, or its options and their fate. */
function readTable(): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  let sections: readonly string[] = [];
  for (const row of readFileSync('docs/moving.md', 'utf8').split('\n')) {
    const [, names = '', here = ''] = row.split('|').map(cell => cell.trim());
    const bold = Array.from(
      names.matchAll(/\*\*`\[(\S+)\]`|, `\[(\S+)\]`/g),
      ([, first, next]) => first ?? next ?? '',
    );
    if (bold.length > 0) sections = bold;
    else if (!row.startsWith('|')) sections = [];
    else
      for (const section of sections)
        for (const [, name] of names.matchAll(/`([a-z_-]+)`/g)) said.set(`${section} ${name}`, here);
  }
  return said;
}

/** Options that haproxystats does not have; docs/configuration.md has them. */
const OWN = new Set(
  ['paths spool', 'pull ca', 'pull insecure'].concat(
    [
      'layout',
      'metrics',
      'include',
      'exclude',
      'kinds',
      'exclude-states',
      'max-datapoints',
      'tags',
      'process-name',
      'hostname',
      'keep-dots',
      'self-metrics',
      'aggregation',
      'status-metrics',
    ].map(name => `process ${name}`),
    ['protocol', 'confirm', 'confirm-timeout', 'remind', 'tls-ca', 'tls-cert', 'tls-key', 'udp-rate'].map(
      name => `graphite ${name}`,
    ),
  ),
);

const options = Array.from(KEYS, ([key, { option }]) => {
  const [section, name = ''] = key.split('.');
  return { section, option: `${section} ${name}`, name, kind: option.kind };
}).filter(({ section }) => section !== 'hooks' && section !== 'statsd');

test('moving.md says of every option of haproxystats whether it is ignored, and of no other', () => {
  // The row of [DEFAULT] speaks for the others.
  const expected = options.filter(({ option }) => !OWN.has(option) && !/^p\w+ loglevel$/.test(option));
  const said = Array.from(readTable(), ([option, here]) => [option, here.startsWith('ignored')]);
  expect(said.sort()).toEqual(expected.map(({ option, kind }) => [option, kind === 'idle']).sort());
});
