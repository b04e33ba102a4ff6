/** Index expressions by values that NumPy and JAX give, the modes, the messages. */
import { FluxionError, grad, jit, makeGraph, np, vmap, type NDArray } from 'fluxion';
import { describe, expect, test } from 'vitest';

const x = np.arange(24).reshape(2, 3, 4);
const ids = (...values: readonly number[]): NDArray => np.array([...values], 'int32');
const shapeOf = (y: NDArray): readonly number[] => y.shape;

describe('get, by values of NumPy', () => {
  test('numbers, slices, dots, new axes', () => {
    expect(x.get(1, -1).toNested()).toEqual([20, 21, 22, 23]);
    expect(x.get(0, '::-1', '1:3').toNested()).toEqual([
      [9, 10],
      [5, 6],
      [1, 2],
    ]);
    expect(x.get('...', 0).toNested()).toEqual([
      [0, 4, 8],
      [12, 16, 20],
    ]);
    expect(shapeOf(x.get(null, 0, '...', null))).toEqual([1, 3, 4, 1]);
    expect(x.get(1, 2, 3).item()).toBe(23);
    expect(shapeOf(x.get())).toEqual([2, 3, 4]);
    const [i, j] = [1, 3];
    expect(x.get(0, 0, `${i}:${j}`).toNested()).toEqual([1, 2]);
  });
  test('bounds of slices are brought in', () => {
    const v = np.arange(5);
    const all = ['-10:', '3:1', ':-6:-2', '9::-1', '-2:', ':-2', '4:0:-3', '::3'] as const;
    expect(all.map((text) => v.get(text).toNested())).toEqual([
      [0, 1, 2, 3, 4],
      [],
      [4, 2, 0],
      [4, 3, 2, 1, 0],
      [3, 4],
      [0, 1, 2],
      [4, 1],
      [0, 3],
    ]);
  });
  test('arrays of positions: their axes stand where they are, or in front if something is between them', () => {
    expect(shapeOf(x.get(':', [0, 1], [0, 2]))).toEqual([2, 2]);
    expect(shapeOf(x.get([0, 1], ':', [0, 2]))).toEqual([2, 3]);
    expect(shapeOf(x.get(0, ':', [0, 2]))).toEqual([2, 3]);
    expect(shapeOf(x.get(':', [0, 1], null, [0, 2]))).toEqual([2, 2, 1]);
    expect(x.get([[0], [1]], [0, 2], 1).toNested()).toEqual([
      [1, 9],
      [13, 21],
    ]);
    expect(x.get(':', ids(-1), new Uint8Array([3, 0])).toNested()).toEqual([
      [11, 8],
      [23, 20],
    ]);
  });
  test('masks', () => {
    expect(x.get(x.greater(20)).toNested()).toEqual([21, 22, 23]);
    expect(x.get([false, true], 0).toNested()).toEqual([[12, 13, 14, 15]]);
    expect(shapeOf(x.get(':', np.zeros([3, 4], 'bool')))).toEqual([2, 0]);
  });
  test('slices are views: no positions are looked up', () => {
    const printed = String(makeGraph((y: NDArray) => y.get(0, '::-2', null, '1:'))(x));
    expect(printed).not.toMatch(/gather|dynamicSlice/);
    const computed = String(makeGraph((y: NDArray, i: NDArray) => y.get(i, ':2'))(x, ids(1).get(0)));
    expect(computed).toMatch(/dynamicSlice/);
    expect(computed).not.toMatch(/gather/);
  });
});

