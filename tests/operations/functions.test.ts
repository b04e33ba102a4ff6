/** Elementwise functions against JavaScript's own, their corners and their derivatives. */
import { describe, expect, test } from 'vitest';
import { grad, np, type DType, type NDArray } from 'fluxion';
import { checkGrads } from 'fluxion/laws';

const f = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();
const slope =
  (g: (x: NDArray) => NDArray): ((x: number) => number) =>
  (x) =>
    Number(grad((y: NDArray) => g(y))(np.array(x, 'float64')).item());
const slopeOfSlope = (g: (x: NDArray) => NDArray): ((x: number) => number) =>
  slope(grad((y: NDArray) => g(y)) as (x: NDArray) => NDArray); // sound: the gradient of an array is an array

type Row = readonly [
  name: string,
  f: (x: NDArray) => NDArray,
  formula: (x: number) => number,
  domain: (u: number) => number,
];
const real = (u: number): number => (u - 0.5) * 8;
const unit = (u: number): number => 2 * u - 1;
const rows: readonly Row[] = [
  ['sinh', np.sinh, Math.sinh, real],
  ['cosh', np.cosh, Math.cosh, real],
  ['arcsinh', np.arcsinh, Math.asinh, real],
  ['arccosh', np.arccosh, Math.acosh, (u) => 1 + 9 * u],
  ['arctanh', np.arctanh, Math.atanh, unit],
  ['arcsin', np.arcsin, Math.asin, unit],
  ['arccos', np.arccos, Math.acos, unit],
  ['cbrt', np.cbrt, Math.cbrt, real],
  ['exp2', np.exp2, (x) => 2 ** x, real],
  ['log2', np.log2, Math.log2, (u) => 8 * u],
  ['deg2rad', np.deg2rad, (x) => x * (Math.PI / 180), real],
  ['rad2deg', np.degrees, (x) => x * (180 / Math.PI), real],
];
const powers = Array.from({ length: 60 }, (_, i) => 10 ** (10 * i - 300));
const corners = [-Infinity, -1, -0, 0, 1, Infinity, NaN, 5e-324, Number.MAX_VALUE, ...powers, ...powers.map((x) => -x)];
const units: { readonly [D in DType]?: number } = { float32: 2 ** -23, float64: 2 ** -52 };

describe('functions of one array', () => {
  test.each<DType>(['float32', 'float64'])('within four units of JavaScript, at both ends too, in %s', (dtype) => {
    for (const [name, g, formula, domain] of rows) {
      const points = [...corners, ...Array.from({ length: 400 }, (_, i) => domain((i + 0.5) / 400))];
      const [xs, ys] = [np.array(points, dtype).dataSync(), g(np.array(points, dtype)).dataSync()];
      xs.forEach((x, i) => {
        const [got, exact] = [ys[i] ?? NaN, formula(x)];
        const rounded = dtype === 'float32' ? Math.fround(exact) : exact;
        if (!Number.isFinite(rounded) || rounded === 0) expect([name, x, got]).toEqual([name, x, rounded]);
        else if (Math.abs(exact) > 1e-37)
          expect(Math.abs(got / exact - 1), `${name}(${x}) = ${got}`).toBeLessThanOrEqual(4 * (units[dtype] ?? 0));
      });
    }
  });
  test('zeros keep their sign, powers of two are exact', () => {
    for (const g of [np.sinh, np.arcsinh, np.arctanh, np.arcsin, np.cbrt])
      expect(Object.is(Number(g(np.array(-0, 'float64')).item()), -0)).toBe(true);
    const exponents = Array.from({ length: 2098 }, (_, i) => i - 1074);
    expect(list(np.log2(f(...exponents.map((n) => 2 ** n))))).toEqual(exponents);
    expect(list(np.exp2(f(...exponents)))).toEqual(exponents.map((n) => 2 ** n));
    expect(list(np.cosh(f(0)))).toEqual([1]);
    expect(list(np.cbrt(f(8, -27, 1000)))).toEqual([2, -3, 10]);
  });
  test('derivatives to second order', () => {
    const inner = f(-0.9, -0.3, 0.02, 0.6);
    for (const g of [np.arcsin, np.arccos, np.arctanh, np.sinh, np.cosh, np.arcsinh, np.sinc, np.exp2, np.deg2rad])
      checkGrads((x: NDArray) => g(x).sum(), [inner]);
    for (const g of [np.arccosh, np.log2, np.cbrt]) checkGrads((x: NDArray) => g(x).sum(), [f(1.1, 2, 5)]);
    checkGrads((x: NDArray) => np.sinc(x).sum(), [f(-3.3, 0.01, 0.94, 0.97, 2.5)]);
  });
  test('slopes at the ends and at 0', () => {
    expect([-0, 0].map(slope(np.arcsinh))).toEqual([1, 1]);
    expect(slope(np.arcsinh)(1e200)).toBeCloseTo(1e-200, 210);
    expect(slope(np.arccosh)(1e200)).toBeCloseTo(1e-200, 210);
    expect([slope(np.sinc)(0), slope(np.sinc)(1)]).toEqual([-0, -1]);
    expect(slopeOfSlope(np.sinc)(0)).toBeCloseTo(-(Math.PI ** 2) / 3, 13);
    expect(list(np.sinc(f(0, 1, 0.5)))).toEqual([1, expect.closeTo(0, 15), expect.closeTo(2 / Math.PI, 15)]);
  });
});

