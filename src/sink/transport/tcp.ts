import { openConnection } from '../../connect.ts';
import { reason } from '../../errors.ts';
import type { NetworkBackend, SendLimits } from '../../plan.ts';
import type { Transport } from '../../types.ts';
import { type Stream, streamTransport } from './stream.ts';

/** Returns a transport that sends lines over TCP. */
export function tcpTransport(backend: NetworkBackend, limits: SendLimits): Transport {
  return streamTransport(backend, limits, PLAIN);
}

const PLAIN: Stream = { open: openConnection, explain: reason, isDirect: true };
