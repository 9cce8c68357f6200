import type { Encoder } from '../sink.ts';
import { packLines } from './pack.ts';

/** Carbon's plaintext protocol, a line a datapoint: `path value timestamp`, the timestamp in seconds. */
export const encodeGraphite: Encoder = (points, encoding) => {
  const end = ` ${encoding.timestamp}\n`;
  return packLines(points, encoding, {
    between: ({ before, after }, tag) => `${before}${tag}${after} `,
    after: () => end,
    fromZero: false,
  });
};
