/** Eager element by element operations: no shape compiles anything, and the bits are those of jitted code. */
import { describe, expect, test } from 'vitest';
import { jit, np, type NDArray } from 'fluxion';
import { sameBits } from 'fluxion/extend';
import { withReference } from 'fluxion/reference';
import { moduleCount } from '../../src/runtime/run.ts';

const sizes = [1, 2, 3, 15, 16, 17, 31, 100, 255, 256, 257, 1000, 4095, 4096, 4097, 9000];
const wave = (size: number, dtype: 'float32' | 'float64'): NDArray =>
  np.array(Float64Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) * 3)).astype(dtype);

const operations: { readonly [name: string]: (x: NDArray, y: NDArray) => NDArray } = {
  add: (x, y) => x.add(y),
  divide: (x, y) => x.div(y),
  tanh: (x) => x.tanh(),
  exp: (x) => x.exp(),
  greater: (x, y) => x.greater(y),
  where: (x, y) => np.where(x.greater(0), x, y),
};

describe('eager operations in blocks', () => {
  test.for(Object.entries(operations))('%s gives the bits of jitted code at every size', ([, f]) => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const size of sizes) {
        const [x, y] = [wave(size, dtype), wave(size, dtype).mul(0.7).add(0.1)];
        expect(sameBits(f(x, y), jit(f)(x, y)), `${dtype}[${size}]`).toBe(true);
      }
  });

  test('after the first sizes no new shape compiles anything', () => {
    const run = (shape: readonly number[]): NDArray => np.ones(shape).add(np.array(0.25)).mul(0.75).sin();
    for (const size of [10, 300, 5000]) run([size]);
    const before = moduleCount();
    for (let n = 1; n < 60; n++) {
      run([n]);
      run([n, 97]);
      run([2, n, 3]);
    }
    expect(moduleCount()).toBe(before);
  });

  test('splats, strided operands and several results agree with the reference', () => {
    const x = wave(600, 'float32').reshape([20, 30]);
    const f = (): readonly NDArray[] => [x.T.add(2.5), x.T.mul(x.reshape([30, 20])), np.full([30, 20], 3).sub(x.T)];
    const expected = withReference(f);
    f().forEach((y, i) => expect(y.toNested()).toEqual(expected[i]?.toNested()));
  });

  test('an empty array and a scalar work', () => {
    expect(np.zeros([0, 3]).add(np.ones([0, 3])).shape).toEqual([0, 3]);
    expect(np.array(2).mul(np.array(4)).item()).toBe(8);
  });

  test('a number meets float64 with all its digits', () => {
    expect(np.array([1]).astype('float64').mul(0.1).item()).toBe(0.1);
    expect(
      np
        .array([[1]])
        .astype('float64')
        .add(np.maximum(np.array([0.5]).astype('float64'), 0.1))
        .item(),
    ).toBe(1.5);
    expect(np.where(np.array([true]), np.array([1]).astype('float64').mul(0.3), 0.7).item()).toBe(0.3);
  });
});
