import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { readFilter } from '../../src/config/filter.ts';
import { tempDir } from '../helpers/temp-dir.ts';

async function read(...args: readonly string[]) {
  return await readFilter(await readConfig(await parseCommandLine('run', args)));
}

test('without options everything is kept', async () => {
  expect(await read()).toEqual({
    include: [],
    exclude: [],
    kinds: undefined,
    excludeStates: new Set(),
    excludeFrontends: new Set(),
    excludeBackends: new Set(),
  });
});

test('kinds and states are words in any case', async () => {
  expect(await read('--kinds', 'Server,TABLES', '--exclude-states', 'maint')).toMatchObject({
    kinds: new Set(['server', 'tables']),
    excludeStates: new Set(['MAINT']),
  });
  await expect(read('--kinds', 'servers')).rejects.toThrow(
    '--kinds: expected process, frontend, backend, server, listener, resolvers, tables, got "servers"',
  );
});

test('a file of exclusions has a name on each line, and comments', async () => {
  const path = join(await tempDir(), 'frontends');
  writeFileSync(path, '# mine\nweb\n\n  api  # old\n');
  const config = join(await tempDir(), 'x.conf');
  writeFileSync(config, `[graphite]\n[process]\nexclude-frontends = ${path}\n`);
  expect((await read('--config', config)).excludeFrontends).toEqual(new Set(['web', 'api']));
});
