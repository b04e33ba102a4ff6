import { describe, expect, test } from 'vitest';
import { splat } from '../../src/array/ndarray.ts';
import { array, backwards, counting, f32, i32, run, scalar } from './arrays.ts';

describe('generate', () => {
  test('iota counts along its axis', () => {
    expect(run({ kind: 'generate', source: { kind: 'iota', axis: 0 } }, [], 'int32', [2, 3])).toEqual([
      0, 0, 0, 1, 1, 1,
    ]);
    expect(run({ kind: 'generate', source: { kind: 'iota', axis: 1 } }, [], 'float32', [2, 3])).toEqual([
      0, 1, 2, 0, 1, 2,
    ]);
    expect(run({ kind: 'generate', source: { kind: 'iota', axis: 0 } }, [], 'float32', [0])).toEqual([]);
  });
  test('iota wraps in uint8 and is 0, 1, 1 in bool', () => {
    expect(run({ kind: 'generate', source: { kind: 'iota', axis: 0 } }, [], 'uint8', [258]).slice(254)).toEqual([
      254, 255, 0, 1,
    ]);
    expect(run({ kind: 'generate', source: { kind: 'iota', axis: 0 } }, [], 'bool', [3])).toEqual([0, 1, 1]);
  });
  test('splat is one value everywhere', () => {
    expect(run({ kind: 'generate', source: { kind: 'splat', value: 2.5 } }, [], 'float64', [2, 2])).toEqual([
      2.5, 2.5, 2.5, 2.5,
    ]);
  });
});

describe('view', () => {
  const x = counting('int32', [2, 3]);
  const transpose = {
    kind: 'view',
    axes: [
      { axis: 1, step: 1 },
      { axis: 0, step: 1 },
    ],
    starts: [0, 0],
  } as const;
  test('transposes, whatever the strides of the operand', () => {
    for (const operand of [x, backwards(x)])
      expect(run(transpose, [operand], 'int32', [3, 2])).toEqual([0, 3, 1, 4, 2, 5]);
  });
  test('flips by a negative step, slices by a larger one, stays where no axis walks', () => {
    expect(run({ kind: 'view', axes: [{ axis: 1, step: -2 }], starts: [1, 2] }, [x], 'int32', [2])).toEqual([5, 3]);
  });
  test('repeats along a new axis', () => {
    expect(
      run({ kind: 'view', axes: [null, { axis: 0, step: 1 }], starts: [0] }, [i32(7, 8)], 'int32', [2, 2]),
    ).toEqual([7, 8, 7, 8]);
  });
  test('takes the diagonal of overlapping windows: two axes may walk one', () => {
    const windows = {
      kind: 'view',
      axes: [
        { axis: 0, step: 1 },
        { axis: 0, step: 1 },
      ],
      starts: [0],
    } as const;
    expect(run(windows, [i32(1, 2, 3, 4)], 'int32', [3, 2])).toEqual([1, 2, 2, 3, 3, 4]);
  });
  test('views splats and empty arrays', () => {
    expect(run(transpose, [splat(x.type, 4)], 'int32', [3, 2])).toEqual([4, 4, 4, 4, 4, 4]);
    expect(run({ kind: 'view', axes: [{ axis: 0, step: -1 }], starts: [0] }, [f32()], 'float32', [0])).toEqual([]);
  });
  test('refuses to leave the operand', () => {
    expect(() => run({ kind: 'view', axes: [{ axis: 0, step: 1 }], starts: [1] }, [i32(1, 2)], 'int32', [2])).toThrow(
      'stay within',
    );
  });
});

