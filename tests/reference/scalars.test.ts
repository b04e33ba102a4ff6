import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/array/dtype.ts';
import { typeOf } from '../../src/array/type.ts';
import type { Formula } from '../../src/kernels/scalars.ts';
import { runKernel } from '../../src/reference/run.ts';
import { array, f32, f64, i32, run, values } from './arrays.ts';

/** Apply an operation of two operands to lists of elements. */
const two = (
  name:
    | 'add'
    | 'sub'
    | 'mul'
    | 'div'
    | 'rem'
    | 'min'
    | 'max'
    | 'pow'
    | 'shiftLeft'
    | 'shiftRightLogical'
    | 'shiftRightArithmetic',
  dtype: DType,
  x: readonly number[],
  y: readonly number[],
) =>
  run(
    { kind: 'map', formula: (s, [a, b]) => (a === undefined || b === undefined ? [] : [s[name](a, b)]) },
    [array(dtype, x), array(dtype, y)],
    dtype,
    [x.length],
  );
const one = (
  name: 'neg' | 'abs' | 'round' | 'floor' | 'trunc' | 'not' | 'sqrt' | 'exp' | 'logistic' | 'erfInv',
  dtype: DType,
  x: readonly number[],
) => run({ kind: 'map', formula: (s, xs) => xs.map(s[name]) }, [array(dtype, x)], dtype, [x.length]);
const cast = (name: 'convert' | 'bitcast', from: DType, to: DType, x: readonly number[]) =>
  run({ kind: 'map', formula: (s, xs) => xs.map((v) => s[name](to, v)) }, [array(from, x)], to, [x.length]);

const [low, high, all] = [-2147483648, 2147483647, 4294967295];

describe('integers', () => {
  test('wrap', () => {
    expect(two('mul', 'int32', [high, low], [high, -1])).toEqual([1, low]);
    expect(two('add', 'int32', [high], [1])).toEqual([low]);
    expect(two('sub', 'uint32', [0], [1])).toEqual([all]);
    expect(two('mul', 'uint32', [all, 65537], [all, 65537])).toEqual([1, 131073]);
    expect(two('mul', 'uint8', [16, 255], [17, 255])).toEqual([16, 1]);
    expect(one('neg', 'int32', [low, 0, 5])).toEqual([low, 0, -5]);
    expect(one('neg', 'uint8', [1])).toEqual([255]);
    expect(one('abs', 'int32', [low, -3])).toEqual([low, 3]);
  });
  test('divide towards 0, and by 0 without a trap', () => {
    expect(two('div', 'int32', [7, -7, 5, low, 0], [2, 2, 0, -1, 0])).toEqual([3, -3, -1, low, -1]);
    expect(two('div', 'uint32', [all, 5], [2, 0])).toEqual([high, all]);
    expect(two('div', 'uint8', [5], [0])).toEqual([255]);
    expect(two('rem', 'int32', [7, -7, 5, low], [3, 3, 0, -1])).toEqual([1, -1, 5, 0]);
    expect(two('rem', 'uint32', [all, 5], [7, 0])).toEqual([all % 7, 5]);
  });
  test('shift out at the width and beyond, negative amounts included', () => {
    expect(two('shiftLeft', 'int32', [1, 1, 1, 1], [31, 32, 33, -1])).toEqual([low, 0, 0, 0]);
    expect(two('shiftLeft', 'uint8', [255, 255], [4, 8])).toEqual([240, 0]);
    expect(two('shiftRightLogical', 'int32', [-1, -1, -1], [0, 28, 32])).toEqual([-1, 15, 0]);
    expect(two('shiftRightArithmetic', 'int32', [-8, -8, 8], [1, 40, 40])).toEqual([-4, -1, 0]);
    expect(two('shiftRightArithmetic', 'uint32', [all - 1, 8], [1, 99])).toEqual([all, 0]);
    expect(two('shiftRightArithmetic', 'uint8', [128, 64, 128], [1, 1, 8])).toEqual([192, 32, 255]);
    expect(two('shiftRightLogical', 'uint32', [all, all], [31, 32])).toEqual([1, 0]);
  });
  test('complement, and negation of bool', () => {
    expect(one('not', 'int32', [0])).toEqual([-1]);
    expect(one('not', 'uint8', [1])).toEqual([254]);
    expect(one('not', 'bool', [0, 1])).toEqual([1, 0]);
    expect(two('add', 'bool', [0, 0, 1], [0, 1, 1])).toEqual([0, 1, 1]);
  });
});

