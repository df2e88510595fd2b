import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/tools/longest-first.ts';
import { createNotRunReporter } from './test/tools/not-run-reporter.ts';
import { createRanReporter } from './test/tools/ran-reporter.ts';

// Some hundred processes load the same packages: each has to compile them once.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url));

export default defineConfig({
  test: {
    include: [
      'test/{unit,integration,packages,cloud,electron-double,desktop-double,conformance,stage,demo,live,e2e,scenarios,spec}/**/*.test.ts',
    ],
    reporters: ['default', createNotRunReporter(), createRanReporter()],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // The reference machine has two cores. Half of the time a test with a browser or a relay waits for a clock, so a third
    // worker finds work to do; more of them only take it from each other.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
