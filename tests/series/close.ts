import { expect } from 'vitest';
import type { NDArray } from 'fluxion';

/** Whether numbers agree to so many significant digits, the largest setting the scale for those near zero. */
export const expectDigits = (got: NDArray | readonly number[], expected: readonly number[], digits = 7): void => {
  const values = Array.from('dataSync' in got ? got.dataSync() : got);
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    const allowed = Math.abs(value) * 0.5 * 10 ** (1 - digits) + 1e-12;
    expect(
      Math.abs((values[i] ?? NaN) - value),
      `at ${i}: got ${values[i] ?? NaN}, expected ${value}`,
    ).toBeLessThanOrEqual(allowed);
  });
};
