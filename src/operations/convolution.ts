/** Convolutions of any rank and layout: contractions in which the input is met at `stride * output + dilation * kernel - padding`. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import type { AxisIndex } from '../kernels/kernel.ts';
import { reshape, transpose } from '../primitives/broadcast.ts';
import { contract } from '../primitives/contraction.ts';
import { nth } from '../primitives/record.ts';
import { pad, reverse } from '../primitives/slicing.ts';
import { convDimensionNumbers, type ConvLetters } from './convolution-layout.ts';
import { convPlan, type ConvOptions, type ConvPlan, type ConvWindow } from './convolution-plan.ts';
import { perAxis, spanOf } from './window-padding.ts';

/** The input with zeros between its elements along the axes that have both a stride and a dilation, which no index can say. */
const spread = (lhs: NDArray, { numbers, windows, ...rest }: ConvPlan): readonly [NDArray, ConvPlan] => {
  const isBoth = windows.map((w) => w.stride > 1 && w.inputDilation > 1);
  const none = axesOf(lhs.shape).map(() => 0);
  const interior = [...none];
  windows.forEach((w, i) => {
    if (isBoth[i] === true) interior[nth(numbers.lhsSpec, i + 2)] = w.inputDilation - 1;
  });
  const wide = pad(lhs, splat({ dtype: lhs.dtype, shape: [] }, 0), { low: none, high: none, interior });
  return [
    wide,
    {
      ...rest,
      numbers,
      windows: windows.map((w, i) =>
        isBoth[i] === true ? { ...w, input: spanOf(w.input, w.inputDilation), inputDilation: 1 } : w,
      ),
    },
  ];
};

/** Where the three arrays are met along one spatial axis. Without dilation of the input its position is affine in the others', else the output's is. */
const spatialIndices = (
  { input, kernel, output, stride, inputDilation, kernelDilation, low }: ConvWindow,
  fresh: (extent: number) => number,
): readonly [AxisIndex, AxisIndex, AxisIndex] => {
  const k = fresh(kernel);
  if (inputDilation === 1) {
    const o = fresh(output);
    const terms = [
      { label: o, factor: stride },
      { label: k, factor: kernelDilation },
    ];
    return [{ offset: -low, terms }, k, o];
  }
  const i = fresh(input);
  const terms = [
    { label: i, factor: inputDilation },
    { label: k, factor: -kernelDilation },
  ];
  return [i, k, { offset: low, terms }];
};

/** An axis, or the part of one, with what meets it. */
type Part = readonly [index: AxisIndex, extent: number];

/** An array's indices axis by axis, grouped axes having two, with the shape to match and the shape as the user knows it. */
interface Side {
  readonly indices: readonly AxisIndex[];
  readonly shape: readonly number[];
  readonly whole: readonly number[];
}

/** From what stands for each meaning of `spec` to what stands on each axis. */
const sideOf = (spec: readonly number[], byMeaning: readonly (readonly Part[])[]): Side => {
  const byAxis = axesOf(spec).map((axis) => nth(byMeaning, spec.indexOf(axis)));
  return {
    indices: byAxis.flat().map(([index]) => index),
    shape: byAxis.flat().map(([, extent]) => extent),
    whole: byAxis.map((parts) => parts.reduce((size, [, extent]) => size * extent, 1)),
  };
};

/** Labels for batch, features, groups and windows, put on the axes of the input, the kernel and the output. */
const labelled = (
  { numbers: { lhsSpec, rhsSpec, outSpec }, windows, featureGroups, batchGroups }: ConvPlan,
  lhs: NDArray,
  rhs: NDArray,
) => {
  const extents: number[] = [];
  const fresh = (extent: number): number => extents.push(extent) - 1;
  const part = (extent: number): Part => [fresh(extent), extent];
  const groups = featureGroups * batchGroups;
  const group = groups > 1 ? [part(groups)] : [];
  const batch = part(nth(lhs.shape, nth(lhsSpec, 0)) / batchGroups);
  const read = part(nth(rhs.shape, nth(rhsSpec, 1)));
  const made = part(nth(rhs.shape, nth(rhsSpec, 0)) / groups);
  const spatial = windows.map((w) => ({ ...w, indices: spatialIndices(w, fresh) }));
  const left = sideOf(lhsSpec, [
    batchGroups > 1 ? [...group, batch] : [batch],
    featureGroups > 1 ? [...group, read] : [read],
    ...spatial.map((w): readonly Part[] => [[w.indices[0], w.input]]),
  ]);
  const right = sideOf(rhsSpec, [
    [...group, made],
    [read],
    ...spatial.map((w): readonly Part[] => [[w.indices[1], w.kernel]]),
  ]);
  const output = sideOf(outSpec, [
    [batch],
    [...group, made],
    ...spatial.map((w): readonly Part[] => [[w.indices[2], w.output]]),
  ]);
  return { extents, left, right, output };
};

