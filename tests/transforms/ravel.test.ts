/** Trees as one vector and back. */
import * as fc from 'fast-check';
import {
  finfo,
  grad,
  hessian,
  iinfo,
  jit,
  np,
  promoteTypes,
  ravelPytree,
  resultType,
  tree,
  type NDArray,
} from 'fluxion';
import { arrays, trees } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

describe('ravelPytree', () => {
  const params = {
    w: np.array([
      [1, 2],
      [3, 4],
    ]),
    rest: [np.array(5), null, 'name'],
  } as const;

  test('puts the leaves in the order of their keys', () => {
    const [flat, unravel] = ravelPytree(params);
    expect([flat.toNested(), flat.dtype]).toEqual([[5, 1, 2, 3, 4], 'float32']);
    const back = unravel(flat.mul(2));
    expect(back.w.toNested()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect([back.rest[0].item(), back.rest[1], back.rest[2]]).toEqual([10, null, 'name']);
  });

  test('any tree comes back as it was, in value, type and structure', () => {
    const leaf = arrays({ dtype: ['float32', 'int32', 'bool'], elements: fc.integer({ min: 0, max: 1 }) });
    fc.assert(
      fc.property(trees(leaf), (value) => {
        const [flat, unravel] = ravelPytree(value);
        const back: unknown = unravel(flat);
        const [before, after] = [tree.leaves(value), tree.leaves(back)];
        expect(tree.sameStructure(tree.structure(back), tree.structure(value))).toBe(true);
        expect(after.map(String)).toEqual(before.map(String));
        expect(after.map((x) => (x as NDArray).dtype)).toEqual(before.map((x) => (x as NDArray).dtype));
        expect(flat.size).toBe(before.reduce<number>((n, x) => n + (x as NDArray).size, 0));
      }),
      { numRuns: 50 },
    );
  });

  test('takes the common type, and gives each leaf its own back', () => {
    const [flat, unravel] = ravelPytree([np.array([1, 2], 'int32'), np.array(0.5, 'float64')]);
    expect(flat.dtype).toBe('float64');
    expect(unravel(flat).map((x) => x.dtype)).toEqual(['int32', 'float64']);
  });

  test('nothing is an empty vector', () => {
    const [flat, unravel] = ravelPytree({ a: null });
    expect([flat.shape, flat.dtype, unravel(flat)]).toEqual([[0], 'float32', { a: null }]);
  });

  test('is differentiable and compiled: the Hessian of a function of a tree', () => {
    const point = { a: np.array([1, 2], 'float64'), b: np.array(3, 'float64') };
    const [flat, unravel] = ravelPytree(point);
    const f = (v: NDArray): NDArray => {
      const { a, b } = unravel(v);
      return a.mul(a).sum().mul(b);
    };
    // f = (x^2 + y^2) z.
    expect(jit(grad(f))(flat).toNested()).toEqual([6, 12, 5]);
    expect(hessian(f)(flat).toNested()).toEqual([
      [6, 0, 2],
      [0, 6, 4],
      [2, 4, 0],
    ]);
    expect(jit((p: typeof point) => ravelPytree(p)[0])(point).toNested()).toEqual([1, 2, 3]);
  });

  test('refuses a vector of another size', () => {
    const [, unravel] = ravelPytree(params);
    expect(() => unravel(np.ones([4]))).toThrow('unravel: expected a vector of 5 elements, got float32[4].');
    expect(() => unravel(np.ones([5, 1]))).toThrow('got float32[5,1]');
  });
});

test('questions about types are on the root face too', () => {
  expect([finfo('float32').eps, iinfo('int32').max]).toEqual([2 ** -23, 2 ** 31 - 1]);
  expect([promoteTypes('int32', 'float32'), resultType(np.ones([1], 'float64'), 1)]).toEqual(['float32', 'float64']);
});
