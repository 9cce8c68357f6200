import type { Packet, Values } from './types.ts';

/** Lines of a packet: its datapoints, and of StatsD the zeros before negative values. */
export function countLines(packet: Packet): number {
  let lines = 0;
  for (let at = packet.indexOf('\n'); at !== -1; at = packet.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** How many of the values are there. */
export function countValues(values: Values): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (!Number.isNaN(values[index])) count++;
  return count;
}

/** How many lie in batches together. */
export function countDatapoints(batches: readonly { readonly datapoints: number }[]): number {
  return batches.reduce((sum, { datapoints }) => sum + datapoints, 0);
}
