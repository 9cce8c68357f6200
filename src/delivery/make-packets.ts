import { countPoints } from '../count.ts';
import type { Packet, PointTable, Sink } from '../types.ts';

/** A run's packets for one destination; the counts are complete once all packets were taken. */
export interface Made {
  /** Makes the packets anew. */
  packets(): Iterable<Packet>;
  /** Counts the datapoints in the packets. */
  packed(): number;
  /** Counts the run's datapoints without a packet: at a deadline there is no time to encode what will not be sent. */
  total(): number;
  /** Tells the datapoints whose lines are too long for any packet. */
  refused(): Refused;
}

interface Refused {
  readonly datapoints: number;
  /** The path of the first. */
  readonly example: string;
}

/** Encodes points as packets each time that packets are asked for, and counts them on the way. */
export function makePackets({ encode }: Sink, makePoints: () => Iterable<PointTable>): Made {
  let made = 0;
  let refused: Refused = { datapoints: 0, example: '' };
  const refuse = (path: string, datapoints: number): void => {
    refused = { datapoints: refused.datapoints + datapoints, example: refused.example || path };
  };
  const packed = (datapoints: number): void => {
    made = datapoints;
  };
  return {
    packets: () => {
      refused = { datapoints: 0, example: '' };
      return encode(makePoints(), { refuse, packed });
    },
    packed: () => made,
    total: () => countPoints(makePoints()),
    refused: () => refused,
  };
}
