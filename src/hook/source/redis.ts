import type { RedisClientType } from 'redis';
import { asFailure, Failure } from '../../errors.ts';
import { loadOptional } from '../../optional-package.ts';
import type { RedisSource } from '../../plan.ts';
import type { Share } from '../limits.ts';
import { type MergedPages, startMerge, type ValueMerge } from '../prometheus/multiprocess/merge.ts';
import { openRelay } from './relay.ts';

interface StoreOptions {
  /** Keep the values of each process as well. */
  readonly workers: boolean;
  readonly share: Share;
  /** Milliseconds for connecting. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Keys of one SCAN step; Redis answers nobody else meanwhile. */
const STEP = 1000;

/** Reads gunicorn-prometheus-exporter's store in Redis and builds the page that the exporter would. Throws a Failure. */
export async function readStore(
  source: RedisSource,
  { workers, share, timeout, signal }: StoreOptions,
): Promise<MergedPages> {
  const { label, username, password, database } = source;
  const fail = { code: 'read', where: label, use: 'reading from Redis' } as const;
  const { createClient } = await loadOptional('redis', () => import('redis'), fail);
  const relay = await openRelay(source, { timeout, most: share.bytes, signal });
  const client = createClient({
    socket: { host: '127.0.0.1', port: relay.port, reconnectStrategy: false },
    database,
    disableClientInfo: true,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
  // Some errors come by event alone, others also with the answer.
  const broken = new Promise<never>((_, reject) => client.on('error', reject));
  signal.addEventListener('abort', relay.close, { once: true });
  try {
    return await Promise.race([
      relay.broken,
      broken,
      readPages(client as RedisClientType, source, startMerge(workers, share), share),
    ]);
  } catch (error) {
    throw asFailure(error instanceof Failure ? error : new Error(explainReply(error, source)), 'read', label);
  } finally {
    signal.removeEventListener('abort', relay.close);
    relay.close();
  }
}

async function readPages(
  client: RedisClientType,
  { prefix }: RedisSource,
  merge: ValueMerge,
  { rows }: Share,
): Promise<MergedPages> {
  await client.connect();
  const seen = new Set<string>();
  const pattern = { MATCH: `${prefix.replace(/[*?[\]\\^]/g, '\\$&')}:*:metric:*`, COUNT: STEP };
  let cursor = '0';
  do {
    const step = await client.scan(cursor, pattern);
    cursor = step.cursor;
    const names = step.keys.filter(name => !seen.has(name)); // SCAN may give a key twice
    for (const name of names) seen.add(name);
    if (seen.size > rows) throw new Error(`holds more than ${rows} keys, the limit`);
    for (const value of await Promise.all(names.map(name => readValue(client, prefix, name)))) {
      if (value !== undefined) merge.add(value);
    }
  } while (cursor !== '0');
  if (seen.size > 0) return merge.pages();
  throw new Error(`holds no keys ${prefix}:...: is the prefix right (?prefix=), and does the exporter run?`);
}

/** Reads a value; undefined for a key of another form, or one that has just expired. */
async function readValue(client: RedisClientType, prefix: string, name: string) {
  const [, type = '', mode = '', pid = '', id = ''] = KEY.exec(name.slice(prefix.length)) ?? [];
  if (type === '') return undefined;
  const meta = `${prefix}:${mode === '' ? type : `${type}_${mode}`}:${pid}:meta:${id}`;
  const [[value, timestamp], key] = await Promise.all([
    client.hmGet(name, ['value', 'timestamp']),
    client.hGet(meta, 'original_key'),
  ]);
  if (typeof value !== 'string' || typeof key !== 'string') return undefined;
  return { type, mode, pid, key, value: Number(value), timestamp: Number(timestamp ?? 0) };
}

/** `:TYPE[_MODE]:PID:metric:MD5`, after the prefix. */
const KEY = /^:(counter|gauge|histogram|summary)(?:_([a-z]+))?:(\d+):metric:([\da-f]{32})$/;

/** Explains an error: Redis' own begin with a word in capitals, others are the client's about bytes that are not Redis. */
function explainReply(error: unknown, { database }: RedisSource): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = REPLIES.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (/DB index/.test(text)) return `has no database ${database}`;
  return text.slice(0, 200);
}

const REPLIES: readonly (readonly [RegExp, string])[] = [
  [/^NOAUTH/, 'asks for a password: redis://:PASSWORD@host:port'],
  [/^WRONGPASS|invalid password/, 'the user or the password is wrong'],
  [/without any password configured/, 'has no password: leave it out'],
  [/^NOPERM/, 'the user may not read: it needs scan, hget and hmget on the keys'],
  [/^WRONGTYPE/, 'a key of that prefix is no hash: is the prefix right?'],
  [/^LOADING/, 'is still loading its data'],
  [/Unknown RESP type/, 'answers what is not Redis: is this the right port?'],
  [/Socket closed unexpectedly/, 'the connection was closed without an answer: is this the right port?'],
];
