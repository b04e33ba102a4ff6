/** What a convolution is asked to do, read and checked. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { nth } from '../primitives/record.ts';
import { convDimensionNumbers, type ConvDimensionNumbers, type ConvLetters } from './convolution-layout.ts';
import { paddingPairs, perAxis, spanOf, type Padding } from './window-padding.ts';

export interface ConvOptions {
  /** Steps of the window, one number for each spatial axis or for all. Default 1. */
  readonly windowStrides?: number | readonly number[];
  /** Default `VALID`. */
  readonly padding?: Padding;
  /** The input's elements this far apart, zeros between: a fractional stride. Default 1. */
  readonly lhsDilation?: number | readonly number[];
  /** The kernel's elements this far apart. Default 1. */
  readonly rhsDilation?: number | readonly number[];
  /** Default: batch, feature, spatial axes; kernels have output feature, input feature, spatial axes. */
  readonly dimensionNumbers?: ConvLetters | ConvDimensionNumbers;
  /** Input and output features fall into this many groups that do not mix. Default 1. */
  readonly featureGroupCount?: number;
  /** The batch and the output features fall into this many groups that do not mix. Default 1. */
  readonly batchGroupCount?: number;
}

/** One spatial axis of a convolution. */
export interface ConvWindow {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly inputDilation: number;
  readonly kernelDilation: number;
  readonly low: number;
}

/** A convolution with everything worked out. */
export interface ConvPlan {
  readonly numbers: ConvDimensionNumbers;
  readonly windows: readonly ConvWindow[];
  readonly featureGroups: number;
  readonly batchGroups: number;
}

const checkFeatures = (
  lhs: NDArray,
  rhs: NDArray,
  { lhsSpec, rhsSpec }: ConvDimensionNumbers,
  featureGroups: number,
  batchGroups: number,
): void => {
  const [batch, features] = [nth(lhs.shape, nth(lhsSpec, 0)), nth(lhs.shape, nth(lhsSpec, 1))];
  const [made, read] = [nth(rhs.shape, nth(rhsSpec, 0)), nth(rhs.shape, nth(rhsSpec, 1))];
  const both = `${showType(lhs.type)} and ${showType(rhs.type)}`;
  if (lhs.dtype !== rhs.dtype || lhs.dtype === 'bool')
    throw new DTypeError(`conv: expected numbers of one type, got ${both}. Convert with astype.`);
  if (featureGroups > 1 && batchGroups > 1)
    throw new ShapeError(
      `conv: expected groups of features or of the batch, got ${featureGroups} and ${batchGroups}. Set one of them to 1.`,
      'shape.groups',
    );
  if (features !== read * featureGroups)
    throw new ShapeError(
      `conv: expected ${read} * ${featureGroups} input features, got ${features} in ${both}. The kernel's input features times featureGroupCount are the features of the input.`,
      'shape.features',
    );
  if (made % featureGroups !== 0 || made % batchGroups !== 0 || batch % batchGroups !== 0)
    throw new ShapeError(
      `conv: expected output features${batchGroups > 1 ? ' and a batch' : ''} that ${Math.max(featureGroups, batchGroups)} groups divide, got ${both}. Change the number of groups.`,
      'shape.groups',
    );
};

/** Reads and checks the options of a convolution of these operands. */
export const convPlan = (lhs: NDArray, rhs: NDArray, options: ConvOptions): ConvPlan => {
  const numbers = convDimensionNumbers(lhs.shape, rhs.shape, options.dimensionNumbers);
  const [featureGroups = 1] = perAxis('conv', 'featureGroupCount', options.featureGroupCount, 1);
  const [batchGroups = 1] = perAxis('conv', 'batchGroupCount', options.batchGroupCount, 1);
  checkFeatures(lhs, rhs, numbers, featureGroups, batchGroups);
  const rank = lhs.ndim - 2;
  const strides = perAxis('conv', 'windowStrides', options.windowStrides, rank);
  const inputDilations = perAxis('conv', 'lhsDilation', options.lhsDilation, rank);
  const kernelDilations = perAxis('conv', 'rhsDilation', options.rhsDilation, rank);
  const inputs = numbers.lhsSpec.slice(2).map((axis) => nth(lhs.shape, axis));
  const kernels = numbers.rhsSpec.slice(2).map((axis) => nth(rhs.shape, axis));
  const spans = kernels.map((n, i) => spanOf(n, nth(kernelDilations, i)));
  const pads = paddingPairs('conv', options.padding ?? 'VALID', inputs, spans, strides);
  const windows = inputs.map((input, i): ConvWindow => {
    const [[low, high], stride, inputDilation] = [nth(pads, i), nth(strides, i), nth(inputDilations, i)];
    const room = spanOf(input, inputDilation) + low + high - nth(spans, i);
    return {
      input,
      kernel: nth(kernels, i),
      output: Math.max(0, Math.floor(room / stride) + 1),
      stride,
      inputDilation,
      kernelDilation: nth(kernelDilations, i),
      low,
    };
  });
  return { numbers, windows, featureGroups, batchGroups };
};
