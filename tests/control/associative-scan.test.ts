/** `associativeScan` against the plain loop that it abbreviates. */
import { describe, expect, test } from 'vitest';
import { associativeScan, grad, jit, np, vmap, type NDArray } from 'fluxion';
import { checkGrads } from 'fluxion/laws';

/** The plain loop over the first axis. */
const looped = (f: (a: NDArray, b: NDArray) => NDArray, xs: NDArray, reverse = false): NDArray => {
  const rows = Array.from({ length: xs.shape[0] ?? 0 }, (_, i) => np.take(xs, [i], 0));
  const order = reverse ? rows.toReversed() : rows;
  const results: NDArray[] = [];
  for (const row of order) {
    const before = results.at(-1);
    results.push(before === undefined ? row : f(before, row));
  }
  return np.concatenate(reverse ? results.toReversed() : results, 0);
};

const matrices = (n: number): NDArray => np.sin(np.arange(n * 4).astype('float64')).reshape([n, 2, 2]);
const product = (a: NDArray, b: NDArray): NDArray => np.matmul(a, b);

describe('associativeScan', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 17])('of %d matrices is the loop of their products, in order', (n) => {
    for (const reverse of [false, true]) {
      const got = associativeScan(product, matrices(n), { reverse }).dataSync();
      const expected = looped(product, matrices(n), reverse).dataSync();
      expect(got.length).toBe(4 * n);
      got.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? NaN, 12));
    }
  });

  test('calls its function a logarithmic number of times', () => {
    let calls = 0;
    const f = (a: NDArray, b: NDArray): NDArray => {
      calls++;
      return a.add(b);
    };
    expect(associativeScan(f, np.ones([1000])).dataSync()[999]).toBe(1000);
    expect(calls).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1000)));
  });

  test('along any axis, of nothing, and of any type', () => {
    const xs = np.arange(24).reshape([2, 3, 4]);
    const sum = (a: NDArray, b: NDArray): NDArray => a.add(b);
    for (const axis of [0, 1, 2, -1])
      expect(associativeScan(sum, xs, { axis }).toNested()).toEqual(np.cumsum(xs, axis).toNested());
    expect(associativeScan(sum, np.zeros([0, 2])).shape).toEqual([0, 2]);
    const second = (_: NDArray, b: NDArray): NDArray => b;
    const or = (a: NDArray, b: NDArray): NDArray => np.logicalOr(a, b);
    expect(associativeScan(or, np.array([false, true, false])).toNested()).toEqual([false, true, true]);
    expect(Object.is(associativeScan(second, np.array([0, -0, 1])).dataSync()[1], -0)).toBe(true);
  });

  /** `x[t] = a[t] x[t-1] + b[t]` as pairs: the linear recurrence. */
  const recurrence = (a: NDArray, b: NDArray): NDArray =>
    associativeScan<{ readonly a: NDArray; readonly b: NDArray }>(
      (one, two) => ({ a: one.a.mul(two.a), b: two.a.mul(one.b).add(two.b) }),
      { a, b },
    ).b;

  test('of trees: a linear recurrence, its derivatives, compiled and batched', () => {
    const [a, b] = [np.linspace(0.5, 1.5, 7).astype('float64'), np.sin(np.arange(7).astype('float64'))];
    let x = 0;
    const expected = Array.from(b.dataSync(), (v, t) => (x = (a.dataSync()[t] ?? NaN) * x + v));
    const close = (got: NDArray): void =>
      got.dataSync().forEach((v, i) => expect(v).toBeCloseTo(expected[i % 7] ?? NaN, 12));
    close(recurrence(a, b));
    close(jit(recurrence)(a, b));
    close(vmap(recurrence, { inAxes: [null, 0] })(a, np.stack([b, b])));
    checkGrads(recurrence, [a, b], { order: 2 });
    const last = grad((v: NDArray) => np.take(recurrence(a, v), [6], 0).sum())(b);
    expect(last.dataSync()[6]).toBe(1);
  });

  test('refuses elements of different lengths, combinations of other types, scalars', () => {
    const pair = (a: readonly NDArray[]): readonly NDArray[] => a;
    expect(() => associativeScan(pair, [np.ones([3]), np.ones([4])])).toThrow(
      /associativeScan: elements\[1\]: expected 3 elements along the axis, got float32\[4\]/,
    );
    expect(() => associativeScan((a: NDArray, _: NDArray) => a.sum(), np.ones([4]))).toThrow(
      /expected combinations of float32\[2\] to be such, got float32\[\]/,
    );
    expect(() => associativeScan((a: NDArray, _: NDArray) => a, np.array(3))).toThrow(
      /expected an axis of float32\[\]/,
    );
  });
});
