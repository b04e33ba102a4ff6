/** Formulas read with numbers: each operation becomes a closure from the position of an element to its value there. */
import { roundTo, type DType } from '../array/dtype.ts';
import { InternalError } from '../array/errors.ts';
import type { Basic, Scalars, Special } from '../kernels/scalars.ts';
import * as element from './arithmetic.ts';
import { erf, erfc, erfInv } from './error-functions.ts';

/** A number for every position. Positions are not negative. */
export interface Reading {
  readonly dtype: DType;
  readonly at: (position: number) => number;
}

/** A value computed once for each position in turn, however often it is read: formulas share their parts. */
const staged = (dtype: DType, compute: (position: number) => number): Reading => {
  let last = -1;
  let value = 0;
  const at = (position: number): number => {
    if (position !== last) [last, value] = [position, compute(position)];
    return value;
  };
  return { dtype, at };
};

const expectType = (role: string, expected: DType, { dtype }: Reading): void => {
  if (dtype !== expected) throw new InternalError(`formula: expected ${role} to be ${expected}, got ${dtype}.`);
};

const one =
  (f: (x: number) => number) =>
  (x: Reading): Reading =>
    staged(x.dtype, (i) => element.wrapTo(x.dtype, f(x.at(i))));

/** An operation on two operands of one type, told the type. */
const two =
  (f: (dtype: DType, x: number, y: number) => number, result?: DType) =>
  (x: Reading, y: Reading): Reading => {
    expectType('the second operand', x.dtype, y);
    const dtype = result ?? x.dtype;
    return staged(dtype, (i) => element.wrapTo(dtype, f(x.dtype, x.at(i), y.at(i))));
  };

const compare = (f: (x: number, y: number) => boolean) => two((_, x, y) => (f(x, y) ? 1 : 0), 'bool');

/** The logarithm to base 2 rounded down, corrected where `Math.log2` rounds up. */
const exponentOf = (x: number): number => {
  const n = Math.floor(Math.log2(Math.abs(x)));
  return 2 ** n > Math.abs(x) ? n - 1 : 2 ** (n + 1) <= Math.abs(x) ? n + 1 : n;
};

const basic: Basic<Reading> = {
  constant: (dtype, value) => {
    const rounded = roundTo(dtype, value);
    return { dtype, at: () => rounded };
  },
  dtypeOf: (x) => x.dtype,
  add: two((_, x, y) => x + y),
  sub: two((_, x, y) => x - y),
  mul: two(element.product),
  div: two(element.quotient),
  rem: two(element.remainder),
  neg: one((x) => -x),
  abs: one(Math.abs),
  min: two((_, x, y) => Math.min(x, y)),
  max: two((_, x, y) => Math.max(x, y)),
  sqrt: one(Math.sqrt),
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  trunc: one(Math.trunc),
  round: one(element.roundHalfEven),
  powerOfTwo: one((n) => 2 ** n),
  exponentOf: one((x) => exponentOf(x)),
  mantissaOf: one((x) => Math.abs(x) / 2 ** exponentOf(x)),
  and: two((_, x, y) => x & y),
  or: two((_, x, y) => x | y),
  xor: two((_, x, y) => x ^ y),
  not: (x) => one(x.dtype === 'bool' ? (v) => 1 - v : (v) => ~v)(x),
  shiftLeft: two(element.shiftLeft),
  shiftRightLogical: two(element.shiftRightLogical),
  shiftRightArithmetic: two(element.shiftRightArithmetic),
  eq: compare((x, y) => x === y),
  ne: compare((x, y) => x !== y),
  lt: compare((x, y) => x < y),
  le: compare((x, y) => x <= y),
  gt: compare((x, y) => x > y),
  ge: compare((x, y) => x >= y),
  select: (condition, x, y) => {
    expectType('the condition of select', 'bool', condition);
    expectType('the second choice of select', x.dtype, y);
    return staged(x.dtype, (i) => (condition.at(i) === 1 ? x : y).at(i));
  },
  convert: (dtype, x) => staged(dtype, (i) => element.convert(x.dtype, dtype, x.at(i))),
  bitcast: (dtype, x) => staged(dtype, (i) => element.bitcast(x.dtype, dtype, x.at(i))),
};

/** Of the two ways to write it, the one whose exponential does not overflow. */
const logistic = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** C's pow, which JAX follows: 1 to any power is 1, and so is -1 to an infinite one; `Math.pow` gives NaN there. */
const pow = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y));

/** Computed in double, then rounded to the operand's type. */
const special: Special<Reading> = {
  exp: one(Math.exp),
  expm1: one(Math.expm1),
  log: one(Math.log),
  log1p: one(Math.log1p),
  sin: one(Math.sin),
  cos: one(Math.cos),
  tan: one(Math.tan),
  atan: one(Math.atan),
  tanh: one(Math.tanh),
  logistic: one(logistic),
  pow: two((_, x, y) => pow(x, y)),
  erf: one(erf),
  erfc: one(erfc),
  erfInv: one(erfInv),
};

/** The number reading of `Scalars`. */
export const numbers: Scalars<Reading> = { ...basic, ...special };
