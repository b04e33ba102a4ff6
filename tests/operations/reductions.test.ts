/** Reductions against plain definitions, and their corners. */
import * as fc from 'fast-check';
import { grad, lax, np, ShapeError, type NDArray } from 'fluxion';
import { arrays, assertAllClose, exact } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { consistent, sample } from './consistency.ts';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const meanOf = (xs: readonly number[]): number => total(xs) / xs.length;
const varianceOf = (xs: readonly number[]): number => total(xs.map((x) => (x - meanOf(xs)) ** 2)) / xs.length;
const product = (xs: readonly number[]): number => xs.reduce((a, b) => a * b, 1);

describe('masks, initial values and element types', () => {
  const x = np.reshape(f64(1, 2, 3, 4, 5, 6), [2, 3]);
  const odd = np.array([true, false, true]);
  test('where leaves out, and broadcasts', () => {
    expect(list(np.sum(x, { axis: 1, where: odd }))).toEqual([4, 10]);
    expect(list(np.prod(x, { axis: 1, where: odd }))).toEqual([3, 24]);
    expect(list(np.max(x, { axis: 1, where: np.logicalNot(odd), initial: 0 }))).toEqual([2, 5]);
    expect(list(np.min(x, { axis: 0, where: np.array([[true], [false]]), initial: 2.5 }))).toEqual([1, 2, 2.5]);
    expect(list(np.mean(x, { axis: 1, where: odd }))).toEqual([2, 5]);
    expect(list(np.var(x, { axis: 1, where: odd }))).toEqual([1, 1]);
    expect(list(np.std(x, { axis: 1, where: odd, ddof: 2 }))).toEqual([NaN, NaN]);
    expect(list(np.any(x.greater(4), { axis: 0, where: odd }))).toEqual([false, false, true]);
    expect(np.all(x.greater(4), { where: np.zeros([2, 3], 'bool') }).item()).toBe(true);
    expect(np.mean(x, { where: np.zeros([3], 'bool') }).item()).toBeNaN();
    expect(x.sum({ axis: 1, where: odd, initial: 100 }).toNested()).toEqual([104, 110]);
  });
  test('initial takes part as one more element', () => {
    expect(np.sum(x, { initial: 1 }).item()).toBe(22);
    expect(list(np.prod(x, { axis: 0, initial: [1, 2, 3] }))).toEqual([4, 20, 54]);
    expect(list(np.max(np.zeros([2, 0]), { axis: 1, initial: 3 }))).toEqual([3, 3]);
    expect(list(grad((i: NDArray) => np.max(np.zeros([2, 0]), { axis: 1, initial: i }).sum())(np.array(3)))).toBe(2);
    expect(np.amax(x, { initial: 9 }).item()).toBe(9);
    expect(np.amin(x).item()).toBe(1);
  });
  test('dtype is the type in which is added', () => {
    expect(np.sum(np.array([200, 100], 'uint8')).dtype).toBe('uint32');
    expect(np.sum(np.array([1.5, 1.5]), { dtype: 'int32' }).item()).toBe(2);
    expect(np.mean(np.array([1, 2], 'int32'), { dtype: 'float64' }).dtype).toBe('float64');
    expect(np.cumsum(np.array([true, true]), { dtype: 'float32' }).dtype).toBe('float32');
    expect(list(np.cumprod(np.array([1, 2, 3]), { axis: 0, dtype: 'int32' }))).toEqual([1, 2, 6]);
  });
  test('several axes and keepdims', () => {
    const y = sample([2, 3, 4]);
    expect(np.std(y, { axis: [0, -1], keepdims: true }).shape).toEqual([1, 3, 1]);
    assertAllClose(np.ptp(y, [0, 2]), np.max(y, [0, 2]).sub(np.min(y, [0, 2])));
    expect(np.countNonzero(np.array([0, 1, NaN, -0])).item()).toBe(2);
    expect(np.argmax(y, { keepdims: true }).shape).toEqual([1, 1, 1]);
  });
  test('what has no largest element says so', () => {
    expect(() => np.max(np.zeros([2, 0]), 1)).toThrow(ShapeError);
    expect(() => np.min(x, { where: odd })).toThrow(/Give an initial value/);
    expect(() => np.median(np.zeros([0]))).toThrow(ShapeError);
    expect(() => np.sum(x, { where: np.ones([4], 'bool') })).toThrow(ShapeError);
  });
  test('ddof beyond the count gives NaN', () => {
    expect(np.var(f64(1, 2), { ddof: 3 }).item()).toBeNaN();
    expect(np.var(f64(1, 2), { ddof: 1 }).item()).toBe(0.5);
  });
});

