/** Layers whose kernels are divided by a norm of theirs at each use. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { divide, maximum, multiply, sqrt, square } from '../operations/arithmetic.ts';
import { matrixTranspose, matmul } from '../operations/products.ts';
import { reshape } from '../operations/manipulation.ts';
import { sum } from '../operations/reduction.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { foldIn, split } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import { leavesWithPath, mapWithPath } from '../tree/traverse.ts';
import type { KeyPath } from '../tree/path.ts';
import type { AnyLayer, Context, Layer } from './layer.ts';
import { isKernel } from './parameters.ts';
import { anatomyOf, applyPart, contexts, partsOf } from './parts.ts';

/** Arrays by the path of the kernel that they belong to, as in `conv.kernel`. */
export interface ByKernel {
  readonly [path: string]: NDArray;
}

const nameOf = (path: KeyPath): string => path.join('.');

const kernelsOf = (kind: string, params: unknown): readonly (readonly [path: string, kernel: NDArray])[] => {
  const kernels = leavesWithPath(params).flatMap(([path, leaf]): readonly (readonly [string, NDArray])[] =>
    isKernel(path) && isNDArray(leaf) && leaf.ndim > 0 ? [[nameOf(path), leaf]] : [],
  );
  if (kernels.length === 0)
    throw new FluxionError(
      'nn.norm',
      `${kind}: expected a layer with a parameter called kernel, got none. Wrap the layer that has it.`,
    );
  return kernels;
};

/** `params` with other kernels in it. */
const withKernels = <P>(params: P, change: (path: string, kernel: NDArray) => NDArray): P =>
  mapWithPath(
    (path, leaf: unknown) => (isKernel(path) && isNDArray(leaf) && leaf.ndim > 0 ? change(nameOf(path), leaf) : leaf),
    params,
  ) as P; // sound: arrays for arrays

/** Below this a norm counts as this, so that kernels of zeros stay so. */
const least = 1e-12;
const rooted = (squares: NDArray): NDArray => sqrt(maximum(squares, least ** 2));

/** The layer within, in a context of its own. */
const within = (
  layer: AnyLayer,
  params: unknown,
  state: unknown,
  x: unknown,
  context: Context,
): readonly [unknown, unknown] => {
  const [own = context] = contexts(context, ['layer']);
  return applyPart(layer, params, state, x, own);
};

export interface WeightNormParams<P> {
  /** The layer's own, whose kernels give directions alone. */
  readonly layer: P;
  /** The length of each column of each kernel, `[outputs]`. */
  readonly length: ByKernel;
}

const columnNorms = (kernel: NDArray): NDArray =>
  rooted(sum(square(kernel), { axis: Array.from({ length: kernel.ndim - 1 }, (_, i) => i) }));

/**
 * A layer whose kernels are directions and lengths learned apart: `w = length * v / |v|` for each output, the last axis of the kernel (Salimans and Kingma
 * 2016, eq. 2). It begins as the layer does. Kernels are the parameters whose names end in `kernel`.
 */
export const weightNorm = <P, S, In, Out>(layer: Layer<P, S, In, Out>): Layer<WeightNormParams<P>, S, In, Out> => {
  const inner = layer as unknown as AnyLayer; // sound: given back what it gave
  return {
    anatomy: anatomyOf('weightNorm', partsOf({ layer: inner })),
    init: (key, inputShape) => {
      const { params, state, outputShape } = layer.init(key, inputShape);
      const length = Object.fromEntries(
        kernelsOf('weightNorm', params).map(([path, kernel]) => [path, columnNorms(kernel)]),
      );
      return { params: { layer: params, length }, state, outputShape };
    },
    apply: (params, state, x, context) => {
      const used = withKernels(params.layer, (path, kernel) =>
        multiply(kernel, divide(params.length[path] ?? 1, columnNorms(kernel))),
      );
      return within(inner, used, state, x, context) as readonly [Out, S]; // sound: the layer's own result
    },
  };
};

export interface SpectralNormState<S> {
  readonly layer: S;
  /** For each kernel the unit vector on which it acts most strongly, as far as it is known. */
  readonly vector: ByKernel;
}

export interface SpectralNormOptions {
  /** Power iterations at each step of training. Default 1. */
  readonly iterations?: number;
}

const flat = (kernel: NDArray): NDArray => reshape(kernel, [-1, kernel.shape.at(-1) ?? 1]);
const unit = (v: NDArray): NDArray => divide(v, rooted(sum(square(v))));

/** `v <- W' W v / |W' W v|`, so many times. */
const iterated = (kernel: NDArray, vector: NDArray, times: number): NDArray => {
  const matrix = flat(kernel);
  return Array.from({ length: times }).reduce<NDArray>(
    (v) => unit(matmul(matrixTranspose(matrix), matmul(matrix, v))),
    vector,
  );
};

/**
 * A layer whose kernels are divided by their largest singular value, so that it stretches nothing by more than 1 (Miyato et al. 2018, algorithm 1). A kernel
 * counts as a matrix with its last axis as columns. The singular value is `|W v|`; the vector `v` is state and is improved by power iteration in training
 * only. No derivative passes through `v`.
 */
export const spectralNorm = <P, S, In, Out>(
  layer: Layer<P, S, In, Out>,
  { iterations = 1 }: SpectralNormOptions = {},
): Layer<P, SpectralNormState<S>, In, Out> => {
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new FluxionError(
      'nn.norm',
      `spectralNorm: expected at least 1 iteration, got ${iterations}. One for each step of training is usual.`,
    );
  const inner = layer as unknown as AnyLayer; // sound: given back what it gave
  return {
    anatomy: anatomyOf('spectralNorm', partsOf({ layer: inner }), { iterations }),
    init: (key, inputShape) => {
      const [own, drawn] = split(key);
      const { params, state, outputShape } = layer.init(own, inputShape);
      const vector = Object.fromEntries(
        kernelsOf('spectralNorm', params).map(([path, kernel], i) => [
          path,
          unit(normal(foldIn(drawn, i), [kernel.shape.at(-1) ?? 1])),
        ]),
      );
      return { params, state: { layer: state, vector }, outputShape };
    },
    apply: (params, state, x, context) => {
      const next: { [path: string]: NDArray } = {};
      const used = withKernels(params, (path, kernel) => {
        const known = state.vector[path] ?? kernel;
        const v = stopGradientOf(context.training === true ? iterated(kernel, known, iterations) : known);
        next[path] = v;
        return divide(kernel, rooted(sum(square(matmul(flat(kernel), v)))));
      });
      const [y, after] = within(inner, used, state.layer, x, context) as readonly [Out, S]; // sound: the layer's own result
      return [y, { layer: after, vector: next }];
    },
  };
};
