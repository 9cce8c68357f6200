import type { Packet } from './types.ts';

/** Lines of a packet: its datapoints, and of StatsD the zeros before negative values. */
export function countLines(packet: Packet): number {
  let lines = 0;
  for (let at = packet.indexOf('\n'); at !== -1; at = packet.indexOf('\n', at + 1)) lines++;
  return lines;
}
