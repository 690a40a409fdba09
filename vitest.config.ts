import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Integration and e2e tests share one engine: files run one after another, so that
// a failure's clean-up and its timing never belong to somebody else's test. They have a second
// try, because engines and servers have bad moments; bin/test names the tests that needed it.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // What djdev remembers of the tests' checkouts is not to be found in anybody's home.
          env: { XDG_STATE_HOME: join(tmpdir(), 'djdev-test-state') },
          fileParallelism: false,
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'matrix',
          include: ['test/matrix/**/*.test.ts'],
          fileParallelism: false,
          // Rehearsals of planted defects run two at a time: most of one is waiting for an engine.
          maxConcurrency: 2,
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