describe('reshape', () => {
  test('keeps row-major order', () => {
    const x = counting('float32', [2, 3]);
    for (const operand of [x, backwards(x)])
      expect(run({ kind: 'reshape' }, [operand], 'float32', [3, 2])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(run({ kind: 'reshape' }, [scalar('float32', 3)], 'float32', [1, 1])).toEqual([3]);
    expect(run({ kind: 'reshape' }, [array('bool', [], [0, 3])], 'bool', [5, 0])).toEqual([]);
  });
});

describe('pad', () => {
  const zero = scalar('float32', 0);
  const pad = (low: number, high: number, interior: number) =>
    ({ kind: 'pad', low: [low], high: [high], interior: [interior] }) as const;
  test('low, high and interior', () => {
    expect(run(pad(1, 2, 1), [f32(1, 2, 3), scalar('float32', 9)], 'float32', [8])).toEqual([9, 1, 9, 2, 9, 3, 9, 9]);
  });
  test('negative padding cuts after the interior is put in', () => {
    expect(run(pad(-1, -1, 1), [f32(1, 2, 3), zero], 'float32', [3])).toEqual([0, 2, 0]);
    expect(run(pad(-2, 1, 0), [f32(1, 2, 3), zero], 'float32', [2])).toEqual([3, 0]);
    expect(run(pad(-3, 2, 0), [f32(1, 2, 3), zero], 'float32', [2])).toEqual([0, 0]);
  });
  test('of nothing is the value', () => {
    expect(run(pad(1, 1, 2), [f32(), scalar('float32', 5)], 'float32', [2])).toEqual([5, 5]);
  });
  test('of rank 2 and of bool', () => {
    const kernel = { kind: 'pad', low: [0, 1], high: [1, 0], interior: [0, 0] } as const;
    expect(run(kernel, [counting('bool', [1, 2]), scalar('bool', 1)], 'bool', [2, 3])).toEqual([1, 0, 1, 1, 1, 1]);
  });
});

describe('concatenate', () => {
  test('along either axis, with empty and flipped operands', () => {
    const [x, y] = [counting('int32', [2, 2]), backwards(array('int32', [7, 8], [1, 2]))];
    expect(run({ kind: 'concatenate', axis: 0 }, [x, array('int32', [], [0, 2]), y], 'int32', [3, 2])).toEqual([
      0, 1, 2, 3, 7, 8,
    ]);
    expect(run({ kind: 'concatenate', axis: 1 }, [x, array('int32', [7, 8], [2, 1])], 'int32', [2, 3])).toEqual([
      0, 1, 7, 2, 3, 8,
    ]);
  });
});

describe('dynamicSlice and dynamicUpdate', () => {
  const x = counting('float32', [3, 3]);
  const at = (row: number, column: number) => [scalar('int32', row), scalar('int32', column)];
  test('starts are clamped so that the part fits', () => {
    expect(run({ kind: 'dynamicSlice' }, [x, ...at(1, 0)], 'float32', [2, 2])).toEqual([3, 4, 6, 7]);
    expect(run({ kind: 'dynamicSlice' }, [x, ...at(99, -5)], 'float32', [2, 2])).toEqual([3, 4, 6, 7]);
    expect(run({ kind: 'dynamicSlice' }, [backwards(x), ...at(0, 2)], 'float32', [1, 1])).toEqual([2]);
    expect(run({ kind: 'dynamicUpdate' }, [f32(1, 2, 3), f32(8, 9), scalar('int32', 2)], 'float32', [3])).toEqual([
      1, 8, 9,
    ]);
    expect(
      run({ kind: 'dynamicUpdate' }, [f32(1, 2, 3), f32(8, 9), scalar('int32', -2147483648)], 'float32', [3]),
    ).toEqual([8, 9, 3]);
  });
  test('the operand of an update stays as it is', () => {
    const operand = f32(1, 2);
    run({ kind: 'dynamicUpdate' }, [operand, f32(9), scalar('int32', 0)], 'float32', [2]);
    expect(run({ kind: 'reshape' }, [operand], 'float32', [2])).toEqual([1, 2]);
  });
  test('of rank 0 and of nothing', () => {
    expect(run({ kind: 'dynamicSlice' }, [scalar('int32', 4)], 'int32', [])).toEqual([4]);
    expect(run({ kind: 'dynamicUpdate' }, [scalar('int32', 4), scalar('int32', 5)], 'int32', [])).toEqual([5]);
    expect(run({ kind: 'dynamicUpdate' }, [f32(1), f32(), scalar('int32', 3)], 'float32', [1])).toEqual([1]);
  });
});
