import { defineConfig } from 'vitest/config';

// The condition makes `import ... from 'fluxion'` mean our sources, as in tsconfig.json.
const conditions = ['@fluxion/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@fluxion/source', 'node'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    maxWorkers: 2,
    // Files share what a worker has loaded and compiled: reading all sources anew for each took half of the time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
