import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadOptional } from '../src/optional-package.ts';
import { tempDir } from './helpers/temp-dir.ts';

const FAIL = { code: 'deliver', where: 'unix:///d.sock', use: 'a unix socket' } as const;
const require = createRequire(import.meta.url);

function load(act: () => unknown): Promise<unknown> {
  return loadOptional('unix-dgram', async () => act(), FAIL);
}

function refusal(remedy: string) {
  return {
    name: 'Failure',
    code: 'deliver',
    message: `unix:///d.sock: a unix socket takes the npm package unix-dgram, ${remedy} unix-dgram`,
  };
}

test('a package that is there is given', async () => {
  expect(await load(() => require('node:path'))).toBe(require('node:path'));
});

test('one that is not installed names the command that installs it, and keeps the error', async () => {
  const missing = load(() => require('./there-is-no-such-package.cjs'));
  await expect(missing).rejects.toMatchObject(refusal('which is not installed: npm install -g'));
  await expect(missing).rejects.toHaveProperty('cause.code', 'MODULE_NOT_FOUND');
  const imported = load(() => {
    throw Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' });
  });
  await expect(imported).rejects.toMatchObject(refusal('which is not installed: npm install -g'));
});

test('one that cannot be loaded into this Node is compiled anew', async () => {
  const addon = join(await tempDir(), 'unix_dgram.node');
  writeFileSync(addon, 'compiled for another Node');
  await expect(load(() => require(addon))).rejects.toMatchObject(
    refusal('which was compiled for another Node: npm rebuild -g'),
  );
});

test('one that was never compiled says what that takes', async () => {
  const bindings = require('bindings');
  await expect(load(() => bindings('there_is_no_such_addon'))).rejects.toMatchObject(
    refusal('which was not compiled: install python3, make and g++, then npm rebuild -g'),
  );
});

test('an executable that cannot load packages says what can', async () => {
  await expect(load(() => require('node:there-is-no-such-module'))).rejects.toMatchObject(
    refusal('which the executable lacks: install Node 20.19 or later, and npm install -g hap-monitor'),
  );
});

test('any other error of the package is not taken for a missing one', async () => {
  const own = new TypeError('its own mistake');
  await expect(
    load(() => {
      throw own;
    }),
  ).rejects.toBe(own);
});
