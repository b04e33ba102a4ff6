/** Derivatives at the corners that JAX settled. */
import { describe, expect, test } from 'vitest';
import { grad, hessian, jit, nn, np, vmap, type NDArray } from 'fluxion';

const at = (f: (x: NDArray) => NDArray, x: number | readonly number[]): unknown => grad(f)(np.array(x)).toNested();

describe('gradients at ties, kinks and zeros', () => {
  test.each([
    ['max splits ties evenly', (x: NDArray) => np.max(x), [2, 5, 5, 1], [0, 0.5, 0.5, 0]],
    ['min splits ties evenly', (x: NDArray) => np.min(x), [1, 1], [0.5, 0.5]],
    ['maximum halves a tie', (x: NDArray) => np.maximum(x, 3).sum(), [3, 4, 2], [0.5, 1, 0]],
    ['relu is flat at 0', (x: NDArray) => nn.relu(x).sum(), [0, 1, -1], [0, 1, 0]],
    ['prod at one zero', (x: NDArray) => np.prod(x), [0, 2, 3], [6, 0, 0]],
    ['prod at two zeros', (x: NDArray) => np.prod(x), [0, 0, 3], [0, 0, 0]],
    ['cumprod at a zero', (x: NDArray) => np.cumprod(x, 0).sum(), [2, 0, 3], [1, 8, 0]],
    ['a square at 0', (x: NDArray) => np.power(x, 2).sum(), [0, 3], [0, 6]],
    [
      'sort sends back',
      (x: NDArray) =>
        np
          .sort(x)
          .mul(np.array([1, 10, 100]))
          .sum(),
      [3, 1, 2],
      [100, 1, 10],
    ],
    ['floor is flat', (x: NDArray) => np.floor(x).sum(), [1.5], [0]],
    ['where keeps to its side', (x: NDArray) => np.where(x.greater(0), x, x.mul(5)).sum(), [2, -2], [1, 5]],
  ] as const)('%s', (_, f, x, expected) => {
    expect(at(f, x)).toEqual(expected);
    expect(jit(grad(f))(np.array(x)).toNested()).toEqual(expected);
    const rows = vmap(grad(f))(np.array([x, x])).toNested();
    expect(rows).toEqual([expected, expected]);
  });

  test('second derivatives of prod at zeros', () => {
    const f = (x: NDArray): NDArray => np.prod(x);
    expect(hessian(f)(np.array([0, 0, 3])).toNested()).toEqual([
      [0, 3, 0],
      [3, 0, 0],
      [0, 0, 0],
    ]);
  });
});
