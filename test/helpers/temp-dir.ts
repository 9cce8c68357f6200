import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

// Registered while the test file imports this one, so it runs after the file's own hooks, also those of beforeAll.
afterAll(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

/** Makes a directory (mode 0755, a path short enough for unix sockets) that is removed when the test file has run. */
export async function tempDir(parent = tmpdir()): Promise<string> {
  const path = await mkdtemp(join(parent, 'hap-'));
  made.push(path);
  await chmod(path, 0o755);
  return path;
}
