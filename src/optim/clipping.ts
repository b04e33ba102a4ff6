/** Gradients kept within bounds. */
import type { NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import { div, max, mul } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { sqrt } from '../primitives/exponential.ts';
import { lt, select } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { choose, cut, double, fill, over, squared, times, total, type Scalar } from './leaf.ts';
import { globalNorm } from './vector.ts';
import { stateless, type GradientTransformation, type Nothing } from './transformation.ts';

/** Updates cut to `[-maxDelta, maxDelta]`, element by element. */
export const clip = (maxDelta: Scalar): GradientTransformation<Nothing> =>
  stateless((updates) => map((u: NDArray) => cut(u, maxDelta), updates));

/** All updates shrunk together so that their norm is at most `maxNorm` (Pascanu, Mikolov and Bengio 2013, Algorithm 1). */
export const clipByGlobalNorm = (maxNorm: Scalar): GradientTransformation<Nothing> =>
  stateless((updates) => {
    const norm = double(globalNorm(updates));
    const isShort = lt(norm, double(maxNorm));
    return map((u: NDArray) => choose(isShort, u, times(over(u, norm), maxNorm)), updates);
  });

/** The root of the mean of squares of all elements; 0 of none. */
export const rootMeanSquare = (x: NDArray): NDArray => sqrt(over(total(squared(x)), Math.max(1, x.size)));

/** Each leaf shrunk so that the root mean square of its elements is at most `threshold` (Shazeer and Stern 2018, section 6). */
export const clipByBlockRms = (threshold: Scalar): GradientTransformation<Nothing> =>
  stateless((updates) =>
    map((u: NDArray) => {
      const ratio = over(rootMeanSquare(u), threshold);
      return over(u, max(fill(1, ratio), ratio));
    }, updates),
  );

/** The norm of each unit's weights, repeated over them: of a vector as a whole, else over all axes but the last. */
const unitNorm = (x: NDArray): NDArray => {
  const axes = x.ndim < 2 ? axesOf(x.shape) : axesOf(x.shape).slice(0, -1);
  const kept = x.ndim < 2 ? [] : [x.ndim - 1];
  return broadcast(sqrt(reduceSum(squared(x), axes)), x.shape, kept);
};

/**
 * Adaptive gradient clipping (Brock et al. 2021, equation 3): the gradient of each unit is at most `clipping` times the norm of the unit's
 * weights, which counts as at least `eps`. A unit is what feeds one output: the last axis. (Optax looks along axis 0 for three axes.)
 */
export const adaptiveGradClip = (clipping: Scalar, eps: Scalar = 1e-3): GradientTransformation<Nothing> =>
  stateless((updates, params) =>
    map(
      (g: NDArray, p: NDArray) => {
        const [size, weight] = [unitNorm(g), unitNorm(p)];
        const bound = times(max(weight, fill(eps, weight)), clipping);
        return select(lt(size, bound), g, mul(g, div(bound, max(size, fill(1e-6, size)))));
      },
      updates,
      params,
    ),
  );
