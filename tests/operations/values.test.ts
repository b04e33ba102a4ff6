/** Values of the array vocabulary against plain definitions, and the corners. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { np, type NDArray } from 'fluxion';
import { allDTypes, arrays, assertAllClose, shapes } from 'fluxion/laws';

const f = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();

type Unary = readonly [name: string, f: (x: NDArray) => NDArray, formula: (x: number) => number];
const unary: readonly Unary[] = [
  ['negative', np.negative, (x) => -x],
  ['abs', np.abs, Math.abs],
  ['sign', np.sign, Math.sign],
  ['square', np.square, (x) => x * x],
  ['reciprocal', np.reciprocal, (x) => 1 / x],
  ['exp', np.exp, Math.exp],
  ['expm1', np.expm1, Math.expm1],
  ['log', np.log, Math.log],
  ['log1p', np.log1p, Math.log1p],
  ['log2', np.log2, Math.log2],
  ['log10', np.log10, Math.log10],
  ['sqrt', np.sqrt, Math.sqrt],
  ['sin', np.sin, Math.sin],
  ['cos', np.cos, Math.cos],
  ['tan', np.tan, Math.tan],
  ['arctan', np.arctan, Math.atan],
  ['tanh', np.tanh, Math.tanh],
  ['sigmoid', np.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ['floor', np.floor, Math.floor],
  ['ceil', np.ceil, Math.ceil],
  ['trunc', np.trunc, Math.trunc],
];
const corners = [-Infinity, -2.5, -1, -0.5, -0, 0, 0.5, 1, 1.5, 700, Infinity, NaN];

describe('functions of one array', () => {
  test.each<Unary>([...unary])('%s', (_, g, formula) => {
    const got = g(f(...corners)).dataSync();
    corners.forEach((x, i) => {
      const [value, expected] = [got[i] ?? NaN, formula(x)];
      if (!Number.isFinite(expected)) expect(value).toBe(expected);
      else expect(Math.abs(value - expected)).toBeLessThanOrEqual(4e-15 * Math.abs(expected));
    });
  });
  test('round goes to even, keeps integers and the sign of zero', () => {
    expect(list(np.round(f(-2.5, -1.5, -0.4, 0.5, 1.5, 2.5, NaN)))).toEqual([-2, -2, -0, 0, 2, 2, NaN]);
    expect(np.floor(np.array([1], 'int32')).dtype).toBe('int32');
  });
  test('tests of values', () => {
    const x = f(1, NaN, Infinity, -Infinity);
    expect([np.isnan(x), np.isinf(x), np.isfinite(x)].map(list)).toEqual([
      [false, true, false, false],
      [false, false, true, true],
      [true, false, false, false],
    ]);
    expect(list(np.isinf(np.array([1], 'int32')))).toEqual([false]);
  });
});

type Binary = readonly [
  name: string,
  f: (x: NDArray, y: NDArray) => NDArray,
  formula: (x: number, y: number) => number,
];
const mod = (x: number, y: number): number => {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};
const binary: readonly Binary[] = [
  ['add', np.add, (x, y) => x + y],
  ['subtract', np.subtract, (x, y) => x - y],
  ['multiply', np.multiply, (x, y) => x * y],
  ['divide', np.divide, (x, y) => x / y],
  ['mod', np.mod, mod],
  ['maximum', np.maximum, Math.max],
  ['minimum', np.minimum, Math.min],
  ['floorDivide', np.floorDivide, (x, y) => Math.floor(x / y)],
];
describe('functions of two arrays', () => {
  test.each<Binary>([...binary])('%s of floats', (_, g, formula) => {
    const points = [-3.5, -2, -1, 0, 1, 2, 2.5];
    const expected = points.flatMap((x) => points.map((y) => formula(x, y)));
    assertAllClose(g(f(...points).reshape(-1, 1), f(...points)).ravel(), f(...expected));
  });
  test('floor division and remainder of integers', () => {
    const [x, y] = [np.array([7, -7, 7, -7], 'int32'), np.array([2, 2, -2, -2], 'int32')];
    expect(list(np.floorDivide(x, y))).toEqual([3, -4, -4, 3]);
    expect(list(np.mod(x, y))).toEqual([1, 1, -1, -1]);
  });
  test('powers', () => {
    expect(list(np.power(np.array([2, 3, -1, 0, 1], 'int32'), np.array([5, 2, 63, 0, 1000], 'int32')))).toEqual([
      32, 9, -1, 1, 1,
    ]);
    expect(list(np.power(np.array([2, 4], 'int32'), -1))).toEqual([0.5, 0.25]);
    expect(list(np.power(f(2, 9, 0, -8), f(0.5, 0.5, 0, 3)))).toEqual(
      [Math.SQRT2, 3, 1, -512].map((v) => expect.closeTo(v, 12) as number),
    );
  });
  test('bits and logic', () => {
    const [x, y] = [np.array([12, -1], 'int32'), np.array([10, 1], 'int32')];
    expect(
      [
        np.bitwiseAnd(x, y),
        np.bitwiseOr(x, y),
        np.bitwiseXor(x, y),
        np.bitwiseNot(x),
        np.rightShift(x, y),
        np.leftShift(x, 1),
      ].map(list),
    ).toEqual([
      [8, 1],
      [14, -1],
      [6, -2],
      [-13, 0],
      [0, -1],
      [24, -2],
    ]);
    expect(list(np.logicalXor(f(0, 1, 2), f(0, 0, 3)))).toEqual([false, true, false]);
    expect(list(np.where([true, false], 1, np.array([5, 6], 'int32')))).toEqual([1, 6]);
    expect(list(np.clip(f(-2, 0.5, 9), 0, 1))).toEqual([0, 0.5, 1]);
  });
});

describe('reductions', () => {
  const rows = arrays({ dtype: 'float64', shape: shapes({ minRank: 2, maxRank: 2, minExtent: 1 }) });
  const along = (x: NDArray, axis: number): readonly (readonly number[])[] =>
    (axis === 0 ? x.T : x).toNested() as readonly (readonly number[])[]; // sound: two axes of numbers
  const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
  const average = (xs: readonly number[]): number => total(xs) / xs.length;
  const spread = (xs: readonly number[]): number => average(xs.map((v) => (v - average(xs)) ** 2));
  test.each<[string, (x: NDArray, axis: number) => NDArray, (xs: readonly number[]) => number]>([
    ['sum', np.sum, total],
    ['prod', np.prod, (xs) => xs.reduce((a, b) => a * b, 1)],
    ['mean', np.mean, average],
    ['max', np.max, (xs) => Math.max(...xs)],
    ['min', np.min, (xs) => Math.min(...xs)],
    ['var', np.var, spread],
    ['std', np.std, (xs) => Math.sqrt(spread(xs))],
    ['argmax', (x, axis) => np.argmax(x, axis).astype('float64'), (xs) => xs.indexOf(Math.max(...xs))],
    ['argmin', (x, axis) => np.argmin(x, axis).astype('float64'), (xs) => xs.indexOf(Math.min(...xs))],
    ['logsumexp', np.logsumexp, (xs) => Math.log(total(xs.map(Math.exp)))],
  ])('%s', (_, g, formula) => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 1, -1, -2), (x, axis) =>
        assertAllClose(g(x, axis), np.array(along(x, axis < 0 ? axis + 2 : axis).map(formula), 'float64')),
      ),
      { numRuns: 40 },
    );
  });
  test('NaN wins, ties go to the first, nothing sums to 0', () => {
    expect([np.max(f(1, NaN, 2)), np.min(f(1, NaN, 2)), np.argmax(f(1, NaN, 2))].map(list)).toEqual([NaN, NaN, 1]);
    expect(np.argmax(f(3, 5, 5)).item()).toBe(1);
    expect([np.sum(f()), np.prod(f()), np.mean(f())].map(list)).toEqual([0, 1, NaN]);
    expect([np.any(np.zeros([0], 'bool')), np.all(np.zeros([0], 'bool'))].map(list)).toEqual([false, true]);
    expect(np.mean(np.ones([49])).item()).toBe(1);
    expect(np.logsumexp(f(-Infinity, -Infinity)).item()).toBe(-Infinity);
    expect(np.logsumexp(f(1000, 1000)).item()).toBeCloseTo(1000 + Math.LN2, 10);
  });
  test('ddof and keepdims', () => {
    expect(np.var(f(1, 2, 3, 4), { ddof: 1 }).item()).toBeCloseTo(5 / 3, 12);
    expect(np.sum(np.ones([2, 3]), { axis: 1, keepdims: true }).shape).toEqual([2, 1]);
    expect(np.sum(np.ones([2, 3, 4]), [0, -1]).shape).toEqual([3]);
  });
  test('running sums, products, extrema', () => {
    expect(
      [np.cumsum(f(1, 2, 3)), np.cumprod(f(2, 0, 3)), np.cummax(f(1, 3, 2)), np.cummin(f(3, 1, 2))].map(list),
    ).toEqual([
      [1, 3, 6],
      [2, 0, 0],
      [1, 3, 3],
      [3, 1, 1],
    ]);
    expect(
      list(
        np.cumsum(
          np.array([
            [1, 2],
            [3, 4],
          ]),
          0,
        ),
      ),
    ).toEqual([
      [1, 2],
      [4, 6],
    ]);
  });
});

describe('shapes', () => {
  const x = np.arange(6).reshape(2, 3);
  test('moves of axes and elements', () => {
    expect(list(np.roll(x, 1))).toEqual([
      [5, 0, 1],
      [2, 3, 4],
    ]);
    expect(list(np.roll(x, -1, 1))).toEqual([
      [1, 2, 0],
      [4, 5, 3],
    ]);
    expect(list(np.flip(x, 0))).toEqual([
      [3, 4, 5],
      [0, 1, 2],
    ]);
    expect(np.moveaxis(np.zeros([2, 3, 4]), 0, -1).shape).toEqual([3, 4, 2]);
    expect(np.swapaxes(np.zeros([2, 3, 4]), 0, -1).shape).toEqual([4, 3, 2]);
    expect(np.squeeze(np.zeros([1, 2, 1])).shape).toEqual([2]);
    expect(np.expandDims(x, -1).shape).toEqual([2, 3, 1]);
    expect(list(np.tile(np.array([1, 2], 'int32'), [2, 2]))).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(list(np.pad(np.array([1], 'int32'), [[1, 2]], 7))).toEqual([7, 1, 7, 7]);
    expect(np.split(np.arange(7), [2, 5]).map(list)).toEqual([
      [0, 1],
      [2, 3, 4],
      [5, 6],
    ]);
    expect(list(np.concatenate([x, x], -1))).toEqual([
      [0, 1, 2, 0, 1, 2],
      [3, 4, 5, 3, 4, 5],
    ]);
    expect(list(np.stack([np.array(1), np.array(2)]))).toEqual([1, 2]);
  });
  test('ranges', () => {
    expect(list(np.arange(5, 0, -2))).toEqual([5, 3, 1]);
    expect(list(np.arange(3, 3))).toEqual([]);
    expect(String(np.arange(0, 1, 0.1))).toBe('[0.  0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9]');
    expect(list(np.linspace(0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(list(np.linspace(0, 1, 4, { endpoint: false }))).toEqual([0, 0.25, 0.5, 0.75]);
    expect([np.linspace(2, 3, 1), np.linspace(2, 3, 0)].map(list)).toEqual([[2], []]);
    expect(np.linspace(-1, 0.1, 7, { dtype: 'float64' }).dataSync().at(-1)).toBe(0.1);
  });
  test('diagonals', () => {
    expect(list(np.eye(2, 3, 1, 'int32'))).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(list(np.tril(np.ones([3, 3], 'int32'), -1))).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect(list(np.triu(np.ones([2, 2], 'int32')))).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });
});

describe('products', () => {
  const pair = fc
    .tuple(...[1, 2, 3].map(() => fc.integer({ min: 0, max: 4 })))
    .chain(([m = 0, k = 0, n = 0]) =>
      fc.tuple(arrays({ dtype: 'float64', shape: [m, k] }), arrays({ dtype: 'float64', shape: [k, n] })),
    );
  test('matmul, dot, einsum and tensordot are sums of products', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [rows, columns] = [Array.from(a), Array.from(b.T)];
        const expected = np
          .array(
            rows.flatMap((row) => columns.map((column) => Number(row.mul(column).sum().item()))),
            'float64',
          )
          .reshape(a.shape[0] ?? 0, b.shape[1] ?? 0);
        for (const c of [np.matmul(a, b), np.dot(a, b), np.einsum('ij,jk->ik', a, b), np.tensordot(a, b, 1)])
          assertAllClose(c, expected);
      }),
      { numRuns: 40 },
    );
  });
  test('batches and vectors', () => {
    expect(np.matmul(np.ones([5, 1, 2, 3]), np.ones([4, 3, 2])).shape).toEqual([5, 4, 2, 2]);
    expect(np.matmul(np.ones([3]), np.ones([2, 3, 4])).shape).toEqual([2, 4]);
    expect(list(np.outer([1, 2], [3, 4]))).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(np.vdot([[1, 2]], [[3, 4]]).item()).toBe(11);
    expect(list(np.einsum('ij->j', np.ones([2, 3])))).toEqual([2, 2, 2]);
  });
});

describe('looking up and sorting', () => {
  test('sort and argsort agree, NaN last', () => {
    fc.assert(
      fc.property(arrays({ dtype: allDTypes, shape: shapes({ minRank: 1, minExtent: 1 }) }), (x) =>
        assertAllClose(np.takeAlongAxis(x, np.argsort(x), -1), np.sort(x)),
      ),
      { numRuns: 40 },
    );
    expect(list(np.sort(f(2, NaN, -1)))).toEqual([-1, 2, NaN]);
    expect(list(np.argsort(f(1, 0, 1, 0)))).toEqual([1, 3, 0, 2]);
  });
  test('take counts from the end, and fills beyond it', () => {
    expect(list(np.take(f(1, 2, 3), [0, -1, 5]))).toEqual([1, 3, NaN]);
    expect(list(np.take(f(1, 2, 3), [5], 0, { mode: 'clip' }))).toEqual([3]);
    expect(list(np.oneHot([1, 0], 3, 'int32'))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });
});
