import { closeSync, openSync, readSync } from 'node:fs';
import { isIPv4, type Socket } from 'node:net';

// Linux' table of TCP connections, proc_net_tcp(5): what it knows of a connection and Node does not say. The kernel goes through
// its hash table as the file is read, 1 to 10 ms for all of it, so a look ends at the row that it seeks.

/** Both ends of a connection, to find its rows in the table. */
export interface Ends {
  readonly here: End;
  readonly there: End;
}

interface End {
  /** 4 or 16 bytes. */
  readonly address: readonly number[];
  readonly port: number;
}

/** Returns both ends of an open connection, for a look into the kernel's table; undefined if it has none (it is closed). */
export function readEnds({ localAddress, localPort, remoteAddress, remotePort }: Socket): Ends | undefined {
  if (!localAddress || !localPort || !remoteAddress || !remotePort) return undefined;
  return {
    here: { address: parseAddress(localAddress), port: localPort },
    there: { address: parseAddress(remoteAddress), port: remotePort },
  };
}

/**
 * Returns the number of bytes that the program at the other end has not read yet, those on the way included; undefined if its
 * row is not there: its socket cannot be seen from here, or the row moved while the table was read.
 */
export function countUndelivered({ here, there }: Ends): number | undefined {
  const [ownKey, peerKey] = [keyOf(here, there), keyOf(there, here)];
  const rows = findRows(here, [ownKey, peerKey]);
  const own = rows.get(ownKey);
  // Bytes may move on while the table is read, so the receiver's row has to be the later one: none is missed then.
  const [first] = rows.keys();
  const peer = (first === ownKey ? rows.get(peerKey) : find(there, here)) ?? findOther(there, here);
  if (own === undefined || peer === undefined) return undefined;
  return parse(own, UNACKNOWLEDGED) + parse(peer, UNREAD);
}

/** Returns the number of those that have arrived; undefined likewise. */
export function countUnread({ here, there }: Ends): number | undefined {
  const peer = find(there, here) ?? findOther(there, here);
  return peer === undefined ? undefined : parse(peer, UNREAD);
}

/** TCP_FIN_WAIT1, TCP_FIN_WAIT2 and TCP_TIME_WAIT, tcp_states.h: the other end has yet to close, or has. */
const NOT_RESET = /^0[456]/;

/**
 * Whether a reset followed after this end had closed a connection, and then the other: Linux keeps one in TIME_WAIT for a
 * minute, and drops it at a reset (unless net.ipv4.tcp_rfc1337 is set). False where a look would take too long.
 */
export function wasReset({ here, there }: Ends): boolean {
  const isGone = (): boolean => !NOT_RESET.test(find(here, there) ?? '');
  return !isLarge() && isGone() && isGone() && !isUnsure(); // a row that moves while the table is read may be missed once
}

/** Whether a connection that is gone says nothing: no table can be read, or Linux drops what would be too many in TIME_WAIT. */
function isUnsure(): boolean {
  const sockets = read(`${NET}/sockstat`);
  const most = Number(read('/proc/sys/net/ipv4/tcp_max_tw_buckets') || FEWEST);
  return sockets === '' || sum(sockets, / tw (\d+)/g) >= most * 0.9;
}

/** The most of a host with 256 MB of memory, where a process may not read how many there may be (ProcSubset=pid). */
const FEWEST = 1024;

/** The tables of this network namespace. */
const NET = '/proc/self/net';

/** Connections of the namespace; a look at more takes over 100 ms. */
const MOST = 30_000;

/** Whether this network namespace has so many connections that a look would take too long. */
export function isLarge(): boolean {
  const sockets = `${read(`${NET}/sockstat`)}\n${read(`${NET}/sockstat6`)}`;
  return sum(sockets, /(?:^TCP6?: inuse| tw) (\d+)/gm) > MOST;
}

/** Bytes of a row of IPv4. */
const ROW = 150;

/** Bytes of the largest read: the kernel gives no more rows at a time. */
const PAGE = 4096;

/** Returns the columns of the row that is `own`'s; undefined if there is none. */
function find(own: End, peer: End): string | undefined {
  const key = keyOf(own, peer);
  return findRows(own, [key]).get(key);
}

