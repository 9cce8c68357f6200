import type { HookApplication } from './application.ts';

/** Stands here until the reader of worker files does. */
export async function readDirectory(path: string, _now: number): Promise<readonly HookApplication[]> {
  throw new Error(`${path} is a directory, which cannot be read yet`);
}
