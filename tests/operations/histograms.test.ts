/** Histograms over several axes, against NumPy's figures and counting by hand. */
import { jit, np, vmap, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { sample } from './consistency.ts';

const list = (x: NDArray): unknown => x.toNested();
const x = [0.5, 1.5, 1.5, 2.5, 3, 9];
const y = [0.1, 0.2, 0.9, 0.4, 1, 0.5];
const edges = [
  [0, 1, 2, 3],
  [0, 0.5, 1],
] as const;

describe('histogram2d', () => {
  test('has the figures of NumPy', () => {
    expect(np.histogram2d(x, y, { bins: edges }).map(list)).toEqual([
      [
        [1, 0],
        [1, 1],
        [1, 1],
      ],
      ...edges,
    ]);
    assertAllClose(
      np.histogram2d(x, y, { bins: edges, density: true })[0],
      np.array([
        [0.4, 0],
        [0.4, 0.4],
        [0.4, 0.4],
      ]),
    );
    const [counts, across, up] = np.histogram2d(np.array(x, 'float64'), np.array(y, 'float64'), { bins: 2 });
    expect(list(counts)).toEqual([
      [3, 2],
      [1, 0],
    ]);
    assertAllClose(across, np.array([0.5, 4.75, 9], 'float64'));
    assertAllClose(up, np.array([0.1, 0.55, 1], 'float64'));
  });

  test('sums weights within ranges', () => {
    const options = {
      bins: [3, 2],
      range: [
        [0, 3],
        [0, 1],
      ],
      weights: [1, 2, 3, 4, 5, 6],
    } as const;
    expect(list(np.histogram2d(x, y, options)[0])).toEqual([
      [1, 0],
      [2, 3],
      [4, 5],
    ]);
  });

  test('of one column is the histogram', () => {
    const [counts] = np.histogram2d(x, y, { bins: [edges[0], [0, 1]] });
    expect(list(np.ravel(counts))).toEqual(list(np.histogram(x, { bins: edges[0] })[0]));
  });
});

describe('histogramdd', () => {
  const points = sample([200, 3]);
  const bins = [3, 2, 4] as const;
  const range = [
    [-1, 1],
    [-1, 1],
    [-1, 1],
  ] as const;

  test('has the figures of NumPy', () => {
    const [counts, ends] = np.histogramdd(
      [
        [0, 0, 0],
        [1, 1, 1],
        [1, 0, 1],
        [0.2, 0.9, 0.4],
      ],
      { bins: 2 },
    );
    expect(list(counts)).toEqual([
      [
        [1, 0],
        [1, 0],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
    expect(ends.map(list)).toEqual([0, 1, 2].map(() => [0, 0.5, 1]));
  });

  test('counts as a loop does', () => {
    const expected = new Array<number>(24).fill(0);
    for (const point of points.toNested() as readonly (readonly number[])[]) {
      if (point.some((v) => v < -1 || v > 1)) continue;
      const at = point.map((v, i) => Math.min((bins[i] ?? 1) - 1, Math.floor(((v + 1) / 2) * (bins[i] ?? 1))));
      const place = ((at[0] ?? 0) * 2 + (at[1] ?? 0)) * 4 + (at[2] ?? 0);
      expected[place] = (expected[place] ?? 0) + 1;
    }
    const [counts] = np.histogramdd(points, { bins, range });
    expect(list(np.ravel(counts))).toEqual(expected);
    expect(list(jit((p: NDArray) => np.histogramdd(p, { bins, range })[0])(points))).toEqual(list(counts));
  });

  test('takes a list of coordinates, and densities have volume 1', () => {
    const columns = [0, 1, 2].map((i) => np.take(points, [i], 1).ravel());
    expect(list(np.histogramdd(columns, { bins, range })[0])).toEqual(list(np.histogramdd(points, { bins, range })[0]));
    const [density] = np.histogramdd(points, { bins, range, density: true });
    expect(Number(density.sum().item()) * (8 / 24)).toBeCloseTo(1, 5);
  });

  test('maps over batches', () => {
    const f = (p: NDArray): NDArray => np.histogramdd(p, { bins, range })[0];
    const batch = np.stack([points, points.mul(0.5)]);
    expect(list(vmap(f)(batch))).toEqual([list(f(points)), list(f(points.mul(0.5)))]);
  });

  test('of nothing counts nothing, and refuses what does not fit', () => {
    expect(list(np.histogramdd(np.zeros([0, 2]), { bins: 1 })[0])).toEqual([[0]]);
    expect(() => np.histogramdd(points, { bins: [1, 2] })).toThrow('expected bins for 3 axes, got 2');
    expect(() => np.histogramdd(points, { weights: [1] })).toThrow('expected a weight for each of 200 points');
    expect(() => np.histogram2d([1, 2], [1])).toThrow('expected as many coordinates along each axis, got 2, 1');
    expect(() => np.histogramdd(np.zeros([2, 2, 2]))).toThrow('expected points [n, axes]');
  });
});
