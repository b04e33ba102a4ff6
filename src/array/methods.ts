/**
 * The methods of an array, as a type. `array/` owns only this list; `operations/methods.ts` fills the prototype from
 * one table and is checked against it, so that a method here without a function there does not compile.
 */
import type { DType, TypedArray } from './dtype.ts';
import type { Indices, Updates } from './index-expression.ts';

/** What may stand where an array of type `A` is expected in an operation: nested lists may contain traced values. */
export type Operand<A> = A | number | boolean | TypedArray | Uint8ClampedArray | readonly Operand<A>[];
/** One axis, several, or all of them. */
export type Axis = number | readonly number[] | null;
export interface ReduceOptions {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
}
/** What may be left out of a reduction. */
export interface MaskedOptions<A> extends ReduceOptions {
  /** Elements where this does not hold are left out; it broadcasts. */
  readonly where?: Operand<A>;
}
export interface ExtremumOptions<A> extends MaskedOptions<A> {
  /** Takes part as one more element. */
  readonly initial?: Operand<A>;
}
export interface FoldOptions<A> extends ExtremumOptions<A> {
  /** The element type in which to add or multiply. */
  readonly dtype?: DType;
}
export interface MeanOptions<A> extends MaskedOptions<A> {
  readonly dtype?: DType;
}
export interface SpreadOptions<A> extends MeanOptions<A> {
  /** Taken off the count. Default 0. */
  readonly ddof?: number;
}
export interface RunningOptions {
  /** All elements in order without one. */
  readonly axis?: number | null;
  readonly dtype?: DType;
}
export interface SortOptions {
  /** Default -1; `null` for all elements in order. */
  readonly axis?: number | null;
  /** Whether the largest comes first. Then NaN does too, as in JAX; equals keep their order. Default false. */
  readonly descending?: boolean;
}
export interface DiagonalOptions {
  /** How many places to the right of the main diagonal. Default 0. */
  readonly offset?: number;
  /** The axes of the rows and of the columns. Default 0 and 1. */
  readonly axis1?: number;
  readonly axis2?: number;
}
export interface TakeOptions {
  /** Positions out of range: `fillValue`, the nearest, or counted on from the other end. Default `fill`, as in JAX. */
  readonly mode?: 'clip' | 'fill' | 'wrap';
  /** By default NaN, the least int, the largest unsigned integer, or true. */
  readonly fillValue?: number;
}
/** Nested JavaScript lists of numbers or booleans. */
export type Nested = number | boolean | readonly Nested[];

/** `A` is the array type itself, so that this file does not import it. */
export interface ArrayMethods<A> {
  /** The axes reversed. */
  readonly T: A;
  add(other: Operand<A>): A;
  subtract(other: Operand<A>): A;
  sub(other: Operand<A>): A;
  multiply(other: Operand<A>): A;
  mul(other: Operand<A>): A;
  divide(other: Operand<A>): A;
  div(other: Operand<A>): A;
  power(other: Operand<A>): A;
  pow(other: Operand<A>): A;
  mod(other: Operand<A>): A;
  neg(): A;
  abs(): A;
  exp(): A;
  log(): A;
  sqrt(): A;
  square(): A;
  sin(): A;
  cos(): A;
  tanh(): A;
  maximum(other: Operand<A>): A;
  minimum(other: Operand<A>): A;
  equal(other: Operand<A>): A;
  notEqual(other: Operand<A>): A;
  less(other: Operand<A>): A;
  lessEqual(other: Operand<A>): A;
  greater(other: Operand<A>): A;
  greaterEqual(other: Operand<A>): A;
  dot(other: Operand<A>): A;
  matmul(other: Operand<A>): A;
  sum(options?: Axis | FoldOptions<A>): A;
  mean(options?: Axis | MeanOptions<A>): A;
  prod(options?: Axis | FoldOptions<A>): A;
  /** The variance. */
  var(options?: Axis | SpreadOptions<A>): A;
  std(options?: Axis | SpreadOptions<A>): A;
  any(options?: Axis | MaskedOptions<A>): A;
  all(options?: Axis | MaskedOptions<A>): A;
  /** The largest less the smallest. */
  ptp(options?: Axis | ReduceOptions): A;
  cumsum(options?: number | null | RunningOptions): A;
  cumprod(options?: number | null | RunningOptions): A;
  sort(options?: number | null | SortOptions): A;
  argsort(options?: number | null | SortOptions): A;
  clip(low?: Operand<A> | null, high?: Operand<A> | null): A;
  round(decimals?: number): A;
  max(options?: Axis | ExtremumOptions<A>): A;
  min(options?: Axis | ExtremumOptions<A>): A;
  argmax(options?: number | { readonly axis?: number | null; readonly keepdims?: boolean }): A;
  argmin(options?: number | { readonly axis?: number | null; readonly keepdims?: boolean }): A;
  reshape(...shape: readonly (number | readonly number[])[]): A;
  ravel(): A;
  flatten(): A;
  squeeze(axis?: number | readonly number[]): A;
  swapaxes(first: number, second: number): A;
  repeat(repeats: number | readonly number[], axis?: number): A;
  take(indices: Operand<A>, axis?: number, options?: TakeOptions): A;
  diagonal(options?: DiagonalOptions): A;
  trace(options?: DiagonalOptions): A;
  /** The array itself: nobody can change it. */
  copy(): A;
  /** The part at an index expression: `x.get('1:3', ids)`. */
  get(...indices: Indices<A>): A;
  /** Arrays like this one but for the part at an index expression: `x.at('1:3', ids).add(1)`. */
  at(...indices: Indices<A>): Updates<A>;
  transpose(axes?: readonly number[]): A;
  astype(dtype: DType): A;
  /** The element of an array of size 1, as a number or boolean. Forces a traced value. */
  item(): number | boolean;
  /** The elements as nested lists. Forces a traced value. */
  toNested(): Nested;
  /** A fresh row-major copy of the elements. Forces a traced value. */
  dataSync(): TypedArray;
  /** A promise of a fresh row-major copy of the elements. */
  data(): Promise<TypedArray>;
  toJSON(): Nested;
  toString(): string;
  /** Slices along axis 0. */
  [Symbol.iterator](): Iterator<A>;
  /** Throws unless a string is wanted: JavaScript operators would lose the derivative. */
  [Symbol.toPrimitive](hint: string): string | number;
}
