// The number types of AssemblyScript, which compiles kernel.ts to WebAssembly. To TypeScript both are numbers.
type i32 = number;
type f64 = number;

/** The module that tools/kernel.js makes of kernel.ts. */
declare module '*/kernel.wasm' {
  /** WebAssembly in base64. */
  export const code: string;
}

declare namespace WebAssembly {
  var Module: new (code: Uint8Array) => Module;
  var Instance: new (module: Module, imports: object) => { readonly exports: unknown };
  var Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
}
