/** The input that a class or a channel likes best. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { valueAndGrad } from '../grad.ts';
import { jit } from '../jit.ts';
import type { Layer } from '../nn/layer.ts';
import { abs, add, clip, divide, multiply, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { diff } from '../operations/differences.ts';
import { asFloat } from '../operations/promotion.ts';
import { mean } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { reshape } from '../operations/manipulation.ts';
import type { Key } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import { scan } from '../scan.ts';
import { activationAt } from './grad-cam.ts';
import { scoresOf } from './score.ts';

/** What is to be great: the score of a class, or the mean of a channel (the last axis) of what a part gives. */
export type Target = { readonly class: number } | { readonly path: string; readonly channel: number };

export interface MaximizationOptions {
  /** How many steps of ascent; default 100. */
  readonly steps?: number;
  /** How far a step goes, in root mean square of the input; default 0.1. */
  readonly learningRate?: number;
  /** For the noise from which the way begins; needed without `start`. */
  readonly key?: Key;
  /** Where the way begins, one example; default small noise. */
  readonly start?: NDArray;
  readonly regularisation?: {
    /** Weight of the mean square; default 0.01. */
    readonly l2?: number;
    /** Weight of the mean absolute difference of neighbours, for inputs `[h, w, c]`; default 0. */
    readonly totalVariation?: number;
  };
  /** Bounds that the input keeps; default none. */
  readonly range?: readonly [low: number, high: number];
}

/** The input found, and the score before each step and at the end. */
export interface Maximized {
  readonly x: NDArray;
  /** `[steps + 1]`, without regularisation. */
  readonly scores: NDArray;
}

const startOf = (inputShape: Shape, { key, start }: MaximizationOptions): NDArray => {
  if (start !== undefined) {
    if (start.shape.join() === inputShape.join()) return asFloat(start);
    throw new ShapeError(
      `activationMaximization: expected a start of the shape of one example, [${inputShape.join(',')}], got [${start.shape.join(',')}]. Leave out the batch axis.`,
      'shape.explain',
    );
  }
  if (key === undefined)
    throw new FluxionError(
      'explain.key',
      'activationMaximization: expected a key or a start, got neither. The way begins at noise, which needs a key.',
    );
  return multiply(normal(key, inputShape), 0.1);
};

const targetOf =
  <P, S>(model: Layer<P, S>, params: P, state: S, target: Target): ((x: NDArray) => NDArray) =>
  (x) => {
    if ('class' in target)
      return scoresOf('activationMaximization', model.apply(params, state, x, {})[0], target.class);
    const found = activationAt('activationMaximization', model, params, state, x, target.path);
    return mean(scoresOf('activationMaximization', found, target.channel));
  };

/** The mean absolute difference between neighbours down and across. */
const totalVariation = (x: NDArray): NDArray => add(mean(abs(diff(x, { axis: -3 }))), mean(abs(diff(x, { axis: -2 }))));

/**
 * The input for which a class score or the mean of a channel is great, by gradient ascent from noise with steps of one length (Erhan et al.
 * 2009; Simonyan, Vedaldi and Zisserman 2014, section 2, with its L2 term): what a class or a filter looks for. Compiled as one loop.
 * @param inputShape the shape of one example
 */
export const activationMaximization = <P, S>(
  model: Layer<P, S>,
  params: P,
  state: S,
  inputShape: Shape,
  target: Target,
  options: MaximizationOptions = {},
): Maximized => {
  const {
    steps = 100,
    learningRate = 0.1,
    regularisation: { l2 = 0.01, totalVariation: tv = 0 } = {},
    range,
  } = options;
  const start = startOf(inputShape, options);
  const climb = jit((from: NDArray) => {
    const score = targetOf(model, params, state, target);
    const objective = (x: NDArray): readonly [NDArray, NDArray] => {
      const value = score(x);
      const penalty = multiply(mean(square(x)), l2);
      return [subtract(subtract(value, penalty), tv === 0 ? 0 : multiply(totalVariation(x), tv)), value];
    };
    const ascend = (x: NDArray): readonly [NDArray, NDArray] => {
      const [[, value], slope] = valueAndGrad(objective, { hasAux: true })(x);
      const length = add(sqrt(mean(square(slope))), 1e-12);
      const next = add(x, multiply(divide(slope, length), learningRate));
      return [range === undefined ? next : clip(next, ...range), value];
    };
    const [x, scores] = scan(ascend, from, null, { length: steps });
    return { x, scores: concatenate([scores, reshape(score(x), [1])]) };
  });
  return climb(start);
};
