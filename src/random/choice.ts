/** Choosing among things: categories, orders, samples with and without replacement. */
import { DTypeError, FluxionError } from '../array/errors.ts';
import { type ArrayLike, isNDArray, withWeak, type NDArray } from '../array/ndarray.ts';
import { showType, sizeOf, type Shape } from '../array/type.ts';
import { axisOf } from '../operations/axes.ts';
import { take } from '../operations/indexing.ts';
import { asFloat } from '../operations/promotion.ts';
import { add, convert, mul, neg, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape, transpose } from '../primitives/broadcast.ts';
import { cumsum } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { log } from '../primitives/exponential.ts';
import { iota } from '../primitives/iota.ts';
import { lt } from '../primitives/logic.ts';
import { argmax } from '../primitives/reduction.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { bits, split, type Key } from './key.ts';
import { gumbel, randint, uniform } from './sample.ts';

const refuse = (message: string): never => {
  throw new FluxionError('random.choice', message);
};

/** The positions of the `count` largest along the last axis, the first of equals first. */
const largest = (x: NDArray, count: number): NDArray => {
  const order = sort([neg(x), iota({ dtype: 'int32', shape: x.shape }, x.ndim - 1)], x.ndim - 1)[1] ?? x;
  return sliceAxis(order, x.ndim - 1, 0, count);
};

export interface CategoricalOptions {
  /** The axis of classes; -1 unless said. */
  readonly axis?: number;
  /** Of the result: it ends with the shape of the other axes, which it is unless said. */
  readonly shape?: Shape;
  /** Whether a class may be drawn more than once over the leading axes that `shape` adds. Default true. */
  readonly replace?: boolean;
}

/** The axis of classes brought to the end. */
const classesLast = (logits: NDArray, axis: number): NDArray => {
  const order = logits.shape.map((_, a) => a).filter((a) => a !== axis);
  return transpose(logits, [...order, axis]);
};

/** A class along an axis of `logits`, with probability softmax(logits); int32. Without replacement by the largest perturbed logits. */
export const categorical = (key: Key, logits: NDArray, options: CategoricalOptions = {}): NDArray => {
  if (logits.ndim < 1 || (logits.dtype !== 'float32' && logits.dtype !== 'float64'))
    throw new DTypeError('categorical: expected float logits with an axis of classes. Convert with astype.');
  const axis = axisOf('categorical', logits.type, options.axis ?? -1);
  const batch = logits.shape.filter((_, a) => a !== axis);
  const shape = options.shape ?? batch;
  const prefix = shape.slice(0, shape.length - batch.length);
  if (shape.slice(prefix.length).join() !== batch.join())
    return refuse(
      `categorical: expected a shape that ends with [${batch.join(', ')}], got [${shape.join(', ')}]. Put further axes in front.`,
    );
  if (options.replace === false) return withoutReplacement(key, classesLast(logits, axis), prefix);
  const full = [...prefix, ...logits.shape];
  const spread = broadcast(
    logits,
    full,
    logits.shape.map((_, a) => a + prefix.length),
  );
  return argmax(add(gumbel(key, full, logits.dtype), spread), axis + prefix.length);
};

const withoutReplacement = (key: Key, logits: NDArray, prefix: Shape): NDArray => {
  const [count, classes] = [sizeOf(prefix), logits.shape.at(-1) ?? 0];
  if (count > classes)
    return refuse(`categorical: expected at most ${classes} draws without replacement, got ${count}. Draw fewer.`);
  const dtype = logits.dtype === 'float64' ? 'float64' : 'float32';
  const drawn = largest(add(gumbel(key, logits.shape, dtype), logits), count);
  const batch = logits.shape.slice(0, -1);
  const last = batch.length;
  return reshape(transpose(drawn, [last, ...batch.map((_, a) => a)]), [...prefix, ...batch]);
};

