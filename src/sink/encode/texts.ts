/** So many bytes are copied at a time. As many may be written behind what was asked for. */
export const WORD = 8;

/** ASCII texts side by side in one memory, each at a multiple of a word. */
export interface Texts {
  readonly view: DataView;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  /** The bytes of the longest. */
  readonly longest: number;
}

/** Lays texts out to be copied. */
export function layOut(texts: readonly string[]): Texts {
  const lengths = new Uint32Array(texts.length);
  const starts = new Uint32Array(texts.length);
  let [size, longest] = [0, 0];
  for (let index = 0; index < texts.length; index++) {
    const length = texts[index]?.length ?? 0;
    lengths[index] = length;
    starts[index] = size;
    size += Math.ceil(length / WORD) * WORD;
    longest = Math.max(longest, length);
  }
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < texts.length; index++)
    bytes.write(texts[index] ?? '', starts[index] ?? 0, 'latin1');
  return { view: viewOf(bytes), starts, lengths, longest };
}

/** The same memory. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/**
 * Copies bytes and gives where they end. By words, as floating point numbers, which takes less than half of the time of any
 * other way for some dozen bytes. They have to be ASCII, which never is a NaN: the bytes of that may change.
 */
export function copy(to: DataView, at: number, from: DataView, start: number, length: number): number {
  for (let done = 0; done < length; done += WORD) {
    to.setFloat64(at + done, from.getFloat64(start + done, true), true);
  }
  return at + length;
}
