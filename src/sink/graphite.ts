import type { Encoder } from '../types.ts';

/**
 * Carbon's plaintext protocol, a line a datapoint: `path value timestamp`, the timestamp in seconds.
 * Lines are packed whole, since UDP may lose or reorder what is split.
 */
export function graphiteEncoder(timestamp: number): Encoder {
  return function* (points, limit, refuse) {
    let packet = '';
    for (const point of points) {
      const line = `${point.path} ${point.value} ${timestamp}\n`;
      if (line.length > limit) {
        refuse(point);
        continue;
      }
      if (packet.length + line.length > limit) {
        yield packet;
        packet = '';
      }
      packet += line;
    }
    if (packet !== '') yield packet;
  };
}