describe('functions of two arrays', () => {
  test('arctan2 by quadrants, zeros and infinities', () => {
    const sides = [-Infinity, -2, -0, 0, 3, Infinity, NaN];
    const got = np.arctan2(f(...sides).reshape(-1, 1), f(...sides)).dataSync();
    sides.forEach((y, i) =>
      sides.forEach((x, j) => {
        const [value, exact] = [got[i * sides.length + j] ?? 1, Math.atan2(y, x)];
        if (exact === 0 || Number.isNaN(exact)) expect(value).toBe(exact);
        else expect(value).toBeCloseTo(exact, 15);
      }),
    );
  });
  test('hypot neither over- nor underflows', () => {
    const [x, y] = [f(3, 3e200, 3e-200, 5e-324, Infinity, 0), f(-4, 4e200, 4e-200, 0, NaN, 0)];
    const [plain = 0, large = 0, small = 0, ...rest] = np.hypot(x, y).dataSync();
    expect([plain, large / 1e200, small / 1e-200]).toEqual([5, expect.closeTo(5, 14), expect.closeTo(5, 14)]);
    expect(rest).toEqual([5e-324, Infinity, 0]);
    expect(slope((z) => np.hypot(z, 0))(0)).toBe(0);
  });
  test('logaddexp at infinities', () => {
    const [x, y] = [
      f(0, 1000, -Infinity, Infinity, Infinity, -Infinity),
      f(0, -1000, -Infinity, Infinity, -Infinity, 2),
    ];
    expect(list(np.logaddexp(x, y))).toEqual([Math.LN2, 1000, -Infinity, Infinity, Infinity, 2]);
    expect(list(np.logaddexp2(f(3, 0), f(3, -Infinity)))).toEqual([expect.closeTo(4, 14), 0]);
    expect(slope((z) => np.logaddexp(z, 0))(0)).toBe(0.5);
    expect(slopeOfSlope((z) => np.logaddexp(z, 0))(0)).toBe(0.25);
    expect(slope((z) => np.logaddexp(z, -Infinity))(-Infinity)).toBe(0.5);
  });
  test('derivatives to second order', () => {
    const [x, y] = [f(-1.2, 0.4, 2), f(0.7, -0.6, 2)];
    for (const g of [np.arctan2, np.hypot, np.logaddexp, np.logaddexp2])
      checkGrads((a: NDArray, b: NDArray) => g(a, b).sum(), [x, y]);
    checkGrads((a: NDArray, b: NDArray) => np.floatPower(a, b).sum(), [f(1.2, 0.4), f(2, -1.5)]);
  });
  test('remainders, quotients, divisors', () => {
    expect(list(np.fmod(f(-7, 7, 1), f(3, -3, 0)))).toEqual([-1, 1, NaN]);
    expect(np.divmod(f(-7, 7), f(2, 2)).map(list)).toEqual([
      [-4, 3],
      [1, 1],
    ]);
    const [a, b] = [np.array([12, -18, 0, 0, 1836311903], 'int32'), np.array([18, 12, 5, 0, 1134903170], 'int32')];
    expect(list(np.gcd(a, b))).toEqual([6, 6, 5, 0, 1]);
    expect(list(np.lcm(np.array([4, -6, 0], 'int32'), np.array([6, 4, 3], 'int32')))).toEqual([12, 12, 0]);
    expect(() => np.gcd(1.5, 2)).toThrow(/gcd: expected integers/);
  });
  test('fmax and fmin pass NaN over', () => {
    const [x, y] = [f(1, NaN, 3, NaN), f(2, 2, NaN, NaN)];
    expect([np.fmax(x, y), np.fmin(x, y)].map(list)).toEqual([
      [2, 2, 3, NaN],
      [1, 2, 3, NaN],
    ]);
  });
});

