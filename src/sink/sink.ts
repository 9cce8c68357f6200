import type { Packet, PacketLimits, PointTable, Told } from '../types.ts';

/** PointTable → packets. */
export type Encoder = (points: Iterable<PointTable>, encoding: Encoding) => Iterable<Packet>;

/** What an encoder needs beside the points. */
export interface Encoding extends Told {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  readonly limits: PacketLimits;
}
