/** Weighted means. */
import type { Axis, ReduceOptions } from '../array/methods.ts';
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { sameShape, showType } from '../array/type.ts';
import { div, mul } from '../primitives/arithmetic.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { optionsFrom, axesFrom } from './axes.ts';
import { broadcastTo } from './manipulation.ts';
import { asFloat, promote } from './promotion.ts';
import { sum } from './reduction.ts';

export interface AverageOptions extends ReduceOptions {
  /** In the shape of the array, or one for each place of the one axis. Default 1. */
  readonly weights?: ArrayLike;
  /** Whether to return the sums of the weights too. */
  readonly returned?: boolean;
}

const weightsFor = (x: NDArray, w: NDArray, axes: readonly number[]): NDArray => {
  if (sameShape(w.shape, x.shape)) return w;
  const [axis] = axes;
  if (axes.length !== 1 || axis === undefined || w.ndim !== 1 || w.shape[0] !== x.shape[axis])
    throw new ShapeError(
      `average: expected weights for each element or along one axis of ${showType(x.type)}, got ${showType(w.type)}. Name the axis.`,
      'shape.weights',
    );
  return broadcast(w, x.shape, [axis]);
};

interface Average {
  (x: ArrayLike, options: AverageOptions & { readonly returned: true }): readonly [NDArray, NDArray];
  (x: ArrayLike, options?: Axis | (AverageOptions & { readonly returned?: false })): NDArray;
}
const averageOf = (value: ArrayLike, given?: Axis | AverageOptions): NDArray | readonly [NDArray, NDArray] => {
  const { axis = null, keepdims = false, weights, returned = false } = optionsFrom<AverageOptions>(given);
  const [x, w] = promote(asFloat(value), weights === undefined ? 1 : asFloat(weights)) as readonly [NDArray, NDArray]; // sound: two in, two out
  const each = weights === undefined ? like(x, 1) : weightsFor(x, w, axesFrom('average', x.type, axis));
  const total = sum(each, { axis, keepdims });
  const mean = div(sum(mul(x, each), { axis, keepdims }), total);
  return returned ? [mean, broadcastTo(total, mean.shape)] : mean;
};
/** The sum of products with weights, over the sum of the weights. */
export const average = averageOf as Average; // sound: a pair exactly when it is asked for
