/** Fully connected layers and the flattening before them. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showShape, sizeOf } from '../array/type.ts';
import { add } from '../operations/arithmetic.ts';
import { reshape } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { split } from '../random/key.ts';
import { glorotUniform, zeros, type Initializer } from './initializer.ts';
import type { Layer } from './layer.ts';

export interface DenseParams {
  /** `[inputs, outputs]` */
  readonly kernel: NDArray;
  /** `[outputs]` */
  readonly bias: NDArray;
}

export interface DenseOptions {
  readonly kernel?: Initializer;
  readonly bias?: Initializer;
}

/** `x @ kernel + bias` on the last axis: `[..., inputs] -> [..., units]`. */
export const dense = (
  units: number,
  { kernel = glorotUniform(), bias = zeros }: DenseOptions = {},
): Layer<DenseParams, null> => ({
  anatomy: { kind: 'dense', settings: { units } },
  init: (key, inputShape) => {
    const inputs = inputShape.at(-1);
    if (inputs === undefined)
      throw new ShapeError(
        'dense: expected examples of at least one axis, got scalars. Reshape them to [1].',
        'shape.dense',
      );
    const [k, b] = split(key);
    return {
      params: { kernel: kernel(k, [inputs, units]), bias: bias(b, [units]) },
      state: null,
      outputShape: [...inputShape.slice(0, -1), units],
    };
  },
  apply: (params, state, x) => [add(matmul(x, params.kernel), params.bias), state],
});

/** The last `rank` axes as one: `[..., a, b, c] -> [..., a b c]`. */
export const flatten = (rank = 3): Layer<null, null> => ({
  anatomy: { kind: 'flatten' },
  init: (_, inputShape) => {
    if (inputShape.length !== rank)
      throw new ShapeError(
        `flatten: expected examples of ${rank} axes, got ${showShape(inputShape)}. Say flatten(${inputShape.length}).`,
        'shape.flatten',
      );
    return { params: null, state: null, outputShape: [sizeOf(inputShape)] };
  },
  apply: (_, state, x) => [
    reshape(x, [...x.shape.slice(0, x.ndim - rank), sizeOf(x.shape.slice(x.ndim - rank))]),
    state,
  ],
});
