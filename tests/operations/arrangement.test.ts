/** Making and rearranging arrays, against plain definitions and numbers that NumPy gives. */
import { describe, expect, test } from 'vitest';
import { jit, np, vmap, type NDArray } from 'fluxion';
import { checkGrads } from 'fluxion/laws';

const f = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const counted = (...shape: readonly number[]): NDArray =>
  np
    .arange(shape.reduce((a, b) => a * b, 1))
    .astype('float64')
    .reshape(shape);
const list = (x: NDArray): unknown => x.toNested();
const lists = (xs: readonly NDArray[]): unknown => xs.map(list);

describe('making', () => {
  test('rows of numbers', () => {
    expect(list(np.logspace(0, 3, 4))).toEqual([1, 10, 100, 1000]);
    expect(list(np.logspace(0, 4, 3, { base: 2, endpoint: true }))).toEqual([1, 4, 16]);
    expect(list(np.geomspace(1, 256, 9, { dtype: 'float64' }))).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256].map((v) => expect.closeTo(v, 10) as number),
    );
    expect(list(np.geomspace(-1000, -1, 4))).toEqual([-1000, -100, -10, -1]);
    expect(() => np.geomspace(0, 1)).toThrow(/Use linspace/);
  });
  test('like another array, of another type or shape', () => {
    const x = np.ones([2], 'int32');
    expect([np.zerosLike(x, { dtype: 'bool' }), np.fullLike(x, 7, { shape: [1, 2] })].map((y) => y.type)).toEqual([
      { dtype: 'bool', shape: [2] },
      { dtype: 'int32', shape: [1, 2] },
    ]);
    expect(np.copy(x)).toBe(x);
  });
  test('a buffer is adopted', () => {
    const bytes = new Float32Array([1, 2, 3, 4]);
    expect(list(np.frombuffer(bytes, { offset: 4, count: 2 }))).toEqual([2, 3]);
    expect(list(np.frombuffer(new Uint8Array([0, 5, 1]), { dtype: 'bool' }))).toEqual([false, true, true]);
    expect(list(np.frombuffer(new Int32Array([-1]).buffer, { dtype: 'uint32' }))).toEqual([4294967295]);
    for (const options of [{ offset: 2 }, { count: 5 }, { dtype: 'float64', offset: 4 }] as const)
      expect(() => np.frombuffer(bytes, options)).toThrow(/frombuffer: expected whole elements/);
  });
  test('diagonals', () => {
    const x = counted(3, 4);
    for (const k of [-3, -2, -1, 0, 1, 3, 4]) {
      const plain = Array.from({ length: 12 }, (_, i) => i).filter((i) => (i % 4) - Math.floor(i / 4) === k);
      expect(list(np.diag(x, k))).toEqual(plain);
      expect(list(np.diag(np.diag(f(5, 6), k), k))).toEqual([5, 6]);
      expect(list(np.tri(3, 4, k))).toEqual([0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => Number(j - i <= k))));
    }
    const y = counted(2, 3, 4);
    expect(list(np.diagonal(y, { axis1: 2, axis2: 0, offset: -1 }))).toEqual([
      [1, 14],
      [5, 18],
      [9, 22],
    ]);
    expect(list(np.diagflat([[1, 2]], 1))).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    checkGrads((z: NDArray) => np.diag(z, 1).square().sum(), [x]);
    checkGrads((z: NDArray) => np.diag(z, -1).matmul(counted(3, 2)).square().sum(), [f(1, 2)]);
  });
  test('grids', () => {
    const [x, y] = [f(1, 2, 3), f(4, 5)];
    expect(lists(np.meshgrid(x, y))).toEqual([
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [
        [4, 4, 4],
        [5, 5, 5],
      ],
    ]);
    expect(lists(np.meshgrid(x, y, { indexing: 'ij' }))).toEqual(lists(np.meshgrid(x, y).map((g) => g.T)));
    expect(np.meshgrid(x, y, f(1), { sparse: true }).map((g) => g.shape)).toEqual([
      [1, 3, 1],
      [2, 1, 1],
      [1, 1, 1],
    ]);
    expect(list(np.indices([2, 2]))).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
    expect(list(np.fromfunction((i, j) => np.equal(i ?? 0, j ?? 0), [2, 2]))).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe('rearranging', () => {
  const x = counted(2, 3, 4);
  test('axes', () => {
    expect(np.moveaxis(x, [0, 1], [-1, -2]).shape).toEqual([4, 3, 2]);
    expect(np.moveaxis(x, 2, 0).shape).toEqual([4, 2, 3]);
    expect(np.expandDims(x, [0, -1]).shape).toEqual([1, 2, 3, 4, 1]);
    expect(list(np.identity(2))).toEqual(list(np.eye(2)));
    expect(list(np.onesLike(f(1, 2)))).toEqual([1, 1]);
    expect(
      [np.atleast1d(1), np.atleast2d([1, 2]), np.atleast3d([1, 2]), np.atleast3d([[1, 2]])].map((y) => y.shape),
    ).toEqual([[1], [1, 2], [1, 2, 1], [1, 2, 1]]);
    expect(np.broadcastShapes([2, 1], [3], [])).toEqual([2, 3]);
    expect(np.broadcastArrays([1, 2], [[3], [4]]).map(list)).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [
        [3, 3],
        [4, 4],
      ],
    ]);
  });
  test('turning and rolling', () => {
    const y = f(1, 2, 3, 4).reshape(2, 2);
    expect([0, 1, 2, 3, -1].map((k) => list(np.rot90(y, k).ravel()))).toEqual([
      [1, 2, 3, 4],
      [2, 4, 1, 3],
      [4, 3, 2, 1],
      [3, 1, 4, 2],
      [3, 1, 4, 2],
    ]);
    expect([np.fliplr(y), np.flipud(y)].map((z) => list(z.ravel()))).toEqual([
      [2, 1, 4, 3],
      [3, 4, 1, 2],
    ]);
    expect(list(np.roll(counted(2, 3), [1, -1], [0, 1]))).toEqual([
      [4, 5, 3],
      [1, 2, 0],
    ]);
    expect(list(np.roll(counted(2, 3), 1, [0, 1]))).toEqual([
      [5, 3, 4],
      [2, 0, 1],
    ]);
  });
  test('repeating', () => {
    expect(list(np.repeat(f(1, 2), 2))).toEqual([1, 1, 2, 2]);
    expect(list(np.repeat(counted(2, 2), [0, 2], 1))).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(list(np.repeat(f(1, 2, 3), 0))).toEqual([]);
    expect(list(np.resize(f(1, 2, 3), [2, 2]))).toEqual([
      [1, 2],
      [3, 1],
    ]);
    checkGrads((y: NDArray) => np.repeat(y, [2, 0, 3]).square().sum(), [f(1, 2, 3)]);
    checkGrads((y: NDArray) => np.repeat(y, 3, 0).square().sum(), [f(1, 2)]);
  });
  test('stacking and splitting undo each other', () => {
    const vectors = [f(1, 2), f(3, 4)];
    expect(list(np.hstack(vectors))).toEqual([1, 2, 3, 4]);
    expect(list(np.vstack(vectors))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(list(np.columnStack(vectors))).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(list(np.dstack(vectors))).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
    ]);
    expect(list(np.append([[1], [2]], 3))).toEqual([1, 2, 3]);
    expect(list(np.concatenate([[[1]], [2, 3]], null))).toEqual([1, 2, 3]);
    for (const [parts, join] of [
      [np.vsplit(x, 2), np.vstack],
      [np.hsplit(x, [1]), np.hstack],
      [np.dsplit(x, 2), np.dstack],
      [np.arraySplit(x, 2, 1), np.hstack],
    ] as const)
      expect(list(join(parts))).toEqual(list(x));
    expect(np.arraySplit(f(1, 2, 3, 4, 5), 3).map((y) => y.size)).toEqual([2, 2, 1]);
    expect(lists(np.split(f(1, 2, 3, 4), [1, -1]))).toEqual([[1], [2, 3], [4]]);
    expect(lists(np.unstack(counted(2, 2), 1))).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(() => np.split(f(1, 2, 3), 2)).toThrow(/use arraySplit/);
  });
});

