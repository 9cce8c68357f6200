import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCode } from './markdown.ts';
import { tempDir } from './temp-dir.ts';

async function read(...rows: string[]): Promise<readonly string[]> {
  const file = join(await tempDir(), 'page.md');
  writeFileSync(file, rows.join('\n'));
  return readCode(file).map(({ text }) => text);
}

it('code within a sentence is found, also where a list is indented', async () => {
  expect(
    await read('- one `a`', '  - two', '    and `b`', '', '    `c` of the second', '', 'end `d`'),
  ).toEqual(['a', 'b', 'c', 'd']);
});

it('a row far to the right continues the sentence above it', async () => {
  expect(await read('a sentence', '      that goes on with `a`')).toEqual(['a']);
});

it.each([
  [['text', '', '    code']],
  [['text', '', '\tcode']],
  [['- item', '', '      code']],
  [['- item', '', 'text', '', '    code']],
])('an indented block of code is refused: %j', async rows => {
  await expect(read(...rows)).rejects.toThrow(
    `page.md:${rows.length}: an indented block of code; expected one between`,
  );
});
