/** Long short-term memory (Hochreiter and Schmidhuber 1997), with a forget gate (Gers, Schmidhuber and Cummins 2000). */
import type { NDArray } from '../../array/ndarray.ts';
import { add, multiply, sigmoid, tanh } from '../../operations/arithmetic.ts';
import { zeros } from '../../operations/creation.ts';
import { matmul } from '../../operations/products.ts';
import { concatenate, split } from '../../operations/stacking.ts';
import { constant, zeros as zeroBias, type Initializer } from '../initializer.ts';
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

/** What an LSTM carries: what it shows and what it keeps, each `[..., units]`. */
export interface LstmCarry {
  readonly h: NDArray;
  readonly c: NDArray;
}

export interface LstmOptions extends CellOptions {
  /** Of the candidate and of the output. Default `tanh`. */
  readonly activation?: (x: NDArray) => NDArray;
  /** Of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: (x: NDArray) => NDArray;
  /** What the bias of the forget gate starts with, so that memory lasts (Gers et al. 2000; Jozefowicz et al. 2015). Default 1. */
  readonly forgetBias?: number;
}

/** The bias of gates i, f, g, o, with a start of its own for f. */
export const forgetful =
  (bias: Initializer, forgetBias: number): Initializer =>
  (key, shape, dtype) => {
    const units = (shape.at(-1) ?? 0) / 4;
    const [i, , g, o] = split(bias(key, shape, dtype), 4, -1);
    return concatenate([i ?? 0, constant(forgetBias)(key, [units], dtype), g ?? 0, o ?? 0], -1);
  };

/** The next carry of the sums of the gates i, f, g, o along the last axis. */
export const lstmStep = (
  sums: NDArray,
  { c }: LstmCarry,
  { activation = tanh, recurrentActivation = sigmoid }: LstmOptions,
): LstmCarry => {
  const [i = sums, f = sums, g = sums, o = sums] = split(sums, 4, -1);
  const kept = add(multiply(recurrentActivation(f), c), multiply(recurrentActivation(i), activation(g)));
  return { c: kept, h: multiply(recurrentActivation(o), activation(kept)) };
};

/**
 * `c' = sigmoid(f) c + sigmoid(i) tanh(g)`, `h' = sigmoid(o) tanh(c')`, where `[i, f, g, o] = x kernel + bias + h recurrentKernel`:
 * the gates stand in this order, which is Keras's, along the last axis. The carry is `{ h, c }`, the output `h`.
 */
export const lstmCell = (units: number, options: LstmOptions = {}): Cell<GateParams, LstmCarry> => {
  const { bias = zeroBias, forgetBias = 1 } = options;
  const shapeOf = carryShape(units);
  return cellOf<GateParams, LstmCarry>({
    kind: 'lstm',
    settings: { units },
    rank: 1,
    init: (key, inputShape) =>
      gateParams(key, featuresOf(inputShape), units, 4, { ...options, bias: forgetful(bias, forgetBias) }),
    zero: (inputShape, dtype = 'float32') => ({
      h: zeros(shapeOf(inputShape), dtype),
      c: zeros(shapeOf(inputShape), dtype),
    }),
    noise: noiseOf(options, shapeOf),
    project: projectGates,
    step: ({ recurrentKernel }, carry, projected, { recurrent }) =>
      lstmStep(add(projected, matmul(dampened(carry.h, recurrent), recurrentKernel)), carry, options),
    output: ({ h }) => h,
  });
};
