/** The types of lifted functions: what a caller may pass, what a derivative gives back. */
import type { TypedArray } from './array/dtype.ts';
import type { NDArray } from './array/ndarray.ts';
import type { Key } from './random/key.ts';
import type { Mapped, Static } from './tree/type.ts';

/** Shown by the compiler where a function wants a number or typed array that a transformation would pass as an array. */
export type NumberInTracedPosition =
  'a transformation passes arrays: declare this NDArray, or list its position in staticArgnums';

/** What callers may pass where a function sees `T`: numbers and typed arrays stand in for arrays, but not for keys. Idempotent. */
export type Input<T> = NDArray extends T
  ? T | number | TypedArray
  : T extends Key | Static
    ? T
    : T extends NDArray
      ? T | number | TypedArray
      : T extends number | TypedArray
        ? NumberInTracedPosition
        : T extends object
          ? { [K in keyof T]: Input<T[K]> }
          : T;

/** The argument list of a lifted function; positions in `S` are static and pass through. */
export type Inputs<A extends readonly unknown[], S extends number = never> = {
  [K in keyof A]: K extends `${S}` ? A[K] : Input<A[K]>;
};

/** What comes back for a `T`: where callers may also pass numbers or typed arrays, arrays. The opposite of `Input`. */
export type Output<T> = unknown extends T
  ? T
  : T extends NDArray | Static
    ? T
    : T extends number | TypedArray
      ? never
      : T extends object
        ? { [K in keyof T]: Output<T[K]> }
        : T;

/** A tuple from its last item to its first. */
type Reversed<A extends readonly unknown[]> = A extends readonly [...infer Front, infer Last]
  ? [Last, ...Reversed<Front>]
  : [];

/** The argument at a position; negative ones count from the end, the last being -1. */
type At<A extends readonly unknown[], N extends number> = `${N}` extends `-${infer Back}`
  ? [never, ...Reversed<A>][Back & keyof [never, ...Reversed<A>]]
  : A[N];

/** The gradient with respect to the arguments at `N`: one, or a tuple in the order asked. */
export type Gradient<A extends readonly unknown[], N extends number | readonly number[]> = N extends readonly number[]
  ? { -readonly [K in keyof N]: N[K] extends number ? Output<At<A, N[K]>> : never }
  : N extends number
    ? Output<At<A, N>>
    : never;

/** The Jacobian of a result `R` with respect to the argument at `N`: a tree like the argument at each leaf of the result. */
export type Jacobian<R, A extends readonly unknown[], N extends number> = Mapped<R, Gradient<A, N>>;

/** An axis for all leaves of a `T`, or a tree of such that is a prefix of it; `null` is not mapped. */
export type AxesOf<T> =
  | number
  | null
  | (unknown extends T
      ? Axes
      : T extends NDArray | number | TypedArray | Static
        ? never
        : T extends object
          ? { readonly [K in keyof T]: AxesOf<T[K]> }
          : never);

/** Axes of a tree of which nothing is known. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };
