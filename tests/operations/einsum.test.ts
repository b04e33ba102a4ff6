import { np, ShapeError } from 'fluxion';
import { einsumLaws } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

describe('einsum laws', () => {
  for (const { name, check } of einsumLaws()) test(name, () => check({ runs: 100, milliseconds: 2000 }));
});

describe('einsum', () => {
  const [a, b] = [np.reshape(np.arange(6), [2, 3]), np.reshape(np.arange(12), [3, 4])];
  test('reads what NumPy reads', () => {
    expect(np.einsum('ij,jk', a, b).toNested()).toEqual(np.matmul(a, b).toNested());
    expect(np.einsum('ba', a).toNested()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(np.einsum('ii', np.reshape(np.arange(9), [3, 3])).item()).toBe(12);
    expect(np.einsum('ii -> i', np.reshape(np.arange(9), [3, 3])).toNested()).toEqual([0, 4, 8]);
    expect(np.einsum(',', 3, 4).item()).toBe(12);
    expect(np.einsum('...j, j ...', a, np.ones([3, 2])).toNested()).toEqual([3, 12]);
    expect(np.einsum('i...->...', np.ones([4, 2])).toNested()).toEqual([4, 4]);
  });
  test('counts booleans', () => {
    expect(np.einsum('i->', np.array([true, false, true])).toString()).toBe('2');
    expect(np.einsum('i,i', np.array([true, true]), np.array([true, true])).dtype).toBe('int32');
  });
});

describe('einsumPath', () => {
  test('multiplies the small ones first', () => {
    const [x, y, v] = [np.zeros([100, 100]), np.zeros([100, 100]), np.zeros([100])];
    expect(np.einsumPath('ij,jk,k->i', x, y, v)).toEqual({
      path: [
        [1, 2],
        [0, 1],
      ],
      flops: 40_000,
      naiveFlops: 3_000_000,
    });
  });
  test('is best for five and shrinks for more', () => {
    const chain = [10, 100, 5, 50, 2, 20, 3].map((n, i, all) => np.zeros([n, all[i + 1] ?? 4]));
    const expression = 'ab,bc,cd,de,ef,fg,gh->ah';
    expect(np.einsumPath(expression, ...chain).flops).toBeLessThan(40_000);
    // The best order of a chain of matrices, by dynamic programming on intervals.
    const five = chain.slice(0, 5);
    const extents = [...five.map((x) => x.shape[0] ?? 1), 20];
    const best = (i: number, j: number): number =>
      i === j
        ? 0
        : Math.min(
            ...Array.from({ length: j - i }, (_, d) => {
              const k = i + d;
              const own = 2 * (extents[i] ?? 1) * (extents[k + 1] ?? 1) * (extents[j + 1] ?? 1);
              return best(i, k) + best(k + 1, j) + own;
            }),
          );
    expect(np.einsumPath('ab,bc,cd,de,ef->af', ...five).flops).toBe(best(0, 4));
  });
});

describe('messages of einsum', () => {
  const x = np.ones([2, 3]);
  test.for<[string, string, RegExp]>([
    ['too few letters', 'i->i', /a letter for each axis of operand 0/],
    ['too many letters', 'ijk', /a letter for each axis of operand 0/],
    ['two ellipses', '......', /at most one ellipsis/],
    ['another operand', 'ij,jk', /1 terms/],
    ['two arrows', 'ij->i->j', /at most one arrow/],
    ['a letter from nowhere', 'ij->k', /'k' in an operand/],
    ['a letter twice', 'ij->ii', /'i' in an operand, and once/],
    ['an ellipsis left behind', '...j->j', /an ellipsis if operands/],
    ['signs that are no letters', 'i1->i', /a letter for each axis/],
    ['a diagonal of what is not square', 'ii', /one extent for axis 'i', got float32\[2,3\] and float32\[2,3\]/],
  ])('%s', ([, expression, message]) => {
    expect(() => np.einsum(expression, x)).toThrow(ShapeError);
    expect(() => np.einsum(expression, x)).toThrow(message);
  });
});
