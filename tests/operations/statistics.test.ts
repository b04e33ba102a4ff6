import { grad, np, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { consistent, sample } from './consistency.ts';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();

describe('covariances', () => {
  const x = sample([3, 5]);
  const loops = (divisor: number): NDArray => {
    const rows = x.toNested() as number[][]; // sound: a matrix
    const mean = (r: readonly number[]): number => r.reduce((a, b) => a + b) / r.length;
    const products = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((s, v, i) => s + (v - mean(a)) * ((b[i] ?? NaN) - mean(b)), 0);
    return np.array(
      rows.map((a) => rows.map((b) => products(a, b) / divisor)),
      'float64',
    );
  };
  test('are sums of products of distances', () => {
    assertAllClose(np.cov(x), loops(4));
    assertAllClose(np.cov(x, { bias: true }), loops(5));
    assertAllClose(np.cov(x.T, { rowvar: false, ddof: 2 }), loops(3));
    assertAllClose(np.cov(f64(1, 2, 4)), np.var(f64(1, 2, 4), { ddof: 1 }));
    assertAllClose(np.cov(f64(1, 2, 4), { y: f64(3, 1, 1) }), np.cov(np.stack([f64(1, 2, 4), f64(3, 1, 1)])));
  });
  test('weights count observations', () => {
    assertAllClose(np.cov(f64(1, 2, 4), { fweights: [2, 1, 3] }), np.cov(f64(1, 1, 2, 4, 4, 4)));
    // NumPy: np.cov([1, 2, 4], aweights=[1, 2, 1]).
    expect(Number(np.cov(f64(1, 2, 4), { aweights: [1, 2, 1] }).item())).toBeCloseTo(1.9, 12);
    expect(() => np.cov(f64(1, 2), { fweights: [1] })).toThrow(/each of 2 observations/);
  });
  test('correlations lie between -1 and 1', () => {
    const c = np.corrcoef(x);
    const deviation = np.std(x, 1);
    assertAllClose(c, np.cov(x, { bias: true }).div(np.outer(deviation, deviation)));
    expect(np.corrcoef(f64(1, 2, 3)).item()).toBe(1);
    expect(list(np.corrcoef(f64(1, 2, 3), { y: f64(3, 2, 1) }))).toEqual([
      [expect.closeTo(1), expect.closeTo(-1)],
      [expect.closeTo(-1), expect.closeTo(1)],
    ]);
  });
  consistent('cov', (a, w) => np.cov(a, { aweights: w.mul(w).add(0.5) }), [sample([2, 4]), sample([4], 2)]);
});

describe('convolution of vectors', () => {
  const plain = (a: readonly number[], v: readonly number[]): number[] =>
    Array.from({ length: a.length + v.length - 1 }, (_, n) => a.reduce((s, x, k) => s + x * (v[n - k] ?? 0), 0));
  test('is the sum of shifted products', () => {
    for (const [m, n] of [
      [1, 1],
      [5, 2],
      [2, 5],
      [4, 4],
      [6, 3],
    ] as const) {
      const [a, v] = [sample([m]), sample([n], 2)];
      const full = f64(...plain([...a.dataSync()], [...v.dataSync()]));
      const [long, short] = [Math.max(m, n), Math.min(m, n)];
      const cut = (from: number, count: number): NDArray => np.split(full, [from, from + count])[1] ?? full;
      assertAllClose(np.convolve(a, v), full);
      assertAllClose(np.convolve(a, v, 'same'), cut(Math.floor((short - 1) / 2), long));
      assertAllClose(np.convolve(a, v, 'valid'), cut(short - 1, long - short + 1));
      assertAllClose(np.correlate(a, v, 'full'), np.convolve(a, np.flip(v)));
      assertAllClose(np.correlate(a, v), np.convolve(a, np.flip(v), 'valid'));
    }
    expect(list(np.convolve(np.array([1, 2, 3], 'int32'), np.array([0, 1], 'int32')))).toEqual([0, 1, 2, 3]);
    // NumPy: np.correlate([1, 2, 3], [0, 1, 0.5], 'same').
    expect(list(np.correlate(f64(1, 2, 3), f64(0, 1, 0.5), 'same'))).toEqual([2, 3.5, 3]);
    expect(() => np.convolve([], [1])).toThrow(/with elements/);
  });
  consistent('convolve', (a, v) => np.convolve(a, v, 'same'), [sample([5]), sample([3], 2)]);
});

describe('interp', () => {
  test('follows the polygon', () => {
    const [xp, fp] = [f64(1, 2, 4), f64(10, 20, 0)];
    expect(list(np.interp([0, 1, 1.5, 2, 3, 4, 9], xp, fp))).toEqual([10, 10, 15, 20, 10, 0, 0]);
    expect(list(np.interp([0, 5], xp, fp, { left: -1, right: -2 }))).toEqual([-1, -2]);
    expect(list(np.interp([[1.5], [3]], xp, fp))).toEqual([[15], [10]]);
    expect(list(np.interp(f64(-180, 5, 355, 365), f64(350, 10, 20), f64(2, 4, 6), { period: 360 }))).toEqual([
      expect.closeTo(6 - (4 * 160) / 330),
      3.5,
      2.5,
      3.5,
    ]);
    expect(np.interp(3, [1], [7]).item()).toBe(7);
    expect(np.interp(2, [1, 2, 2, 3], [0, 1, 5, 6]).item()).toBe(5);
    expect(() => np.interp(1, [1, 2], [1])).toThrow(/as many values/);
  });
  test('slopes are those of the edges, and flat outside', () => {
    const slope = grad((x: NDArray) => np.interp(x, f64(1, 2, 4), f64(10, 20, 0)).sum());
    assertAllClose(slope(f64(0, 1.5, 3, 5)), f64(0, 10, -10, 0));
  });
  consistent('interp', (x, fp) => np.interp(x, f64(-1.5, -0.4, 0.3, 1.7), fp), [sample([5]), sample([4], 2)]);
});

describe('histogram', () => {
  test('counts by edges, the last bin closed', () => {
    const [counts, edges] = np.histogram([1, 2, 1, 4, NaN, 9], { bins: [1, 2, 3, 4] });
    expect([list(counts), list(edges), counts.dtype]).toEqual([[2, 1, 1], [1, 2, 3, 4], 'int32']);
    expect(np.histogram([1, 2, 1], { bins: 4 }).map(list)).toEqual([
      [2, 0, 0, 1],
      [1, 1.25, 1.5, 1.75, 2],
    ]);
    expect(list(np.histogram(sample([100]), { range: [-2, 2], bins: 1 })[0])).toEqual([100]);
    expect(list(np.histogram([0.5, 2], { bins: 2, range: [0, 2], weights: [3, 0.5] })[0])).toEqual([3, 0.5]);
    expect(list(np.histogram([0.5, 1, 1.5], { bins: [0, 1, 3], density: true })[0])).toEqual([
      expect.closeTo(1 / 3),
      expect.closeTo(1 / 3),
    ]);
    expect(list(np.histogramBinEdges([7, 7], { bins: 2 }))).toEqual([6.5, 7, 7.5]);
    expect(list(np.histogram(np.zeros([0]), { bins: 2 })[0])).toEqual([0, 0]);
    expect(() => np.histogram([1], { bins: 0 })).toThrow(/bins/);
    expect(() => np.histogram([1], { weights: [1, 2] })).toThrow(/weight/);
  });
  consistent(
    'histogram',
    (x, w) => np.histogram(x, { bins: 4, range: [-2.1, 2.1], weights: w })[0],
    [sample([9]), sample([9], 2)],
    { order: 1 },
  );
});

describe('polynomials', () => {
  test('polyval and vander', () => {
    expect(np.polyval([3, 0, 1], 5).item()).toBe(76);
    expect(list(np.polyval(f64(1, 2), f64(0, 1, 2)))).toEqual([2, 3, 4]);
    expect(list(np.polyval([], [1, 2]))).toEqual([0, 0]);
    expect(list(np.vander(f64(1, 2, 0)))).toEqual([
      [1, 1, 1],
      [4, 2, 1],
      [0, 0, 1],
    ]);
    expect(list(np.vander(f64(2, 3), { n: 4, increasing: true }))).toEqual([
      [1, 2, 4, 8],
      [1, 3, 9, 27],
    ]);
    expect(np.vander(f64(2, 3), { n: 0 }).shape).toEqual([2, 0]);
    const [p, x] = [sample([4]), sample([3], 2)];
    assertAllClose(np.polyval(p, x), np.matmul(np.vander(x, { n: 4 }), p));
  });
  test('polyfit finds the polynomial again, and the nearest', () => {
    const [p, x] = [sample([4]), sample([9], 2)];
    assertAllClose(np.polyfit(x, np.polyval(p, x), 3), p, 'exact', { relative: 1e-9, absolute: 1e-9 });
    const line = np.polyfit(f64(0, 1, 2, 3), f64(-1, 0.2, 0.9, 2.1), 1);
    assertAllClose(line, f64(1, -0.95));
    const twice = np.polyfit(f64(0, 1, 2), f64(0, 1, 4), 1, { w: [1, 1, 0] });
    assertAllClose(twice, f64(1, 0));
    expect(np.polyfit(x, np.stack([x, x], 1), 2).shape).toEqual([3, 2]);
    expect(() => np.polyfit([1, 2], [1], 1)).toThrow(/as many values/);
  });
  consistent('polyfit', (y) => np.polyfit(f64(-1, 0, 0.5, 2), y, 1), [sample([4])]);
  consistent('polyval', np.polyval, [sample([3]), sample([2], 2)]);
  consistent('vander', (x) => np.vander(x, { n: 4 }), [sample([3])]);
});
