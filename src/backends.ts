import type { Backend, NetworkBackend } from './plan.ts';

/** Facts about each type of backend. */
export const TYPES = {
  graphite: { letter: 'G', port: 2003, protocol: 'tcp', timestamps: true },
  statsd: { letter: 'S', port: 8125, protocol: 'udp', timestamps: false },
} as const satisfies Record<Backend['type'], TypeFacts>;

/** Facts about each protocol. */
export const PROTOCOLS = {
  tcp: { success: 'delivered', network: true, types: ['graphite', 'statsd'] },
  udp: { success: 'sent, which UDP cannot confirm', network: true, types: ['graphite', 'statsd'] },
  tls: { success: 'delivered', network: true, types: ['graphite'] },
  unix: { success: 'handed to the receiver', network: false, types: ['statsd'] },
  file: { success: 'delivered', network: false, types: ['graphite'] },
} as const satisfies Record<Backend['protocol'], ProtocolFacts>;

/** The letters of `--type`. */
export const LETTERS = Object.values(TYPES).map(({ letter }) => letter);

/** The protocols of `--protocol`. */
export const NETWORK_PROTOCOLS = (Object.keys(PROTOCOLS) as Backend['protocol'][]).filter(
  (protocol): protocol is NetworkBackend['protocol'] => PROTOCOLS[protocol].network,
);

interface TypeFacts {
  /** HAP-Monitor's `--type`. */
  readonly letter: string;
  /** The port such a receiver listens on by convention. */
  readonly port: number;
  /** The protocol where none is named. */
  readonly protocol: NetworkBackend['protocol'];
  /** Datapoints carry their time and can be sent later. */
  readonly timestamps: boolean;
}

interface ProtocolFacts {
  /** A successful delivery in words. */
  readonly success: string;
  /** There is a receiver with host and port, which may be down for a while. */
  readonly network: boolean;
  /** The types of backend that speak it. */
  readonly types: readonly Backend['type'][];
}

/**
 * Whether a spool can keep undelivered datapoints for this backend: they need a timestamp, and a receiver that may come back.
 */
export function canSpool(backend: Backend): backend is NetworkBackend {
  return TYPES[backend.type].timestamps && PROTOCOLS[backend.protocol].network;
}
