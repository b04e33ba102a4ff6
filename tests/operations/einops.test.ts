import * as fc from 'fast-check';
import { einops, np, ShapeError, type NDArray } from 'fluxion';
import { arrays, assertAllClose, exact } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { consistent, sample } from './consistency.ts';

const { rearrange, reduce, repeat } = einops;
const list = (x: NDArray): unknown => x.toNested();
const counted = (...shape: number[]): NDArray => np.reshape(np.arange(shape.reduce((a, b) => a * b, 1)), shape);

describe('rearrange', () => {
  test('puts axes in order, splits and joins them', () => {
    const x = counted(2, 6);
    expect(list(rearrange(x, 'a b -> b a'))).toEqual(list(x.T));
    expect(list(rearrange(x, 'a (b c) -> (b a) c', { c: 3 }))).toEqual(
      list(np.reshape(np.transpose(np.reshape(x, [2, 2, 3]), [1, 0, 2]), [4, 3])),
    );
    expect(rearrange(counted(2, 3, 4, 5), 'b ... -> (...) b').shape).toEqual([60, 2]);
    expect(rearrange(counted(2, 3, 4, 5), '... a -> a ...').shape).toEqual([5, 2, 3, 4]);
    expect(rearrange(counted(2, 3), 'a b -> 1 a () b').shape).toEqual([1, 2, 1, 3]);
    expect(rearrange(counted(1, 3), '1 b -> b').shape).toEqual([3]);
    expect(rearrange(np.zeros([0, 4]), 'a (b c) -> a b c', { b: 2 }).shape).toEqual([0, 2, 2]);
    expect(rearrange(7, '-> 1 1').shape).toEqual([1, 1]);
  });
  test('there and back again is nothing', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        shape.chain((s) => arrays({ shape: fc.constant(s) })),
        (x) => {
          const [a = 1, , c = 1] = x.shape;
          const joined = rearrange(x, 'a b c d -> (d a) (b c)');
          assertAllClose(rearrange(joined, '(d a) (b c) -> a b c d', { a, c }), x, 'round trip', exact);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('reduce', () => {
  const x = counted(2, 4, 4);
  test('takes away what the right side does not name', () => {
    assertAllClose(reduce(x, 'b h w -> b', 'sum'), x.sum([1, 2]));
    assertAllClose(reduce(x, 'b h w -> w b', 'max'), np.max(x, 1).T);
    assertAllClose(reduce(x, 'b h w -> b () w', 'mean'), np.mean(x, { axis: 1, keepdims: true }));
    assertAllClose(reduce(x, '... w -> ...', 'prod'), np.prod(x, -1));
    expect(list(reduce(x, 'b (h 2) (w 2) -> b h w', 'max'))).toEqual([
      [
        [5, 7],
        [13, 15],
      ],
      [
        [21, 23],
        [29, 31],
      ],
    ]);
    expect(list(reduce(x.greater(20), 'b h w -> b', 'any'))).toEqual([false, true]);
    assertAllClose(
      reduce(x, 'b h w -> b', (y, axes) => np.logsumexp(y, axes)),
      np.logsumexp(x, [1, 2]),
    );
  });
});

describe('repeat', () => {
  test('makes new axes anywhere', () => {
    const x = counted(2, 2);
    expect(list(repeat(x, 'h w -> h (w 2)'))).toEqual([
      [0, 0, 1, 1],
      [2, 2, 3, 3],
    ]);
    expect(list(repeat(x, 'h w -> (n h) w', { n: 2 }))).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
      [2, 3],
    ]);
    expect(repeat(x, 'h w -> h 3 w').shape).toEqual([2, 3, 2]);
    expect(repeat(x, '... -> ... n', { n: 5 }).shape).toEqual([2, 2, 5]);
  });
});

describe('axes by name', () => {
  consistent('rearrange', (x) => rearrange(x, 'a (b c) -> c (a b)', { b: 2 }), [sample([2, 4])], { order: 1 });
  consistent('reduce', (x) => reduce(x, '(a b) c -> b', 'prod', { a: 2 }), [sample([4, 2])]);
  consistent('repeat', (x) => repeat(x, 'a b -> (a 2) b 2'), [sample([2, 3])], { order: 1 });
});

describe('messages', () => {
  const x = counted(2, 6);
  test.for<[string, () => unknown, RegExp]>([
    ['no arrow', () => rearrange(x, 'a b'), /one arrow/],
    ['a lost axis', () => rearrange(x, 'a b -> a'), /'b' on the right too \(reduce/],
    ['a new axis', () => rearrange(x, 'a b -> a b c', { c: 2 }), /'c' on the left too \(repeat/],
    ['a new axis of reduce', () => reduce(x, 'a b -> a c', 'sum', { c: 2 }), /'c' on the left too/],
    ['a new axis without length', () => repeat(x, 'a b -> a b c'), /a length for 'c'/],
    ['too few axes', () => rearrange(x, 'a -> a'), /an axis for each of 2/],
    ['a name twice', () => rearrange(x, 'a a -> a'), /'a' once on each side/],
    ['an open parenthesis', () => rearrange(x, 'a (b -> a b'), /a parenthesis that closes/],
    ['a parenthesis too many', () => rearrange(x, 'a b) -> a b'), /not '\)' there/],
    ['nested parentheses', () => rearrange(x, '((a) b) -> a b'), /not '\(' there/],
    ['a strange sign', () => rearrange(x, 'a, b -> a b'), /not ',' there/],
    ['two open lengths', () => rearrange(x, 'a (b c) -> a b c'), /lengths for all but one of \(b c\)/],
    ['a length that does not divide', () => rearrange(x, 'a (b c) -> a b c', { b: 4 }), /6 elements, which 4 divides/],
    ['a wrong length', () => rearrange(x, 'a b -> b a', { b: 4 }), /\(b\) to have 6 elements, not 4/],
    ['a length of nothing', () => rearrange(x, 'a b -> b a', { c: 4 }), /an axis 'c'/],
    ['a fraction', () => rearrange(x, 'a b -> b a', { a: 1.5 }), /a whole length of 'a'/],
    ['an ellipsis from nowhere', () => rearrange(x, 'a b -> a b ...'), /'\.\.\.' /],
    ['an axis that is not 1', () => rearrange(x, 'a 1 -> a'), /6 elements, not 1/],
  ])('%s', ([, run, message]) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(message);
  });
});
