/** Questions about arrays and element types. */
import { describe, expect, test } from 'vitest';
import { grad, np, type DType, type NDArray } from 'fluxion';

const f = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const list = (x: NDArray): unknown => x.toNested();

describe('choices and comparisons', () => {
  test('the first condition that holds', () => {
    const x = f(1, 2, 3, 4);
    expect(list(np.select([np.less(x, 2), np.less(x, 4)], [x, x.mul(10)], -1))).toEqual([1, 20, 30, -1]);
    expect(() => np.select([true], [])).toThrow(/a choice for each condition/);
  });
  test('of elements', () => {
    const [x, y] = [f(1, 2, 3), f(2, 2, 2)];
    expect([np.notEqual(x, y), np.lessEqual(x, y), np.greaterEqual(x, y)].map(list)).toEqual([
      [true, false, true],
      [true, true, false],
      [false, true, true],
    ]);
    expect([np.logicalOr(f(0, 0, 2), f(0, 1, 0)), np.logicalNot(f(0, NaN, 2))].map(list)).toEqual([
      [false, true, true],
      [true, false, false],
    ]);
    expect([np.pi, np.e, np.inf, np.nan, np.newaxis]).toEqual([Math.PI, Math.E, Infinity, NaN, null]);
    expect(Math.log(1e6) + np.eulerGamma).toBeCloseTo(14.392726722865724 - 5e-7, 9);
  });
  test('of whole arrays', () => {
    const [x, y] = [f(1, NaN), f(1, 2)];
    const flags = [
      np.arrayEqual(y, [1, 2]),
      np.arrayEqual(y, [[1, 2]]),
      np.arrayEqual(x, x),
      np.arrayEqual(x, x, { equalNan: true }),
      np.arrayEquiv(y, [[1, 2]]),
      np.arrayEquiv(y, f(1, 2, 3)),
      np.allclose(y, y.add(1e-9)),
      np.allclose(x, x),
    ];
    expect(flags.map((flag) => flag.item())).toEqual([true, false, false, true, true, false, true, false]);
  });
});

describe('questions about types', () => {
  test('what meets what', () => {
    expect([
      np.resultType('int32', 2.5),
      np.resultType(np.ones([1], 'float64'), 1),
      np.resultType(true, 'uint8'),
    ]).toEqual(['float32', 'float64', 'uint8']);
    expect(np.promoteTypes('uint32', 'int32')).toBe('int32');
    const casts: readonly [DType, DType, boolean, boolean][] = [
      ['int32', 'float32', false, true],
      ['int32', 'float64', true, true],
      ['float64', 'float32', false, true],
      ['float32', 'int32', false, false],
      ['int32', 'uint32', false, false],
      ['bool', 'uint8', true, true],
    ];
    for (const [from, to, safe, same] of casts)
      expect([np.canCast(from, to), np.canCast(from, to, { casting: 'same_kind' })]).toEqual([safe, same]);
    expect([
      np.issubdtype('uint8', 'integer'),
      np.issubdtype('bool', 'number'),
      np.issubdtype('float32', 'inexact'),
    ]).toEqual([true, false, true]);
  });
  test('how far numbers reach', () => {
    expect(np.finfo('float64')).toMatchObject({
      eps: Number.EPSILON,
      max: Number.MAX_VALUE,
      smallestSubnormal: 5e-324,
    });
    expect(np.finfo('float32')).toMatchObject({
      eps: 2 ** -23,
      tiny: 2 ** -126,
      bits: 32,
      precision: 6,
      resolution: 1e-6,
    });
    expect(Number(np.array(np.finfo('float32').max).item())).toBe(np.finfo('float32').max);
    expect([np.iinfo('int32'), np.iinfo('uint8')]).toMatchObject([
      { min: -2147483648, max: 2147483647 },
      { min: 0, max: 255 },
    ]);
    expect(() => np.finfo('int32')).toThrow(/Use iinfo/);
  });
  test('extents', () => {
    expect([np.ndim([[1]]), np.shape([[1, 2]]), np.size([[1, 2]]), np.size([[1, 2]], 0)]).toEqual([2, [1, 2], 2, 1]);
    expect([1, true, np.array(3), [1], np.ones([1])].map(np.isscalar)).toEqual([true, true, true, false, false]);
  });
  test('views keep the weak type', () => {
    grad((x: NDArray) => {
      const weak = np.broadcastTo(2, [2, 2]);
      for (const y of [
        weak.T,
        np.flip(weak),
        np.roll(weak, 1, 0),
        np.tile(weak, 2),
        np.repeat(weak, 2),
        np.pad(weak, 1),
        np.diag(weak),
      ])
        expect(y.weak).toBe(true);
      return x.mul(weak.T).sum();
    })(np.ones([2, 2]));
    expect(np.add(np.transpose(np.broadcastTo(2.5, [2, 2])), np.ones([2, 2], 'float64')).dtype).toBe('float64');
  });
});
