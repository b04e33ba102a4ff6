/**
 * Scalar formulas, tagless final: a formula is written once against `Scalars<E>` and read many ways. With numbers it is
 * the reference, with vector instructions it is WebAssembly, with strings it is its own printed text.
 */
import type { DType } from '../array/dtype.ts';

/**
 * What a machine does in one step or a few. Operands of one call have one element type, which the algebra keeps track of.
 * Integers wrap. `div`: 5/0 = -1 for int32 (all ones for unsigned), MIN/-1 = MIN. `rem`: sign of the dividend; of integers
 * 5 % 0 = 5, MIN % -1 = 0; of floats by 0 NaN. A shift by the width or more, or by a negative amount, gives 0 (for
 * `shiftRightArithmetic` the sign, which is the top bit in unsigned types too). For bool `add` is "or" and `mul` is "and".
 * `min` and `max` give NaN if either operand is NaN, and order -0 below 0. Comparisons give bool. Float to integer
 * conversion saturates and sends NaN to 0, integer to integer conversion wraps; to bool, anything but 0 (NaN too) is true.
 */
export interface Basic<E> {
  readonly constant: (dtype: DType, value: number) => E;
  readonly dtypeOf: (x: E) => DType;
  readonly add: (x: E, y: E) => E;
  readonly sub: (x: E, y: E) => E;
  readonly mul: (x: E, y: E) => E;
  readonly div: (x: E, y: E) => E;
  readonly rem: (x: E, y: E) => E;
  readonly neg: (x: E) => E;
  readonly abs: (x: E) => E;
  readonly min: (x: E, y: E) => E;
  readonly max: (x: E, y: E) => E;
  readonly sqrt: (x: E) => E;
  readonly floor: (x: E) => E;
  readonly ceil: (x: E) => E;
  readonly trunc: (x: E) => E;
  /** To the nearest integer, halves to even. */
  readonly round: (x: E) => E;
  /** `2^n` for an integral float `n` whose result is a normal number. */
  readonly powerOfTwo: (n: E) => E;
  /** The integral float `n` with `2^n <= |x| < 2^(n+1)`, for normal `x`. */
  readonly exponentOf: (x: E) => E;
  /** `|x| / 2^exponentOf(x)`, from 1 below 2, for normal `x`. */
  readonly mantissaOf: (x: E) => E;
  readonly and: (x: E, y: E) => E;
  readonly or: (x: E, y: E) => E;
  readonly xor: (x: E, y: E) => E;
  /** Bitwise complement of integers, negation of bool. */
  readonly not: (x: E) => E;
  readonly shiftLeft: (x: E, by: E) => E;
  readonly shiftRightLogical: (x: E, by: E) => E;
  readonly shiftRightArithmetic: (x: E, by: E) => E;
  readonly eq: (x: E, y: E) => E;
  readonly ne: (x: E, y: E) => E;
  readonly lt: (x: E, y: E) => E;
  readonly le: (x: E, y: E) => E;
  readonly gt: (x: E, y: E) => E;
  readonly ge: (x: E, y: E) => E;
  /** `condition ? x : y`, element by element; both are computed. */
  readonly select: (condition: E, x: E, y: E) => E;
  readonly convert: (dtype: DType, x: E) => E;
  /** The same bits read as another type of equal width (float32, int32 and uint32 among each other). */
  readonly bitcast: (dtype: DType, x: E) => E;
}

/** Functions that take many steps. The reference reads them from `Math`; the compiler from our own strict polynomials. Floats only. */
export interface Special<E> {
  readonly exp: (x: E) => E;
  readonly expm1: (x: E) => E;
  readonly log: (x: E) => E;
  readonly log1p: (x: E) => E;
  readonly sin: (x: E) => E;
  readonly cos: (x: E) => E;
  readonly tan: (x: E) => E;
  readonly atan: (x: E) => E;
  readonly tanh: (x: E) => E;
  /** `1 / (1 + exp(-x))`. */
  readonly logistic: (x: E) => E;
  readonly pow: (x: E, y: E) => E;
  readonly erf: (x: E) => E;
  readonly erfc: (x: E) => E;
  readonly erfInv: (x: E) => E;
}

export interface Scalars<E> extends Basic<E>, Special<E> {}

/** What one output element is of the input elements at the same place. */
export type Formula = <E>(s: Scalars<E>, inputs: readonly E[]) => readonly E[];
