/** Searching sorted arrays, counting and finding distinct values. */
import { isFloat } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { type ArrayLike, splat, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add, convert, div, max, sub } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { cumsum } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { gather, scatter } from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { and, le, lt, ne, not, or, select } from '../primitives/logic.ts';
import { concatenate, reverse, sliceAxis } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { where } from './arithmetic.ts';
import { sizeFor, trueAt } from './nonzero.ts';
import { asOperand, promote } from './promotion.ts';
import * as r from './reduction.ts';

const isNaNAt = (x: NDArray): NDArray => ne(x, x);
const int = (shape: readonly number[], value: number): NDArray => splat({ dtype: 'int32', shape }, value);
const vector = (name: string, x: NDArray): NDArray => {
  if (x.ndim !== 1)
    throw new ShapeError(`${name}: expected an array of rank 1, got ${showType(x.type)}. Use ravel.`, 'shape.rank');
  return x;
};
/** The elements of a vector at positions. */
const pick = (x: NDArray, at: NDArray): NDArray => gather(x, reshape(at, [...at.shape, 1]), { batch: 0, mode: 'clip' });

export interface SearchOptions {
  /** Where to stand among equal elements: before them (`left`, the default) or behind. */
  readonly side?: 'left' | 'right';
}

/** For each value the int32 position in a sorted vector before which it would have to be inserted; NaN is the largest. Binary search. */
export const searchsorted = (sorted: ArrayLike, values: ArrayLike, { side = 'left' }: SearchOptions = {}): NDArray => {
  const [a = asOperand(sorted), v = asOperand(values)] = promote(sorted, values);
  const extent = vector('searchsorted', a).size;
  if (extent === 0) return int(v.shape, 0);
  const isBefore = (x: NDArray): NDArray =>
    side === 'left' ? or(lt(x, v), and(isNaNAt(v), not(isNaNAt(x)))) : or(le(x, v), isNaNAt(v));
  let [low, high] = [int(v.shape, 0), int(v.shape, extent)];
  for (let steps = Math.ceil(Math.log2(extent + 1)); steps > 0; steps--) {
    const middle = div(add(low, high), like(low, 2));
    const isOpen = lt(low, high);
    const isHigher = isBefore(pick(a, middle));
    const next = select(and(isOpen, isHigher), add(middle, like(middle, 1)), low);
    high = select(and(isOpen, not(isHigher)), middle, high);
    low = next;
  }
  return low;
};

/** For each value the number of the bin it falls into: `bins[i - 1] <= x < bins[i]`, or `bins[i - 1] < x <= bins[i]` with `right`. Bins ascend or descend. */
export const digitize = (value: ArrayLike, bins: ArrayLike, right = false): NDArray => {
  const b = vector('digitize', asOperand(bins));
  const side = right ? 'left' : 'right';
  const up = searchsorted(b, value, { side });
  if (b.size < 2) return up;
  const down = sub(like(up, b.size), searchsorted(reverse(b, [0]), value, { side }));
  const isUp = le(pick(b, int([], 0)), pick(b, int([], b.size - 1)));
  return where(isUp, up, down);
};

export interface BincountOptions {
  /** What each element counts; 1 by default. */
  readonly weights?: ArrayLike;
  /** The number of bins, needed where the values are not known, as in jit. Larger values are not counted. */
  readonly length?: number;
  /** The least number of bins without `length`. */
  readonly minlength?: number;
}

/** How often each of 0, 1, 2, ... occurs in a vector of integers. Negative values count as 0, as in JAX. */
export const bincount = (value: ArrayLike, { weights, length, minlength = 0 }: BincountOptions = {}): NDArray => {
  const x = vector('bincount', asOperand(value));
  if (!Array.isArray(value) && isFloat(x.dtype))
    throw new DTypeError(`bincount: expected integers, got ${showType(x.type)}. Convert with astype('int32').`);
  const at = max(convert(x, 'int32'), int(x.shape, 0));
  const bins =
    length ?? Math.max(minlength, x.size === 0 ? 0 : sizeFor('bincount', r.max(at), undefined, 'length') + 1);
  const counts = weights === undefined ? int(x.shape, 1) : asOperand(weights);
  return scatter(splat({ dtype: counts.dtype, shape: [bins] }, 0), reshape(at, [x.size, 1]), counts, {
    batch: 0,
    combine: 'add',
    unique: false,
  });
};

export interface UniqueOptions {
  /** How many there are: more are cut off. Needed where the values are not known, as in jit. */
  readonly size?: number;
  /** What stands for those that lack; by default the least. */
  readonly fillValue?: number;
  /** Also the positions at which each occurs first. */
  readonly returnIndex?: boolean;
  /** Also for each element the position of its value, in the shape of the array. */
  readonly returnInverse?: boolean;
  /** Also how often each occurs. */
  readonly returnCounts?: boolean;
}
type Flag<O, K extends string> = O extends { readonly [key in K]: true } ? readonly [NDArray] : readonly [];
/** The values alone, or in a tuple with what else was asked for. */
export type Unique<O> = O extends
  | { readonly returnIndex: true }
  | { readonly returnInverse: true }
  | { readonly returnCounts: true }
  ? readonly [NDArray, ...Flag<O, 'returnIndex'>, ...Flag<O, 'returnInverse'>, ...Flag<O, 'returnCounts'>]
  : NDArray;

/** A vector sorted, the positions from which its elements come, and where a new value begins. NaN equals NaN. */
const runsOf = (x: NDArray): { readonly sorted: NDArray; readonly order: NDArray; readonly isFirst: NDArray } => {
  const [sorted = x, order = x] = sort([x, iota({ dtype: 'int32', shape: x.shape }, 0)], 0);
  if (x.size === 0) return { sorted, order, isFirst: splat({ dtype: 'bool', shape: [0] }, 0) };
  const [before, after] = [sliceAxis(sorted, 0, 0, x.size - 1), sliceAxis(sorted, 0, 1, x.size)];
  const differs = and(ne(before, after), not(and(isNaNAt(before), isNaNAt(after))));
  return { sorted, order, isFirst: concatenate([splat({ dtype: 'bool', shape: [1] }, 1), differs], 0) };
};

/** The distinct values of all elements, ascending; see `UniqueOptions` for what else there is. */
export const unique = <const O extends UniqueOptions = object>(value: ArrayLike, options?: O): Unique<O> => {
  const x = asOperand(value);
  const {
    size,
    fillValue,
    returnIndex = false,
    returnInverse = false,
    returnCounts = false,
  }: UniqueOptions = options ?? {};
  const { sorted, order, isFirst } = runsOf(reshape(x, [x.size]));
  const count = sizeFor('unique', isFirst, size);
  const { at, real } = trueAt(isFirst, count);
  const group = sub(cumsum(convert(isFirst, 'int32'), 0), int([x.size], 1));
  const start = x.size === 0 ? at : select(real, at, like(at, 0));
  const found = pick(sorted, start);
  const put = (indices: NDArray, updates: NDArray, extent: number, combine: 'add' | 'set'): NDArray =>
    scatter(int([extent], 0), reshape(indices, [x.size, 1]), updates, { batch: 0, combine, unique: combine === 'set' });
  const values = fillValue === undefined ? found : select(real, found, like(found, fillValue));
  const others = [
    ...(returnIndex ? [pick(order, start)] : []),
    ...(returnInverse ? [reshape(put(order, group, x.size, 'set'), x.shape)] : []),
    ...(returnCounts ? [put(group, int([x.size], 1), count, 'add')] : []),
  ];
  // Sound: the type says the same of the options.
  return (others.length === 0 ? values : [values, ...others]) as Unique<O>;
};
