import { addAbortSignal, type Readable } from 'node:stream';
import { growBuffer } from '../../growing-buffer.ts';
import type { Share } from '../limits.ts';

/**
 * Reads a stream to its end and returns its bytes. Throws an Error if there are more than the limit, or once `signal` is
 * aborted.
 */
export async function collect(stream: Readable, share: Share, signal: AbortSignal): Promise<Buffer> {
  addAbortSignal(signal, stream);
  const kept = growBuffer();
  for await (const piece of stream) {
    if (kept.add(piece) > share.bytes) throw new Error(share.tooLarge);
  }
  return kept.bytes();
}
