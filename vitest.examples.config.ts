import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// All examples with a small budget, also those whose data are installed on first use; slower than `npm test` wants to be.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['tests/examples/**/*.{test,slow}.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
