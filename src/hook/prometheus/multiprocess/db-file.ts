// The files of prometheus_client's multiprocess mode, a process' each: mmap_dict.py describes them. Numbers are in the
// machine's order, which is little-endian wherever Node runs on Linux but on s390x.
//   bytes 0-3   the bytes that are used, these included; 4-7 nothing
//   then, again and again: the key's length in 4 bytes; the key; blanks up to a multiple of 8; the value, a double; from
//   version 0.17 on the time it was set, a double

/** Bytes of an entry behind its key: value and time, or the value alone. */
const WITH_TIME = 16;
const WITHOUT_TIME = 8;

/** An entry: the key's text, its value, and the time it was set (0 if the file does not tell). */
export type DbEntry = readonly [key: string, value: number, timestamp: number];

/** Returns the number of bytes in use, which a file's first bytes tell. */
export function usedBytes(head: Buffer): number {
  return head.length < 4 ? 0 : head.readUInt32LE(0);
}

/** Parses the entries in the part of a file that is in use. Throws an Error if the file is of another kind. */
export function parseDb(bytes: Buffer): readonly DbEntry[] {
  if (bytes.length <= 8) return []; // it has just been made
  const entries = readEntries(bytes, WITH_TIME) ?? readEntries(bytes, WITHOUT_TIME);
  if (entries === undefined) throw new Error('is damaged, or no file of prometheus_client: remove it');
  return entries;
}

/** Reads entries with values of one size; undefined unless the last one ends with the file. */
function readEntries(
  bytes: Buffer,
  rest: typeof WITH_TIME | typeof WITHOUT_TIME,
): readonly DbEntry[] | undefined {
  const entries: DbEntry[] = [];
  let at = 8;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const length = bytes.readUInt32LE(at);
    const start = at + 4;
    const end = start + length + (8 - ((length + 4) % 8));
    if (bytes[start] !== LIST || end + rest > bytes.length) return undefined;
    const timestamp = rest === WITH_TIME ? bytes.readDoubleLE(end + 8) : 0;
    entries.push([bytes.toString('utf8', start, start + length), bytes.readDoubleLE(end), timestamp]);
    at = end + rest;
  }
  return entries;
}

const LIST = '['.charCodeAt(0);
