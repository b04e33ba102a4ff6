/** The types of trees: what is a leaf, what is static, and what mapping does. */
import type { TypedArray } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Leaf } from './node.ts';

/** What stays as it is in trees: no derivative, no batch axis, part of the structure. */
export type Static = string | boolean | bigint | symbol | null | undefined | ((...args: never) => unknown);

/** The union of the types of the leaves of a tree. */
export type LeafOf<T> = unknown extends T
  ? Leaf
  : T extends NDArray | number | TypedArray
    ? T
    : T extends Static
      ? never
      : T extends readonly (infer Item)[]
        ? LeafOf<Item>
        : T extends object
          ? { [K in keyof T]-?: LeafOf<T[K]> }[keyof T]
          : never;

/** A tree of type `T` with a `B` at each leaf; static leaves as they were. */
export type Mapped<T, B> = T extends NDArray | number | TypedArray
  ? B
  : T extends Static
    ? T
    : T extends object
      ? { [K in keyof T]: Mapped<T[K], B> }
      : T;
