import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import type { Settings } from '../../src/config/options.ts';
import { tempDir } from './temp-dir.ts';

/** Writes a config file into a directory of its own; returns its path. */
export async function writeConfig(text: string): Promise<string> {
  const path = join(await tempDir(), 'c.conf');
  await writeFile(path, text);
  return path;
}

/** Reads the flags of a run, and the config file that they name. */
export async function readFlags(
  ...argv: readonly string[]
): Promise<{ readonly settings: Settings; readonly config: Config }> {
  const settings = await parseCommandLine('run', argv);
  return { settings, config: await readConfig(settings) };
}
