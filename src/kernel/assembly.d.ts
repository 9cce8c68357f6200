// The number types of AssemblyScript, which compiles kernel.ts to WebAssembly. To TypeScript both are numbers.
type i32 = number;
type f64 = number;

/** What tools/kernel.js makes of kernel.ts, in base64. */
declare module '*/kernel.wasm' {
  export const code: string;
}

declare namespace WebAssembly {
  var Module: new (code: Uint8Array) => Module;
  var Instance: new (module: Module, imports: object) => { readonly exports: unknown };
  var Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
}