/** Sorted by random words, as often as it takes that ties do not show. */
const shuffled = (key: Key, x: NDArray, axis: number): NDArray => {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let [order, rest] = [x, key];
  for (let round = 0; round < rounds; round++) {
    const [next, use] = split(rest);
    rest = next;
    order = sort([bits(use, x.shape), order], axis)[1] ?? order;
  }
  return order;
};
const counting = (n: number): NDArray => iota({ dtype: 'int32', shape: [n] }, 0);

export interface PermutationOptions {
  /** Along which axis; 0 unless said. */
  readonly axis?: number;
  /** Whether every lane gets an order of its own instead of slices moving as a whole. */
  readonly independent?: boolean;
}

/** A random order: of 0 .. n - 1 (int32) for a number, of the slices along an axis for an array. */
export const permutation = (
  key: Key,
  x: number | NDArray,
  { axis = 0, independent }: PermutationOptions = {},
): NDArray => {
  if (typeof x === 'number') return shuffled(key, counting(x), 0);
  const along = axisOf('permutation', x.type, axis);
  if (independent === true || x.ndim === 1) return shuffled(key, x, along);
  return take(x, shuffled(key, counting(x.shape[along] ?? 0), 0), along);
};

/** The elements along an axis in random orders, one for each lane. */
export const shuffle = (key: Key, x: NDArray, axis = 0): NDArray => permutation(key, x, { axis, independent: true });

export interface ChoiceOptions {
  readonly shape?: Shape;
  /** Whether one may be drawn more than once. Default true. */
  readonly replace?: boolean;
  /** The probabilities, summing to 1; all equal unless said. */
  readonly p?: ArrayLike;
  readonly axis?: number;
}

/** Positions drawn with probabilities: where a uniform number falls among the running sums, or the largest perturbed logarithms. */
const weighted = (key: Key, n: number, shape: Shape, p: ArrayLike, replace: boolean): NDArray => {
  const chances = withWeak(asFloat(p), false);
  if (chances.ndim !== 1 || chances.size !== n)
    return refuse(`choice: expected ${n} probabilities, got ${showType(chances.type)}. Give one for each.`);
  const dtype = chances.dtype === 'float64' ? 'float64' : 'float32';
  if (!replace) return reshape(largest(add(gumbel(key, [n], dtype), log(chances)), sizeOf(shape)), shape);
  const sums = cumsum(chances, 0);
  const total = broadcast(reshape(sliceAxis(sums, 0, n - 1, n), []), shape, []);
  const u = uniform(key, shape, { dtype });
  const r = mul(total, sub(like(u, 1), u));
  const full = [...shape, n];
  const isBelow = lt(
    broadcast(sums, full, [shape.length]),
    broadcast(
      r,
      full,
      shape.map((_, a) => a),
    ),
  );
  return reduceSum(convert(isBelow, 'int32'), [shape.length]);
};

/** Random elements of 0 .. a - 1 for a number, of the slices along an axis for an array; with `p`, by these probabilities. */
export const choice = (key: Key, a: number | NDArray, options: ChoiceOptions = {}): NDArray => {
  const { shape = [], replace = true, p } = options;
  const axis = isNDArray(a) ? axisOf('choice', a.type, options.axis ?? 0) : 0;
  const n = isNDArray(a) ? (a.shape[axis] ?? 0) : a;
  const count = sizeOf(shape);
  if (n <= 0 && count > 0) return refuse('choice: expected something to choose from, got nothing. Pass more than 0.');
  if (!replace && count > n)
    return refuse(
      `choice: expected at most ${n} draws without replacement, got ${count}. Draw fewer, or with replacement.`,
    );
  const positions =
    p !== undefined
      ? weighted(key, n, shape, p, replace)
      : replace
        ? randint(key, shape, 0, n)
        : reshape(sliceAxis(permutation(key, n), 0, 0, count), shape);
  return isNDArray(a) ? take(a, positions, axis) : positions;
};
