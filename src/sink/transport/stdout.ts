import { pipeline } from 'node:stream/promises';
import { Failure, isReaderGone, reason } from '../../errors.ts';
import type { Transport } from '../../types.ts';

/**
 * Returns a transport that writes packets to `output` instead of sending them. It has the name and limits of `transport`, so
 * that the same packets are made and the same lines refused. Leaves `output` open; a reader that has gone (`| head`) is no
 * failure.
 */
export function printInstead(transport: Transport, output: NodeJS.WritableStream): Transport {
  return {
    ...transport,
    async send(packets, signal) {
      try {
        await pipeline(packets, output, { end: false, signal });
      } catch (error) {
        if (isReaderGone(error)) return;
        const what = reason(signal.aborted ? signal.reason : error);
        throw new Failure('deliver', 'standard output', what, error);
      }
    },
  };
}
