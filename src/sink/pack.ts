import type { Encoding, Field, Packet, Place, Points } from '../types.ts';

/** Gives what follows a place's prefix in the line of a datapoint, or in lines that stay together; a newline ends it. */
type Write = (place: Place, field: Field, value: number) => string;

/**
 * Points → lines → packets. Lines stay whole, since UDP may lose or reorder what is split, and as many go into a packet
 * as fit.
 *
 * The inner loop runs for every datapoint. Most numbers of HAProxy are what they were one server before, so what follows the
 * prefix is written anew only where the number has changed.
 */
export function* packLines(
  points: Iterable<Points>,
  { limit, refuse, packed }: Encoding,
  write: Write,
): Iterable<Packet> {
  let written = emptyWritten();
  let [packet, datapoints] = ['', 0];
  for (const { place, fields, values } of points) {
    if (written.rest !== place.rest || written.fields !== fields) written = emptyWritten(place, fields);
    const { numbers, texts } = written;
    const prefix = flatten(place.prefix);
    for (let index = 0; index < fields.length; index++) {
      const [field, value] = [fields[index], values[index]];
      if (field === undefined || value === undefined || Number.isNaN(value)) continue;
      if (numbers[index] !== value) {
        texts[index] = flatten(write(place, field, value));
        // StatsD writes a negative number in two lines, the second with the prefix of this place.
        numbers[index] = value < 0 ? Number.NaN : value;
      }
      const line = prefix + texts[index];
      if (line.length > limit) {
        refuse(prefix + place.rest(field));
        continue;
      }
      if (packet.length + line.length > limit) {
        packed(datapoints);
        yield packet;
        [packet, datapoints] = ['', 0];
      }
      packet += line;
      datapoints++;
    }
  }
  packed(datapoints);
  if (packet !== '') yield packet;
}

/**
 * The same text in one piece. V8 joins texts by reference, and whoever sends a packet would walk through all the pieces
 * of each line again; it puts them together when it is asked for a character.
 */
function flatten(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}

/** What was last written of each field. */
function emptyWritten({ rest }: Partial<Place> = {}, fields: readonly Field[] = []) {
  const numbers = new Float64Array(fields.length).fill(Number.NaN);
  return { rest, fields, numbers, texts: new Array<string>(fields.length) };
}
