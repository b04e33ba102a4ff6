import { describe, expect, test } from 'vitest';
import { typeOf } from '../../src/array/type.ts';
import type { GatherKernel, ScatterKernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/reference/run.ts';
import { array, backwards, counting, f32, i32, run, values } from './arrays.ts';

describe('gather', () => {
  const gather = (mode: GatherKernel['mode'], batch = 0): GatherKernel => ({ kind: 'gather', batch, mode });
  const x = f32(10, 11, 12);
  const indices = array('int32', [0, 2, 3, -1], [4, 1]);
  test('out of range: the nearest, NaN or 0', () => {
    for (const operand of [x, backwards(x)]) {
      expect(run(gather('clip'), [operand, indices], 'float32', [4])).toEqual([10, 12, 12, 10]);
      expect(run(gather('fill'), [operand, backwards(indices)], 'float32', [4])).toEqual([10, 12, NaN, NaN]);
      expect(run(gather('zero'), [operand, indices], 'float32', [4])).toEqual([10, 12, 0, 0]);
    }
    expect(run(gather('fill'), [i32(10, 11, 12), indices], 'int32', [4])).toEqual([10, 12, 0, 0]);
    expect(run(gather('fill'), [array('bool', [1, 1, 1]), indices], 'bool', [4])).toEqual([1, 1, 0, 0]);
  });
  test('slices at positions on two axes', () => {
    const operand = counting('int32', [2, 3, 2]);
    expect(run(gather('clip'), [operand, array('int32', [1, 0, 0, 2, 5, 5], [3, 2])], 'int32', [3, 2])).toEqual([
      6, 7, 4, 5, 10, 11,
    ]);
    expect(run(gather('zero'), [operand, array('int32', [1, 0, 0, 3], [2, 2])], 'int32', [2, 2])).toEqual([6, 7, 0, 0]);
    expect(run(gather('clip'), [operand, i32(1)], 'int32', [3, 2])).toEqual([6, 7, 8, 9, 10, 11]);
  });
  test('batch axes are shared', () => {
    const operand = counting('int32', [2, 3]);
    expect(run(gather('clip', 1), [operand, array('int32', [2, 0, 1, 1], [2, 2, 1])], 'int32', [2, 2])).toEqual([
      2, 0, 4, 4,
    ]);
    expect(run(gather('zero', 1), [operand, array('int32', [2, -3], [2, 1])], 'int32', [2])).toEqual([2, 0]);
  });
  test('from an axis without elements: 0 by clip, NaN by fill', () => {
    expect(run(gather('clip'), [f32(), array('int32', [0, 5], [2, 1])], 'float32', [2])).toEqual([0, 0]);
    expect(run(gather('fill'), [f32(), array('int32', [0], [1, 1])], 'float32', [1])).toEqual([NaN]);
  });
  test('no positions, and positions without components', () => {
    expect(run(gather('clip'), [x, array('int32', [], [0, 1])], 'float32', [0])).toEqual([]);
    expect(run(gather('clip'), [x, array('int32', [], [2, 0])], 'float32', [2, 3])).toEqual([10, 11, 12, 10, 11, 12]);
  });
});

describe('scatter', () => {
  const scatter = (combine: ScatterKernel['combine'], batch = 0): ScatterKernel => ({
    kind: 'scatter',
    batch,
    combine,
  });
  const at = array('int32', [1, 1, 3, -1], [4, 1]);
  test('the last duplicate wins, what is out of range is dropped', () => {
    expect(run(scatter('set'), [f32(1, 2, 3), at, f32(10, 20, 30, 40)], 'float32', [3])).toEqual([1, 20, 3]);
    expect(
      run(scatter('set'), [backwards(f32(1, 2, 3)), backwards(at), backwards(f32(10, 20, 30, 40))], 'float32', [3]),
    ).toEqual([1, 20, 3]);
  });
  test('duplicates are all combined', () => {
    expect(run(scatter('add'), [f32(1, 2, 3), at, f32(10, 20, 30, 40)], 'float32', [3])).toEqual([1, 32, 3]);
    expect(run(scatter('mul'), [i32(1, 2, 3), at, i32(2147483647, 2147483647, 3, 4)], 'int32', [3])).toEqual([1, 2, 3]);
    expect(run(scatter('min'), [f32(1, 2, 3), at, f32(NaN, -1, 0, 0)], 'float32', [3])).toEqual([1, NaN, 3]);
    expect(run(scatter('max'), [f32(1, -0, 3), at, f32(0, -1, 9, 9)], 'float32', [3])).toEqual([1, 0, 3]);
    expect(
      run(scatter('add'), [array('bool', [0, 0]), array('int32', [0, 0], [2, 1]), array('bool', [1, 1])], 'bool', [2]),
    ).toEqual([1, 0]);
  });
  test('float32 is rounded at each update', () => {
    expect(run(scatter('add'), [f32(16777216), array('int32', [0, 0], [2, 1]), f32(1, 1)], 'float32', [1])).toEqual([
      16777216,
    ]);
  });
  test('slices and batches; the operand stays as it is', () => {
    const operand = counting('int32', [2, 2]);
    const rows = array('int32', [1], [1, 1]);
    expect(run(scatter('set'), [operand, rows, array('int32', [8, 9], [1, 2])], 'int32', [2, 2])).toEqual([0, 1, 8, 9]);
    expect(run(scatter('add', 1), [operand, array('int32', [1, 0], [2, 1]), i32(10, 20)], 'int32', [2, 2])).toEqual([
      0, 11, 22, 3,
    ]);
    expect(values(operand)).toEqual([0, 1, 2, 3]);
  });
  test('no updates, and an operand without elements', () => {
    expect(run(scatter('set'), [f32(1), array('int32', [], [0, 1]), f32()], 'float32', [1])).toEqual([1]);
    expect(run(scatter('add'), [f32(), array('int32', [0], [1, 1]), f32(4)], 'float32', [0])).toEqual([]);
  });
});

describe('sort', () => {
  const sort = (axis: number, keys: number) => ({ kind: 'sort', axis, keys }) as const;
  test('ascending, NaN last, -0 and 0 in the order they came', () => {
    const x = f32(NaN, 1, 0, -Infinity, -0, Infinity, -1);
    expect(run(sort(0, 1), [x], 'float32', [7])).toEqual([-Infinity, -1, 0, -0, 1, Infinity, NaN]);
    expect(run(sort(0, 1), [backwards(x)], 'float32', [7])).toEqual([-Infinity, -1, 0, -0, 1, Infinity, NaN]);
    expect(run(sort(0, 1), [array('uint32', [4294967295, 0, 2147483648])], 'uint32', [3])).toEqual([
      0, 2147483648, 4294967295,
    ]);
    expect(run(sort(0, 1), [array('bool', [1, 0, 1])], 'bool', [3])).toEqual([0, 1, 1]);
  });
  test('operands go together; ties by the next key, then as they came', () => {
    const types = [typeOf('float32', [5]), typeOf('int32', [5]), typeOf('int32', [5])];
    const operands = [f32(2, NaN, 2, 1, NaN), i32(5, 1, 4, 9, 0), i32(0, 1, 2, 3, 4)];
    expect(runKernel(sort(0, 1), operands, types).map(values)).toEqual([
      [1, 2, 2, NaN, NaN],
      [9, 5, 4, 1, 0],
      [3, 0, 2, 1, 4],
    ]);
    expect(runKernel(sort(0, 2), operands, types).map(values)).toEqual([
      [1, 2, 2, NaN, NaN],
      [9, 4, 5, 0, 1],
      [3, 2, 0, 4, 1],
    ]);
  });
  test('along the first axis, of one element, of nothing', () => {
    expect(run(sort(0, 1), [array('int32', [3, 1, 2, 5], [2, 2])], 'int32', [2, 2])).toEqual([2, 1, 3, 5]);
    expect(run(sort(0, 1), [f32(4)], 'float32', [1])).toEqual([4]);
    expect(run(sort(1, 1), [array('float32', [], [2, 0])], 'float32', [2, 0])).toEqual([]);
  });
});
