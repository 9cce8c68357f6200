/** Collects bytes that arrive in pieces. */
export interface GrowingBuffer {
  /** Appends a copy of the piece; returns the bytes that are there now. */
  add(piece: Uint8Array): number;
  /** All bytes so far; valid until the next piece. */
  bytes(): Buffer;
}

/** Bytes of the smallest and the largest block. */
const [SMALLEST, LARGEST] = [4096, 1_048_576];

/**
 * Returns an empty buffer that grows by blocks, each as large as all before it. A list of pieces would cost some hundred
 * bytes for each piece, and a piece may be one byte; a single buffer that doubles would leave its halves to a garbage
 * collector that is in no hurry.
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
