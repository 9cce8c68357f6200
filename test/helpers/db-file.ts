/** A file of prometheus_client 0.17 or later. */
export function makeDb(entries: readonly (readonly [key: string, value: number, time: number])[]): Buffer {
  const parts = entries.map(([key, value, time]) => {
    const length = Buffer.byteLength(key);
    const entry = Buffer.alloc(4 + length + (8 - ((length + 4) % 8)) + 16, ' ');
    entry.writeUInt32LE(length);
    entry.write(key, 4);
    entry.writeDoubleLE(value, entry.length - 16);
    entry.writeDoubleLE(time, entry.length - 8);
    return entry;
  });
  const head = Buffer.alloc(8);
  const bytes = Buffer.concat([head, ...parts]);
  bytes.writeUInt32LE(bytes.length);
  return bytes;
}
