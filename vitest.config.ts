import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests share the machine with whatever else runs on it: limits are there to end what hangs, not to judge speed.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // What an install goes through is the same on every kind of server: the same tests, in a container.
        test: {
          name: 'docker',
          include: ['test/integration/installs/{install,reset,update,snapshots}.test.ts'],
          env: { ROCKPOOL_TEST_SERVER: 'docker' },
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 30_000, interval: 250 } },
        },
      },
    ],
    // What tests start has work of its own.
    maxWorkers: 2,
  },
});
