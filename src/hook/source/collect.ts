import { addAbortSignal, type Readable } from 'node:stream';
import { growBuffer } from '../../growing-buffer.ts';
import { MOST_BYTES, TOO_LARGE } from '../limits.ts';

/** Reads a stream to its end, within the limit of bytes and until `signal`. */
export async function collect(stream: Readable, signal: AbortSignal): Promise<Buffer> {
  addAbortSignal(signal, stream);
  const kept = growBuffer();
  for await (const piece of stream) {
    if (kept.add(piece) > MOST_BYTES) throw new Error(TOO_LARGE);
  }
  return kept.bytes();
}
