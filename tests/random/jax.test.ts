/** The numbers that JAX 0.4 and later draws in its default (partitionable) mode. */
import { describe, expect, test } from 'vitest';
import { lax, random, type NDArray } from 'fluxion';

const hex = (x: NDArray): readonly string[] =>
  Array.from(lax.bitcastConvertType(x, 'uint32').dataSync(), (n) => n.toString(16).padStart(8, '0'));
/** How many floats lie between each of `x` and the float of given bits. */
const ulps = (x: NDArray, expected: readonly string[]): number =>
  Math.max(...hex(x).map((word, i) => Math.abs(Number.parseInt(word, 16) - Number.parseInt(expected[i] ?? '', 16))));

describe('key(0) draws what JAX draws', () => {
  const key = random.key(0);
  test('bits', () => {
    expect(random.bits(key).item()).toBe(4070199207);
    expect(random.bits(key, [4]).toNested()).toEqual([4070199207, 4202968722, 1427181096, 2012915765]);
  });
  test('split', () => {
    expect(random.split(key).map((k) => k.toNested())).toEqual([
      [1797259609, 2579123966],
      [928981903, 3453687069],
    ]);
    expect(random.split(key, [2]).toNested()).toEqual(random.split(key).map((k) => k.toNested()));
  });
  test('uniform', () =>
    expect(hex(random.uniform(key, [4]))).toEqual(['3f729a4e', '3f7a8436', '3eaa221c', '3eeff550']));
  test('normal, to within 4 ulp', () => {
    expect(ulps(random.normal(key, [4]), ['3fcfb2bd', '40019df0', 'bede0017', 'bda10222'])).toBeLessThanOrEqual(4);
  });
  test('permutation', () => expect(random.permutation(key, 8).toNested()).toEqual([0, 1, 5, 6, 4, 3, 2, 7]));
  test('a key is its seed in two words', () => {
    expect(random.key(5).toNested()).toEqual([0, 5]);
    expect(random.key(-1).toNested()).toEqual([0, 4294967295]);
    expect(() => random.key(0.5)).toThrow('key: expected a whole number as seed, got 0.5.');
  });
  test('folding in 0 is the first of a split', () => {
    expect(random.foldIn(key, 0).toNested()).toEqual([1797259609, 2579123966]);
    expect(random.foldIn(key, 1).toNested()).toEqual([928981903, 3453687069]);
  });
});
