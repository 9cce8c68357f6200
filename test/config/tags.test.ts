import { expect, test } from 'vitest';
import { readTags } from '../../src/config/tags.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';

async function read(...tags: readonly string[]) {
  return readTags((await readFlags('--tags', ...tags)).config);
}

test('tags are pairs in the order given, the value all behind the first "="', async () => {
  expect(await read('env=prod', '_dc-2=a=b', 'x=é ;')).toEqual([
    ['env', 'prod'],
    ['_dc-2', 'a=b'],
    ['x', 'é ;'],
  ]);
  expect(readTags((await readFlags()).config)).toEqual([]);
});

test.each(['a b', 'a', '=b', 'a=', '2a=b', '~a=b', 'a.b=c', 'é=c'])('%j is no tag', async text => {
  await expect(read('ok=1', text)).rejects.toMatchObject({
    code: 'usage',
    message: `--tags: expected tag=value, the tag of letters, digits, "_" and "-", got "${text}"`,
  });
});

test('a tag that the layout sets itself is refused, on its line of a file', async () => {
  const file = await writeConfig('[process]\nlayout = tagged\ntags = env=prod, host=x\n');
  const { config } = await readFlags('--config', file);
  expect(() => readTags(config)).toThrow(
    `${file}:3: [process] tags: expected a tag that is none of name host process proxy server listener type state app resolvers nameserver table, got "host=x"`,
  );
});

test('a tag that only resembles one of the layout is the operator’s own', async () => {
  expect(await read('Host=x', 'hosts=y')).toEqual([
    ['Host', 'x'],
    ['hosts', 'y'],
  ]);
});

test('a tag given twice has no value to choose', async () => {
  await expect(read('dc=a', 'dc=b')).rejects.toThrow('--tags: expected each tag once, got "dc=b"');
});

test('a tag that is given twice is refused, with the value of the second', async () => {
  await expect(read('a=b', 'c=d', 'a=e')).rejects.toMatchObject({
    code: 'usage',
    message: '--tags: expected each tag once, got "a=e"',
  });
});
