/** Layers made of dense ones: Rosenblatt's unit, several in a row, and slopes that are learned. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { step } from './activation/threshold.ts';
import { prelu, relu } from './activation/rectified.ts';
import { serial } from './combine.ts';
import { dense, type DenseOptions, type DenseParams } from './dense.ts';
import { constant, type Initializer } from './initializer.ts';
import { lambda, type AnyLayer, type Layer } from './layer.ts';

/** `step(x @ kernel + bias)`: 1 where the sum is at least 0, else 0 (Rosenblatt 1958). Its derivative is 0 everywhere; it learns by the perceptron's rule. */
export const perceptron = (units = 1, options: DenseOptions = {}): Layer<DenseParams, null> => {
  const sum = dense(units, options);
  return {
    ...sum,
    anatomy: { kind: 'perceptron', settings: { units } },
    apply: (params, state, x, context) => [step(sum.apply(params, state, x, context)[0]), state],
  };
};

export interface MlpOptions extends DenseOptions {
  /** Between the layers. Default `relu`. */
  readonly activation?: (x: NDArray) => NDArray;
  /** Behind the last layer. Default none. */
  readonly output?: (x: NDArray) => NDArray;
}

/** The parameters of each dense layer, with null for the activations between. */
export type MlpParams = readonly (DenseParams | null)[];

/**
 * Dense layers of these sizes with an activation between: `mlp([128, 10])` is `serial(dense(128), relu, dense(10))`.
 *
 * @example mlp([64, 64, 1], { activation: tanh })
 */
export const mlp = (
  sizes: readonly number[],
  { activation = relu, output, ...options }: MlpOptions = {},
): Layer<MlpParams, readonly null[]> => {
  if (sizes.length === 0)
    throw new FluxionError('nn.mlp', 'mlp: expected at least one size, got none. The last is that of the output.');
  const same = (shape: readonly number[]): readonly number[] => shape;
  const layers = sizes.flatMap((units, i): readonly Layer<DenseParams | null, null>[] => {
    const act = i + 1 < sizes.length ? activation : output;
    const sum = dense(units, options) as Layer<DenseParams | null, null>; // sound: given back what it gave
    return act === undefined ? [sum] : [sum, { ...lambda(act, same), anatomy: { kind: act.name } } as typeof sum];
  });
  return serial(...(layers as readonly AnyLayer[] as readonly [])) as unknown as Layer<MlpParams, readonly null[]>; // sound: a list of such layers
};

export interface ParametricReluParams {
  /** The slope below 0, for each channel. */
  readonly slope: NDArray;
}

/** `prelu`: `x` from 0 on, `slope x` below, with a slope learned for each channel of the last axis (He et al. 2015, eq. 1). Default start 0.25. */
export const parametricRelu = (start: Initializer = constant(0.25)): Layer<ParametricReluParams, null> => ({
  anatomy: { kind: 'parametricRelu' },
  init: (key, inputShape) => {
    const channels = inputShape.at(-1);
    if (channels === undefined)
      throw new ShapeError(
        'parametricRelu: expected examples of at least one axis, got scalars. Reshape them to [1].',
        'shape.layer',
      );
    return { params: { slope: start(key, [channels]) }, state: null, outputShape: inputShape };
  },
  apply: (params, state, x) => [prelu(x, params.slope), state],
});
