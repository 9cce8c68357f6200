/** Bytes that arrive in pieces. */
export interface GrowingBuffer {
  /** Appends a copy of the piece; returns the bytes that are there now. */
  add(piece: Uint8Array): number;
  /** All that was added; valid until the next piece. */
  bytes(): Buffer;
}

/** Bytes; most answers fit. */
const FIRST = 65_536;

/** Makes one that doubles when it is full. A list of the pieces costs some hundred bytes for each, which may hold a single one. */
export function growBuffer(): GrowingBuffer {
  let room = Buffer.allocUnsafe(FIRST);
  let size = 0;
  return {
    add(piece) {
      const needed = size + piece.length;
      if (needed > room.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * room.length));
        room.copy(larger, 0, 0, size);
        room = larger;
      }
      room.set(piece, size);
      size = needed;
      return size;
    },
    bytes: () => room.subarray(0, size),
  };
}
