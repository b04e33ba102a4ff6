/** Looking up, searching and counting: values that NumPy and JAX give, plain definitions, derivatives, jit and vmap. */
import * as fc from 'fast-check';
import { grad, IndexError, jit, lax, np, ShapeError, TraceError, vmap, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads, exact } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const ids = (...values: readonly number[]): NDArray => np.array([...values], 'int32');
const list = (x: NDArray): unknown => x.toNested();
const lists = (xs: readonly NDArray[]): unknown => xs.map(list);
const x = np.array([
  [3, 1, 2],
  [6, 5, 4],
]);
const f64 = x.astype('float64');

describe('take and put along an axis', () => {
  test('values', () => {
    expect(list(np.take(x, ids(-1, 7), 1, { mode: 'clip' }))).toEqual([
      [2, 2],
      [4, 4],
    ]);
    expect(list(np.take(x, ids(4, -4), 1, { mode: 'wrap' }))).toEqual([
      [1, 2],
      [5, 4],
    ]);
    expect(list(np.take(ids(1, 2), ids(0, 9)))).toEqual([1, -2147483648]);
    expect(list(np.take(ids(1, 2), ids(0, 9), 0, { fillValue: 7 }))).toEqual([1, 7]);
    expect(list(np.takeAlongAxis(x, np.argsort(x, 1), 1))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(list(np.takeAlongAxis(x, [[2]], 1))).toEqual([[2], [4]]);
    expect(list(np.putAlongAxis(x, [[0], [2]], [[8], [9]], 1))).toEqual([
      [8, 1, 2],
      [6, 5, 9],
    ]);
    expect(list(np.putAlongAxis(x, [[1]], -1, -1))).toEqual([
      [3, -1, 2],
      [6, -1, 4],
    ]);
    expect(() => np.takeAlongAxis(x, [0], 1)).toThrow(ShapeError);
  });
  test('derivatives with repeated positions, jit and vmap', () => {
    checkGrads((a: NDArray) => np.sin(np.takeAlongAxis(a, [[0, 0, 2, 2]], 1)), [f64]);
    checkGrads(
      (a: NDArray, v: NDArray) => np.sin(np.putAlongAxis(a, [[1, 1]], v, 1)),
      [f64, f64.get(':', ':2').mul(2)],
    );
    checkGrads((a: NDArray) => np.take(a, [1, 1, 0], 1, { mode: 'wrap' }).mul(a), [f64]);
    const put = (a: NDArray, i: NDArray): NDArray => np.putAlongAxis(a, i, 0, 0);
    assertAllClose(jit(put)(f64, ids(1, 0, 1).get(null)), put(f64, ids(1, 0, 1).get(null)), 'jit', exact);
    const rows = vmap((a: NDArray, i: NDArray) => put(a, i.get(null)))(
      np.stack([f64, f64.mul(2)]),
      [
        [0, 1, 0],
        [1, 1, 0],
      ]
        .map((row) => ids(...row))
        .reduce((a, b) => np.stack([a, b])),
    );
    assertAllClose(rows.get(1), put(f64.mul(2), ids(1, 1, 0).get(null)), 'vmap', exact);
  });
});

describe('choosing', () => {
  test('choose, compress, extract', () => {
    expect(list(np.choose(ids(0, 1, 5), [[1, 2, 3], 7]))).toEqual([1, 7, 7]);
    expect(list(np.choose(ids(0, 3, -1), [[1, 2, 3], 7], { mode: 'wrap' }))).toEqual([1, 7, 7]);
    expect(list(np.compress([true, false], x, 0))).toEqual([[3, 1, 2]]);
    expect(list(np.compress([false, true], x, 1))).toEqual([[1], [5]]);
    expect(list(np.extract(x.greater(3), x))).toEqual([6, 5, 4]);
    expect(list(jit((y: NDArray) => np.extract(y.greater(3), y, { size: 4 }))(x))).toEqual([6, 5, 4, 0]);
    checkGrads((a: NDArray) => np.choose(ids(1, 0, 1), [a, np.sin(a)]), [f64.get(0)]);
  });
  test('nonzero and its kin', () => {
    const y = np.array([
      [0, 1],
      [2, 0],
      [3, 4],
    ]);
    const expected = [
      [0, 1, 2, 2],
      [1, 0, 0, 1],
    ];
    expect(lists(np.nonzero(y))).toEqual(expected);
    expect(lists(np.where(y.greater(0)))).toEqual(expected);
    expect(list(np.argwhere(y))).toEqual(expected[0]?.map((row, i) => [row, expected[1]?.[i]]));
    expect(list(np.flatnonzero(y))).toEqual([1, 2, 4, 5]);
    expect(list(np.flatnonzero(y, { size: 6, fillValue: -1 }))).toEqual([1, 2, 4, 5, -1, -1]);
    expect(list(jit((z: NDArray) => np.argwhere(z, { size: 2 }))(y))).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(np.argwhere(np.array(3)).shape).toEqual([1, 0]);
    expect(list(vmap((row: NDArray) => np.flatnonzero(row, { size: 2, fillValue: 9 }))(y))).toEqual([
      [1, 9],
      [0, 9],
      [0, 1],
    ]);
    expect(() => jit((z: NDArray) => np.flatnonzero(z))(y)).toThrow(TraceError);
  });
});

describe('searching and counting', () => {
  const numbers = fc.array(fc.constantFrom(-2, -0.5, 0, 0.5, 1, 3, NaN, Infinity), { maxLength: 9 });
  const before = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a));
  test('searchsorted counts what is less, or not greater', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, v) => {
        const sorted = [...a].sort((p, q) => (before(p, q) ? -1 : before(q, p) ? 1 : 0));
        const plain = (side: 'left' | 'right'): number[] =>
          v.map((q) => sorted.filter((p) => (side === 'left' ? before(p, q) : !before(q, p))).length);
        for (const side of ['left', 'right'] as const)
          expect(list(np.searchsorted(np.array(sorted), np.array(v), { side }))).toEqual(plain(side));
      }),
      { numRuns: 40 },
    );
    const f = jit((a: NDArray, v: NDArray) => np.searchsorted(a, v));
    expect(list(f(np.arange(100), np.array([3, 200, -1, 49.5])))).toEqual([3, 100, 0, 50]);
    expect(list(vmap(f, { inAxes: [0, null] })(np.stack([np.arange(4), np.arange(4).mul(2)]), np.array(3)))).toEqual([
      3, 2,
    ]);
  });
  test('digitize takes bins that ascend or descend', () => {
    const v = np.array([0.2, 6.4, 3, 1]);
    expect(list(np.digitize(v, [0, 1, 2.5, 4, 10]))).toEqual([1, 4, 3, 2]);
    expect(list(np.digitize(v, [0, 1, 2.5, 4, 10], true))).toEqual([1, 4, 3, 1]);
    expect(list(np.digitize(v, [10, 4, 2.5, 1, 0]))).toEqual([4, 1, 2, 3]);
    expect(list(np.digitize(2, [3, 2, 1]))).toBe(1);
    expect(list(np.digitize(2, [3, 2, 1], true))).toBe(2);
  });
  test('bincount', () => {
    expect(list(np.bincount(ids(1, 1, 3)))).toEqual([0, 2, 0, 1]);
    expect(list(np.bincount(ids(1, 1, 3), { minlength: 6 }))).toEqual([0, 2, 0, 1, 0, 0]);
    expect(list(np.bincount(ids(1, 1, 3), { length: 2 }))).toEqual([0, 2]);
    expect(list(np.bincount(ids(1, 1, 3), { weights: [0.5, 1, 2] }))).toEqual([0, 1.5, 0, 2]);
    expect(list(np.bincount(ids()))).toEqual([]);
    expect(() => jit((v: NDArray) => np.bincount(v))(ids(1))).toThrow(/\{ length \}/);
    checkGrads((w: NDArray) => np.square(np.bincount(ids(1, 1, 3), { weights: w })), [f64.get(0)]);
  });
  test('unique: the sorted set, first places, inverse and counts', () => {
    fc.assert(
      fc.property(numbers, (v) => {
        const all = np.array(v);
        const values = [...new Set(v.map((n) => n + 0))].sort((p, q) => (before(p, q) ? -1 : 1));
        const [got, index, inverse, counts] = np.unique(all, {
          returnIndex: true,
          returnInverse: true,
          returnCounts: true,
        });
        const same = (p: number, q: number): boolean => p === q || (Number.isNaN(p) && Number.isNaN(q));
        expect(list(got)).toEqual(values);
        expect(list(index)).toEqual(values.map((u) => v.findIndex((n) => same(n, u))));
        expect(list(counts)).toEqual(values.map((u) => v.filter((n) => same(n, u)).length));
        expect(list(inverse)).toEqual(v.map((n) => values.findIndex((u) => same(n, u))));
      }),
      { numRuns: 40 },
    );
    expect(np.unique(x, { returnInverse: true })[1].shape).toEqual([2, 3]);
    const [few, counts] = jit((v: NDArray) => np.unique(v, { size: 4, returnCounts: true }))(ids(3, 1, 3));
    expect([list(few), list(counts)]).toEqual([
      [1, 3, 1, 1],
      [1, 2, 0, 0],
    ]);
    expect(list(np.unique(ids(3, 1, 3), { size: 3, fillValue: 9 }))).toEqual([1, 3, 9]);
    expect(list(grad((v: NDArray) => np.unique(v).mul([1, 10]).sum())(np.array([3, 1, 3])))).toEqual([10, 1, 0]);
  });
});

