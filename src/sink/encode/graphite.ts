import type { Encoder } from '../sink.ts';
import { listRows, NO_FIELD, showPath } from './rows.ts';

/**
 * Carbon's plaintext protocol, a line a datapoint: `path value timestamp`, in seconds since the epoch. Each packet has as many whole
 * lines as fit, since UDP may lose or reorder packets.
 *
 * The lines of a row are gathered as a string and then written as bytes: garbage collections move the strings that are alive, so
 * strings of a whole packet would cost more, and a call for each line as well.
 */
export const encodeGraphite: Encoder = function* (points, encoding) {
  const { timestamp, limits, refuse, packed } = encoding;
  const end = ` ${timestamp}\n`;
  let packet = Buffer.allocUnsafe(limits.packet);
  let [size, datapoints] = [0, 0];
  for (const { table, row, place } of listRows(points, encoding)) {
    const { fields, values } = table;
    const { prefix, before, after } = place;
    let lines = '';
    for (let index = 0; index < fields.length; index++) {
      const value = values[index]?.[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const { name, tag } = fields[index] ?? NO_FIELD;
      const line = `${prefix}${name}${before}${tag}${after} ${value}${end}`;
      if (line.length > limits.line) {
        refuse(showPath(place, fields[index]), 1);
        continue;
      }
      if (size + lines.length + line.length > limits.packet) {
        size += packet.write(lines, size, 'latin1');
        yield packet.subarray(0, size);
        packet = Buffer.allocUnsafe(limits.packet);
        [size, lines] = [0, ''];
      }
      lines += line;
      datapoints++;
    }
    size += packet.write(lines, size, 'latin1');
  }
  if (size > 0) yield packet.subarray(0, size);
  packed(datapoints);
};
