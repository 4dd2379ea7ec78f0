import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['main/**/*.test.ts', 'practice/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // better-sqlite3 is a native module: processes, not threads.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
