import type { Packet, PacketLimits, PointTable, Told } from '../types.ts';

/** PointTable → packets. */
export type Encoder = (points: Iterable<PointTable>, encoding: Encoding) => Iterable<Packet>;

/** The run's timestamp, the limits of packets, and the callbacks of encoding. */
export interface Encoding extends Told {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  readonly limits: PacketLimits;
}