/**
 * JAX's `conv_general_dilated`: each output element is the sum of products of a window of the input with a kernel, over the input features of its group. The kernel is not turned
 * round (a correlation). Padding and dilation put zeros in.
 *
 * @example convGeneralDilated(x, w, { padding: 'SAME', dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] })
 */
export const convGeneralDilated = (lhs: NDArray, rhs: NDArray, options: ConvOptions = {}): NDArray => {
  const [input, plan] = spread(lhs, convPlan(lhs, rhs, options));
  const { extents, left, right, output } = labelled(plan, input, rhs);
  const result = contract(reshape(input, left.shape), reshape(rhs, right.shape), {
    extents,
    left: left.indices,
    right: right.indices,
    output: output.indices,
    shape: output.shape,
  });
  return reshape(result, output.whole);
};

/** `convGeneralDilated` without dilation or groups; batch and features in front. */
export const conv = (
  lhs: NDArray,
  rhs: NDArray,
  options: Pick<ConvOptions, 'windowStrides' | 'padding'> = {},
): NDArray => convGeneralDilated(lhs, rhs, options);

/** `convGeneralDilated` without groups; batch and features in front. */
export const convWithGeneralPadding = (
  lhs: NDArray,
  rhs: NDArray,
  options: Pick<ConvOptions, 'windowStrides' | 'padding' | 'lhsDilation' | 'rhsDilation'> = {},
): NDArray => convGeneralDilated(lhs, rhs, options);

export interface ConvTransposeOptions extends Pick<ConvOptions, 'padding' | 'rhsDilation' | 'dimensionNumbers'> {
  /** The steps of the convolution that this turns round. Default 1. */
  readonly strides?: number | readonly number[];
  /** Take the kernel as that of the convolution to be turned round: its spatial axes reversed, its features exchanged. Default false. */
  readonly transposeKernel?: boolean;
}

/** Padding under which the result has `extent * stride` elements (`SAME`), or all that the kernel reaches (`VALID`), as in JAX. */
const transposedPadding = (span: number, stride: number, padding: 'SAME' | 'VALID'): readonly [number, number] => {
  const total = span + stride - 2 + (padding === 'VALID' ? Math.max(span - stride, 0) : 0);
  const low = padding === 'VALID' || stride > span - 1 ? span - 1 : Math.ceil(total / 2);
  return [low, total - low];
};

/** The usual layout of JAX's `conv_transpose`: channels last, in kernels too. */
const channelsLast = (rank: number): ConvLetters => {
  const spatial = 'DHW'.slice(Math.max(0, 5 - rank));
  return [`N${spatial}C`, `${spatial}IO`, `N${spatial}C`];
};

/**
 * JAX's `conv_transpose`: a convolution with fractional stride, also called deconvolution. Layout by default channels last (`NHWC`, `HWIO`). With
 * `transposeKernel` and `SAME` it is the adjoint of the strided convolution with that kernel.
 */
export const convTranspose = (lhs: NDArray, rhs: NDArray, options: ConvTransposeOptions = {}): NDArray => {
  const numbers = convDimensionNumbers(
    lhs.shape,
    rhs.shape,
    options.dimensionNumbers ?? (lhs.ndim <= 5 ? channelsLast(lhs.ndim) : undefined),
  );
  const spatial = numbers.rhsSpec.slice(2);
  const strides = perAxis('convTranspose', 'strides', options.strides, spatial.length);
  const dilations = perAxis('convTranspose', 'rhsDilation', options.rhsDilation, spatial.length);
  const rule = options.padding ?? 'VALID';
  const padding =
    rule === 'SAME' || rule === 'VALID'
      ? spatial.map((axis, i) =>
          transposedPadding(spanOf(nth(rhs.shape, axis), nth(dilations, i)), nth(strides, i), rule),
        )
      : rule;
  const [made, read] = [nth(numbers.rhsSpec, 0), nth(numbers.rhsSpec, 1)];
  const exchanged = axesOf(rhs.shape).map((axis) => (axis === made ? read : axis === read ? made : axis));
  const kernel = options.transposeKernel === true ? transpose(reverse(rhs, spatial), exchanged) : rhs;
  return convGeneralDilated(lhs, kernel, {
    padding,
    lhsDilation: strides,
    rhsDilation: dilations,
    dimensionNumbers: numbers,
  });
};
