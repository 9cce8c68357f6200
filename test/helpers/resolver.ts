import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from './temp-dir.ts';

/** A directory for the front of PATH in which `getent` is this shell script: the resolver as a test wants it. */
export async function scriptResolver(script: string): Promise<string> {
  const dir = await tempDir();
  const path = join(dir, 'getent');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return dir;
}
