/** The incomplete gamma functions against scipy's figures, functions that they become, and their own recurrence. */
import { grad, jit, lax, np, special, vmap, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const { gammainc, gammaincc } = special;

/** From scipy 1.10: a, x, `gammainc(a, x)`, `gammaincc(a, x)`. */
const figures = [
  [0.5, 0.25, 0.5204998778130466, 0.47950012218695337],
  [1, 2, 0.8646647167633873, 0.1353352832366127],
  [3.5, 2, 0.22022259152428406, 0.779777408475716],
  [3.5, 9, 0.9880299976459704, 0.011970002354029556],
  [0.001, 0.5, 0.9994399333435291, 0.0005600666564707501],
  [0.001, 3, 0.9999869268601987, 1.3073139801213722e-5],
  [100, 90, 0.15822098918643007, 0.84177901081357],
  [100, 120, 0.9721362601094793, 0.027863739890520652],
  [10000, 10000, 0.5013298083399552, 0.4986701916600448],
  [10000, 10200, 0.9767126778664013, 0.02328732213359879],
  [30, 0.01, 3.733680025912573e-93, 1],
  [0.3, 1e-8, 0.0044358793136453295, 0.9955641206863547],
  [38.2, 0.00027, 4.386733592390079e-182, 1],
] as const;

describe('the incomplete gamma functions', () => {
  test.for(figures)('at (%f, %f) have the figures of scipy', ([a, x, below, above]) => {
    for (const [f, expected] of [
      [gammainc, below],
      [gammaincc, above],
    ] as const) {
      const got = Number(f(np.array(a, 'float64'), np.array(x, 'float64')).item());
      expect(Math.abs(got - expected)).toBeLessThan(1e-13 * expected + 3e-16);
      const single = Number(f(a, x).item());
      expect(Math.abs(single - expected)).toBeLessThan(3e-5 * expected + 3e-7);
    }
  });

  const a = f64(0.02, 0.7, 1, 2.5, 9.99, 10, 40, 300);
  const xs = f64(0.01, 0.6, 1, 2.4, 12, 9.5, 60, 290);

  test('add up to 1', () => assertAllClose(gammainc(a, xs).add(gammaincc(a, xs)), np.onesLike(a)));

  test('become the error function and the exponential', () => {
    assertAllClose(gammainc(0.5, xs.mul(xs)), special.erf(xs));
    assertAllClose(gammaincc(0.5, xs.mul(xs)), special.erfc(xs));
    assertAllClose(gammainc(1, xs), np.expm1(xs.neg()).neg());
  });

  test('follow their recurrence in a', () => {
    const term = np.exp(
      a
        .mul(np.log(xs))
        .sub(xs)
        .sub(special.gammaln(a.add(1))),
    );
    assertAllClose(gammainc(a.add(1), xs).add(term), gammainc(a, xs));
  });

  test('have derivatives in both operands, to second order', () => {
    for (const f of [gammainc, gammaincc]) {
      checkGrads((p: NDArray, x: NDArray) => f(p, x), [f64(0.7, 2.5, 12), f64(0.6, 4, 11)]);
      const slope = vmap(grad((p: NDArray, x: NDArray) => f(p, x), { argnums: 1 }))(a, xs);
      const density = np.exp(a.sub(1).mul(np.log(xs)).sub(xs).sub(special.gammaln(a)));
      assertAllClose(slope, f === gammainc ? density : density.neg());
    }
  });

  test('are compiled and batched, and broadcast', () => {
    assertAllClose(jit(lax.igamma)(a, xs), gammainc(a, xs));
    assertAllClose(vmap(lax.igammac)(a, xs), gammaincc(a, xs));
    expect(gammainc(np.ones([2, 1]), np.ones([3])).shape).toEqual([2, 3]);
    expect(gammainc(2, 1).dtype).toBe('float32');
  });

  test('at the ends are 0 and 1, and NaN where there is no value', () => {
    const [p, x] = [
      f64(2, 2, 0, Infinity, 0, Infinity, -1, 2, NaN, 2),
      f64(0, Infinity, 1, 1, 0, Infinity, 1, -1, 1, NaN),
    ];
    const below = [0, 1, 1, 0, ...new Array<number>(6).fill(NaN)];
    expect(gammainc(p, x).toNested()).toEqual(below);
    expect(gammaincc(p, x).toNested()).toEqual(below.map((y) => 1 - y));
    expect(gammainc(np.zeros([0]), 1).shape).toEqual([0]);
  });

  test('have the slope of the density at 0', () => {
    const slopes = vmap(grad((x: NDArray, p: NDArray) => gammainc(p, x)))(f64(0, 0, 0), f64(0.5, 1, 2));
    expect(slopes.toNested()).toEqual([Infinity, 1, 0]);
  });
});
