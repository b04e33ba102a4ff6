import { grad, lax, np, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { consistent, sample } from './consistency.ts';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();

describe('sorting', () => {
  test('descends with equals in order and NaN first', () => {
    expect(list(np.sort(f64(1, NaN, 3, 2), { descending: true }))).toEqual([NaN, 3, 2, 1]);
    expect(list(np.argsort([1, 2, 1, 2], { descending: true }))).toEqual([1, 3, 0, 2]);
    expect(list(np.argsort([1, 2, 1, 2]))).toEqual([0, 2, 1, 3]);
    expect(
      list(
        np.sort(
          np.array([
            [3, 1],
            [2, 4],
          ]),
          null,
        ),
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(
      list(
        np.sort(
          np.array([
            [3, 1],
            [2, 4],
          ]),
          { axis: 0 },
        ),
      ),
    ).toEqual([
      [2, 1],
      [3, 4],
    ]);
  });
  test('by several keys, the last first of all', () => {
    const [surname, name] = [
      [1, 0, 1, 0],
      [5, 7, 4, 6],
    ];
    expect(list(np.lexsort([name, surname]))).toEqual([3, 1, 2, 0]);
    expect(list(np.lexsort(np.array([name, surname])))).toEqual([3, 1, 2, 0]);
    expect(() => np.lexsort([])).toThrow(/keys/);
  });
  test('partitions put smaller ones in front', () => {
    const x = sample([9]);
    const parted = np.partition(x, 4);
    const [front, back] = np.split(parted, [4]);
    expect(Number(np.max(front ?? x).item())).toBeLessThanOrEqual(Number(np.min(back ?? x).item()));
    assertAllClose(np.take(x, np.argpartition(x, -2)), np.partition(x, -2));
    expect(() => np.partition(x, 9)).toThrow(/-9 to 8/);
  });
  test('topK gives the largest and where they stand', () => {
    const [values, at] = lax.topK(f64(3, 1, 3, NaN, 2), 3);
    expect([list(values), list(at)]).toEqual([
      [NaN, 3, 3],
      [3, 0, 2],
    ]);
    expect(lax.topK(np.zeros([2, 3]), 0, 0).map((x) => x.shape)).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(list(grad((x: NDArray) => lax.topK(x, 2)[0].mul(f64(10, 1)).sum())(f64(1, 3, 2)))).toEqual([0, 10, 1]);
    expect(() => lax.topK(np.zeros([2]), 3)).toThrow(/from 0 to 2/);
  });
  test('sortKeyVal takes values along', () => {
    const [keys, values] = lax.sortKeyVal(f64(2, 1, 2), np.array([10, 20, 30], 'int32'));
    expect([list(keys), list(values)]).toEqual([
      [1, 2, 2],
      [20, 10, 30],
    ]);
  });
  consistent('topK', (x) => lax.topK(x, 2, 0)[0], [sample([4, 2])]);
  consistent('sort', (x) => np.sort(x, { axis: 0, descending: true }), [sample([4, 2])]);
  consistent('argsort', (x) => np.argsort(x, 0), [sample([4, 2])], { order: 0 });
  consistent('lexsort', (x, y) => np.lexsort([x, np.sign(y)], 0), [sample([4, 2]), sample([4, 2], 2)], { order: 0 });
});

describe('differences', () => {
  test('diff, again and with more around', () => {
    expect(list(np.diff([1, 4, 9, 16]))).toEqual([3, 5, 7]);
    expect(list(np.diff([1, 4, 9, 16], { n: 2 }))).toEqual([2, 2]);
    expect(list(np.diff([1, 4], { n: 3 }))).toEqual([]);
    expect(list(np.diff([1, 4], { prepend: 0, append: [5, 6] }))).toEqual([1, 3, 1, 1]);
    expect(
      list(
        np.diff(
          np.array([
            [1, 2],
            [5, 5],
          ]),
          { axis: 0, prepend: 0 },
        ),
      ),
    ).toEqual([
      [1, 2],
      [4, 3],
    ]);
    expect(list(np.diff(np.array([true, true, false])))).toEqual([false, true]);
    expect(list(np.ediff1d([1, 4, 9], { toBegin: -1, toEnd: [7, 8] }))).toEqual([-1, 3, 5, 7, 8]);
  });
  test('gradient is exact for parabolas', () => {
    const x = f64(0, 1, 3, 4.5, 7);
    const slopes = np.gradient(x.square(), x, { edgeOrder: 2 });
    assertAllClose(slopes as NDArray, x.mul(2)); // sound: one axis
    const even = np.gradient(f64(0, 1, 4, 9).mul(0.25), 0.5) as NDArray; // sound: one axis
    expect(list(even)).toEqual([0.5, 1, 2, 2.5]);
    const [rows, columns] = np.gradient(
      np.array([
        [1, 2, 6],
        [3, 4, 5],
      ]),
      [1, [0, 1, 3]],
    ) as readonly NDArray[]; // sound: two axes
    expect([list(rows ?? x), list(columns ?? x)]).toEqual([
      [
        [2, 2, -1],
        [2, 2, -1],
      ],
      [
        [1, expect.closeTo(4 / 3, 5), 2],
        [1, expect.closeTo(5 / 6, 5), 0.5],
      ],
    ]);
    expect(() => np.gradient([1])).toThrow(/at least 2/);
    expect(() => np.gradient([1, 2, 3], [1, 2])).toThrow(/3 places/);
  });
  test('trapezoid', () => {
    expect(np.trapezoid([1, 2, 3]).item()).toBe(4);
    expect(np.trapezoid([1, 2, 3], { x: [4, 6, 8] }).item()).toBe(8);
    expect(list(np.trapezoid(np.reshape(np.arange(6), [2, 3]), { axis: 0, dx: 2 }))).toEqual([3, 5, 7]);
    expect(np.trapezoid([5]).item()).toBe(0);
  });
  consistent('diff', (x, p) => np.diff(x, { axis: 0, n: 2, prepend: p }), [sample([3, 2]), sample([1, 2], 2)]);
  consistent('gradient', (x, h) => np.gradient(x, h.mul(h).add(1).sum(), { axis: 0, edgeOrder: 2 }) as NDArray, [
    sample([4, 2]),
    sample([2], 2),
  ]); // sound: one axis
  consistent('trapezoid', (y, x) => np.trapezoid(y, { x, axis: 0 }), [sample([4, 2]), sample([4], 2)]);
  consistent('ediff1d', (x) => np.ediff1d(x, { toEnd: 1 }), [sample([2, 2])]);
});
