import { addAbortSignal, type Readable } from 'node:stream';
import { MOST_BYTES, TOO_LARGE } from '../limits.ts';

/** Reads a stream to its end, but not beyond the limit nor longer than `signal` allows. */
export async function collect(stream: Readable, signal: AbortSignal): Promise<Buffer> {
  addAbortSignal(signal, stream);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
