import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a command reads a hook snapshot if it is told so, and where it writes. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Streams whose writes can be waited for. */
export interface OpenStreams extends Streams {
  /** Resolves when everything written has left the process, or after so many milliseconds. */
  flush(milliseconds: number): Promise<void>;
}

/**
 * Opens a stream when it is first used: most runs say nothing, and opening what nobody writes to is a tenth of their time.
 * A failed write is told by whoever writes to stdout; after one to stderr there is nobody left to tell.
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

/** Node writes to a pipe in one blocking call, so that a reader who does not read would hold the whole process. */
function stopBlocking(stream: Handled): void {
  stream._handle?.setBlocking?.(false);
}

function flush(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise(resolve => stream.write('', () => resolve()));
}
