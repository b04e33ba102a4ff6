/**
 * The methods of an array, as a type. `array/` owns only this list; `operations/methods.ts` fills the prototype from
 * one table and is checked against it, so that a method here without a function there does not compile.
 */
import type { DType, TypedArray } from './dtype.ts';
import type { NDArray } from './ndarray.ts';

/** What may stand where an array is expected in an operation: nested lists may contain traced values. */
export type ArrayLike = NDArray | number | boolean | TypedArray | readonly ArrayLike[];
/** One axis, several, or all of them. */
export type Axis = number | readonly number[] | null;
export interface ReduceOptions {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
}
/** Nested JavaScript lists of numbers or booleans. */
export type Nested = number | boolean | readonly Nested[];

export interface ArrayMethods {
  /** The axes reversed. */
  readonly T: NDArray;
  add(other: ArrayLike): NDArray;
  subtract(other: ArrayLike): NDArray;
  sub(other: ArrayLike): NDArray;
  multiply(other: ArrayLike): NDArray;
  mul(other: ArrayLike): NDArray;
  divide(other: ArrayLike): NDArray;
  div(other: ArrayLike): NDArray;
  power(other: ArrayLike): NDArray;
  pow(other: ArrayLike): NDArray;
  mod(other: ArrayLike): NDArray;
  neg(): NDArray;
  abs(): NDArray;
  exp(): NDArray;
  log(): NDArray;
  sqrt(): NDArray;
  square(): NDArray;
  sin(): NDArray;
  cos(): NDArray;
  tanh(): NDArray;
  maximum(other: ArrayLike): NDArray;
  minimum(other: ArrayLike): NDArray;
  equal(other: ArrayLike): NDArray;
  notEqual(other: ArrayLike): NDArray;
  less(other: ArrayLike): NDArray;
  lessEqual(other: ArrayLike): NDArray;
  greater(other: ArrayLike): NDArray;
  greaterEqual(other: ArrayLike): NDArray;
  dot(other: ArrayLike): NDArray;
  matmul(other: ArrayLike): NDArray;
  sum(options?: Axis | ReduceOptions): NDArray;
  mean(options?: Axis | ReduceOptions): NDArray;
  prod(options?: Axis | ReduceOptions): NDArray;
  max(options?: Axis | ReduceOptions): NDArray;
  min(options?: Axis | ReduceOptions): NDArray;
  argmax(options?: number | { readonly axis?: number | null; readonly keepdims?: boolean }): NDArray;
  argmin(options?: number | { readonly axis?: number | null; readonly keepdims?: boolean }): NDArray;
  reshape(...shape: readonly (number | readonly number[])[]): NDArray;
  ravel(): NDArray;
  transpose(axes?: readonly number[]): NDArray;
  astype(dtype: DType): NDArray;
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
  [Symbol.iterator](): Iterator<NDArray>;
  /** Throws unless a string is wanted: JavaScript operators would lose the derivative. */
  [Symbol.toPrimitive](hint: string): string | number;
}