/**
 * Does so in the other table: a program that listens on [::] has its IPv4 connections in that of IPv6, and a connection to
 * ::ffff:a.b.c.d leads to one that listens on IPv4.
 */
function findOther(own: End, peer: End): string | undefined {
  const [ownOther, peerOther] = [otherForm(own), otherForm(peer)];
  return ownOther && peerOther && find(ownOther, peerOther);
}

/** The columns of a row behind its ends, in hexadecimal. */
const COLUMNS = 'ss uuuuuuuu:rrrrrrrr';
const UNACKNOWLEDGED = COLUMNS.indexOf('u');
const UNREAD = COLUMNS.indexOf('r');

/** Parses the number at a place of the columns. */
function parse(columns: string, place: number): number {
  return Number.parseInt(columns.slice(place), 16);
}

/** Returns the columns of the rows with these ends, in the order of the table. */
function findRows({ address }: End, keys: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const sought = new RegExp(`(${keys.join('|')})(.{${COLUMNS.length}})`, 'g');
  let rest = ''; // of a piece: its last row, which the next one may go on with
  for (const piece of readPieces(`${NET}/${address.length === 4 ? 'tcp' : 'tcp6'}`)) {
    const rows = rest + piece;
    for (const [, key = '', columns = ''] of rows.matchAll(sought)) found.set(key, columns);
    if (found.size === keys.length) break;
    rest = rows.slice(rows.lastIndexOf('\n') + 1);
  }
  return found;
}

/** The ends as a row has them, its own first. */
function keyOf(own: End, peer: End): string {
  return ` ${render(own)} ${render(peer)} `;
}

/** A file as the kernel gives it, piece by piece; nothing where there is none: another system, or a /proc that is held back. */
function* readPieces(path: string): Iterable<string> {
  const page = Buffer.allocUnsafe(PAGE);
  let file: number | undefined;
  let all = 0;
  try {
    file = openSync(path, 'r');
    for (let size = readRows(file, page, all); size > 0; size = readRows(file, page, all)) {
      yield page.toString('latin1', 0, size);
      all += size;
    }
  } catch {
    return;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Pieces grow with what was read: the kernel fills a piece before it returns, and the row sought may be the next one. */
function readRows(file: number, page: Buffer, before: number): number {
  return readSync(file, page, { length: Math.min(Math.max(ROW, before >> 2), PAGE) });
}

/** Groups of four bytes as numbers of this machine, whatever its byte order. */
function render({ address, port }: End): string {
  const words = new Uint32Array(Uint8Array.from(address).buffer);
  return `${Array.from(words, word => hex(word, 8)).join('')}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** An IPv4 address as one of IPv6, and back; undefined for what is IPv6 alone. */
function otherForm({ address, port }: End): End | undefined {
  if (address.length === 4) return { address: [...MAPPED, ...address], port };
  const isMapped = MAPPED.every((byte, index) => address[index] === byte);
  return isMapped ? { address: address.slice(MAPPED.length), port } : undefined;
}

/** The bytes before an IPv4 address that is written as one of IPv6, RFC 4291, section 2.5.5.2. */
const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** The bytes of an address as Node writes it. */
function parseAddress(text: string): number[] {
  if (isIPv4(text)) return text.split('.').map(Number);
  const { hostname } = new URL(`http://[${text.replace(/%.*/, '')}]`);
  const [front = [], back] = hostname
    .slice(1, -1)
    .split('::')
    .map(part =>
      part
        .split(':')
        .filter(Boolean)
        .map(group => Number.parseInt(group, 16)),
    );
  const zeros = back === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...new Array<number>(zeros).fill(0), ...(back ?? [])];
  return groups.flatMap(group => [group >> 8, group & 255]);
}

function sum(text: string, numbers: RegExp): number {
  return Array.from(text.matchAll(numbers), ([, number]) => Number(number)).reduce((a, b) => a + b, 0);
}

/** A small file as a whole; empty where there is none. */
function read(path: string): string {
  return Array.from(readPieces(path)).join('');
}
