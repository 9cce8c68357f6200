// Compiles src/kernel/kernel.ts to WebAssembly.
import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const SOURCE = 'src/kernel/kernel.ts';

/** The functions of src/kernel/memory.ts, for WebAssembly's memory. */
const MEMORY = `
export declare function writeDecimal(at: i32, value: f64): i32;
export function loadByte(at: i32): i32 { return load<u8>(at); }
export function storeByte(at: i32, value: i32): void { store<u8>(at, u8(value)); }
export function loadShort(at: i32): i32 { return load<u16>(at); }
export function storeShort(at: i32, value: i32): void { store<u16>(at, u16(value)); }
export function loadInteger(at: i32): i32 { return load<i32>(at); }
export function storeInteger(at: i32, value: i32): void { store<i32>(at, value); }
export function loadDouble(at: i32): f64 { return load<f64>(at); }
export function storeDouble(at: i32, value: f64): void { store<f64>(at, value); }
export function copy(to: i32, from: i32, length: i32): i32 {
  let index = 0;
  for (; index + 8 <= length; index += 8) store<u64>(to + index, load<u64>(from + index));
  for (; index < length; index++) store<u8>(to + index, load<u8>(from + index));
  return to + length;
}`;

/** Writes the JavaScript module that src/kernel/kernel.wasm stands for. */
export async function writeKernelModule() {
  return `export const code = '${Buffer.from(await compileKernel()).toString('base64')}';`;
}

/** Compiles the kernel; gives the bytes of its module, which imports its memory. */
async function compileKernel() {
  const sources = { [SOURCE]: readFileSync(SOURCE, 'utf8'), 'src/kernel/memory.ts': MEMORY };
  let module;
  const options = ['--outFile', 'kernel.wasm', '-O2', '--noAssert', '--runtime', 'stub', '--importMemory'];
  const { error, stderr } = await asc.main([SOURCE, ...options], {
    readFile: name => sources[name] ?? null,
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') module = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${SOURCE}: ${stderr.toString() || error.message}`);
  return module;
}
