/** The lax functions that are built of primitives. */
import { describe, expect, test } from 'vitest';
import { DTypeError, grad, jit, lax, np, vmap, type NDArray } from 'fluxion';

const f = (...values: readonly number[]): NDArray => np.array(values, 'float64');
const i32 = (...values: readonly number[]): NDArray => np.array(values, 'int32');
const list = (x: NDArray): unknown => x.toNested();
const place = (n: number): NDArray => np.array(n, 'int32');

describe('elements', () => {
  test('the strict names are those functions', () => {
    const [x, y] = [f(0.25, 0.5, -0.75), f(0.5, 0.5, -2)];
    const one: readonly (readonly [(a: NDArray) => NDArray, (a: number) => number])[] = [
      [lax.square, (a) => a * a],
      [lax.cbrt, Math.cbrt],
      [lax.exp2, (a) => 2 ** a],
      [lax.asin, Math.asin],
      [lax.acos, Math.acos],
      [lax.sinh, Math.sinh],
      [lax.cosh, Math.cosh],
      [lax.asinh, Math.asinh],
      [lax.atanh, Math.atanh],
      [(a) => lax.acosh(lax.cosh(a)), Math.abs],
      [lax.floor, Math.floor],
      [lax.ceil, Math.ceil],
    ];
    for (const [g, formula] of one)
      [...g(x).dataSync()].forEach((value, i) => expect(value).toBeCloseTo(formula([0.25, 0.5, -0.75][i] ?? NaN), 14));
    expect([lax.add(x, y), lax.sub(x, y), lax.atan2(y, y)].map(list)).toEqual([
      [0.75, 1, -2.75],
      [-0.25, 0, 1.25],
      [Math.PI / 4, Math.PI / 4, (-3 * Math.PI) / 4],
    ]);
    expect([lax.le(x, y), lax.gt(x, y), lax.ge(x, y)].map(list)).toEqual([
      [true, true, false],
      [false, false, true],
      [false, true, true],
    ]);
    const [a, b] = [i32(12, 5), i32(10, 3)];
    expect([lax.bitwiseAnd(a, b), lax.bitwiseOr(a, b), lax.bitwiseXor(a, b)].map(list)).toEqual([
      [8, 1],
      [14, 7],
      [6, 6],
    ]);
  });
  test('clamp by numbers, scalars and arrays', () => {
    expect(list(lax.clamp(0, f(-1, 0.5, 3), 1))).toEqual([0, 0.5, 1]);
    expect(list(lax.clamp(f(-2, 1, 0), f(-1, 0.5, 3), np.array(1, 'float64')))).toEqual([-1, 1, 1]);
    const slopes = grad((x: NDArray) => lax.clamp(0, x, 1).sum())(f(-1, 0.5, 3));
    expect(list(slopes)).toEqual([0, 1, 0]);
  });
  test('selectN takes the numbered choice', () => {
    const choices = [f(1, 2, 3), f(4, 5, 6), f(7, 8, 9)] as const;
    expect(list(lax.selectN(i32(2, -1, 5), ...choices))).toEqual([7, 2, 9]);
    expect(list(lax.selectN(np.array([true, false, true]), choices[0], choices[1]))).toEqual([4, 2, 6]);
  });
  test('bits counted one by one', () => {
    const values = [0, 1, -1, 255, 2147483647, -2147483648, 1431655765, 65536];
    const bits = values.map((v) => (v >>> 0).toString(2));
    expect(list(lax.populationCount(i32(...values)))).toEqual(bits.map((b) => b.replaceAll('0', '').length));
    expect(list(lax.clz(i32(...values)))).toEqual(values.map(Math.clz32));
    expect(list(lax.clz(np.array([0, 1, 128], 'uint8')))).toEqual([8, 7, 0]);
    expect(() => lax.clz(f(1))).toThrow(/expected integers/);
  });
  test('reciprocal and neighbours', () => {
    expect(list(lax.reciprocal(f(4, -0)))).toEqual([0.25, -Infinity]);
    expect(list(lax.nextafter(f(1), f(2)))).toEqual([1 + 2 ** -52]);
  });
});

