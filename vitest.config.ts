import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { Progress } from './test/support/progress.ts';

// One second, which is what a condition is waited for else, is not enough where a machine is busy.
const poll = { poll: { timeout: 60_000, interval: 50 } };

// `test/run.ts` wants to know what became of each file, also where it ends the run.
const results = process.env.ROCKPOOL_TEST_RESULTS;

export default defineConfig({
  test: {
    // Tests share the machine with whatever else runs on it: limits are there to end what hangs, not to judge speed.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['test/support/warnings.ts'],
          expect: poll,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['test/support/warnings.ts'],
          expect: poll,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // What an install goes through is the same on every kind of server: the same tests, in a container.
        test: {
          name: 'docker',
          include: ['test/integration/installs/{install,reset,update,snapshots}.test.ts'],
          env: { ROCKPOOL_TEST_SERVER: 'docker' },
          environment: 'node',
          setupFiles: ['test/support/warnings.ts'],
          expect: poll,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['test/support/warnings.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000, interval: 250 } },
        },
      },
    ],
    ...(results === undefined
      ? {}
      : {
          reporters: ['default', 'json', new Progress(join(results, 'progress.jsonl'))],
          outputFile: { json: join(results, 'report.json') },
        }),
    // What tests start has work of its own.
    maxWorkers: 2,
  },
});