describe('average', () => {
  const x = np.reshape(f64(1, 2, 3, 4), [2, 2]);
  test('weighs the elements', () => {
    expect(np.average(x).item()).toBe(2.5);
    expect(list(np.average(x, { axis: 1, weights: [1, 3] }))).toEqual([1.75, 3.75]);
    const [mean, weight] = np.average(x, { axis: 0, weights: x, returned: true });
    expect([list(mean), list(weight)]).toEqual([
      [2.5, 20 / 6],
      [4, 6],
    ]);
    expect(np.average(x, { axis: [0, 1], keepdims: true }).shape).toEqual([1, 1]);
    expect(() => np.average(x, { weights: [1, 2] })).toThrow(ShapeError);
  });
  consistent('average', (a, w) => np.average(a, { axis: 1, weights: w.mul(w).add(1) }), [
    sample([2, 3]),
    sample([3], 2),
  ]);
});

const holed = arrays({ dtype: 'float64', shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }) }).map((x) =>
  np.where(np.abs(x).greater(1e6), NaN, x),
);

describe('leaving NaN out', () => {
  test('is the reduction of the rest', () => {
    const table: readonly (readonly [string, (x: NDArray) => NDArray, (xs: readonly number[]) => number])[] = [
      ['nansum', np.nansum, total],
      ['nanprod', np.nanprod, product],
      ['nanmean', np.nanmean, meanOf],
      ['nanvar', np.nanvar, varianceOf],
      ['nanstd', np.nanstd, (xs) => Math.sqrt(varianceOf(xs))],
      ['nanmax', np.nanmax, (xs) => (xs.length === 0 ? NaN : Math.max(...xs))],
      ['nanmin', np.nanmin, (xs) => (xs.length === 0 ? NaN : Math.min(...xs))],
    ];
    fc.assert(
      fc.property(holed, (x) => {
        const rest = [...x.dataSync()].filter((v) => !Number.isNaN(v));
        for (const [name, f, plain] of table) assertAllClose(f(x), np.array(plain(rest), 'float64'), name);
      }),
      { numRuns: 60 },
    );
  });
  const row = np.array([
    [NaN, 2, 5],
    [NaN, NaN, NaN],
  ]);
  test('along axes, of nothing, of integers', () => {
    expect(list(np.nanmax(row, 1))).toEqual([5, NaN]);
    expect(list(np.nanargmax(row, 1))).toEqual([2, -1]);
    expect(list(np.nanargmin(row, { axis: 1, keepdims: true }))).toEqual([[1], [-1]]);
    expect(np.nanargmin(row).item()).toBe(1);
    expect(list(np.nancumsum(row, 1))).toEqual([
      [0, 2, 7],
      [0, 0, 0],
    ]);
    expect(list(np.nancumprod(row, 1))).toEqual([
      [1, 2, 10],
      [1, 1, 1],
    ]);
    expect(list(np.nanmedian(row, 1))).toEqual([3.5, NaN]);
    expect(list(np.nanquantile(row, [0, 1], 1))).toEqual([
      [2, NaN],
      [5, NaN],
    ]);
    expect(list(np.nanpercentile(row, 50, { axis: 0 }))).toEqual([NaN, 2, 5]);
    expect(list(np.nansum(np.array([1, 2], 'int32'), { axis: 0, keepdims: true }))).toEqual([3]);
    expect(np.nanmean(row, { where: row.less(3) }).item()).toBe(2);
    expect(np.nanmax(np.array([1, 2], 'int32')).dtype).toBe('int32');
  });
  test('has derivatives that NaN does not reach', () => {
    for (const f of [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmedian]) {
      const g = list(grad((x: NDArray) => f(x))(f64(NaN, 1, 3)));
      const h = grad((x: NDArray) => f(x))(f64(1, 3)).toNested() as number[]; // sound: a vector
      expect(g).toEqual([0, ...h]);
    }
  });
});

