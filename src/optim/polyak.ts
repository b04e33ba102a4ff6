/** Polyak's step size, from the value of the loss. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { add, div, max, min, sub } from '../primitives/arithmetic.ts';
import { gt } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { choose, double, times, type Scalar } from './leaf.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import { chain, required, type Chained, type GradientTransformation, type Nothing } from './transformation.ts';
import { norm } from './tree-arithmetic.ts';

export interface PolyakOptions {
  /** The least value that the loss can have. Default 0. */
  readonly fMin?: Scalar;
  /** The largest step size. Default 1. */
  readonly maxLearningRate?: Scalar;
  /** Added to the squared norm of the gradient. Default 0. */
  readonly eps?: Scalar;
  /** Whether a value below `fMin` counts as `fMin` (SPS+), so that no step goes uphill. Default false. */
  readonly isPositive?: boolean;
}
/**
 * Gradients times `min((value - fMin) / (|g|^2 + eps), maxLearningRate)` (Loizou et al. 2021, equation 3, SPS max with c = 1); 0 where the gradient
 * is 0. Asks `update` for `{ value }`.
 */
export const scaleByPolyak = ({
  fMin = 0,
  maxLearningRate = 1,
  eps = 0,
  isPositive = false,
}: PolyakOptions = {}): GradientTransformation<Nothing> => ({
  init: () => null,
  update: (gradients, memory, _, extra) => {
    const gap = sub(double(required('scaleByPolyak', extra, 'value')), double(fMin));
    const size = add(double(norm(gradients, { isSquared: true })), double(eps));
    const zero = splat(size.type, 0);
    const isMoving = gt(size, zero);
    const step = min(
      div(isPositive ? max(gap, zero) : gap, choose(isMoving, size, double(1))),
      double(maxLearningRate),
    );
    const factor = choose(isMoving, step, zero);
    return [map((g: NDArray) => times(g, factor), gradients), memory];
  },
});

/** Gradient descent with Polyak's step size: see `scaleByPolyak`. `learningRate` (default 1) multiplies it. */
export const polyakSgd = ({
  learningRate = 1,
  ...options
}: PolyakOptions & { readonly learningRate?: Rate } = {}): GradientTransformation<
  Chained<readonly [Nothing, RateKind]>
> => chain(scaleByPolyak(options), scaleByLearningRate(learningRate));
