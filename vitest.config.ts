import { defineConfig } from 'vitest/config';

// The condition makes `import ... from 'fluxion'` mean our sources, as in tsconfig.json.
const conditions = ['@fluxion/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@fluxion/source', 'node'] } },
  test: {
    include: ['tests/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
