// The memory of kernel.ts where it runs as JavaScript. For WebAssembly, tools/kernel.js has the same functions.

/** One buffer as numbers of each size. Addresses are indexes of bytes; those of larger numbers are multiples of their sizes. */
export interface Views {
  readonly bytes: Uint8Array;
  readonly shorts: Uint16Array;
  readonly integers: Int32Array;
  readonly doubles: Float64Array;
}

export function viewsOf(buffer: ArrayBuffer): Views {
  return {
    bytes: new Uint8Array(buffer),
    shorts: new Uint16Array(buffer),
    integers: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
  };
}

let { bytes, shorts, integers, doubles } = viewsOf(new ArrayBuffer(0));

/** Makes the buffer behind `views` the memory that all functions below read and write. */
export function attach(views: Views): void {
  ({ bytes, shorts, integers, doubles } = views);
}

export function loadByte(at: i32): i32 {
  return bytes[at] ?? 0;
}

export function storeByte(at: i32, value: i32): void {
  bytes[at] = value;
}

export function loadShort(at: i32): i32 {
  return shorts[at >> 1] ?? 0;
}

export function storeShort(at: i32, value: i32): void {
  shorts[at >> 1] = value;
}

export function loadInteger(at: i32): i32 {
  return integers[at >> 2] ?? 0;
}

export function storeInteger(at: i32, value: i32): void {
  integers[at >> 2] = value;
}

export function loadDouble(at: i32): f64 {
  return doubles[at >> 3] ?? 0;
}

export function storeDouble(at: i32, value: f64): void {
  doubles[at >> 3] = value;
}

/** Copies bytes; returns the address behind the last. */
export function copy(to: i32, from: i32, length: i32): i32 {
  bytes.copyWithin(to, from, from + length);
  return to + length;
}

/** Writes a number as JavaScript shows it; returns the address behind it. */
export function writeDecimal(at: i32, value: f64): i32 {
  const text = String(value);
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}
