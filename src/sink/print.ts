import { pipeline } from 'node:stream/promises';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Transport } from '../types.ts';

/** Prints what another transport would send, packed and refused alike. */
export function printInstead(transport: Transport, output: NodeJS.WritableStream): Transport {
  return {
    ...transport,
    async send(packets, signal) {
      try {
        await pipeline(packets, output, { end: false, signal });
      } catch (error) {
        // The reader of a pipe has seen enough (`| head`).
        if (errorCode(error) !== 'EPIPE')
          throw new Failure(
            'deliver',
            'standard output',
            reason(signal.aborted ? signal.reason : error),
            error,
          );
      }
    },
  };
}
