import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure, reason } from '../../errors.ts';
import type { StoreBackend } from '../../plan.ts';
import type { Transport } from '../../types.ts';

/** A packet is written at once; its size is that of the lines Graphite takes over TCP. */
const LARGEST_WRITE = 16_384;

/** haproxystats' local store: appends to DIRECTORY/<epoch>/stats. */
export function fileTransport({ directory }: StoreBackend, timestamp: number): Transport {
  const where = join(directory, String(timestamp), 'stats');
  return {
    where,
    limits: { line: LARGEST_WRITE, packet: LARGEST_WRITE },
    async send(packets, signal) {
      try {
        await mkdir(join(directory, String(timestamp)), { recursive: true });
        await pipeline(packets, createWriteStream(where, { flags: 'a' }), { signal });
      } catch (error) {
        throw new Failure('deliver', where, reason(signal.aborted ? signal.reason : error), error);
      }
    },
  };
}
