import { grad, lax, np, ShapeError, type NDArray } from 'fluxion';
import { poolingLaws } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

describe('pooling laws', () => {
  for (const { name, check } of poolingLaws()) test(name, () => check());
});

describe('reduceWindow', () => {
  const options = { windowDimensions: [2], windowStrides: 2 };
  test('reduces window by window', () => {
    const x = np.array([3, 1, 4, 1, 5, 9]);
    expect(lax.reduceWindow(x, 'max', options).toNested()).toEqual([3, 4, 9]);
    expect(lax.reduceWindow(x, 'min', options).toNested()).toEqual([1, 1, 5]);
    expect(lax.reduceWindow(x, 'sum', options).toNested()).toEqual([4, 5, 14]);
    expect(lax.reduceWindow(x, 'prod', options).toNested()).toEqual([3, 4, 45]);
  });
  test('a window with nothing inside gives the neutral element', () => {
    const x = np.array([1, 2]);
    const outside = { windowDimensions: [1], padding: [[1, 1]] } as const;
    expect(lax.reduceWindow(x, 'max', outside).toNested()).toEqual([-Infinity, 1, 2, -Infinity]);
    expect(lax.reduceWindow(x, 'prod', outside).toNested()).toEqual([1, 1, 2, 1]);
  });
  test('baseDilation puts neutral elements between', () => {
    expect(lax.reduceWindow(np.array([1, 2, 3]), 'sum', { windowDimensions: [3], baseDilation: 2 }).toNested()).toEqual(
      [3, 2, 5],
    );
  });
  test('the cotangent goes to the first of equals, and to the first NaN', () => {
    const gradient = (x: NDArray): unknown =>
      grad((z: NDArray) => lax.reduceWindow(z, 'max', options).sum())(x).toNested();
    expect(gradient(np.array([2, 2, 1, 3]))).toEqual([1, 0, 0, 1]);
    expect(gradient(np.array([2, NaN, NaN, NaN]))).toEqual([0, 1, 1, 0]);
  });
  test('the derivative of a product is right at zeros', () => {
    const gradient = grad((z: NDArray) => lax.reduceWindow(z, 'prod', { windowDimensions: [3] }).sum());
    expect(gradient(np.array([2, 0, 5])).toNested()).toEqual([0, 10, 0]);
  });
  test('says what does not fit', () => {
    expect(() => lax.reduceWindow(np.ones([2, 2]), 'max', { windowDimensions: [2] })).toThrow(ShapeError);
    expect(() => lax.reduceWindow(np.ones([2, 2]), 'max', { windowDimensions: [2] })).toThrow(
      /windowDimensions of 2 whole numbers/,
    );
    expect(() =>
      lax.selectAndScatterAdd(np.ones([3]), np.ones([4]), 'max', { windowDimensions: [2], windowStrides: 2 }),
    ).toThrow(/source of shape \[2\]/);
  });
});
