import { countRow } from '../../count.ts';
import type { Packet, Place, PointField, PointTable } from '../../types.ts';
import type { Encoding } from '../sink.ts';
import { cut, type Parts, startPage, startRow, writeRest, writeValues } from './page.ts';
import { layOut } from './texts.ts';

/**
 * How a protocol writes a datapoint: the path, what comes between, the number, what comes after. Tags have Graphite's
 * notation, `;tag=value` each: the place's and, in their midst, the field's.
 */
export interface Notation {
  between(place: Place, tag: string): string;
  /** Ends with a newline. */
  after(place: Place, tag: string): string;
  /** A negative number is written as two lines that stay together, zero and the number. */
  readonly fromZero: boolean;
}

/**
 * PointTable → lines → packets. Lines stay whole, since UDP may lose or reorder what is split, and as many go into a packet
 * as fit.
 */
export function* packLines(
  points: Iterable<PointTable>,
  { limits, refuse, packed }: Encoding,
  notation: Notation,
): Iterable<Packet> {
  const page = startPage(limits);
  const partsOf = partsMaker(notation);
  const { fromZero } = notation;
  for (const { places, fields, values } of points) {
    for (let row = 0; row < places.length; row++) {
      for (const place of places[row] ?? []) {
        if (place.prefix.length + place.before.length + place.after.length > limits.line) {
          const datapoints = countRow(values, row);
          if (datapoints > 0) refuse(pathOf(place, fields[0]).slice(0, EXAMPLE), datapoints);
          continue;
        }
        const parts = partsOf(place, fields);
        startRow(page, place.prefix, parts);
        const lines = { parts, values, row, fromZero };
        const next = writeValues(page, lines, 0);
        if (next === fields.length) continue;
        writeRest(page, lines, next, index => refuse(pathOf(place, fields[index]).slice(0, EXAMPLE), 1));
      }
      if (page.full.length > 0) yield* page.full.splice(0);
    }
  }
  if (page.end > page.begin) yield cut(page);
  packed(page.written);
}

/** Characters of a path that is only shown. */
const EXAMPLE = 200;

/** Makes the function that gives a place's parts. What is the same for many places is made once for all of them. */
function partsMaker({ between, after }: Notation): (place: Place, fields: readonly PointField[]) => Parts {
  let ofPlace: Place | undefined;
  let ofFields: readonly PointField[] = [];
  let kinds: readonly string[] = [];
  let [names, states, ends] = [layOut([]), new Uint8Array(), layOut([])];
  let parts: Parts = { names, states, ends };
  return (place, fields) => {
    const hasNames = fields === ofFields;
    const hasEnds = hasNames && place.before === ofPlace?.before && place.after === ofPlace.after;
    if (!hasNames) {
      kinds = [...new Set(fields.map(({ tag }) => tag))];
      names = layOut(fields.map(({ name }) => name));
      states = Uint8Array.from(fields, ({ tag }) => kinds.indexOf(tag));
    }
    if (!hasEnds) {
      ends = layOut(kinds.flatMap(tag => [between(place, tag), after(place, tag)]));
      parts = { names, states, ends };
    }
    ofPlace = place;
    ofFields = fields;
    return parts;
  };
}

function pathOf({ prefix, before, after }: Place, { name, tag }: PointField = { name: '', tag: '' }): string {
  return `${prefix}${name}${before}${tag}${after}`;
}
