import { readFileSync } from 'node:fs';
import { createClient } from 'redis';
import type { RedisSource } from '../../src/plan.ts';
import { acceptsOn, freePort, type Started, startProcess } from '../../tools/players/process.ts';

/** A running Redis, empty, that keeps nothing on disk; and the source that reads it. */
export interface Redis extends Started {
  readonly source: RedisSource;
  readonly url: string;
}

/** Starts Debian's redis-server on a free port of 127.0.0.1. */
export async function startRedis(password = ''): Promise<Redis> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--requirepass', password];
  const started = await startProcess('redis-server', args, { ready: () => acceptsOn(port) });
  const url = `redis://127.0.0.1:${port}`;
  const source = {
    kind: 'redis',
    label: url,
    host: '127.0.0.1',
    port,
    database: 0,
    prefix: 'gunicorn',
  } as const;
  return { ...started, url, source };
}

type Keys = Readonly<Record<string, { readonly hash: Readonly<Record<string, string>> }>>;

/** The recorded keys of gunicorn-prometheus-exporter. */
export function recordedKeys(): Keys {
  return JSON.parse(readFileSync(new URL('../fixtures/hook/redis/keys.json', import.meta.url), 'utf8'));
}

/** Writes keys, hashes with fields, with the given prefix instead of `gunicorn`. */
export async function writeKeys(url: string, keys: Keys, prefix = 'gunicorn', database = 0): Promise<void> {
  const client = await createClient({ url, database }).connect();
  for (const [name, { hash }] of Object.entries(keys))
    await client.hSet(name.replace(/^gunicorn/, prefix), { ...hash });
  client.destroy();
}
