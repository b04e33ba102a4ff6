/** Which type two operands give: JAX's table (https://docs.jax.dev/en/latest/type_promotion.html) for our types, without 64-bit integers. */
import { describe, expect, test } from 'vitest';
import { jit, np, type DType, type NDArray } from 'fluxion';

const types = ['bool', 'uint8', 'uint32', 'int32', 'float32', 'float64'] as const satisfies readonly DType[];
const [b, u8, u32, i, f, d] = types;

/** Rows and columns in the order of `types`. */
const table: readonly (readonly DType[])[] = [
  [b, u8, u32, i, f, d],
  [u8, u8, u32, i, f, d],
  [u32, u32, u32, i, f, d],
  [i, i, i, i, f, d],
  [f, f, f, f, f, d],
  [d, d, d, d, d, d],
];
/** A whole number, and a fraction, with each of `types`. */
const whole: readonly DType[] = [i, u8, u32, i, f, d];
const fraction: readonly DType[] = [f, f, f, f, f, d];

const one = (dtype: DType): NDArray => np.ones([2], dtype);
const sum = (x: NDArray, y: NDArray): NDArray => np.multiply(x, y);

describe('promotion', () => {
  for (const [row, left] of types.entries()) {
    for (const [column, right] of types.entries())
      test(`${left} with ${right}`, () => {
        const expected = table[row]?.[column];
        expect(np.multiply(one(left), one(right)).dtype).toBe(expected);
        expect(np.where(true, one(left), one(right)).dtype).toBe(expected);
        expect(np.concatenate([one(left), one(right)]).dtype).toBe(expected);
        expect(jit(sum)(one(left), one(right)).dtype).toBe(expected);
      });
    test(`${left} with a whole number`, () => {
      expect(np.multiply(one(left), 2).dtype).toBe(whole[row]);
      expect(np.multiply(2, one(left)).dtype).toBe(whole[row]);
      expect(np.where(true, one(left), 2).dtype).toBe(whole[row]);
    });
    test(`${left} with a fraction`, () => {
      expect(np.multiply(one(left), 0.5).dtype).toBe(fraction[row]);
      expect(np.multiply(one(left), 0.5).toNested()).toEqual([0.5, 0.5]);
    });
    test(`${left} with a number argument of jit`, () => {
      expect(jit(sum)(one(left), 2).dtype).toBe(fraction[row]);
      expect(jit(sum)(one(left), 0.5).toNested()).toEqual([0.5, 0.5]);
    });
  }

  test('numbers among themselves stay weak', () => {
    const weak = np.add(1, 2);
    expect([weak.dtype, weak.weak]).toEqual(['int32', true]);
    expect(np.add(np.add(1, 0.5), one('float64')).dtype).toBe('float64');
    expect(np.add(np.add(one('int32'), 0.5), one('float64')).dtype).toBe('float64');
    expect(np.add(weak, one('uint8')).dtype).toBe('uint8');
  });
  test('arrays are strong', () => {
    expect(np.add(np.array(1), one('int32')).dtype).toBe('float32');
    expect(np.add(np.array(1, 'float64'), one('float32')).dtype).toBe('float64');
    expect(np.array(2).weak).toBe(false);
    expect(np.array(np.add(1, 2)).weak).toBe(false);
  });
  test('a number that an integer array cannot hold is refused', () => {
    expect(() => np.add(one('uint8'), 300)).toThrow('number: expected one that uint8 holds, got 300.');
    expect(() => np.less(one('uint32'), -1)).toThrow('number: expected one that uint32 holds, got -1.');
    expect(np.add(one('uint32'), 4294967294).toNested()).toEqual([4294967295, 4294967295]);
    expect(np.add(one('float32'), 2 ** 40).dtype).toBe('float32');
  });
  test('true division, roots and means of integers are float32', () => {
    for (const dtype of [b, u8, u32, i] as const) {
      expect(np.divide(one(dtype), one(dtype)).dtype).toBe('float32');
      expect(np.sqrt(one(dtype)).dtype).toBe('float32');
      expect(np.mean(one(dtype)).dtype).toBe('float32');
    }
    expect(np.divide(one('int32'), one('float64')).dtype).toBe('float64');
  });
  test('sums of narrow types count in 32 bits', () => {
    expect([b, u8, u32, i, f, d].map((dtype) => np.sum(one(dtype)).dtype)).toEqual([i, u32, u32, i, f, d]);
  });
  test('comparisons are bool', () => {
    for (const dtype of types) expect(np.less(one(dtype), 1).dtype).toBe('bool');
  });
});
