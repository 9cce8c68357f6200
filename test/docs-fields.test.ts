import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isField, type Nature, natureOf } from '../src/fields.ts';

/** The words of docs/fields.md for each nature. */
const KINDS: Readonly<Record<Nature, string>> = {
  identifier: 'identifier',
  counter: 'counts',
  elapsed: 'counts',
  level: 'is',
  limit: 'limit',
  setting: 'setting',
  max: 'maximum',
  least: 'is',
  age: 'is',
  mean: 'is',
  time: 'is',
  throttle: 'is',
};

const page = readFileSync('docs/fields.md', 'utf8');

/** The kind of each field that stands in a table. */
function readKinds(): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const line of page.split('\n')) {
    const cells = line.split(' | ');
    const name = /^\| `([^`]+)`$/.exec(cells[0] ?? '')?.[1];
    const kind = cells.find(cell => cell === 'text' || Object.values(KINDS).includes(cell));
    if (name !== undefined && kind !== undefined)
      kinds.set(
        name,
        line.includes(' | text | text |') || line.includes(' | name | text |') || name === 'Tainted'
          ? 'text'
          : kind,
      );
  }
  return kinds;
}

test('fields.md calls each field what the catalogue says that it is', () => {
  const kinds = readKinds();
  expect(kinds.size).toBeGreaterThan(180);
  for (const [name, kind] of kinds)
    if (kind !== 'text') expect([name, kind]).toEqual([name, KINDS[natureOf(name)]]);
});

test('fields.md has every field of the catalogue', () => {
  const source = readFileSync('src/fields.ts', 'utf8');
  const names =
    source.slice(source.indexOf('const NAMES'), source.indexOf('let natures')).match(/'[^']+'/g) ?? [];
  for (const name of names.flatMap(text => text.slice(1, -1).trim().split(' '))) {
    expect([name, isField(name), page.includes(`\`${name}\``)]).toEqual([name, true, true]);
  }
});