describe('modes of positions out of range', () => {
  const v = np.array([1, 2, 3]);
  test('reads clip by default, fill on demand', () => {
    expect(v.get(ids(5, -5, -1)).toNested()).toEqual([3, 1, 3]);
    expect(v.get(ids(5, -5, -1), { mode: 'fill' }).toNested()).toEqual([NaN, NaN, 3]);
    expect(v.get(ids(5, 0), { mode: 'fill', fillValue: 9 }).toNested()).toEqual([9, 1]);
    expect(v.get(5, { mode: 'fill' }).item()).toBeNaN();
    expect(v.get(5, { mode: 'clip' }).item()).toBe(3);
    expect(ids(1).get(ids(4), { mode: 'fill' }).toNested()).toEqual([-2147483648]);
    expect(np.array([1], 'uint8').get(ids(4), { mode: 'drop' }).toNested()).toEqual([255]);
  });
  test('an axis without elements has none to clip to', () => {
    const nothing = np.zeros([0, 2]);
    for (const read of [ids(0, 1), np.array(0, 'int32')])
      expect(() => nothing.get(read)).toThrow(
        "get: expected an axis with elements to read at positions, got axis 0 of float32[0,2]. Give { mode: 'fill' } to read what stands for elements out of range.",
      );
    expect(nothing.get(ids(0), { mode: 'fill' }).toNested()).toEqual([[NaN, NaN]]);
    expect(shapeOf(nothing.get(ids()))).toEqual([0, 2]);
    expect(shapeOf(nothing.at(ids(0, 1)).set(1))).toEqual([0, 2]);
    expect(shapeOf(nothing.at(ids(0, 1), { mode: 'clip' }).set(1))).toEqual([0, 2]);
  });
  test('writes drop by default, clip on demand', () => {
    expect(
      v
        .at(ids(5, -5, -1))
        .set([7, 8, 9])
        .toNested(),
    ).toEqual([1, 2, 9]);
    expect(v.at(ids(5, -5), { mode: 'clip' }).set([7, 8]).toNested()).toEqual([8, 2, 7]);
    expect(v.at(np.array(5, 'int32')).set(7).toNested()).toEqual([1, 2, 3]);
    expect(v.at(np.array(5, 'int32'), { mode: 'clip' }).set(7).toNested()).toEqual([1, 2, 7]);
  });
});

describe('at', () => {
  test('the last of several sets counts, all of the others do', () => {
    const v = np.array([1, 2, 3]);
    expect(v.at([0, 0, 2]).set([7, 8, 9]).toNested()).toEqual([8, 2, 9]);
    expect(v.at([0, 0, 2]).add([7, 8, 9]).toNested()).toEqual([16, 2, 12]);
    expect(v.at([1, 1]).multiply([2, 5]).toNested()).toEqual([1, 20, 3]);
    expect(v.at([2, 2]).power([2, 2]).toNested()).toEqual([1, 2, 81]);
    expect(v.at([1, 1]).divide([2, 4]).toNested()).toEqual([1, 0.25, 3]);
    expect(
      v
        .at([1, 1])
        .apply((y) => y.mul(10))
        .toNested(),
    ).toEqual([1, 20, 3]);
  });
  test('keeps the element type, and float64 values as they are', () => {
    expect(np.zeros([2], 'float64').at(0).set(0.1).get(0).item()).toBe(0.1);
    expect(np.zeros([2], 'int32').at(0).set(1.75).dtype).toBe('int32');
    expect(np.array([true, false]).at([0, 1]).add([true, true]).toNested()).toEqual([true, true]);
  });
  test('a gradient does not flow to what was overwritten', () => {
    const f = (v: NDArray, u: NDArray): NDArray => v.at([0, 0]).set(u).mul([1, 2, 3]).sum();
    const [dv, du] = grad(f, { argnums: [0, 1] })(np.array([1, 2, 3]), np.array([4, 5]));
    expect([dv.toNested(), du.toNested()]).toEqual([
      [0, 2, 3],
      [0, 1],
    ]);
  });
  test('a power elsewhere has no derivative that spoils the others', () => {
    const f = (v: NDArray): NDArray => v.at(v.greater(0)).power(0.5).sum();
    expect(grad(f)(np.array([4, 0, -1])).toNested()).toEqual([0.25, 1, 1]);
    const g = (v: NDArray): NDArray => v.at([0]).power(np.array(0.5)).sum();
    expect(grad(g)(np.array([4, 0, -1])).toNested()).toEqual([0.25, 1, 1]);
  });
});

describe('masks under jit', () => {
  const v = np.array([1, -2, 3]);
  test('writes need no size', () => {
    const relu = jit((y: NDArray) => y.at(y.less(0)).set(0));
    expect(relu(v).toNested()).toEqual([1, 0, 3]);
    expect(vmap(relu)(np.stack([v, v.neg()])).toNested()).toEqual([
      [1, 0, 3],
      [0, 2, 0],
    ]);
  });
  test('reads take a size', () => {
    const positive = jit((y: NDArray) => y.get(y.greater(0), { size: 3, fillValue: -1 }));
    expect(positive(v).toNested()).toEqual([1, 3, -1]);
    expect(jit((y: NDArray) => y.get(y.greater(0), { size: 1 }))(v).toNested()).toEqual([1]);
    const put = jit((y: NDArray) => y.at(y.greater(0), { size: 3 }).set([7, 8, 9]));
    expect(put(v).toNested()).toEqual([7, -2, 8]);
  });
  test('under grad the values are known', () => {
    expect(grad((y: NDArray) => y.get(y.greater(0)).mul([2, 5]).sum())(v).toNested()).toEqual([2, 0, 5]);
  });
});

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof FluxionError)
      return `${error.name} ${error.code}: ${error.message.replace(/ \([^()]*:\d+:\d+\)$/, '')}`;
    throw error;
  }
  return 'no error';
};
// Sound for these tests only: they pass on purpose what the types forbid.
const wrong = (value: unknown): never => value as never;

