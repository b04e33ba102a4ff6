/** The names of `lax` that numpy has too: the same values, of operands of one type. */
import { describe, expect, test } from 'vitest';
import { lax, np, type NDArray } from 'fluxion';

const near = (got: NDArray, expected: readonly number[]): void =>
  got.dataSync().forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? NaN, 12));

describe('elementwise', () => {
  const x = np.array([-1.5, -0.25, 0, 0.5, 2.75], 'float64');
  const y = np.array([2, -0.25, -3, 0.5, 7], 'float64');
  const inside = np.array([-1, -0.25, 0, 0.5, 1], 'float64');
  const over = np.array([1, 1.5, 2, 10, 100], 'float64');
  const [xs, ys] = [
    [-1.5, -0.25, 0, 0.5, 2.75],
    [2, -0.25, -3, 0.5, 7],
  ];

  test('arithmetic', () => {
    expect(lax.add(x, y).toNested()).toEqual(xs.map((v, i) => v + (ys[i] ?? 0)));
    expect(lax.sub(x, y).toNested()).toEqual(xs.map((v, i) => v - (ys[i] ?? 0)));
    expect(lax.square(x).toNested()).toEqual(xs.map((v) => v * v));
    expect(lax.floor(x).toNested()).toEqual(xs.map((v) => Math.floor(v)));
    expect(lax.ceil(x).add(0).toNested()).toEqual(xs.map((v) => Math.ceil(v) + 0));
    near(
      lax.cbrt(x),
      xs.map((v) => Math.cbrt(v)),
    );
    near(
      lax.exp2(x),
      xs.map((v) => 2 ** v),
    );
  });

  test('angles and their hyperbolic kin', () => {
    const [insides, overs] = [
      [-1, -0.25, 0, 0.5, 1],
      [1, 1.5, 2, 10, 100],
    ];
    near(
      lax.asin(inside),
      insides.map((v) => Math.asin(v)),
    );
    near(
      lax.acos(inside),
      insides.map((v) => Math.acos(v)),
    );
    near(
      lax.atan2(x, y),
      xs.map((v, i) => Math.atan2(v, ys[i] ?? 0)),
    );
    near(
      lax.sinh(x),
      xs.map((v) => Math.sinh(v)),
    );
    near(
      lax.cosh(x),
      xs.map((v) => Math.cosh(v)),
    );
    near(
      lax.asinh(x),
      xs.map((v) => Math.asinh(v)),
    );
    near(
      lax.acosh(over),
      overs.map((v) => Math.acosh(v)),
    );
    expect(lax.atanh(inside).dataSync()[0]).toBe(-Infinity);
    expect(lax.atanh(inside).dataSync()[4]).toBe(Infinity);
    near(
      lax.atanh(inside.get('1:4')),
      [-0.25, 0, 0.5].map((v) => Math.atanh(v)),
    );
  });

  test('comparisons', () => {
    expect(lax.le(x, y).toNested()).toEqual([true, true, false, true, true]);
    expect(lax.gt(x, y).toNested()).toEqual([false, false, true, false, false]);
    expect(lax.ge(x, y).toNested()).toEqual([false, true, true, true, false]);
    expect(lax.ge(np.array(NaN), np.array(0, 'float32')).item()).toBe(false);
  });

  test('bits', () => {
    const [a, b] = [np.array([12, -1, 0], 'int32'), np.array([10, 7, 5], 'int32')];
    expect(lax.bitwiseAnd(a, b).toNested()).toEqual([8, 7, 0]);
    expect(lax.bitwiseOr(a, b).toNested()).toEqual([14, -1, 5]);
    expect(lax.bitwiseXor(a, b).toNested()).toEqual([6, -8, 5]);
  });
});

describe('structure', () => {
  const x = np.arange(6).reshape([2, 3]);

  test('broadcastInDim says where each axis goes', () => {
    expect(lax.broadcastInDim(np.array([1, 2]), [2, 3], [0]).toNested()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(lax.broadcastInDim(np.array([1, 2, 3]), [2, 3], [1]).toNested()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('reshape, transpose, concatenate', () => {
    expect(lax.reshape(x, [3, 2]).toNested()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(lax.transpose(x, [1, 0]).toNested()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(lax.concatenate([x, x], 1).toNested()).toEqual([
      [0, 1, 2, 0, 1, 2],
      [3, 4, 5, 3, 4, 5],
    ]);
  });

  test('dotGeneral contracts and keeps axes by number', () => {
    const a = np.arange(12).reshape([2, 3, 2]);
    const got = lax.dotGeneral(a, a, { contract: [[2], [2]], batch: [[0], [0]] });
    expect(got.toNested()).toEqual(np.einsum('bik,bjk->bij', a, a).toNested());
  });
});
