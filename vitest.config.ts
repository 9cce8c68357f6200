import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/helpers/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The real servers must not fight for the processor: a carbon that gets none loses datagrams.
    fileParallelism: false,
  },
});
