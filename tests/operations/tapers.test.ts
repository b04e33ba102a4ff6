/** Window functions against NumPy's figures and their own shape. */
import { grad, jit, np, special, vmap, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');

/** From NumPy 1.24, `np.bartlett(4)` and so on, rounded where NumPy's last digits are its own rounding. */
const figures: readonly (readonly [string, NDArray, NDArray])[] = [
  ['bartlett', np.bartlett(4, 'float64'), f64(0, 2 / 3, 2 / 3, 0)],
  ['bartlett', np.bartlett(5, 'float64'), f64(0, 0.5, 1, 0.5, 0)],
  ['blackman', np.blackman(4, 'float64'), f64(0, 0.63, 0.63, 0)],
  ['blackman', np.blackman(5, 'float64'), f64(0, 0.34, 1, 0.34, 0)],
  ['hamming', np.hamming(4, 'float64'), f64(0.08, 0.77, 0.77, 0.08)],
  ['hamming', np.hamming(5, 'float64'), f64(0.08, 0.54, 1, 0.54, 0.08)],
  ['hanning', np.hanning(4, 'float64'), f64(0, 0.75, 0.75, 0)],
  ['hanning', np.hanning(5, 'float64'), f64(0, 0.5, 1, 0.5, 0)],
  [
    'kaiser',
    np.kaiser(5, 8.6, 'float64'),
    f64(0.00133251399790242, 0.340393622440188, 1, 0.340393622440188, 0.00133251399790242),
  ],
  [
    'kaiser',
    np.kaiser(4, 14, 'float64'),
    f64(7.72686683527037e-6, 0.462716497800791, 0.462716497800791, 7.72686683527037e-6),
  ],
  ['kaiser', np.kaiser(3, 0, 'float64'), f64(1, 1, 1)],
  ['kaiser', np.kaiser(3, 600, 'float64'), f64(1.62699367226281e-259, 1, 1.62699367226281e-259)],
];
test.for(figures)('%s has the figures of NumPy', ([name, got, expected]) => assertAllClose(got, expected, name));

const windows = {
  bartlett: np.bartlett,
  blackman: np.blackman,
  hamming: np.hamming,
  hanning: np.hanning,
  kaiser: (m: number): NDArray => np.kaiser(m, 5),
} as const;
describe.for(Object.entries(windows))('%s', ([name, make]) => {
  test('is symmetric, float32, and 1 in the middle', () => {
    const w = make(51);
    expect(w.dtype).toBe('float32');
    assertAllClose(np.flip(w), w, name);
    assertAllClose(w.get(25), np.array(1), name);
    expect(w.dataSync().every((v) => v >= -1e-7 && v <= 1)).toBe(true);
  });
  test('of none is empty, of one is 1', () => {
    expect([make(-2).shape, make(0).shape, make(1).toNested()]).toEqual([[0], [0], [1]]);
    expect(() => make(2.5)).toThrow(`${name}: expected a whole number of points, got 2.5.`);
  });
});

test('kaiser is differentiable in beta, and batched', () => {
  const f = (beta: NDArray): NDArray =>
    np
      .kaiser(4, beta, 'float64')
      .mul(f64(1, 2, 3, 4))
      .sum();
  checkGrads(f, [np.array(2.5, 'float64')]);
  expect(grad(f)(np.array(0, 'float64')).item()).toBeCloseTo(0, 12);
  const betas = f64(0, 1, 30);
  assertAllClose(jit(vmap(f))(betas), np.stack([...betas].map(f)), 'vmap');
  expect(() => np.kaiser(3, [1, 2])).toThrow('kaiser: expected a scalar beta');
});

test('i0 is that of special', () => {
  assertAllClose(np.i0(f64(0, 1, -3)), special.i0(f64(0, 1, -3)), 'i0');
});
