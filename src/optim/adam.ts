/** Adam (Kingma and Ba 2014, Algorithm 1). */
import { splat, type NDArray } from '../array/ndarray.ts';
import { add, convert, div, mul, neg } from '../primitives/arithmetic.ts';
import { expm1, sqrt } from '../primitives/exponential.ts';
import { map } from '../tree/traverse.ts';
import {
  chain,
  scaleByLearningRate,
  spreadScalar,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type RateKind,
} from './transformation.ts';

/** Adam's memory: the number of steps, and running means of gradients and of their squares. */
export interface MomentsOf<P> {
  readonly count: NDArray;
  readonly mean: P;
  readonly square: P;
}
export interface Moments extends MemoryKind {
  readonly memory: MomentsOf<this['params']>;
}

export interface AdamOptions {
  /** Decay of the running mean. Default 0.9. */
  readonly b1?: number;
  /** Decay of the running mean of squares. Default 0.999. */
  readonly b2?: number;
  /** Added to the root, outside of it. Default 1e-8. */
  readonly eps?: number;
}

const blend =
  (rate: number) =>
  (m: NDArray, g: NDArray): NDArray =>
    add(mul(m, splat(m.type, rate)), mul(g, splat(g.type, 1 - rate)));

/** Adam's rescaling of gradients by running moments, with bias correction; `eps` stands outside the root, as in Optax. */
export const scaleByAdam = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
}: AdamOptions = {}): GradientTransformation<Moments> => ({
  init: (params) => ({
    count: splat({ dtype: 'float32', shape: [] }, 0),
    mean: map((p: NDArray) => splat(p.type, 0), params),
    square: map((p: NDArray) => splat(p.type, 0), params),
  }),
  update: (gradients, memory) => {
    const count = add(memory.count, splat(memory.count.type, 1));
    const mean = map(blend(b1), memory.mean, gradients);
    const square = map(
      blend(b2),
      memory.square,
      map((g: NDArray) => mul(g, g), gradients),
    );
    // 1 - rate^count without cancellation, as a double: it is one number.
    const steps = convert(count, 'float64');
    const correction = (rate: number): NDArray => neg(expm1(mul(steps, splat(steps.type, Math.log(rate)))));
    const [c1, c2] = [correction(b1), correction(b2)];
    const step = (m: NDArray, v: NDArray): NDArray =>
      div(div(m, spreadScalar(c1, m)), add(sqrt(div(v, spreadScalar(c2, v))), splat(v.type, eps)));
    return [map(step, mean, square), { count, mean, square }];
  },
});

/** Adam with a learning rate. */
export const adam = (
  learningRate: number,
  options: AdamOptions = {},
): GradientTransformation<Chained<readonly [Moments, RateKind]>> =>
  chain(scaleByAdam(options), scaleByLearningRate(learningRate));
