/** What may stand in an index expression, as types: `x.get('1:3', ids, null, '...')`. */
import type { TypedArray } from './dtype.ts';

type Bound = number | '';
/** A slice as NumPy writes it: `':'`, `'1:3'`, `'::-1'`, `` `${i}:${j}` ``. */
export type SliceText = `${Bound}:${Bound}` | `${Bound}:${Bound}:${Bound}`;
/** Nested lists of positions, or of booleans for a mask. */
export type IndexList<A> = readonly (number | boolean | A | IndexList<A>)[];

/**
 * What stands for one axis (a mask of rank `k` stands for `k` axes): a position, a slice, integer positions as an array
 * or list, a mask of booleans; `null` makes a new axis, `'...'` stands for all axes that are not mentioned.
 */
export type Index<A> = number | SliceText | '...' | null | A | TypedArray | IndexList<A>;

/** The last argument of an index expression. */
export interface IndexOptions {
  /**
   * What happens at positions out of range, after negative ones are counted from the end. `clip`: the nearest is meant. `fill` and `drop` (the
   * same): reads give `fillValue`, writes do nothing. `promiseInBounds`: it does not happen. Reads clip and writes drop
   * by default, as in JAX; a JavaScript number out of range is an error unless a mode is given.
   */
  readonly mode?: 'clip' | 'fill' | 'drop' | 'promiseInBounds';
  /** What reads give out of range: by default NaN, the least int, the largest unsigned integer, or true. Behind the end of a mask with `size`, 0. */
  readonly fillValue?: number;
  /** The number of elements that a mask selects: needed where its values are not known, as in jit. More are cut off. */
  readonly size?: number;
  /** A promise that positions ascend. Nothing here is faster for it. */
  readonly indicesAreSorted?: boolean;
  /** A promise that no position occurs twice, which the derivative of `multiply` in its values needs. */
  readonly uniqueIndices?: boolean;
}

/** The arguments of an index expression: one for each axis, then perhaps options. */
export type Indices<A> = readonly [] | readonly [...Index<A>[], Index<A> | IndexOptions];

/** The values a write takes. */
type Value<A> = A | number | boolean | TypedArray | readonly Value<A>[];

/**
 * Arrays like one but for what is written at an index expression. Values are broadcast to what `get` gives, and converted to the type of the
 * array. If a position occurs more than once, the last `set` counts, and all of the others do.
 */
export interface Updates<A> {
  get(): A;
  set(value: Value<A>): A;
  add(value: Value<A>): A;
  subtract(value: Value<A>): A;
  multiply(value: Value<A>): A;
  /** By the product of all divisors, as in JAX. */
  divide(value: Value<A>): A;
  min(value: Value<A>): A;
  max(value: Value<A>): A;
  /** To the product of all exponents, as in JAX. */
  power(value: Value<A>): A;
  /** `f` of what stands there, once even if a position occurs more than once. */
  apply(f: (values: A) => A): A;
}
