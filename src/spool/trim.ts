import { join } from 'node:path';
import type { Packet } from '../types.ts';
import { claim, hold } from './claim.ts';
import { removeIfThere, type SpoolDirectory } from './directory.ts';
import { writeOne } from './keep.ts';
import { type Entry, nameClaimed } from './name.ts';

/**
 * Drops the oldest batches until at most `limit` datapoints are left; returns the number of datapoints dropped. The newest
 * count even if others hold them, so that several processes at once drop the same ones and no more. A newest batch that is
 * itself too large keeps its last lines.
 */
export function trim(directory: SpoolDirectory, entries: readonly Entry[], limit: number): number {
  let [counted, dropped] = [0, 0];
  for (const entry of entries.toReversed()) {
    const room = counted === 0 ? limit : 0;
    counted += entry.datapoints;
    if (counted <= limit || !claim(directory, entry)) continue;
    if (room > 0) keepLastLines(directory, entry, room);
    removeIfThere(join(directory.path, nameClaimed(entry.base, directory.self)));
    dropped += entry.datapoints - room;
  }
  return dropped;
}

/** Writes the last lines of a claimed batch as a batch of its own. */
function keepLastLines(
  directory: SpoolDirectory,
  { base, timestamp, datapoints }: Entry,
  lines: number,
): void {
  const packets = hold(directory, base, { timestamp, datapoints }).packets(PIECE, () => undefined);
  writeOne(directory, timestamp, skipLines(packets, datapoints - lines)).release();
}

/** Bytes in memory at a time. */
const PIECE = 65_536;

const NEWLINE = 0x0a;

function* skipLines(packets: Iterable<Packet>, lines: number): Iterable<Packet> {
  let left = lines;
  for (const packet of packets) {
    let from = 0;
    for (; left > 0 && from < packet.length; left--) from = packet.indexOf(NEWLINE, from) + 1;
    if (from < packet.length) yield packet.subarray(from);
  }
}
