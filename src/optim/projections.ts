/** The nearest points of sets, in the Euclidean norm: a tree is a vector of all its elements. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { abs, add, convert, div, max, min, mul, sign, sub } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { cumsum } from '../primitives/cumulation.ts';
import { iota } from '../primitives/iota.ts';
import { le } from '../primitives/logic.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { reverse } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { nth } from '../primitives/record.ts';
import { map } from '../tree/traverse.ts';
import { choose, cut, double, fill, times, type Scalar } from './leaf.ts';
import { norm, scale, vdot } from './tree-arithmetic.ts';
import { globalNorm, ravel } from './vector.ts';

const allowed = (name: string, what: string, value: Scalar, least: number): void => {
  if (!isNDArray(value) && !(value >= least))
    throw new FluxionError(
      'optim.projection',
      `${name}: expected ${what} from ${least}, got ${value}. The set would be empty.`,
    );
};

/** A bound for all elements, or a tree of bounds. */
export type Bound<P> = Scalar | P;
const bounded = <P>(bound: Bound<P>, tree: P): P =>
  typeof bound === 'number' || (isNDArray(bound) && bound.ndim === 0)
    ? map((x: NDArray) => fill(bound, x), tree)
    : (bound as P); // sound: what is no scalar has the structure of the tree

/** Each element between `lower` and `upper`. */
export const projectionBox = <P>(tree: P, lower: Bound<P>, upper: Bound<P>): P =>
  map((x: NDArray, a: NDArray, b: NDArray) => min(max(x, a), b), tree, bounded(lower, tree), bounded(upper, tree));

/** Each element at least 0. */
export const projectionNonNegative = <P>(tree: P): P => map((x: NDArray) => max(x, fill(0, x)), tree);

/** The shift under which the positive parts of a vector have the sum `value` (Duchi et al. 2008, Figure 1). */
const shift = (x: NDArray, value: Scalar): NDArray => {
  const falling = reverse(nth(sort([x], 0), 0), [0]);
  const ranks = add(convert(iota({ dtype: 'int32', shape: x.shape }, 0), x.dtype), fill(1, x));
  const shifts = div(sub(cumsum(falling, 0), fill(value, x)), ranks);
  // The shifts rise as long as the elements are above them, and fall from there on: the largest is the one.
  return reduceMax(shifts, [0]);
};

/** Elements from 0 with the sum `value` (default 1): the probability simplex. An empty tree is left as it is. */
export const projectionSimplex = <P>(tree: P, value: Scalar = 1): P => {
  allowed('projectionSimplex', 'a value', value, 0);
  const [x, unravel] = ravel(tree);
  if (x.size === 0) return tree;
  const by = shift(x, value);
  return unravel(max(sub(x, fill(by, x)), fill(0, x)));
};

/** Sum of absolute values at most `value` (Duchi et al. 2008, section 4). */
export const projectionL1Ball = <P>(tree: P, value: Scalar = 1): P => {
  allowed('projectionL1Ball', 'a radius', value, 0);
  const [x, unravel] = ravel(tree);
  if (x.size === 0) return tree;
  const sizes = abs(x);
  const by = shift(sizes, value);
  const total = reduceSum(sizes, [0]);
  const near = mul(sign(x), max(sub(sizes, fill(by, x)), fill(0, x)));
  return unravel(choose(le(total, fill(value, total)), x, near));
};

/** Euclidean norm at most `value`. */
export const projectionL2Ball = <P>(tree: P, value: Scalar = 1): P => {
  allowed('projectionL2Ball', 'a radius', value, 0);
  const size = double(globalNorm(tree));
  const isIn = le(size, double(value));
  return scale(choose(isIn, double(1), div(double(value), max(size, double(Number.MIN_VALUE)))), tree);
};

/** Absolute values at most `value`. */
export const projectionLinfBall = <P>(tree: P, value: Scalar = 1): P => {
  allowed('projectionLinfBall', 'a radius', value, 0);
  return map((x: NDArray) => cut(x, value), tree);
};

/** The multiple of `normal` that leads from the tree to the plane. */
const excess = <P>(tree: P, normal: P, offset: Scalar): NDArray =>
  div(sub(double(vdot(normal, tree)), double(offset)), double(norm(normal, { isSquared: true })));
const moved = <P>(tree: P, normal: P, by: NDArray): P =>
  map((x: NDArray, a: NDArray) => sub(x, times(a, by)), tree, normal);

/** `<normal, x> = offset`. The normal is not 0. */
export const projectionHyperplane = <P>(tree: P, normal: P, offset: Scalar): P =>
  moved(tree, normal, excess(tree, normal, offset));
/** `<normal, x> <= offset`. The normal is not 0. */
export const projectionHalfspace = <P>(tree: P, normal: P, offset: Scalar): P =>
  moved(tree, normal, max(excess(tree, normal, offset), double(0)));
