/** `lax.reduce` against the loops that it abbreviates. */
import { describe, expect, test } from 'vitest';
import { grad, jit, lax, np, vmap, type NDArray } from 'fluxion';
import { checkGrads } from 'fluxion/laws';

const add = (a: NDArray, b: NDArray): NDArray => a.add(b);
const times = (a: NDArray, b: NDArray): NDArray => a.mul(b);

describe('lax.reduce', () => {
  test.each([[[0]], [[1]], [[2]], [[0, 2]], [[2, 0]], [[-1, -2, -3]], [[]]])('sums over %j', (axes) => {
    const xs = np.arange(30).reshape([2, 3, 5]);
    expect(lax.reduce(xs, 0, add, axes).toNested()).toEqual(np.sum(xs, axes).toNested());
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 9, 33])('of %d elements joins each once, in order', (n) => {
    // Affine maps, whose composition is associative and does not commute.
    const [a, b] = [np.cos(np.arange(n).astype('float64')), np.sin(np.arange(n).astype('float64'))];
    const joined = lax.reduce<{ readonly a: NDArray; readonly b: NDArray }>(
      { a, b },
      { a: 1, b: 0 },
      (one, two) => ({ a: one.a.mul(two.a), b: two.a.mul(one.b).add(two.b) }),
      [0],
    );
    let [slope, offset] = [1, 0];
    for (let i = 0; i < n; i++) [slope, offset] = [Math.cos(i) * slope, Math.cos(i) * offset + Math.sin(i)];
    expect(joined.a.item()).toBeCloseTo(slope, 12);
    expect(joined.b.item()).toBeCloseTo(offset, 12);
  });

  test('of scalars, so that a choice in the computation is made for each', () => {
    const smaller = (a: NDArray, b: NDArray): NDArray =>
      lax.cond(
        a.less(b),
        () => a,
        () => b,
      );
    expect(
      lax
        .reduce(
          np.array([
            [3, -1, 2],
            [0, 5, -4],
          ]),
          Infinity,
          smaller,
          [1],
        )
        .toNested(),
    ).toEqual([-1, -4]);
  });

  test('of nothing it is the start; of integers and of flags', () => {
    expect(lax.reduce(np.zeros([0, 2]), 7, add, [0]).toNested()).toEqual([7, 7]);
    expect(lax.reduce(np.zeros([0]), 7, add, [0]).item()).toBe(7);
    expect(lax.reduce(np.array([2, 3], 'int32'), 1, times, [0]).dtype).toBe('int32');
    expect(
      lax.reduce(np.array([true, false]), np.array(false), (a: NDArray, b: NDArray) => np.logicalOr(a, b), [0]).item(),
    ).toBe(true);
  });

  test('differentiates, also at zeros, compiles and batches', () => {
    const product = (x: NDArray): NDArray => lax.reduce(x, 1, times, [0]);
    const x = np.array([2, 0, -3, 0.5], 'float64');
    expect(grad(product)(x).toNested()).toEqual([0, -3, 0, 0]);
    expect(jit(grad(product))(x).toNested()).toEqual([0, -3, 0, 0]);
    checkGrads(product, [np.array([2, 1.5, -3, 0.5], 'float64')]);
    expect(
      vmap(product)(
        np.array([
          [1, 2],
          [3, 4],
        ]),
      ).toNested(),
    ).toEqual([2, 12]);
  });

  test('says what does not fit', () => {
    const pair = { a: np.zeros([2]), b: np.zeros([3]) };
    const both = (one: typeof pair, two: typeof pair): typeof pair => ({ a: add(one.a, two.a), b: add(one.b, two.b) });
    expect(() => lax.reduce(pair, { a: 0, b: 0 }, both, [0])).toThrow(
      /reduce: operands\.b: expected arrays of one shape/u,
    );
    expect(() => lax.reduce(np.zeros([2]), 0, (a: NDArray, b: NDArray) => a.less(b), [0])).toThrow(
      /reduce: elements: expected combinations of float32\[1\] to be such, got bool\[1\]/u,
    );
    expect(() => lax.reduce(np.zeros([2]), 0, add, [1])).toThrow(/reduce/u);
  });
});

describe('products of lax', () => {
  test('dot takes vectors and matrices', () => {
    const [m, v] = [np.arange(6).reshape([2, 3]), np.array([1, 2, 3])];
    expect(lax.dot(m, v).toNested()).toEqual([8, 26]);
    expect(lax.dot(v, v).item()).toBe(14);
    expect(lax.dot(m, m.transpose()).toNested()).toEqual([
      [5, 14],
      [14, 50],
    ]);
    expect(() => lax.dot(np.zeros([2, 2, 2]), v)).toThrow(/dot: expected vectors or matrices/u);
  });

  test('batchMatmul takes as many matrices of both', () => {
    const x = np.arange(12).reshape([2, 3, 2]);
    const y = np.arange(8).reshape([2, 2, 2]);
    expect(lax.batchMatmul(x, y).toNested()).toEqual(np.matmul(x, y).toNested());
    expect(() => lax.batchMatmul(x, y.get(0))).toThrow(/batchMatmul: expected matrices with the same leading axes/u);
  });
});
