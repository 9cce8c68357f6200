import type { Packet, PointTable, Sink } from '../types.ts';

/** A run's packets for one destination, and what is known once all of them were asked for. */
export interface Made {
  /** Makes them anew. */
  packets(): Iterable<Packet>;
  /** Datapoints in them. */
  packed(): number;
  /** Those whose lines are too long for any packet. */
  refused(): Refused;
}

interface Refused {
  readonly datapoints: number;
  /** The path of one. */
  readonly example: string;
}

/** The encoder counts, so that nothing is made again to be counted. */
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
    refused: () => refused,
  };
}
