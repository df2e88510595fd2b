import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,integration,cloud,electron-double,e2e,scenarios}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two workers: the reference machine has two cores, and Chromium takes its share of them.
    maxWorkers: 2,
  },
});
