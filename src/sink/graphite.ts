import type { Encoder } from '../types.ts';

/**
 * Carbon's plaintext protocol, a line a datapoint: `path value timestamp`, the timestamp in seconds.
 * Lines are packed whole, since UDP may lose or reorder what is split.
 */
export const encodeGraphite: Encoder = function* (points, { timestamp, limit, refuse }) {
  let packet = '';
  for (const { path, value } of points) {
    const line = `${path} ${value} ${timestamp}\n`;
    if (line.length > limit) {
      refuse(path);
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