describe('messages', () => {
  test('too many indices', () => {
    expect(message(() => x.get(0, 0, 0, 0))).toMatchInlineSnapshot(
      `"IndexError index.rank: get: expected indices for at most the 3 axes of int32[2,3,4], got some for 4. One index for each axis; a mask takes as many as it has."`,
    );
    expect(message(() => x.get('...', 0, '...'))).toMatchInlineSnapshot(
      `"IndexError index.dots: get: expected one '...' at most, got several. Write ':' for a single axis."`,
    );
  });
  test('a number out of range', () => {
    expect(message(() => x.get(':', 3))).toMatchInlineSnapshot(
      `"IndexError index.range: get: expected a position from -3 to 2 on axis 1 of int32[2,3,4], got 3. Give { mode: 'clip' } or { mode: 'fill' } to allow others."`,
    );
    expect(message(() => x.at(-3).set(0))).toMatchInlineSnapshot(
      `"IndexError index.range: at: expected a position from -2 to 1 on axis 0 of int32[2,3,4], got -3. Give { mode: 'clip' } or { mode: 'fill' } to allow others."`,
    );
  });
  test('a bad slice', () => {
    expect(message(() => x.get(wrong('1:b')))).toMatchInlineSnapshot(
      `"IndexError index.slice: get: expected a slice such as '1:3', ':-1' or '::2' with a step that is not 0, got '1:b'. For positions that are arrays use lax.dynamicSlice."`,
    );
    expect(message(() => x.get('::0'))).toMatchInlineSnapshot(
      `"IndexError index.slice: get: expected a slice such as '1:3', ':-1' or '::2' with a step that is not 0, got '::0'. For positions that are arrays use lax.dynamicSlice."`,
    );
  });
  test('a mask of another shape', () => {
    expect(message(() => x.get([true, false, true]))).toMatchInlineSnapshot(
      `"IndexError index.mask: get: expected a mask of shape [2] for axis 0 of int32[2,3,4], got bool[3]. A mask has an element for each that it chooses from."`,
    );
    expect(message(() => x.get(wrong(true)))).toMatchInlineSnapshot(
      `"IndexError index.argument: get: expected a position, a slice, '...', null, positions or a mask, got true. Write a mask as an array or list."`,
    );
  });
  test('positions that are no integers', () => {
    expect(message(() => x.get(0.5))).toMatchInlineSnapshot(
      `"DTypeError dtype.index: get: expected a whole position on axis 0 of int32[2,3,4], got 0.5. Round it."`,
    );
    expect(message(() => x.get(np.ones([2])))).toMatchInlineSnapshot(
      `"DTypeError dtype.index: get: expected whole positions or a mask of booleans, got float32[2]. Convert with astype('int32')."`,
    );
    expect(message(() => x.get([0, 0.5]))).toMatchInlineSnapshot(
      `"DTypeError dtype.index: get: expected whole positions or a mask of booleans, got float32[2]. Convert with astype('int32')."`,
    );
  });
  test('positions that do not broadcast, values that do not fit', () => {
    expect(message(() => x.get([0, 1], [0, 1, 2]))).toMatchInlineSnapshot(
      `"ShapeError shape.broadcast: get: expected shapes that broadcast, got int32[2] and int32[3]. Extents must agree or be 1, counted from the last axis."`,
    );
    expect(message(() => x.at(0).set([1, 2]))).toMatchInlineSnapshot(
      `"ShapeError shape.update: at.set: expected values that broadcast to [3, 4], the part of int32[2,3,4] that is meant, got int32[2]. Reshape them."`,
    );
  });
  test('a mask without a size under jit', () => {
    expect(message(() => jit((y: NDArray) => y.get(y.greater(0)))(x))).toMatchInlineSnapshot(
      `"TraceError trace.size: get: expected a static size for a result whose extent depends on the values of a traced bool[2,3,4], got none. Give { size }, or choose elements by where."`,
    );
  });
  test('an unknown mode', () => {
    expect(message(() => x.get(0, wrong({ mode: 'wrap' })))).toMatchInlineSnapshot(
      `"IndexError index.mode: get: expected mode 'clip', 'fill', 'drop' or 'promiseInBounds', got 'wrap'. Choose one of these."`,
    );
  });
});
