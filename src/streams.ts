import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFailure, type Failure, isReaderGone } from './errors.ts';

/** The streams of a command; it reads stdin only for `--hook-stats -`. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Streams that one can wait for until everything written has left. */
export interface OpenStreams extends Streams {
  /** Resolves when everything written has left the process, or after the milliseconds. */
  flush(milliseconds: number): Promise<void>;
}

/**
 * Returns streams that are opened at their first use: most runs are silent, and opening them would take a tenth of their
 * time. Whoever writes to stdout reports a failed write; after one to stderr there is nobody left to tell.
 */
export function openWhenUsed(streams: Streams): OpenStreams {
  const opened = new Set<NodeJS.WritableStream>();
  const open = (name: 'stdout' | 'stderr'): NodeJS.WritableStream => {
    const stream = streams[name];
    if (opened.has(stream)) return stream;
    opened.add(stream);
    stopBlocking(stream);
    return stream.on('error', () => undefined);
  };
  return {
    get stdin() {
      return streams.stdin;
    },
    get stdout() {
      return open('stdout');
    },
    get stderr() {
      return open('stderr');
    },
    flush: async milliseconds => {
      if (opened.size === 0) return;
      const clock = new AbortController();
      const late = sleep(Math.max(0, milliseconds), undefined, { signal: clock.signal }).catch(
        () => undefined,
      );
      await Promise.race([Promise.all(Array.from(opened, flush)), late]);
      clock.abort();
    },
  };
}

type Handled = NodeJS.WritableStream & { readonly _handle?: { setBlocking?(isBlocking: boolean): void } };

/** Node writes to a pipe in one blocking call, so a reader who does not read would hold the whole process. */
function stopBlocking(stream: Handled): void {
  stream._handle?.setBlocking?.(false);
}

function flush(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise(resolve => stream.write('', () => resolve()));
}

/**
 * Writes a text to stdout and waits until it has left the process. Returns a Failure if it could not; none if the reader has
 * gone (`| head`).
 */
export async function print({ stdout }: Pick<Streams, 'stdout'>, text: string): Promise<readonly Failure[]> {
  const error = await new Promise<Error | null | undefined>(resolve => stdout.write(text, resolve));
  return !error || isReaderGone(error) ? [] : [asFailure(error, 'deliver', 'standard output')];
}
