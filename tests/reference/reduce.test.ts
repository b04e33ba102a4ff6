import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/array/dtype.ts';
import { splat } from '../../src/array/ndarray.ts';
import type { Monoid } from '../../src/kernels/kernel.ts';
import { array, backwards, counting, f32, f64, i32, run } from './arrays.ts';

const reduce = (monoid: Monoid, ...axes: readonly number[]) => ({ kind: 'reduce', monoid, axes }) as const;

describe('reduce', () => {
  const x = counting('float32', [2, 3]);
  test('along any axes, whatever the strides', () => {
    for (const operand of [x, backwards(x)]) {
      expect(run(reduce('sum', 0), [operand], 'float32', [3])).toEqual([3, 5, 7]);
      expect(run(reduce('sum', 1), [operand], 'float32', [2])).toEqual([3, 12]);
      expect(run(reduce('max', 0, 1), [operand], 'float32', [])).toEqual([5]);
      expect(run(reduce('prod'), [operand], 'float32', [2, 3])).toEqual([0, 1, 2, 3, 4, 5]);
    }
    expect(run(reduce('sum', 0), [splat({ dtype: 'int32', shape: [4, 2] }, 3)], 'int32', [2])).toEqual([12, 12]);
  });
  test.each<[DType, number, number]>([
    ['float32', -Infinity, Infinity],
    ['float64', -Infinity, Infinity],
    ['int32', -2147483648, 2147483647],
    ['uint32', 0, 4294967295],
    ['uint8', 0, 255],
    ['bool', 0, 1],
  ])('of nothing in %s is the neutral element', (dtype, lowest, highest) => {
    const reduced = (monoid: Monoid) => run(reduce(monoid, 0), [array(dtype, [], [0, 1])], dtype, [1]);
    expect([reduced('sum'), reduced('prod'), reduced('max'), reduced('min')]).toEqual([[0], [1], [lowest], [highest]]);
  });
  test('NaN wins, and -0 is below 0', () => {
    expect(run(reduce('max', 0), [f64(1, NaN, 2)], 'float64', [])).toEqual([NaN]);
    expect(run(reduce('min', 0), [f32(NaN, -Infinity)], 'float32', [])).toEqual([NaN]);
    expect(run(reduce('max', 0), [f64(-0, 0, -0)], 'float64', [])).toEqual([0]);
    expect(run(reduce('min', 0), [f64(0, -0, 0)], 'float64', [])).toEqual([-0]);
    expect(run(reduce('sum', 0), [f64(-0, -0)], 'float64', [])).toEqual([0]);
  });
  test('integers wrap at each step, where doubles would lose bits', () => {
    expect(run(reduce('prod', 0), [i32(2147483647, 2147483647)], 'int32', [])).toEqual([1]);
    expect(run(reduce('sum', 0), [i32(2147483647, 1)], 'int32', [])).toEqual([-2147483648]);
    expect(run(reduce('prod', 0), [array('uint32', [4294967295, 4294967295])], 'uint32', [])).toEqual([1]);
    expect(run(reduce('sum', 0), [array('uint8', [200, 100])], 'uint8', [])).toEqual([44]);
  });
  test('of booleans: or and and', () => {
    const bools = array('bool', [0, 0, 0, 1, 1, 1], [3, 2]);
    expect(run(reduce('max', 1), [bools], 'bool', [3])).toEqual([0, 1, 1]);
    expect(run(reduce('min', 1), [bools], 'bool', [3])).toEqual([0, 0, 1]);
    expect(run(reduce('sum', 1), [bools], 'bool', [3])).toEqual([0, 1, 1]);
    expect(run(reduce('prod', 1), [bools], 'bool', [3])).toEqual([0, 0, 1]);
  });
  test('float32 sums round once, at the end', () => {
    expect(run(reduce('sum', 0), [f32(16777216, 1, 1)], 'float32', [])).toEqual([16777218]);
  });
});

describe('argReduce', () => {
  const arg = (extremum: 'max' | 'min', axis: number) => ({ kind: 'argReduce', extremum, axis }) as const;
  test('the first of equals, -0 and 0 being equal', () => {
    expect(run(arg('max', 0), [f32(1, 3, 3)], 'int32', [])).toEqual([1]);
    expect(run(arg('min', 0), [f32(0, -0)], 'int32', [])).toEqual([0]);
    expect(run(arg('max', 0), [f32(-0, 0)], 'int32', [])).toEqual([0]);
  });
  test('the first NaN wins, infinities do not', () => {
    expect(run(arg('max', 0), [f32(Infinity, NaN, NaN)], 'int32', [])).toEqual([1]);
    expect(run(arg('min', 0), [f32(-Infinity, 1, NaN)], 'int32', [])).toEqual([2]);
  });
  test('lowest values still have a position', () => {
    expect(run(arg('max', 0), [f32(-Infinity, -Infinity)], 'int32', [])).toEqual([0]);
    expect(run(arg('max', 0), [i32(-2147483648)], 'int32', [])).toEqual([0]);
  });
  test('along an axis in the middle', () => {
    const x = array('int32', [1, 5, 4, 2, 9, 0, 9, 3], [2, 2, 2]);
    for (const operand of [x, backwards(x)])
      expect(run(arg('max', 1), [operand], 'int32', [2, 2])).toEqual([1, 0, 0, 1]);
  });
});

