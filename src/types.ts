/** The types of lifted functions: what a caller may pass, what a derivative gives back. */
import type { TypedArray } from './array/dtype.ts';
import type { NDArray } from './array/ndarray.ts';

/** What stays as it is in trees: no derivative, no batch axis, part of the structure. */
export type Static = string | boolean | bigint | symbol | null | undefined | ((...args: never) => unknown);

/** Shown by the compiler where a function wants a number that a transformation would pass as an array. */
export type NumberInTracedPosition =
  'a transformation passes arrays: declare this NDArray, or list its position in staticArgnums';

/** What callers may pass where a function sees `T`: numbers and typed arrays stand in for arrays. Idempotent. */
export type Input<T> = NDArray extends T
  ? T | number | TypedArray
  : T extends NDArray
    ? T | number | TypedArray
    : T extends Static
      ? T
      : T extends number
        ? NumberInTracedPosition
        : T extends TypedArray
          ? T
          : T extends object
            ? { [K in keyof T]: Input<T[K]> }
            : T;

/** The argument list of a lifted function; positions in `S` are static and pass through. */
export type Inputs<A extends readonly unknown[], S extends number = never> = {
  [K in keyof A]: K extends `${S}` ? A[K] : Input<A[K]>;
};

/** The gradient with respect to the arguments at `N`: one, or a tuple in the order asked. */
export type Gradient<A extends readonly unknown[], N extends number | readonly number[]> = N extends readonly number[]
  ? { -readonly [K in keyof N]: N[K] extends number ? A[N[K]] : never }
  : N extends number
    ? A[N]
    : never;