describe('quantiles', () => {
  const plain = (xs: readonly number[], q: number, method: string): number => {
    const sorted = [...xs].sort((a, b) => a - b);
    const at = q * (xs.length - 1);
    const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
    const half = at - Math.floor(at);
    if (method === 'lower') return low;
    if (method === 'higher') return high;
    if (method === 'midpoint') return (low + high) / 2;
    if (method === 'nearest') return half < 0.5 || (half === 0.5 && Math.floor(at) % 2 === 0) ? low : high;
    return low + (high - low) * half;
  };
  test('are what sorted arrays say', () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 9 });
    const q = fc.constantFrom(0, 0.1, 0.25, 0.3, 0.5, 0.75, 1);
    fc.assert(
      fc.property(values, q, (xs, at) => {
        for (const method of ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const) {
          const expected = f64(plain(xs, at, method));
          assertAllClose(np.quantile(np.flip(f64(...xs)), [at], { method }), expected, `${method} ${at}`);
          assertAllClose(np.percentile(f64(...xs), np.array([at * 100], 'float64'), { method }), expected, method);
        }
        assertAllClose(np.median(f64(...xs)), np.array(plain(xs, 0.5, 'linear'), 'float64'), 'median');
      }),
      { numRuns: 60 },
    );
  });
  test('put the axes of q first', () => {
    const x = sample([2, 3, 4]);
    const q = np.array([[0.25, 0.5]]);
    expect(np.quantile(x, q, [0, 2]).shape).toEqual([1, 2, 3]);
    expect(np.quantile(x, q, { axis: 1, keepdims: true }).shape).toEqual([1, 2, 2, 1, 4]);
    assertAllClose(np.median(x, 1), np.sort(x, 1).sum(1).sub(np.max(x, 1)).sub(np.min(x, 1)));
  });
  test('NaN spreads, infinity does not', () => {
    expect(
      list(
        np.median(
          np.array([
            [1, NaN],
            [1, 3],
          ]),
          1,
        ),
      ),
    ).toEqual([NaN, 2]);
    expect(np.quantile(f64(-Infinity, 0, Infinity), 0.5).item()).toBe(0);
    expect(np.quantile(f64(0, Infinity, Infinity), 0.75).item()).toBe(Infinity);
    expect(np.median(np.array([1, 2], 'int32')).item()).toBe(1.5);
    expect(() => np.quantile(f64(1), 1.5)).toThrow(/fractions from 0 to 1, got 1.5/);
    expect(() => np.percentile(f64(1), [50, -1])).toThrow(/from 0 to 100/);
  });
  test('has a derivative in the fraction', () => {
    expect(grad((q: NDArray) => np.quantile(f64(1, 2, 4), q))(np.array(0.25, 'float64')).item()).toBeCloseTo(2);
    expect(list(grad((x: NDArray) => np.median(x))(f64(3, 1, 2, 7)))).toEqual([0.5, 0, 0.5, 0]);
  });
  consistent('quantile', (x) => np.quantile(x, [0.2, 0.9], 0), [sample([5, 2])]);
  consistent('nanmedian', (x) => np.nanmedian(x, 1), [sample([2, 4])]);
});

describe('sums of exponentials', () => {
  test('with factors and signs', () => {
    expect(Number(np.logsumexp(f64(1000, 1000)).item())).toBeCloseTo(1000 + Math.log(2));
    expect(Number(np.logsumexp(f64(1, 2), { b: [3, 0] }).item())).toBeCloseTo(1 + Math.log(3));
    const [size, sign] = np.logsumexp(f64(1, 2), { b: [1, -1], returnSign: true });
    expect([Number(size.item()), sign.item()]).toEqual([expect.closeTo(Math.log(Math.E ** 2 - Math.E)), -1]);
    expect(np.logsumexp(f64(1, 2), { b: [1, -1] }).item()).toBeNaN();
    expect(np.logsumexp(f64(-Infinity, -Infinity)).item()).toBe(-Infinity);
    expect(np.logsumexp(np.zeros([2, 0]), 1).toNested()).toEqual([-Infinity, -Infinity]);
    expect(Number(np.logsumexp(f64(800, 0), { b: [0, 1] }).item())).toBe(0);
    expect(np.logsumexp(sample([2, 3]), { axis: 1, keepdims: true, b: [1, 2, 3] }).shape).toEqual([2, 1]);
  });
  test('running', () => {
    const x = sample([7]).mul(300);
    const expected = Array.from({ length: 7 }, (_, i) => np.logsumexp(np.split(x, [i + 1])[0] ?? x));
    assertAllClose(lax.cumlogsumexp(x), np.stack(expected));
    expect(list(lax.cumlogsumexp(f64(-Infinity, -Infinity, 0)))).toEqual([-Infinity, -Infinity, 0]);
    assertAllClose(lax.cumlogsumexp(x, 0, true), np.flip(lax.cumlogsumexp(np.flip(x))));
    expect(list(grad((y: NDArray) => lax.cumlogsumexp(y).sum())(f64(0, 0)))).toEqual([1.5, 0.5]);
  });
  consistent('logsumexp', (x, b) => np.logsumexp(x, { axis: 1, b: b.mul(b).add(1) }), [
    sample([2, 3]),
    sample([2, 3], 2),
  ]);
  consistent('cumlogsumexp', (x) => lax.cumlogsumexp(x, 1), [sample([2, 5])]);
});

describe('running sums', () => {
  test('of the array API begin with 0 if wanted', () => {
    expect(list(np.cumulativeSum([1, 2, 3], { includeInitial: true }))).toEqual([0, 1, 3, 6]);
    expect(list(np.cumulativeSum(np.ones([2, 2]), { axis: 1, dtype: 'int32' }))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(list(np.cumulativeSum(np.zeros([0]), { includeInitial: true }))).toEqual([0]);
    expect(() => np.cumulativeSum(np.ones([2, 2]))).toThrow(/axis/);
  });
});

describe('reductions', () => {
  consistent('var with a mask', (x) => np.var(x, { axis: 0, where: [[true], [false], [true]] }), [sample([3, 2])]);
  consistent('prod with zeros', (x) => np.prod(x.mul([0, 1, 0]), 1), [sample([2, 3])]);
  consistent('max with an initial value', (x) => np.max(x, { axis: 1, initial: 0.5 }), [sample([2, 3])]);
  consistent('ptp', (x) => np.ptp(x, 0), [sample([3, 2])]);
  consistent('countNonzero', (x) => np.countNonzero(np.round(x), 0), [sample([3, 2])], { order: 0 });
  consistent('nanvar', (x) => np.nanvar(np.where(x.greater(1), NaN, x), 0), [sample([5, 2])]);
  test('share ties', () => {
    expect(list(grad((x: NDArray) => np.ptp(x))(f64(1, 3, 3, 1)))).toEqual([-0.5, 0.5, 0.5, -0.5]);
    assertAllClose(np.sum(np.zeros([0, 3])), np.array(0), 'empty', exact);
  });
});