describe('parts of floats', () => {
  const nested = (pair: readonly NDArray[]): unknown => pair.map(list);
  test('rounding to decimals and tens', () => {
    expect(list(np.round(f(1.234, -2.675, 0.5), 2))).toEqual([1.23, -2.68, 0.5]);
    expect(list(np.round(f(1250, 1350), -2))).toEqual([1200, 1400]);
    expect(list(np.rint(f(0.5, 1.5, -0.5)))).toEqual([0, 2, -0]);
    expect(list(np.round(np.array([17, 25], 'int32'), -1))).toEqual([20, 20]);
    expect(slope((x) => np.round(x, 1))(0.33)).toBe(0);
  });
  test('modf', () => {
    expect(nested(np.modf(f(2.5, -2.5, -3, Infinity, NaN)))).toEqual([
      [0.5, -0.5, -0, 0, NaN],
      [2, -2, -3, Infinity, NaN],
    ]);
  });
  test('signs', () => {
    expect(list(np.signbit(f(-1, -0, 0, 1, -Infinity)))).toEqual([true, true, false, false, true]);
    expect(list(np.copysign(f(1, -2, 0), f(-0, 3, -1)))).toEqual([-1, 2, -0]);
    expect(list(np.heaviside(f(-2, 0, 3, NaN), 0.5))).toEqual([0, 0.5, 1, NaN]);
  });
  test.each<DType>(['float32', 'float64'])('frexp and ldexp undo each other in %s', (dtype) => {
    const [tiny, top] = dtype === 'float64' ? [5e-324, Number.MAX_VALUE] : [2 ** -149, (2 - 2 ** -23) * 2 ** 127];
    const values = [1, -0.75, 8, 5 * tiny, tiny, top, -top, 1 - 2 ** -24, 2 ** -100, 0, -0, Infinity, NaN];
    const x = np.array(values, dtype);
    const [m, n] = np.frexp(x);
    const mantissas = [...m.dataSync()].filter((v) => v !== 0 && Number.isFinite(v));
    expect(mantissas.every((v) => Math.abs(v) >= 0.5 && Math.abs(v) < 1)).toBe(true);
    expect(n.dtype).toBe('int32');
    expect(list(np.ldexp(m, n))).toEqual(list(x));
    expect(list(np.ldexp(f(1, 3), np.array([-1074, 2], 'int32')))).toEqual([5e-324, 12]);
  });
  test('nextafter goes one step', () => {
    const [up, down] = [Infinity, -Infinity];
    const x = f(1, 1, 0, -0, 5e-324, 5e-324, Number.MAX_VALUE, Infinity, -Infinity, 2 ** -1022, 2 ** -1000, 3, NaN);
    const y = f(up, down, up, down, up, down, up, down, up, down, up, 3, 1);
    const [most, least] = [Number.MAX_VALUE, 5e-324];
    expect(list(np.nextafter(x, y))).toEqual(
      [1 + 2 ** -52, 1 - 2 ** -53, least, -least, 2 * least, 0, Infinity, most, -most].concat([
        2 ** -1022 - least,
        2 ** -1000 + 2 ** -1052,
        3,
        NaN,
      ]),
    );
    expect(list(np.nextafter(np.array([1, 2 ** -149]), 2))).toEqual([1 + 2 ** -23, 2 ** -148]);
    expect(slope((z) => np.nextafter(z, 2))(1)).toBe(0);
  });
  test('finite numbers instead of others', () => {
    const x = f(NaN, Infinity, -Infinity, 1);
    expect(list(np.nanToNum(x))).toEqual([0, Number.MAX_VALUE, -Number.MAX_VALUE, 1]);
    expect(list(np.nanToNum(x, { nan: 5, posinf: 6, neginf: -7 }))).toEqual([5, 6, -7, 1]);
    expect([np.isposinf(x), np.isneginf(x)].map(list)).toEqual([
      [false, true, false, false],
      [false, false, true, false],
    ]);
  });
  test('closeness', () => {
    const [x, y] = [f(1, 1, Infinity, NaN, Infinity), f(1 + 1e-6, 1.1, Infinity, NaN, 1)];
    expect(list(np.isclose(x, y))).toEqual([true, false, true, false, false]);
    expect(list(np.isclose(x, y, { rtol: 0.2, equalNan: true }))).toEqual([true, true, true, true, false]);
  });
});
