import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { readGroups } from '../../src/config/groups.ts';
import { tempDir } from '../helpers/temp-dir.ts';

async function read(text: string) {
  const path = join(await tempDir(), 'x.conf');
  writeFileSync(path, text);
  const groups = readGroups(await readConfig(await parseCommandLine('run', ['--config', path])));
  return await groups.catch(error => {
    throw new Error(error.message.replace(path, 'FILE'));
  });
}

test('without groups there is no level for them', async () => {
  expect(await read('[graphite]\n')).toEqual({ doubleWrites: false, frontend: [], backend: [], server: [] });
});

test('a group has a name for paths and a pattern as Python reads it', async () => {
  const text =
    '[graphite]\ngroup-namespace = teams\n[frontend-groups]\na.b = ^web(?P<n>1)?\n[server-groups]\nz = .\n';
  const { namespace, frontend, server } = await read(text);
  expect(namespace).toBe('teams');
  expect(frontend.map(({ name }) => name)).toEqual(['a_b']);
  expect(['web', 'web1', 'api'].map(name => frontend[0]?.pattern.test(name))).toEqual([true, true, false]);
  expect(server).toHaveLength(1);
});

test.each([
  ['[graphite]\ngroup-namespace = x\n', 'FILE:2: [graphite] group-namespace: expected groups in one of ['],
  [
    '[graphite]\n[backend-groups]\na = b\n',
    'FILE:3: [backend-groups] a: expected group-namespace in [graphite], the level that groups stand below',
  ],
  [
    '[graphite]\ngroup-namespace = a.b\n[backend-groups]\na = b\n',
    'FILE:2: [graphite] group-namespace: expected letters, digits, "_" and "-", got "a.b"',
  ],
  [
    '[graphite]\ngroup-namespace = a\n[backend-groups]\na = (\n',
    'FILE:4: [backend-groups] a: expected a regular expression as Python reads it, got "("',
  ],
])('%j is refused', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
