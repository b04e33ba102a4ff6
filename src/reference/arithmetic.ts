/** Arithmetic of single elements held in JavaScript numbers: what `Basic` in kernels/scalars.ts says, for one number. */
import { isFloat, roundTo, type DType } from '../array/dtype.ts';
import { InternalError } from '../array/errors.ts';
import type { Monoid } from '../kernels/kernel.ts';

/** The element that an exact result becomes: floats round, integers wrap, anything but 0 is true. */
export const wrapTo = (dtype: DType, value: number): number => {
  switch (dtype) {
    case 'float64':
      return value;
    case 'float32':
      return Math.fround(value);
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
    case 'uint8':
      return value & 255;
    case 'bool':
      return value === 0 ? 0 : 1;
  }
};

/** From one element type to another: floats saturate on their way to integers, integers wrap. */
export const convert = (from: DType, to: DType, value: number): number =>
  isFloat(from) ? roundTo(to, value) : wrapTo(to, value);

/** The product, exact or rounded to double for floats, to be wrapped. A product of integers in double would lose low bits. */
export const product = (dtype: DType, x: number, y: number): number => (isFloat(dtype) ? x * y : Math.imul(x, y));

/** The quotient, to be wrapped; of integers towards 0, and all ones (-1) for a division by 0. */
export const quotient = (dtype: DType, x: number, y: number): number => {
  if (isFloat(dtype)) return x / y;
  return y === 0 ? -1 : Math.trunc(x / y);
};

/** The remainder with the sign of `x`; of integers by 0, `x`; of floats by 0, NaN. */
export const remainder = (dtype: DType, x: number, y: number): number => (y === 0 && !isFloat(dtype) ? x : x % y);

/** The nearest integer, halves to even; keeps the sign of zero. */
export const roundHalfEven = (x: number): number => {
  const size = Math.abs(x);
  const below = Math.floor(size);
  const over = size - below;
  const rounded = over > 0.5 || (over === 0.5 && below % 2 === 1) ? below + 1 : below;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
};

const widthOf = (dtype: DType): number => (dtype === 'uint8' ? 8 : 32);
/** Shift amounts count as unsigned, so that a negative one is out of range too. */
const isWithin = (dtype: DType, by: number): boolean => by >>> 0 < widthOf(dtype);

/** `x << by`, to be wrapped. */
export const shiftLeft = (dtype: DType, x: number, by: number): number => (isWithin(dtype, by) ? x << by : 0);
/** `x >>> by`, to be wrapped: zeros come in. */
export const shiftRightLogical = (dtype: DType, x: number, by: number): number => (isWithin(dtype, by) ? x >>> by : 0);
/** `x >> by`, to be wrapped: the top bit of the element comes in, whether the type is signed or not. */
export const shiftRightArithmetic = (dtype: DType, x: number, by: number): number => {
  const unused = 32 - widthOf(dtype);
  return ((x << unused) >> unused) >> (isWithin(dtype, by) ? by : 31);
};

const bits = new DataView(new ArrayBuffer(4));

/** The 32 bits of an element read as another type. Which NaN a NaN is may be lost: JavaScript numbers know only one. */
export const bitcast = (from: DType, to: DType, value: number): number => {
  if (from === 'float32') bits.setFloat32(0, value);
  else bits.setUint32(0, value);
  switch (to) {
    case 'float32':
      return bits.getFloat32(0);
    case 'int32':
      return bits.getInt32(0);
    case 'uint32':
      return bits.getUint32(0);
    default:
      throw new InternalError(`bitcast: expected a type of 32 bits, got ${to}.`);
  }
};

/**
 * How a monoid joins two elements. Integers wrap at each step. Floats stay in double, unrounded, so that a reduction
 * rounds once, at its end. The sum of booleans is "or", their product "and".
 */
export const combine = (monoid: Monoid, dtype: DType): ((x: number, y: number) => number) => {
  const finish = (value: number): number => (isFloat(dtype) ? value : wrapTo(dtype, value));
  switch (monoid) {
    case 'sum':
      return (x, y) => finish(x + y);
    case 'prod':
      return (x, y) => finish(product(dtype, x, y));
    // `Math.max` and `Math.min` give NaN if either is NaN and order -0 below 0.
    case 'max':
      return Math.max;
    case 'min':
      return Math.min;
  }
};