describe('structure', () => {
  const x = np.arange(6).astype('float64').reshape(2, 3);
  test('new axes, counts, constants', () => {
    expect(lax.broadcast(x, [4, 1]).shape).toEqual([4, 1, 2, 3]);
    expect(list(lax.broadcastedIota('int32', [2, 2], 1))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect([lax.full([2], 3, 'int32'), lax.fullLike(i32(1), 4)].map(list)).toEqual([[3, 3], [4]]);
    expect(
      [lax.expandDims(x, [0]), lax.squeeze(lax.full([1, 2], 0), 0), lax.tile(x, [2, 1])].map((y) => y.shape),
    ).toEqual([[1, 2, 3], [2], [4, 3]]);
    expect(lax.split(f(1, 2, 3), [1]).map(list)).toEqual([[1], [2, 3]]);
  });
  test('parts of one axis', () => {
    expect(list(lax.sliceInDim(f(0, 1, 2, 3, 4), 1, null, { stride: 2 }))).toEqual([1, 3]);
    expect(list(lax.sliceInDim(x, -2, -1, { axis: 1 }))).toEqual([[1], [4]]);
    expect(list(lax.indexInDim(x, -1, { axis: 1, keepdims: false }))).toEqual([2, 5]);
    expect(list(lax.indexInDim(x, 1))).toEqual([[3, 4, 5]]);
  });
  test('reshaped, turned, joined', () => {
    expect(list(lax.reshape(x, [3, 2]))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(list(lax.transpose(x, [1, 0]))).toEqual(list(x.T));
    expect(list(lax.broadcastInDim(f(1, 2), [2, 2], [0]))).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(list(lax.concatenate([f(1), f(2)], 0))).toEqual([1, 2]);
  });
  test('slices combined in, some twice, some out of range', () => {
    const [y, at, updates] = [f(1, 2, 3), i32(0, 0, 2, 9).reshape(4, 1), f(5, -2, 0.5, 7)];
    expect(
      [lax.scatterAdd, lax.scatterMul, lax.scatterMin, lax.scatterMax].map((g) => list(g(y, at, updates))),
    ).toEqual([
      [4, 2, 3.5],
      [-10, 2, 1.5],
      [-2, 2, 0.5],
      [5, 2, 3],
    ]);
    expect(list(grad((u: NDArray) => lax.scatterAdd(y, at, u).square().sum())(updates))).toEqual([8, 8, 7, 0]);
  });
  test('at computed places', () => {
    expect(list(lax.dynamicSliceInDim(x, place(9), 2, 1))).toEqual([
      [1, 2],
      [4, 5],
    ]);
    const row = (i: NDArray): NDArray => lax.dynamicIndexInDim(x, i, { keepdims: false });
    expect(list(vmap(row)(i32(1, 0)))).toEqual([
      [3, 4, 5],
      [0, 1, 2],
    ]);
    expect(list(jit(row)(place(1)))).toEqual([3, 4, 5]);
    const put = (update: NDArray): NDArray => lax.dynamicUpdateIndexInDim(x, update, place(1), 1);
    expect(list(put(f(7, 8)))).toEqual([
      [0, 7, 2],
      [3, 8, 5],
    ]);
    expect(list(lax.dynamicUpdateSliceInDim(x, lax.full([1, 3], 9, 'float64'), place(0)))).toEqual([
      [9, 9, 9],
      [3, 4, 5],
    ]);
    expect(list(grad((update: NDArray) => put(update).square().sum())(f(7, 8)))).toEqual([14, 16]);
  });
  test('at places that are plain numbers, vectors, or integers of other types', () => {
    const tail = [
      [1, 2],
      [4, 5],
    ];
    expect(list(lax.dynamicSlice(x, [0, 1], [2, 2]))).toEqual(tail);
    expect(list(lax.dynamicSlice(x, i32(0, 9), [2, 2]))).toEqual(tail);
    expect(list(lax.dynamicSlice(x, Int32Array.of(0, 1), [2, 2]))).toEqual(tail);
    expect(list(lax.dynamicSlice(x, [place(0), np.array(1, 'uint8')], [2, 2]))).toEqual(tail);
    expect(list(jit((at: NDArray) => lax.dynamicSlice(x, at, [2, 2]))(i32(0, 1)))).toEqual(tail);
    expect(list(vmap((i: NDArray) => lax.dynamicSlice(x, [0, i], [1, 1]))(i32(0, 2)).reshape(2))).toEqual([0, 2]);
    expect(list(lax.dynamicSliceInDim(x, 1, 2, 1))).toEqual(tail);
    // Negative starts count from the end, as in JAX, and what is too far is brought into range.
    for (const starts of [[-2, -2], i32(-2, -2), [place(0), place(-2)], i32(-9, -2)])
      expect(list(lax.dynamicSlice(x, starts, [2, 2]))).toEqual(tail);
    expect(list(lax.dynamicSlice(x, np.array([2 ** 32 - 1, 2 ** 31], 'uint32'), [2, 2]))).toEqual(tail);
    expect(list(lax.dynamicIndexInDim(x, place(-1), { axis: 1, keepdims: false }))).toEqual([2, 5]);
    expect(list(lax.dynamicIndexInDim(x, 1, { keepdims: false }))).toEqual([3, 4, 5]);
    const put = [
      [0, 7, 2],
      [3, 8, 5],
    ];
    expect(list(lax.dynamicUpdateSlice(x, f(7, 8).reshape(2, 1), [0, 1]))).toEqual(put);
    expect(list(lax.dynamicUpdateSliceInDim(x, f(7, 8).reshape(2, 1), 1, 1))).toEqual(put);
    expect(list(lax.dynamicUpdateIndexInDim(x, f(7, 8), 1, 1))).toEqual(put);
  });
  test('starts that are none are refused', () => {
    expect(() => lax.dynamicSlice(x, [0, 0.5], [1, 1])).toThrow(
      'dynamicSlice: expected 2 int32 scalar starts, got int32[], float32[].',
    );
    expect(() => lax.dynamicSlice(x, [0, NaN], [1, 1])).toThrow(DTypeError);
    expect(() => lax.dynamicSlice(x, [0], [1, 1])).toThrow(
      'dynamicSlice: expected 2 int32 scalar starts, got int32[].',
    );
    expect(() => lax.dynamicSlice(x, 0, [1, 1])).toThrow(
      'dynamicSlice: expected starts in a list or a vector, got int32[].',
    );
    // Sound: a program without types may pass anything.
    expect(() => lax.dynamicSlice(x, ['0', 0] as unknown as readonly number[], [1, 1])).toThrow(DTypeError);
  });
});
