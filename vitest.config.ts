import { defineConfig } from 'vitest/config';
import { writeKernelModule } from './tools/kernel.js';

export default defineConfig({
  plugins: [
    {
      name: 'load-kernel',
      resolveId: id => (id.endsWith('/kernel.wasm') ? '\0kernel' : undefined),
      load: id => (id === '\0kernel' ? writeKernelModule() : undefined),
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/helpers/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The real servers must not fight for the processor: a carbon that gets none loses datagrams.
    fileParallelism: false,
  },
});
