import { defineConfig } from 'vitest/config';
import { createNotRunReporter } from './test/tools/not-run-reporter.ts';
import { createRanReporter } from './test/tools/ran-reporter.ts';

export default defineConfig({
  test: {
    include: [
      'test/{unit,integration,packages,cloud,electron-double,desktop-double,conformance,stage,demo,live,e2e,scenarios,spec}/**/*.test.ts',
    ],
    reporters: ['default', createNotRunReporter(), createRanReporter()],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two workers: the reference machine has two cores, and Chromium takes its share of them.
    maxWorkers: 2,
  },
});
