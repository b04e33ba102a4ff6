/** Questions about types: which meets which, how far numbers reach. */
import { bytesOf, isDType, isFloat, isInteger, resultType as commonType, type DType } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import type { ArrayLike } from '../array/ndarray.ts';
import { axisOf } from './axes.ts';
import { asOperand } from './promotion.ts';
import type { Shape } from '../array/type.ts';

/** The element type that operands or element types have in common; plain numbers yield to arrays and types. */
export const resultType = (...operands: readonly (ArrayLike | DType)[]): DType =>
  commonType(
    operands.map((operand) => {
      if (isDType(operand)) return { dtype: operand, weak: false };
      const { dtype, weak } = asOperand(operand as ArrayLike); // sound: what is no element type is an operand
      return { dtype, weak };
    }),
  ).dtype;
/** The element type in which two meet. */
export const promoteTypes = (a: DType, b: DType): DType =>
  commonType([
    { dtype: a, weak: false },
    { dtype: b, weak: false },
  ]).dtype;

/** Kinds of element types, widest last. */
export type DTypeKind =
  | 'signedinteger'
  | 'unsignedinteger'
  | 'integer'
  | 'floating'
  | 'inexact'
  | 'number'
  | 'generic'
  | DType;
const kinds: { readonly [K in Exclude<DTypeKind, DType>]: (dtype: DType) => boolean } = {
  signedinteger: (d) => d === 'int32',
  unsignedinteger: (d) => isInteger(d) && d !== 'int32',
  integer: isInteger,
  floating: isFloat,
  inexact: isFloat,
  number: (d) => d !== 'bool',
  generic: () => true,
};
/** Whether an element type is of a kind. */
export const issubdtype = (dtype: DType, kind: DTypeKind): boolean =>
  isDType(kind) ? dtype === kind : kinds[kind](dtype);

/** For each type those that hold all its numbers. */
const holders: { readonly [D in DType]: readonly DType[] } = {
  bool: ['bool', 'uint8', 'uint32', 'int32', 'float32', 'float64'],
  uint8: ['uint8', 'uint32', 'int32', 'float32', 'float64'],
  uint32: ['uint32', 'float64'],
  int32: ['int32', 'float64'],
  float32: ['float32', 'float64'],
  float64: ['float64'],
};
const rankOf = (dtype: DType): number => (dtype === 'bool' ? 0 : isFloat(dtype) ? 3 : dtype === 'int32' ? 2 : 1);

export interface CastOptions {
  /** `safe`: no number changes; `same_kind`: also within floats and from signed or unsigned to signed. Default safe. */
  readonly casting?: 'no' | 'safe' | 'same_kind' | 'unsafe';
}
/** Whether elements of one type may become another by a rule of casting, by NumPy's table. */
export const canCast = (from: DType, to: DType, { casting = 'safe' }: CastOptions = {}): boolean => {
  if (casting === 'unsafe' || from === to) return true;
  if (casting === 'no') return false;
  return holders[from].includes(to) || (casting === 'same_kind' && rankOf(from) <= rankOf(to));
};

export interface FloatInfo {
  readonly dtype: DType;
  readonly bits: number;
  /** The distance from 1 to the next number. */
  readonly eps: number;
  /** The distance from 1 to the number before. */
  readonly epsneg: number;
  readonly max: number;
  readonly min: number;
  /** The smallest positive number with all digits. */
  readonly smallestNormal: number;
  readonly tiny: number;
  readonly smallestSubnormal: number;
  /** Bits of the mantissa and of the exponent as stored. */
  readonly nmant: number;
  readonly nexp: number;
  /** Decimal digits that are always kept, and the last of them. */
  readonly precision: number;
  readonly resolution: number;
}
const single = { bits: 32, nmant: 23, nexp: 8, max: (2 - 2 ** -23) * 2 ** 127, low: -126, precision: 6 };
const double = { bits: 64, nmant: 52, nexp: 11, max: Number.MAX_VALUE, low: -1022, precision: 15 };
/** What is known of a float type. */
export const finfo = (dtype: DType): FloatInfo => {
  if (!isFloat(dtype))
    throw new DTypeError(`finfo: expected float32 or float64, got ${dtype}. Use iinfo for integers.`);
  const { low, max, nmant, precision, ...rest } = dtype === 'float64' ? double : single;
  return {
    dtype,
    ...rest,
    nmant,
    precision,
    max,
    min: -max,
    eps: 2 ** -nmant,
    epsneg: 2 ** (-nmant - 1),
    smallestNormal: 2 ** low,
    tiny: 2 ** low,
    smallestSubnormal: 2 ** (low - nmant),
    resolution: Number(`1e-${precision}`),
  };
};
export interface IntegerInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number;
  readonly max: number;
}
/** What is known of an integer type. */
export const iinfo = (dtype: DType): IntegerInfo => {
  if (!isInteger(dtype))
    throw new DTypeError(`iinfo: expected int32, uint32 or uint8, got ${dtype}. Use finfo for floats.`);
  const bits = 8 * bytesOf(dtype);
  return dtype === 'int32'
    ? { dtype, bits, min: -(2 ** 31), max: 2 ** 31 - 1 }
    : { dtype, bits, min: 0, max: 2 ** bits - 1 };
};

/** The number of axes. */
export const ndim = (x: ArrayLike): number => asOperand(x).ndim;
/** The extents of the axes. */
export const shape = (x: ArrayLike): Shape => asOperand(x).shape;
/** The number of elements, or the extent of one axis. */
export const size = (value: ArrayLike, axis?: number): number => {
  const x = asOperand(value);
  return axis === undefined ? x.size : (x.shape[axisOf('size', x.type, axis)] ?? 1);
};
/** Whether a value is a number, a boolean or an array without axes. */
export const isscalar = (x: unknown): boolean =>
  typeof x === 'number' ||
  typeof x === 'boolean' ||
  (typeof x === 'object' && x !== null && 'ndim' in x && x.ndim === 0);
