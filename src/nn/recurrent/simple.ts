/** The simple recurrent cell (Elman 1990). */
import type { NDArray } from '../../array/ndarray.ts';
import { add, tanh } from '../../operations/arithmetic.ts';
import { zeros } from '../../operations/creation.ts';
import { matmul } from '../../operations/products.ts';
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

export interface SimpleRnnOptions extends CellOptions {
  /** Default `tanh`. */
  readonly activation?: (x: NDArray) => NDArray;
}

/** `h' = activation(x kernel + bias + h recurrentKernel)`; the carry is `h`, and so is the output. */
export const simpleRnnCell = (units: number, options: SimpleRnnOptions = {}): Cell<GateParams, NDArray> => {
  const { activation = tanh } = options;
  const shapeOf = carryShape(units);
  return cellOf<GateParams, NDArray>({
    kind: 'simpleRnn',
    settings: { units },
    rank: 1,
    init: (key, inputShape) => gateParams(key, featuresOf(inputShape), units, 1, options),
    zero: (inputShape, dtype = 'float32') => zeros(shapeOf(inputShape), dtype),
    noise: noiseOf(options, shapeOf),
    project: projectGates,
    step: ({ recurrentKernel }, h, projected, { recurrent }) =>
      activation(add(projected, matmul(dampened(h, recurrent), recurrentKernel))),
    output: (h) => h,
  });
};
