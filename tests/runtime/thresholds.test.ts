/** Thresholds of the compiler: measured, or so low that small arrays reach every way; programs compiled either way are kept apart. */
import { afterEach, expect, test } from 'vitest';
import { configure, jit, np, type NDArray } from 'fluxion';
import { moduleCount } from '../../src/runtime/run.ts';

afterEach(() => void configure({ thresholds: 'measured' }));

const product = (x: NDArray): NDArray => np.matmul(x, x).add(1);
const x = np.reshape(np.arange(9).astype('float32'), [3, 3]);

test('a setting that is not named stays', () => {
  expect(configure().thresholds).toBe('measured');
  configure({ thresholds: 'lowest' });
  expect(configure({ relaxedSimd: 'auto' }).thresholds).toBe('lowest');
});

test('a program compiled one way is compiled anew for the other, and found again', () => {
  const f = jit((y: NDArray) => product(y).mul(0.375));
  const first = f(x).toNested();
  const before = moduleCount();
  configure({ thresholds: 'lowest' });
  expect(f(x).toNested()).toEqual(first);
  expect(moduleCount()).toBe(before + 1);
  configure({ thresholds: 'measured' });
  f(x);
  expect(moduleCount()).toBe(before + 1);
});

test('a small product is folded as measured, and goes in tiles where all that can does', () => {
  const stepsOf = (): string => String(jit(product).lower(x));
  const folded = stepsOf();
  configure({ thresholds: 'lowest' });
  expect(folded).toContain('loop [3,3,3] t0 = sum of mul(in0, in0)');
  expect(stepsOf()).toContain('multiply [3,3] x [3,3] t0 = in0 x in0');
});