describe('cumulate', () => {
  const cumulate = (monoid: Monoid, axis: number, reverse = false) =>
    ({ kind: 'cumulate', monoid, axis, reverse }) as const;
  test('forwards and from the end', () => {
    const x = counting('int32', [2, 3]);
    expect(run(cumulate('sum', 1), [x], 'int32', [2, 3])).toEqual([0, 1, 3, 3, 7, 12]);
    expect(run(cumulate('sum', 1, true), [backwards(x)], 'int32', [2, 3])).toEqual([3, 3, 2, 12, 9, 5]);
    expect(run(cumulate('sum', 0, true), [x], 'int32', [2, 3])).toEqual([3, 5, 7, 3, 4, 5]);
  });
  test('NaN stays, integers wrap, sizes 0 and 1', () => {
    expect(run(cumulate('max', 0), [f64(1, NaN, 3)], 'float64', [3])).toEqual([1, NaN, NaN]);
    expect(run(cumulate('prod', 0), [i32(65536, 65536, 5)], 'int32', [3])).toEqual([65536, 0, 0]);
    expect(run(cumulate('min', 0), [array('bool', [1, 0, 1])], 'bool', [3])).toEqual([1, 0, 0]);
    expect(run(cumulate('sum', 0), [f32()], 'float32', [0])).toEqual([]);
    expect(run(cumulate('sum', 0), [f32(4)], 'float32', [1])).toEqual([4]);
  });
  test('its last element is the reduction', () => {
    expect(run(cumulate('sum', 0), [f32(16777216, 1, 1)], 'float32', [3])).toEqual([16777216, 16777216, 16777218]);
  });
});

describe('window', () => {
  const shape = { batch: 1, size: [3], stride: [2], dilation: [1], low: [1], high: [1] };
  test('what lies outside is left out', () => {
    const x = array('float32', [1, 2, 3, 4, 5, -6, -7, -8, -9, -10], [2, 5]);
    expect(run({ kind: 'window', monoid: 'sum', ...shape }, [x], 'float32', [2, 3])).toEqual([3, 9, 9, -13, -24, -19]);
    expect(run({ kind: 'window', monoid: 'max', ...shape }, [backwards(x)], 'float32', [2, 3])).toEqual([
      2, 4, 5, -6, -7, -9,
    ]);
  });
  test('dilation skips, negative padding cuts', () => {
    const w = { batch: 0, size: [2], stride: [1], dilation: [3], low: [-1], high: [0] };
    expect(run({ kind: 'window', monoid: 'sum', ...w }, [i32(1, 2, 4, 8, 16, 32)], 'int32', [2])).toEqual([
      2 + 16,
      4 + 32,
    ]);
  });
  test('a window with nothing inside', () => {
    const w = { batch: 0, size: [1], stride: [1], dilation: [1], low: [1], high: [0] };
    expect(run({ kind: 'window', monoid: 'min', ...w }, [f32(7)], 'float32', [2])).toEqual([Infinity, 7]);
    expect(run({ kind: 'windowArg', extremum: 'min', ...w }, [f32(7)], 'int32', [2])).toEqual([-1, 0]);
  });
  test('positions are row-major within the batch; ties and NaN go to the first', () => {
    const w = {
      batch: 1,
      size: [2, 2],
      stride: [2, 2],
      dilation: [1, 1],
      low: [0, 0],
      high: [0, 0],
    };
    const x = array('float32', [1, 1, NaN, 0, 1, 1, 9, NaN, 0, 0, 5, 6, 0, 3, 8, 7], [2, 2, 4]);
    expect(run({ kind: 'windowArg', extremum: 'max', ...w }, [x], 'int32', [2, 1, 2])).toEqual([0, 2, 5, 6]);
    expect(run({ kind: 'windowArg', extremum: 'min', ...w }, [backwards(x)], 'int32', [2, 1, 2])).toEqual([0, 2, 0, 2]);
  });
});
