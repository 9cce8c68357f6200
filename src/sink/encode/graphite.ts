import type { Encoder } from '../sink.ts';
import { listBlocks, showPath } from './rows.ts';
import { laySheet, type Sheet } from './sheet.ts';

/**
 * Carbon's plaintext protocol, a line a datapoint: `path value timestamp`, in seconds since the epoch. Each packet has as many whole
 * lines as fit, since UDP may lose or reorder packets.
 */
export const encodeGraphite: Encoder = function* (points, encoding) {
  const { timestamp, limits, refuse, packed } = encoding;
  let sheet: Sheet | undefined;
  for (const block of listBlocks(points, encoding)) {
    sheet = laySheet(block, ` ${timestamp}\n`, limits, sheet);
    const { fields } = block.table;
    for (const [index, { place }] of block.rows.entries()) {
      for (let field = sheet.write(index, 0); field < fields.length; field = sheet.write(index, field)) {
        if (sheet.stopped() > limits.line) refuse(showPath(place, fields[field++]), 1);
        else yield sheet.cut();
      }
    }
  }
  if (sheet !== undefined && sheet.size() > 0) yield sheet.cut();
  packed(sheet?.lines() ?? 0);
};
