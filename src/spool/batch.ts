import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { countLines } from '../count.ts';
import { errorCode, reason } from '../errors.ts';
import type { Packet } from '../types.ts';

/** The first line of a batch; its length is fixed, since its content is known when the last line is written. */
interface Header {
  readonly timestamp: number;
  readonly datapoints: number;
  /** Bytes of the lines. */
  readonly bytes: number;
  /** CRC-32 of the lines. */
  readonly checksum: number;
}

const FORMAT = 'hap-monitor batch 1';
const HEADER = new RegExp(
  `^${FORMAT} timestamp=(\\d{12}) datapoints=(\\d{10}) bytes=(\\d{14}) crc32=[0-9a-f]{8}\\n$`,
);
const HEADER_LENGTH = renderHeader({ timestamp: 0, datapoints: 0, bytes: 0, checksum: 0 }).length;

const NEWLINE = 0x0a;

/** Bytes of a file in memory at a time. */
const PIECE = 64 * 1024;

/** Writes a new file (0600) durably; returns its number of datapoints. */
export function writeBatch(path: string, timestamp: number, packets: Iterable<Packet>): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    let [datapoints, bytes, checksum] = [0, 0, 0];
    for (const packet of packets) {
      writeAll(file, packet, HEADER_LENGTH + bytes);
      datapoints += countLines(packet);
      bytes += packet.length;
      checksum = crc32(packet, checksum);
    }
    writeAll(file, Buffer.from(renderHeader({ timestamp, datapoints, bytes, checksum })), 0);
    fsyncSync(file);
    return datapoints;
  } finally {
    closeSync(file);
  }
}

/**
 * Thrown if a file's content is not what was written; unlike after an error of the system, reading it again would not help.
 */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Reads a whole file and checks that it is what was written. Throws Damage, or the system's error. */
export function checkBatch(path: string): void {
  const file = openToRead(path);
  try {
    const { text, bytes, ...header } = readHeader(file);
    const { size } = fstatSync(file);
    const wanted = HEADER_LENGTH + bytes;
    if (size !== wanted) throw new Damage(`it has ${size} bytes instead of ${wanted}`);
    let checksum = 0;
    for (const piece of readPieces(file, wanted)) checksum = crc32(piece, checksum);
    if (renderHeader({ ...header, bytes, checksum }) !== text) throw new Damage('its checksum is wrong');
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a batch and yields it as packets of whole lines; calls `refuse` with the start of each line that is longer than a
 * packet.
 */
export function* readBatch(path: string, limit: number, refuse: (line: string) => void): Iterable<Packet> {
  const file = openToRead(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (const piece of readPieces(file, HEADER_LENGTH + readHeader(file).bytes)) {
      const lines = Buffer.concat([rest, piece]);
      let at = 0;
      // The last packet waits for the next piece, which may fill it.
      while (lines.length - at > limit) {
        const end = lines.lastIndexOf(NEWLINE, at + limit - 1) + 1;
        if (end > at) yield lines.subarray(at, end);
        else refuse(lines.toString('latin1', at, at + limit));
        const next = end > at ? end : lines.indexOf(NEWLINE, at) + 1;
        if (next === 0) break;
        at = next;
      }
      rest = lines.subarray(at);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}

/** The lines' checksum goes on over the header itself. */
function renderHeader({ timestamp, datapoints, bytes, checksum }: Header): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const front = `${FORMAT} timestamp=${pad(timestamp, 12)} datapoints=${pad(datapoints, 10)} bytes=${pad(bytes, 14)}`;
  return `${front} crc32=${crc32(front, checksum).toString(16).padStart(8, '0')}\n`;
}

/** Opens a batch to read it; throws Damage for a link and a socket. */
const NO_FILE: readonly string[] = ['ELOOP', 'ENXIO'];

/** Not by way of a link, and without waiting for the other end of a pipe that somebody put there. */
function openToRead(path: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (NO_FILE.includes(errorCode(error))) throw new Damage(reason(error), { cause: error });
    throw error;
  }
}

function readHeader(file: number): Omit<Header, 'checksum'> & { readonly text: string } {
  const buffer = Buffer.alloc(HEADER_LENGTH);
  if (!fstatSync(file).isFile()) throw new Damage('it is not a file');
  const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, HEADER_LENGTH, 0));
  const match = HEADER.exec(text);
  if (match === null) throw new Damage(`it does not begin with "${FORMAT}"`);
  const [, timestamp, datapoints, bytes] = match;
  return { text, timestamp: Number(timestamp), datapoints: Number(datapoints), bytes: Number(bytes) };
}

/** Reads the bytes after the header; a piece is valid until the next one. */
function* readPieces(file: number, end: number): Iterable<Buffer> {
  const buffer = Buffer.alloc(PIECE);
  let at = HEADER_LENGTH;
  while (at < end) {
    const length = readSync(file, buffer, 0, Math.min(PIECE, end - at), at);
    if (length === 0) throw new Damage(`it ends after ${at} of ${end} bytes`);
    at += length;
    yield buffer.subarray(0, length);
  }
}

/** Writes all bytes; a single write to a nearly full disk may be partial. */
function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