describe('floats', () => {
  test('float32 rounds after each operation', () => {
    const formula: Formula = (s, xs) => xs.map((x) => s.sub(s.add(x, s.constant('float32', 1)), x));
    expect(run({ kind: 'map', formula }, [f32(16777216)], 'float32', [1])).toEqual([0]);
    expect(two('div', 'float32', [1], [3])).toEqual([Math.fround(1 / 3)]);
    expect(two('mul', 'float32', [3e38], [3e38])).toEqual([Infinity]);
  });
  test('min and max: NaN, signed zeros', () => {
    expect(two('max', 'float32', [NaN, 1, -0, 0], [1, NaN, 0, -0])).toEqual([NaN, NaN, 0, 0]);
    expect(two('min', 'float64', [NaN, 1, -0, 0], [1, NaN, 0, -0])).toEqual([NaN, NaN, -0, -0]);
  });
  test('remainder has the sign of the dividend', () => {
    expect(two('rem', 'float64', [5.5, -5.5, 5, -0, 1], [2, 2, 0, 3, Infinity])).toEqual([1.5, -1.5, NaN, -0, 1]);
  });
  test('round goes to even and keeps the sign of zero', () => {
    expect(
      one('round', 'float64', [
        0.5,
        1.5,
        2.5,
        -0.5,
        -1.5,
        -2.5,
        0.49999999999999994,
        4503599627370497,
        -0,
        Infinity,
        NaN,
      ]),
    ).toEqual([0, 2, 2, -0, -2, -2, 0, 4503599627370497, -0, Infinity, NaN]);
    expect(one('floor', 'float32', [-0.5, -0])).toEqual([-1, -0]);
    expect(one('trunc', 'float32', [-0.5])).toEqual([-0]);
    expect(one('neg', 'float32', [0])).toEqual([-0]);
  });
  test('pow as C and JAX have it', () => {
    expect(
      two('pow', 'float64', [1, 1, -1, NaN, 0, -0, -8, -2], [NaN, Infinity, -Infinity, 0, -1, -1, 1 / 3, 3]),
    ).toEqual([1, 1, 1, 1, Infinity, -Infinity, NaN, -8]);
  });
  test('the ends of special functions', () => {
    expect(one('logistic', 'float64', [-Infinity, Infinity, 0, NaN])).toEqual([0, 1, 0.5, NaN]);
    expect(one('logistic', 'float64', [-720])[0]).toBeGreaterThan(0);
    expect(one('exp', 'float32', [89, -104])).toEqual([Infinity, 0]);
    expect(one('erfInv', 'float32', [-1, 1, 2, -0])).toEqual([-Infinity, Infinity, NaN, -0]);
    expect(one('sqrt', 'float32', [-1, -0, 2])).toEqual([NaN, -0, Math.fround(Math.SQRT2)]);
  });
});

describe('conversion', () => {
  test('floats to integers truncate, saturate, send NaN to 0', () => {
    expect(cast('convert', 'float32', 'int32', [1e20, -1e20, NaN, -1.9, -0.5])).toEqual([high, low, 0, -1, 0]);
    expect(cast('convert', 'float64', 'uint32', [1e20, -1, 2.5])).toEqual([all, 0, 2]);
    expect(cast('convert', 'float64', 'uint8', [300, -5, NaN])).toEqual([255, 0, 0]);
  });
  test('integers wrap', () => {
    expect(cast('convert', 'int32', 'uint8', [300, -1])).toEqual([44, 255]);
    expect(cast('convert', 'int32', 'uint32', [-1])).toEqual([all]);
    expect(cast('convert', 'uint32', 'int32', [all])).toEqual([-1]);
    expect(cast('convert', 'int32', 'float32', [16777217])).toEqual([16777216]);
  });
  test('anything but 0 is true', () => {
    expect(cast('convert', 'float32', 'bool', [0.1, 0, -0, NaN])).toEqual([1, 0, 0, 1]);
    expect(cast('convert', 'int32', 'bool', [256, 0])).toEqual([1, 0]);
    expect(cast('convert', 'bool', 'float32', [1, 0])).toEqual([1, 0]);
  });
  test('bits', () => {
    expect(cast('bitcast', 'float32', 'uint32', [1, -0])).toEqual([0x3f800000, 0x80000000]);
    expect(cast('bitcast', 'int32', 'float32', [0x40490fdb, -8388608])).toEqual([Math.fround(Math.PI), -Infinity]);
    expect(cast('bitcast', 'uint32', 'int32', [all])).toEqual([-1]);
  });
});

describe('map', () => {
  test('several outputs of several types; comparisons with NaN', () => {
    const formula: Formula = (s, [x, y]) =>
      x === undefined || y === undefined ? [] : [s.lt(x, y), s.ne(x, y), s.select(s.ge(x, y), x, y)];
    const types = [typeOf('bool', [3]), typeOf('bool', [3]), typeOf('float64', [3])];
    const results = runKernel({ kind: 'map', formula }, [f64(1, NaN, 3), f64(2, 1, 3)], types);
    expect(results.map(values)).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [2, 1, 3],
    ]);
  });
  test('shared parts are computed once: a formula that doubles 200 times ends', () => {
    const formula: Formula = (s, xs) =>
      xs.map((x) => Array.from({ length: 200 }).reduce<typeof x>((sum) => s.add(sum, sum), x));
    expect(run({ kind: 'map', formula }, [f64(1, 0)], 'float64', [2])).toEqual([2 ** 200, 0]);
  });
  test('the empty array, and mixed types', () => {
    expect(run({ kind: 'map', formula: (s, xs) => xs.map(s.exp) }, [f32()], 'float32', [0])).toEqual([]);
    const mixed: Formula = (s, [x, y]) => (x === undefined || y === undefined ? [] : [s.add(x, y)]);
    expect(() => run({ kind: 'map', formula: mixed }, [f32(1), i32(1)], 'float32', [1])).toThrow(
      'expected the second operand to be float32, got int32',
    );
    expect(() => run({ kind: 'map', formula: (_, xs) => xs }, [f32(1)], 'int32', [1])).toThrow('expected the formula');
  });
});
