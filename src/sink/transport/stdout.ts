import { pipeline } from 'node:stream/promises';
import { Failure, isReaderGone, reason } from '../../errors.ts';
import type { Transport } from '../../types.ts';

/** Returns a transport that prints what the other would send, with the same packets and the same refusals. */
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
