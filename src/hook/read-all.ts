import type { Readable } from 'node:stream';
import { asFailure, Failure, reason, seconds } from '../errors.ts';
import type { HookLimits, HookSource } from '../plan.ts';
import type { HookSeries } from '../types.ts';
import { type Share, shareOf } from './limits.ts';
import { readSource } from './source/source.ts';

/** The outcome of reading every hook snapshot. */
export interface HookReading {
  /** The sources that were read. */
  readonly read: readonly HookSource[];
  readonly series: readonly HookSeries[];
  /** A failure for each source that gave nothing. */
  readonly failures: readonly Failure[];
}

/**
 * Reads all sources at the same time. When `stop` aborts, a source that is not read yet is a failure. Never uses a snapshot
 * that is not whole.
 */
export async function readHooks(
  sources: readonly HookSource[],
  limits: HookLimits,
  stdin: () => Readable,
  stop?: AbortSignal,
): Promise<HookReading> {
  // The series of each worker take memory as well.
  const share = shareOf(sources.length * (limits.workers ? 2 : 1));
  const results = await Promise.allSettled(
    sources.map(source => readUntil(source, limits, share, stdin, stop)),
  );
  return {
    read: sources.filter((_, index) => results[index]?.status === 'fulfilled'),
    series: results.flatMap(result => (result.status === 'fulfilled' ? result.value : [])),
    failures: results.flatMap((result, index) =>
      result.status === 'rejected' ? [asFailure(result.reason, 'read', sources[index]?.label ?? '')] : [],
    ),
  };
}

/** Abandons a source that does not answer and hears no signal, as a file system. */
async function readUntil(
  source: HookSource,
  { timeout, maxAge, workers = false }: HookLimits,
  share: Share,
  stdin: () => Readable,
  stop: AbortSignal = new AbortController().signal,
): Promise<readonly HookSeries[]> {
  const end = new AbortController();
  const clock = setTimeout(() => end.abort(new Error('late')), timeout);
  const signal = AbortSignal.any([end.signal, stop]);
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([readSource(source, { stdin, maxAge, workers, share, timeout, signal }), over]);
  } catch (error) {
    if (stop.aborted) throw new Failure('read', source.label, reason(stop.reason), error);
    if (!end.signal.aborted) throw error;
    const what = `could not be read whole within ${seconds(timeout)} (hook-timeout)`;
    throw new Failure('read', source.label, what, error);
  } finally {
    clearTimeout(clock);
  }
}
