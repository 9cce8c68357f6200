import { getBuiltinModule, versions } from 'node:process';
import * as script from './kernel.ts';
import { code } from './kernel.wasm';
import { attach, viewsOf, writeDecimal } from './memory.ts';

/** The functions of kernel.ts over one memory. */
export type Kernel = Pick<typeof script, 'findCells' | 'findEmpty' | 'readNumbers' | 'writeLines'>;

/** Memory of a fixed size, zeros at first, and the kernel that works on it. */
export interface Heap {
  readonly buffer: ArrayBuffer;
  readonly kernel: Kernel;
}

/** Bytes of work from which on WebAssembly is worth its start, a millisecond. */
const SOME = 8192;

/** Bytes of work from which on V8's options make a difference. */
const MUCH = 262_144;

/** The compiled kernel once it is needed; `none` where WebAssembly cannot be had. */
let module: WebAssembly.Module | 'none' | undefined;

/**
 * Allocates at least `size` bytes with the kernel over them: as WebAssembly if it is to read `work` bytes enough to pay for
 * it, otherwise as JavaScript.
 */
export function openHeap(size: number, work: number): Heap {
  if (module === 'none' || (module === undefined && work < SOME)) return openScript(size);
  try {
    const heap = openModule(size);
    if (work >= MUCH) optimizeLater();
    return heap;
  } catch {
    module = 'none';
    return openScript(size);
  }
}

/** Returns the address itself or the next one at which a number of any size may lie. */
export function align(address: number): number {
  return Math.ceil(address / 8) * 8;
}

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;

/**
 * Opens the kernel as WebAssembly. Throws an Error if there is none: V8 reserves 10 GB of addresses for each memory, which a
 * limit on those (`ulimit -v`) forbids, and Node may be told to do without (`--jitless`).
 */
export function openModule(size: number): Heap {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) });
  const views = viewsOf(memory.buffer);
  const imports = {
    env: { memory },
    memory: {
      writeDecimal: (at: number, value: number) => {
        attach(views);
        return writeDecimal(at, value);
      },
    },
  };
  if (typeof module !== 'object') module = new WebAssembly.Module(Buffer.from(code, 'base64'));
  const { exports } = new WebAssembly.Instance(module, imports);
  return { buffer: memory.buffer, kernel: exports as unknown as Kernel };
}

/**
 * V8's options by its major version that have it optimize JavaScript later: a run ends before that pays off. Later versions compile
 * quickly first. A version that does not know an option would print so.
 */
const LATER: Readonly<Record<string, string>> = {
  11: '--interrupt-budget=500000', // Node 20
  12: '--invocation-count-for-turbofan=30000 --invocation-count-for-osr=8000', // Node 22
};

function optimizeLater(): void {
  const options = LATER[versions.v8.split('.')[0] ?? ''];
  if (options !== undefined) getBuiltinModule('node:v8').setFlagsFromString(options);
}

/** Opens the kernel as JavaScript. */
export function openScript(size: number): Heap {
  const buffer = new ArrayBuffer(Math.ceil(size / PAGE) * PAGE);
  const views = viewsOf(buffer);
  const over =
    <Values extends unknown[]>(run: (...values: Values) => number) =>
    (...values: Values): number => {
      attach(views);
      return run(...values);
    };
  return {
    buffer,
    kernel: {
      findCells: over(script.findCells),
      findEmpty: over(script.findEmpty),
      readNumbers: over(script.readNumbers),
      writeLines: over(script.writeLines),
    },
  };
}
