import { grad, lax, linalg, makeGraph, np, ShapeError, UnsupportedError, vjp, vmap, type NDArray } from 'fluxion';
import { describe, expect, test } from 'vitest';

const float64 = (rows: readonly (readonly number[])[] | readonly number[]): NDArray => np.array(rows, 'float64');
const close = (x: NDArray, expected: readonly number[]): void =>
  Array.from(x.dataSync()).forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? NaN, 10));

describe('known values', () => {
  const a = float64([
    [4, 2],
    [2, 3],
  ]);
  test('factors by hand', () => {
    close(linalg.cholesky(a), [2, 0, 1, Math.SQRT2]);
    const [lu, pivots, permutation] = linalg.lu(
      float64([
        [1, 2],
        [3, 4],
      ]),
    );
    close(lu, [3, 4, 1 / 3, 2 / 3]);
    expect(pivots.toNested()).toEqual([1, 1]);
    expect(permutation.toNested()).toEqual([1, 0]);
    const { q, r } = linalg.qr(
      float64([
        [3, 0],
        [4, 5],
      ]),
    );
    close(q, [-0.6, -0.8, -0.8, 0.6]);
    close(r, [-5, -4, 0, 3]);
    close(linalg.eigvalsh(a), [(7 - Math.sqrt(17)) / 2, (7 + Math.sqrt(17)) / 2]);
    close(linalg.svdvals(float64([[3, 4]])), [5]);
  });
  test('solutions and determinants by hand', () => {
    close(linalg.solve(a, float64([2, 5])), [-0.5, 2]);
    close(linalg.inv(a), [0.375, -0.25, -0.25, 0.5]);
    close(linalg.det(a), [8]);
    close(
      linalg.cond(
        float64([
          [1, 0],
          [0, 10],
        ]),
      ),
      [10],
    );
    close(
      linalg.matrixPower(
        float64([
          [1, 1],
          [1, 0],
        ]),
        10,
      ),
      [89, 55, 55, 34],
    );
    expect(
      linalg
        .matrixPower(
          np.array(
            [
              [2, 0],
              [0, 2],
            ],
            'int32',
          ),
          3,
        )
        .toNested(),
    ).toEqual([
      [8, 0],
      [0, 8],
    ]);
    close(
      linalg.lstsq(
        float64([
          [0, 1],
          [1, 1],
          [2, 1],
          [3, 1],
        ]),
        float64([-1, 0.2, 0.9, 2.1]),
      ).solution,
      [1, -0.95],
    );
  });
  test('exponentials by hand', () => {
    close(
      linalg.expm(
        float64([
          [0, 1],
          [0, 0],
        ]),
      ),
      [1, 1, 0, 1],
    );
    close(
      linalg.expm(
        float64([
          [0, -20],
          [20, 0],
        ]),
      ),
      [Math.cos(20), -Math.sin(20), Math.sin(20), Math.cos(20)],
    );
    close(linalg.expm(np.zeros([2, 2], 'float64')), [1, 0, 0, 1]);
    expect(Number(linalg.expm(np.array([[5]])).item()) / Math.exp(5)).toBeCloseTo(1, 5);
    expect(linalg.expm(np.eye(1).mul(1e7)).item()).toBeNaN();
  });
  test('norms by hand', () => {
    const x = float64([
      [1, -2],
      [-3, 4],
    ]);
    const matrix = (ord: linalg.Order): NDArray => linalg.norm(x, { ord, axis: [0, 1] });
    close(np.stack([matrix(1), matrix(-1), matrix(Infinity), matrix(-Infinity)]), [6, 4, 7, 3]);
    close(np.stack([matrix('fro'), linalg.norm(x), linalg.vectorNorm(x)]), new Array<number>(3).fill(Math.sqrt(30)));
    close(np.stack([matrix(2), matrix(-2), matrix('nuc')]), [5.4649857042, 0.3659661906, 5.8309518948]);
    close(linalg.vectorNorm(x, { ord: 3, axis: 1 }), [9 ** (1 / 3), 91 ** (1 / 3)]);
  });
  test('a chain is multiplied in the cheapest order', () => {
    const f = (x: NDArray, y: NDArray, z: NDArray): NDArray => linalg.multiDot([x, y, z]);
    const text = String(makeGraph(f)(np.ones([50, 2]), np.ones([2, 50]), np.ones([50, 2])));
    expect(Array.from(text.matchAll(/float32\[([\d,]+)\] = contract/g), ([, shape]) => shape)).toEqual(['2,2', '50,2']);
  });
});

