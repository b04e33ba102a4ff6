import { lax, np, ShapeError, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { consistent, sample } from './consistency.ts';

const list = (x: NDArray): unknown => x.toNested();
const counted = (...shape: number[]): NDArray =>
  np.reshape(np.arange(shape.reduce((a, b) => a * b, 1)).astype('float64'), shape);

describe('products', () => {
  test('inner runs over the last axes', () => {
    const [x, y] = [sample([2, 3, 4]), sample([5, 4], 2)];
    assertAllClose(np.inner(x, y), np.sum(np.expandDims(x, 2).mul(y), -1));
    expect(list(np.inner(np.array([1, 2]), 3))).toEqual([3, 6]);
  });
  test('vecdot, matvec and vecmat broadcast', () => {
    const [x, y] = [sample([2, 1, 4]), sample([3, 4], 2)];
    assertAllClose(np.vecdot(x, y), x.mul(y).sum(-1));
    const z = np.ones([2, 5, 4], 'float64');
    assertAllClose(np.vecdot(x, z, 0), x.mul(z).sum(0));
    const [m, v] = [sample([2, 3, 4], 3), sample([4], 4)];
    assertAllClose(np.matvec(m, v), np.matmul(m, v));
    assertAllClose(np.vecmat(sample([3], 5), m), np.matmul(sample([3], 5), m));
  });
  test('dotGeneral puts shared axes first, then those of x, then those of y', () => {
    const [x, y] = [sample([2, 3, 4]), sample([4, 5, 2], 2)];
    const axes = { contract: [[2], [0]], batch: [[0], [2]] } as const;
    assertAllClose(lax.dotGeneral(x, y, axes), np.einsum('bij,jkb->bik', x, y));
  });
  test('matrixTranspose exchanges the last axes', () => {
    expect(np.matrixTranspose(np.zeros([2, 3, 4])).shape).toEqual([2, 4, 3]);
  });
  test('trace takes any diagonal of any two axes', () => {
    const x = counted(3, 4);
    expect([-3, -2, -1, 0, 1, 2, 3, 4].map((offset) => np.trace(x, { offset }).item())).toEqual([
      0, 8, 13, 15, 18, 9, 3, 0,
    ]);
    const y = counted(2, 3, 2);
    expect(list(np.trace(y, { axis1: 2, axis2: 0 }))).toEqual([7, 11, 15]);
    expect(np.trace(np.zeros([0, 0])).item()).toBe(0);
  });
  test('kron multiplies block by block', () => {
    expect(list(np.kron([1, 10, 100], [5, 6, 7]))).toEqual([5, 6, 7, 50, 60, 70, 500, 600, 700]);
    expect(list(np.kron(np.eye(2), np.ones([1, 2])))).toEqual([
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
    expect(np.kron(np.zeros([2, 3]), np.zeros([4])).shape).toEqual([2, 12]);
  });
  test('cross takes vectors of two and of three components', () => {
    expect(list(np.cross([1, 2, 3], [4, 5, 6]))).toEqual([-3, 6, -3]);
    expect(np.cross([1, 2], [4, 5]).item()).toBe(-3);
    expect(list(np.cross([1, 2], [4, 5, 6]))).toEqual([12, -6, -3]);
    const x = counted(3, 2);
    expect(np.cross(x, np.ones([3, 2]), { axisa: 0, axisb: 0, axisc: 0 }).shape).toEqual([3, 2]);
    expect(list(np.cross(x, np.ones([3, 2], 'float64'), { axis: 0 }))).toEqual([
      [-2, -2],
      [4, 4],
      [-2, -2],
    ]);
    expect(np.cross(np.ones([4, 1, 3]), np.ones([5, 3])).shape).toEqual([4, 5, 3]);
  });
  test('says what does not fit', () => {
    for (const run of [
      () => np.inner(np.ones([2]), np.ones([3])),
      () => np.vdot(np.ones([2]), np.ones([3])),
      () => np.tensordot(np.ones([2, 3]), np.ones([2, 3]), 1),
      () => np.tensordot(np.ones([2]), np.ones([2]), 2),
      () => np.tensordot(np.ones([2, 3]), np.ones([2, 3]), [[0, 1], [0]]),
      () => np.cross([1, 2, 3, 4], [1, 2, 3]),
      () => np.trace([1, 2]),
      () => np.matrixTranspose([1]),
    ])
      expect(run).toThrow(ShapeError);
  });
  consistent('inner', np.inner, [sample([2, 3]), sample([3], 2)]);
  consistent('vecdot', (x, y) => np.vecdot(x, y), [sample([2, 3]), sample([3], 2)]);
  consistent('trace', (x) => np.trace(x, { offset: 1 }), [sample([3, 3, 2])]);
  consistent('kron', np.kron, [sample([2, 1]), sample([2, 3], 2)]);
  consistent('cross', (x, y) => np.cross(x, y), [sample([2, 3]), sample([3], 2)]);
  consistent('tensordot', (x, y) => np.tensordot(x, y, [[0], [1]]), [sample([2, 3]), sample([4, 2], 2)]);
});
