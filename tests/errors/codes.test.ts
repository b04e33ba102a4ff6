/** Each typed error has a stable code, a name, and a sentence with what was expected, what came, and a remedy. */
import { describe, expect, test } from 'vitest';
import { FluxionError, grad, jit, np, scan, vmap, type NDArray } from 'fluxion';
import { errorOf, sentenceOf } from './place.ts';

const cases: Readonly<Record<string, () => unknown>> = {
  'shapes that do not broadcast': () => np.ones([2]).add(np.ones([3])),
  'a product of unequal inner extents': () => np.matmul(np.ones([2, 3]), np.ones([2, 3])),
  'a reshape to another size': () => np.ones([6]).reshape(4),
  'an axis out of range': () => np.ones([2]).sum(1),
  'a loss that is no scalar': () => grad((x: NDArray) => x)(np.ones([2])),
  'an integer to differentiate': () => grad(({ n }: { n: NDArray }) => n.sum())({ n: np.arange(3) }),
  'a position past the arguments': () => grad((x: NDArray) => x, { argnums: 1 })(1),
  'a carry that changes its shape': () =>
    scan((c: NDArray, x: NDArray): readonly [NDArray, NDArray] => [np.ones([2]), x], np.ones([3]), np.ones([2])),
  'a body that returns no pair': () => scan((c: NDArray) => c as unknown as readonly [NDArray, null], 1, np.ones([2])),
  'batches of unequal size': () => vmap((x: NDArray, y: NDArray) => x.add(y))(np.ones([2]), np.ones([3])),
  'item of many': () => np.ones([2]).item(),
  'elements that do not fit the shape': () => np.array([[1, 2], [3]]),
};

describe('an error', () => {
  test('says what was wrong, in one form', () => {
    expect(Object.fromEntries(Object.entries(cases).map(([name, body]) => [name, sentenceOf(body)])))
      .toMatchInlineSnapshot(`
      {
        "a body that returns no pair": "TreeError tree.pair: scan: expected the body to return [carry, y] (y may be null), got another result. Return a pair.",
        "a carry that changes its shape": "DTypeError loop.carry: scan: carry: expected the body to give float32[3] as it got, got float32[2]. Convert the start or the result.",
        "a loss that is no scalar": "ShapeError grad.scalar: grad: expected a scalar result, got float32[2]. Reduce it, for example with mean, or use jacrev.",
        "a position past the arguments": "ShapeError grad.argnums: grad: expected argnums below 1, got 1. Count the arguments of the call from 0.",
        "a product of unequal inner extents": "ShapeError shape.contract: matmul: expected the last axis of x to equal the second to last axis of y, got float32[2,3] and float32[2,3]. Transpose or reshape one of them.",
        "a reshape to another size": "ShapeError shape.reshape: reshape: expected a shape of 6 elements for float32[6], got [4]. Use -1 for one extent to be worked out.",
        "an axis out of range": "IndexError index.axis: sum: expected an axis of float32[2], got 1. Axes go from -1 to 0.",
        "an integer to differentiate": "DTypeError grad.integer: grad: [0].n: expected a float to differentiate, got int32[3]. Convert it with astype, choose argnums, or pass { allowInt: true }.",
        "batches of unequal size": "ShapeError shape.vmap: vmap: [1]: expected a mapped axis of size 2 as in [0], got 3. All mapped axes have one size.",
        "elements that do not fit the shape": "ShapeError shape.ragged: array: expected rows of one shape, got shape [2] at [0] and [1] at [1]. Pad or cut the rows.",
        "item of many": "FluxionError item: item: expected an array of one element, got float32[2]. Use toNested or dataSync for more.",
        "shapes that do not broadcast": "ShapeError shape.broadcast: add: expected shapes that broadcast, got float32[2] and float32[3]. Extents must agree or be 1, counted from the last axis.",
      }
    `);
  });

  test.for(Object.entries(cases))('for %s has the form that all have', ([, body]) => {
    const error = errorOf(body);
    expect(error).toBeInstanceOf(FluxionError);
    expect(error).toBeInstanceOf(Error);
    expect(error.code).toMatch(/^[a-z]+(\.[a-z]+)*$/);
    expect(error.message).toMatch(/^[\w.]+: .*expected .*, got .*\. .+/);
    expect(error.place).toContain('tests/errors/codes.test.ts:');
  });

  test('is the same under jit', () => {
    const f = (x: NDArray): NDArray => x.add(np.ones([3]));
    expect(sentenceOf(() => jit(f)(np.ones([2])))).toBe(sentenceOf(() => f(np.ones([2]))));
  });
});