describe('coordinates', () => {
  test('values of NumPy', () => {
    expect(list(x.get(...(np.ix_([0, 1], [false, true, true]) as [NDArray, NDArray])))).toEqual([
      [1, 2],
      [5, 4],
    ]);
    expect(lists(np.unravelIndex(ids(0, 5, -1, 99), [2, 3]))).toEqual([
      [0, 1, 1, 1],
      [0, 2, 2, 2],
    ]);
    expect(list(np.ravelMultiIndex([ids(0, 1, 5), ids(0, 2, -1)], [2, 3]))).toEqual([0, 5, 3]);
    expect(list(np.ravelMultiIndex([ids(3), ids(-1)], [2, 3], { mode: 'wrap' }))).toEqual([5]);
    expect(lists(np.trilIndices(3))).toEqual([
      [0, 1, 1, 2, 2, 2],
      [0, 0, 1, 0, 1, 2],
    ]);
    expect(lists(np.triuIndices(2, 1, 3))).toEqual([
      [0, 0, 1],
      [1, 2, 2],
    ]);
    expect(lists(np.diagIndices(2, 3))).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(() => np.ravelMultiIndex([ids(0)], [2, 3])).toThrow(IndexError);
  });
});

describe('editing', () => {
  test('values of NumPy', () => {
    expect(list(np.delete(x, 1, 1))).toEqual([
      [3, 2],
      [6, 4],
    ]);
    expect(list(np.delete(x, [0, -1]))).toEqual([1, 2, 6, 5]);
    expect(list(np.insert([1, 2, 3], 1, [8, 9]))).toEqual([1, 8, 9, 2, 3]);
    expect(list(np.insert([1, 2, 3], [0, 2], [8, 9]))).toEqual([8, 1, 2, 9, 3]);
    expect(list(np.insert(x, 3, 0, 1))).toEqual([
      [3, 1, 2, 0],
      [6, 5, 4, 0],
    ]);
    expect(() => np.delete(x, 3, 1)).toThrow(IndexError);
    checkGrads((a: NDArray, v: NDArray) => np.sin(np.insert(a, [0, 2], v, 1)), [f64, f64.get(':', ':2')]);
    checkGrads((a: NDArray) => np.sin(np.delete(a, 1, 1)), [f64]);
  });
});

describe('scatters by name', () => {
  test('values, shared axes, derivatives', () => {
    const at = ids(1, 1, 5).reshape(3, 1);
    const v = np.array([2, 3, 4]);
    const from = np.array([10, 20]);
    const all = [lax.scatterAdd, lax.scatterMul, lax.scatterMin, lax.scatterMax].map((f) => list(f(from, at, v)));
    expect(all).toEqual([
      [10, 25],
      [10, 120],
      [10, 2],
      [10, 20],
    ]);
    const rows = lax.scatterAdd(x, np.reshape(ids(0, 2), [2, 1, 1]), np.array([[10], [20]]), { batch: 1 });
    expect(list(rows)).toEqual([
      [13, 1, 2],
      [6, 5, 24],
    ]);
    checkGrads(
      (a: NDArray, u: NDArray) => lax.scatterMul(a, ids(1, 0).reshape(2, 1), u, { uniqueIndices: true }),
      [f64.get(0), f64.get(1, ':2')],
    );
  });
});
