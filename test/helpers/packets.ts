import type { Packet, PacketLimits } from '../../src/types.ts';

/** Texts as packets. */
export function packetsOf(texts: readonly string[]): Packet[] {
  return texts.map(packetOf);
}

/** A packet of a text, where it is one of many that are made. */
export function packetOf(text: string): Packet {
  return Buffer.from(text, 'latin1');
}

/** Limits in bytes, equal for a line and a packet of lines. */
export function limitsOf(bytes: number): PacketLimits {
  return { line: bytes, packet: bytes };
}