describe('corners as in JAX', () => {
  test('singular and indefinite matrices', () => {
    const ones = np.ones([2, 2]);
    expect(linalg.slogdet(ones).logabsdet.item()).toBe(-Infinity);
    expect(linalg.slogdet(ones).sign.item()).toBe(0);
    expect(linalg.det(ones).item()).toBe(0);
    expect(np.any(np.isfinite(linalg.solve(ones, np.array([1, 2])))).item()).toBe(false);
    expect(
      linalg
        .cholesky(
          np.array([
            [1, 2],
            [2, 1],
          ]),
        )
        .toNested(),
    ).toEqual([
      [NaN, 0],
      [NaN, NaN],
    ]);
    expect(linalg.cholesky(np.zeros([1, 1])).toNested()).toEqual([[NaN]]);
    expect(linalg.cond(np.zeros([2, 2]).add(np.array([1, 0]))).item()).toBeGreaterThan(1e7);
  });
  test('the gradient of det is the adjugate, also at rank n - 1 and below', () => {
    const slope = grad((x: NDArray) => linalg.det(x));
    close(
      slope(
        float64([
          [1, 2],
          [2, 4],
        ]),
      ),
      [4, -2, -2, 1],
    );
    close(slope(np.zeros([3, 3], 'float64')), new Array<number>(9).fill(0));
  });
  test('empty matrices', () => {
    const none = np.zeros([2, 0, 0]);
    expect(linalg.det(none).toNested()).toEqual([1, 1]);
    expect(linalg.solve(np.zeros([0, 0]), np.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(linalg.svd(np.zeros([3, 0])).u.toNested()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(linalg.matrixRank(np.zeros([0, 3])).item()).toBe(0);
  });
  test('the gradient of cholesky is symmetric, unless only the lower triangle is read', () => {
    const [, pull] = vjp(
      (x: NDArray) => linalg.cholesky(x),
      float64([
        [4, 2],
        [2, 3],
      ]),
    );
    const [sent] = pull(np.ones([2, 2], 'float64'));
    close(sent.sub(sent.T), [0, 0, 0, 0]);
    const lower = float64([
      [4, 99],
      [2, 3],
    ]);
    close(linalg.cholesky(lower, { symmetrizeInput: false }), [2, 0, 1, Math.SQRT2]);
    const slope = grad((x: NDArray) => linalg.cholesky(x, { symmetrizeInput: false }).sum())(lower);
    expect(Array.from(slope.dataSync())[1]).toBe(0);
  });
  test('gradients of norms at zero', () => {
    const at = (ord: number): unknown => grad((x: NDArray) => linalg.vectorNorm(x, { ord }))(np.zeros([2])).toNested();
    expect(at(2)).toEqual([NaN, NaN]);
    expect(at(1)).toEqual([1, 1]);
    expect(at(Infinity)).toEqual([0.5, 0.5]);
  });
  test('small singular values keep their digits where columns are small', () => {
    const a = np.array([
      [1e-6, 1e6],
      [2e-6, -1e6],
    ]);
    const [large, small] = linalg.svdvals(a).dataSync();
    expect(Number(large) / 1e6).toBeCloseTo(Math.SQRT2, 5);
    expect(Number(small) * 1e6).toBeCloseTo(3 / Math.SQRT2, 5);
  });
  test('one matrix for a batch of right sides is one system', () => {
    const a = np.array([
      [2, 0],
      [1, 4],
    ]);
    const f = vmap((b: NDArray) => lax.linalg.triangularSolve(a, b, { leftSide: true, lower: true }));
    const text = String(makeGraph(f)(np.ones([5, 2, 1])));
    expect(text).toContain('float32[2,5] = lowerSolve');
    expect(f(np.ones([5, 2, 1])).shape).toEqual([5, 2, 1]);
  });
});

describe('errors', () => {
  test('name the operation, the types and the remedy', () => {
    expect(() => linalg.inv(np.ones([2, 3]))).toThrow(ShapeError);
    expect(() => linalg.inv(np.ones([2, 3]))).toThrow(/inv: expected square matrices, got float32\[2,3\]/);
    expect(() => linalg.solve(np.ones([2, 2]), np.ones([3]))).toThrow(/solve: expected as many rows/);
    expect(() => linalg.norm(np.ones([2, 2]), { ord: 3 })).toThrow(/norm: expected an order of matrix norms, got 3/);
    expect(() => linalg.cholesky(np.ones([3]))).toThrow(/cholesky: expected a matrix/);
    expect(() => grad((x: NDArray) => linalg.qr(x, { mode: 'complete' }).q.sum())(np.ones([3, 2]))).toThrow(
      UnsupportedError,
    );
    expect(() => grad((x: NDArray) => linalg.svd(x).u.sum())(np.ones([3, 2]))).toThrow(/fullMatrices: false/);
  });
});