describe('padding', () => {
  const x = f(1, 2, 3);
  test.each<[np.PadMode, readonly number[]]>([
    ['edge', [1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3]],
    ['reflect', [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]],
    ['symmetric', [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]],
    ['wrap', [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]],
    ['maximum', [3, 3, 3, 3, 1, 2, 3, 3, 3, 3, 3, 3]],
    ['minimum', [1, 1, 1, 1, 1, 2, 3, 1, 1, 1, 1, 1]],
    ['mean', [2, 2, 2, 2, 1, 2, 3, 2, 2, 2, 2, 2]],
    ['linearRamp', [0, 0.25, 0.5, 0.75, 1, 2, 3, 2.4, 1.8, 1.2, 0.6, 0]],
    ['constant', [0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]],
  ])('%s as NumPy', (mode, expected) => {
    const g = (y: NDArray): NDArray => np.pad(y, [4, 5], { mode });
    const close = expected.map((v) => expect.closeTo(v, 14) as number);
    expect(list(g(x))).toEqual(close);
    expect(list(jit(g)(x))).toEqual(close);
    expect(list(vmap(g)(np.stack([x, x])))).toEqual([close, close]);
    if (mode !== 'maximum' && mode !== 'minimum') checkGrads((y: NDArray) => g(y).square().sum(), [x]);
  });
  test('axis after axis, with values of their own', () => {
    expect(list(np.pad(x, [[1, 2]], { constantValues: [7, 8] }))).toEqual([7, 1, 2, 3, 8, 8]);
    expect(list(np.pad(x, 2, { mode: 'linearRamp', endValues: [5, -1] }))).toEqual([5, 3, 1, 2, 3, 1, -1]);
    expect(list(np.pad(x, 1, { mode: 'maximum', statLength: 2 }))).toEqual([2, 1, 2, 3, 3]);
    expect(list(np.pad(np.array([1, 2], 'int32'), 1, { mode: 'mean' }))).toEqual([2, 1, 2, 2]);
    expect(
      list(
        np.pad(
          counted(2, 2),
          [
            [1, 0],
            [0, 1],
          ],
          { mode: 'reflect' },
        ),
      ),
    ).toEqual([
      [2, 3, 2],
      [0, 1, 0],
      [2, 3, 2],
    ]);
    expect(() => np.pad(x, -1)).toThrow(/not negative/);
    expect(() => np.pad(np.zeros([0]), 1, { mode: 'edge' })).toThrow(/Use constant/);
  });
});
