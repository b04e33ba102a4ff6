/** A long short-term memory of images: its products are convolutions (Shi et al. 2015, without peepholes, as in Keras). */
import type { NDArray } from '../../array/ndarray.ts';
import type { Shape } from '../../array/type.ts';
import { add } from '../../operations/arithmetic.ts';
import { zeros } from '../../operations/creation.ts';
import { foldIn } from '../../random/key.ts';
import { convolved } from '../conv.ts';
import { glorotUniform, orthogonal, zeros as zeroBias } from '../initializer.ts';
import { windowCounts, windowOf, type LayerPadding, type PerAxis } from '../window.ts';
import { cellOf, dampened, noiseOf, type Cell, type GateParams } from './cell.ts';
import { forgetful, lstmStep, type LstmCarry, type LstmOptions } from './lstm.ts';
import { rnn, type Rnn, type RnnOptions } from './rnn.ts';

export interface ConvLstmOptions extends LstmOptions {
  /** Steps of the window over the input. Default 1. */
  readonly strides?: PerAxis;
  /** Of the input; the carry is always padded to its own size. Default `'valid'`. */
  readonly padding?: LayerPadding;
}

const same = { padding: 'same' } as const;

/**
 * As `lstmCell`, with convolutions of the input and of `h` in the place of products: `[...spatial, inputs]` to `[...spatial, features]`. The kernel
 * size has a number for each spatial axis. Kernels are `[...window, inputs, 4 features]`, gates i, f, g, o.
 */
export const convLstmCell = (
  features: number,
  kernelSize: readonly number[],
  options: ConvLstmOptions = {},
): Cell<GateParams, LstmCarry> => {
  const { kernel = glorotUniform(), recurrentKernel = orthogonal(), bias = zeroBias, forgetBias = 1 } = options;
  const { strides, padding = 'valid' } = options;
  const settings = { strides, padding };
  const spatial = kernelSize.length;
  const shapeOf = (inputShape: Shape): Shape => {
    const lead = inputShape.length - 1 - spatial;
    const window = windowOf('convLstm', kernelSize, spatial, settings);
    return [...inputShape.slice(0, lead), ...windowCounts(window, inputShape.slice(lead, -1)), features];
  };
  return cellOf<GateParams, LstmCarry>({
    kind: 'convLstm',
    settings: { features, kernelSize },
    rank: spatial + 1,
    init: (key, inputShape) => ({
      kernel: kernel(foldIn(key, 0), [...kernelSize, inputShape.at(-1) ?? 0, 4 * features]),
      recurrentKernel: recurrentKernel(foldIn(key, 1), [...kernelSize, features, 4 * features]),
      bias: forgetful(bias, forgetBias)(foldIn(key, 2), [4 * features]),
    }),
    zero: (inputShape, dtype = 'float32') => ({
      h: zeros(shapeOf(inputShape), dtype),
      c: zeros(shapeOf(inputShape), dtype),
    }),
    noise: noiseOf(options, shapeOf),
    project: (params, x: NDArray, { input }) =>
      add(convolved('convLstm', dampened(x, input), params.kernel, 1, settings), params.bias),
    step: (params, carry, projected, { recurrent }) => {
      const inner = convolved('convLstm', dampened(carry.h, recurrent), params.recurrentKernel, 1, same);
      return lstmStep(add(projected, inner), carry, options);
    },
    output: ({ h }) => h,
  });
};

/** `rnn(convLstmCell(features, kernelSize))`: `[..., time, ...spatial, inputs] -> [..., ...spatial, features]`. */
export const convLstm = <const O extends ConvLstmOptions & RnnOptions = ConvLstmOptions & RnnOptions>(
  features: number,
  kernelSize: readonly number[],
  options: O = {} as O, // sound: every option may be absent
): Rnn<GateParams, LstmCarry, O> => rnn(convLstmCell(features, kernelSize, options), options);
