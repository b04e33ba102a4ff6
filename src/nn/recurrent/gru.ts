/** Gated recurrent units, in both conventions. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, multiply, sigmoid, subtract, tanh } from '../../operations/arithmetic.ts';
import { zeros } from '../../operations/creation.ts';
import { matmul } from '../../operations/products.ts';
import { split } from '../../operations/stacking.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { split as splitKey } from '../../random/key.ts';
import { zeros as zeroBias } from '../initializer.ts';
import {
  carryShape,
  cellOf,
  dampened,
  featuresOf,
  gateParams,
  noiseOf,
  projectGates,
  type Cell,
  type CellOptions,
  type GateParams,
} from './cell.ts';

export interface GruParams extends GateParams {
  /** `[3 units]`, within the reset of the candidate; `null` where the reset stands before the product. */
  readonly recurrentBias: NDArray | null;
}

export interface GruOptions extends CellOptions {
  /** Of the candidate. Default `tanh`. */
  readonly activation?: (x: NDArray) => NDArray;
  /** Of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: (x: NDArray) => NDArray;
  /** Whether the reset gate applies after the recurrent product, as in cuDNN and Keras, or before it (Cho et al. 2014). Default true. */
  readonly resetAfter?: boolean;
}

type Functions = Required<Pick<GruOptions, 'activation' | 'recurrentActivation'>>;

/** `z h + (1 - z) candidate`. */
const mixed = (z: NDArray, h: NDArray, candidate: NDArray): NDArray =>
  add(multiply(z, h), multiply(subtract(1, z), candidate));

const resetAfterStep = (
  { recurrentKernel, recurrentBias }: GruParams,
  h: NDArray,
  projected: NDArray,
  seen: NDArray,
  { activation, recurrentActivation }: Functions,
): NDArray => {
  const product = matmul(seen, recurrentKernel);
  const inner = recurrentBias === null ? product : add(product, recurrentBias);
  const [xz = inner, xr = inner, xh = inner] = split(projected, 3, -1);
  const [hz = inner, hr = inner, hh = inner] = split(inner, 3, -1);
  const reset = recurrentActivation(add(xr, hr));
  return mixed(recurrentActivation(add(xz, hz)), h, activation(add(xh, multiply(reset, hh))));
};

const resetBeforeStep = (
  { recurrentKernel }: GruParams,
  h: NDArray,
  projected: NDArray,
  seen: NDArray,
  { activation, recurrentActivation }: Functions,
): NDArray => {
  const units = recurrentKernel.shape[0] ?? 0;
  const gates = matmul(seen, sliceAxis(recurrentKernel, 1, 0, 2 * units));
  const [xz = gates, xr = gates, xh = gates] = split(projected, 3, -1);
  const [hz = gates, hr = gates] = split(gates, 2, -1);
  const reset = multiply(recurrentActivation(add(xr, hr)), seen);
  const candidate = matmul(reset, sliceAxis(recurrentKernel, 1, 2 * units, 3 * units));
  return mixed(recurrentActivation(add(xz, hz)), h, activation(add(xh, candidate)));
};

/**
 * `h' = z h + (1 - z) candidate`. The gates z (update), r (reset) and the candidate stand in this order, which is Keras's, along the last
 * axis. With `resetAfter` the candidate is `tanh(x W + b + r (h U + recurrentBias))`, otherwise `tanh(x W + b + (r h) U)` (Cho et al. 2014,
 * eq. 5 to 8). The carry is `h`, and so is the output.
 */
export const gruCell = (units: number, options: GruOptions = {}): Cell<GruParams, NDArray> => {
  const { activation = tanh, recurrentActivation = sigmoid, resetAfter = true, bias = zeroBias } = options;
  const shapeOf = carryShape(units);
  const next = resetAfter ? resetAfterStep : resetBeforeStep;
  return cellOf<GruParams, NDArray>({
    kind: 'gru',
    settings: { units, resetAfter },
    rank: 1,
    init: (key, inputShape) => {
      const [own, inner] = splitKey(key);
      const params = gateParams(own, featuresOf(inputShape), units, 3, options);
      return { ...params, recurrentBias: resetAfter ? bias(inner, [3 * units]) : null };
    },
    zero: (inputShape, dtype = 'float32') => zeros(shapeOf(inputShape), dtype),
    noise: noiseOf(options, shapeOf),
    project: projectGates,
    step: (params, h, projected, { recurrent }) =>
      next(params, h, projected, dampened(h, recurrent), { activation, recurrentActivation }),
    output: (h) => h,
  });
};
