/** The incomplete beta function against figures, functions that it becomes, and its symmetry. */
import { grad, jit, lax, np, special, vmap, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads } from 'fluxion/laws';
import { expect, test } from 'vitest';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const { betainc } = special;
const [a, b, x] = [
  f64(0.03, 0.5, 1, 2.5, 9, 100, 3000),
  f64(2, 0.5, 3, 0.7, 40, 80, 5000),
  f64(0.2, 0.3, 0.9, 0.4, 0.2, 0.6, 0.37),
];

test('betainc of whole shapes is a sum of binomial chances', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  for (const [p, q, at] of [
    [2, 3, 0.1],
    [1, 1, 0.7],
    [5, 4, 0.5],
    [7, 2, 0.95],
    [3, 9, 0.001],
  ] as const) {
    const n = p + q - 1;
    const expected = Array.from({ length: q }, (_, i) => choose(n, p + i) * at ** (p + i) * (1 - at) ** (q - 1 - i));
    const sum = expected.reduce((total, term) => total + term, 0);
    const got = Number(betainc(p, q, np.array(at, 'float64')).item());
    expect(Math.abs(got / sum - 1)).toBeLessThan(1e-12);
  }
});

test('betainc has the figures of mpmath, where shapes are far apart too', () => {
  // 30 digits of mpmath.betainc(a, b, 0, x, regularized=True).
  const got = betainc(f64(0.5, 604.9), f64(0.5, 0.0024), f64(0.3, 0.99997));
  expect(Math.abs(Number(got.get(0).item()) - 0.36901011956554536)).toBeLessThan(1e-14);
  expect(Math.abs(Number(got.get(1).item()) - 0.008252535274870984)).toBeLessThan(1e-12);
});

test('betainc is symmetric, and becomes the arcsine and a power', () => {
  assertAllClose(betainc(a, b, x).add(betainc(b, a, np.subtract(1, x))), np.onesLike(x), 'symmetry');
  assertAllClose(betainc(0.5, 0.5, x), np.arcsin(np.sqrt(x)).mul(2 / Math.PI), 'arcsine');
  assertAllClose(betainc(a.get(':5'), 1, x.get(':5')), np.power(x.get(':5'), a.get(':5')), 'power');
});

test('betainc has derivatives in all operands, compiled and batched', () => {
  checkGrads((p: NDArray, q: NDArray, v: NDArray) => betainc(p, q, v), [f64(0.7, 2.5), f64(3, 1.2), f64(0.1, 0.8)]);
  assertAllClose(jit(lax.betainc)(a, b, x), betainc(a, b, x), 'jit');
  assertAllClose(vmap(lax.betainc)(a, b, x), betainc(a, b, x), 'vmap');
});

test('betainc at the ends, and where it has no value', () => {
  expect(betainc(2, 3, f64(0, 1, -1, 2, NaN)).toNested()).toEqual([0, 1, NaN, NaN, NaN]);
  expect(betainc(f64(0, -1, 1), f64(1, 1, 0), 0.5).toNested()).toEqual([NaN, NaN, NaN]);
  const slope = (at: number): unknown =>
    vmap(grad((v: NDArray, p: NDArray, q: NDArray) => betainc(p, q, v)))(
      np.full([3], at, 'float64'),
      f64(0.5, 1, 2),
      f64(2, 4, 1),
    ).toNested();
  expect([slope(0), slope(1)]).toEqual([
    [Infinity, 4, 0],
    [0, 0, 2],
  ]);
  expect(betainc(np.zeros([0]), 1, 1).shape).toEqual([0]);
});
