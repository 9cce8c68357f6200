/** Bytes that arrive in pieces. */
export interface GrowingBuffer {
  /** Appends a copy of the piece; returns the bytes that are there now. */
  add(piece: Uint8Array): number;
  /** All that was added; valid until the next piece. */
  bytes(): Buffer;
}

/** Bytes of the smallest and the largest block. */
const [SMALLEST, LARGEST] = [4096, 1_048_576];

/**
 * Makes one, of blocks as large as all that was there before. A list of the pieces would cost some hundred bytes for each, which
 * may hold a single one; one buffer that doubles would leave its halves to the garbage collector, which takes its time.
 */
export function growBuffer(): GrowingBuffer {
  let full: Buffer[] = [];
  let block = Buffer.alloc(0);
  let [used, size] = [0, 0];
  return {
    add(piece) {
      for (let at = 0; at < piece.length; ) {
        if (used === block.length) {
          if (used > 0) full.push(block);
          block = Buffer.allocUnsafeSlow(Math.max(SMALLEST, piece.length - at, Math.min(size, LARGEST)));
          used = 0;
        }
        const part = piece.subarray(at, at + block.length - used);
        block.set(part, used);
        used += part.length;
        at += part.length;
      }
      size += piece.length;
      return size;
    },
    bytes() {
      if (full.length === 0) return block.subarray(0, used);
      block = Buffer.concat([...full, block.subarray(0, used)]);
      full = [];
      used = block.length;
      return block;
    },
  };
}
