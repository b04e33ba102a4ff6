/** Which axis of a convolution's operands means what. */
import { ShapeError } from '../array/errors.ts';
import { showShape, type Shape } from '../array/type.ts';

/** Axes by meaning: `lhsSpec` and `outSpec` are `[batch, feature, ...spatial]`, `rhsSpec` is `[output feature, input feature, ...spatial]`. */
export interface ConvDimensionNumbers {
  readonly lhsSpec: readonly number[];
  readonly rhsSpec: readonly number[];
  readonly outSpec: readonly number[];
}

/** Letters for the axes of input, kernel and output: `N`, `C` and `O`, `I` as named, any other letter is a spatial axis of all three: `['NHWC', 'HWIO', 'NHWC']`. */
export type ConvLetters = readonly [lhs: string, rhs: string, out: string];

/** The spatial letters of a layout in their order. */
const spatialOf = (letters: string, named: string): string =>
  letters
    .split('')
    .filter((c) => !named.includes(c))
    .join('');

const isLayout = (letters: string, named: string, rank: number): boolean =>
  letters.length === rank && new Set(letters).size === rank && named.split('').every((c) => letters.includes(c));

/** Layout as letters: channels behind the batch, as in JAX. */
const usual = (rank: number): ConvLetters => {
  const spatial = Array.from({ length: Math.max(0, rank - 2) }, (_, i) => String(i)).join('');
  return [`NC${spatial}`, `OI${spatial}`, `NC${spatial}`];
};

/**
 * Axes by meaning from letters. Without letters: batch, feature, spatial axes; kernels have output feature, input feature, spatial axes. The order of spatial axes is
 * that of the input.
 *
 * @example convDimensionNumbers([8, 32, 32, 3], [3, 3, 3, 16], ['NHWC', 'HWIO', 'NHWC']).rhsSpec // [3, 2, 0, 1]
 */
export const convDimensionNumbers = (
  lhsShape: Shape,
  rhsShape: Shape,
  dimensionNumbers?: ConvLetters | ConvDimensionNumbers,
): ConvDimensionNumbers => {
  const rank = lhsShape.length;
  if (rank < 2 || rhsShape.length !== rank)
    throw new ShapeError(
      `conv: expected an input and a kernel of one rank of at least 2, got ${showShape(lhsShape)} and ${showShape(rhsShape)}. Both have two axes besides the spatial ones.`,
      'shape.rank',
    );
  if (dimensionNumbers !== undefined && 'lhsSpec' in dimensionNumbers) return checked(dimensionNumbers, rank);
  const [lhs, rhs, out] = dimensionNumbers ?? usual(rank);
  const spatial = spatialOf(lhs, 'NC');
  const sorted = (letters: string): string => letters.split('').sort().join('');
  if (
    !isLayout(lhs, 'NC', rank) ||
    !isLayout(rhs, 'OI', rank) ||
    !isLayout(out, 'NC', rank) ||
    sorted(spatialOf(rhs, 'OI')) !== sorted(spatial) ||
    sorted(spatialOf(out, 'NC')) !== sorted(spatial)
  )
    throw new ShapeError(
      `conv: expected dimensionNumbers of ${rank} letters each, such as ['NHWC', 'HWIO', 'NHWC'], got ['${lhs}', '${rhs}', '${out}'] for ${showShape(lhsShape)}. N and C name batch and feature, O and I the kernel's features, all share the spatial letters.`,
      'shape.layout',
    );
  const axes = (letters: string, order: string): readonly number[] => order.split('').map((c) => letters.indexOf(c));
  return {
    lhsSpec: axes(lhs, `NC${spatial}`),
    rhsSpec: axes(rhs, `OI${spatial}`),
    outSpec: axes(out, `NC${spatial}`),
  };
};

const checked = (numbers: ConvDimensionNumbers, rank: number): ConvDimensionNumbers => {
  for (const spec of [numbers.lhsSpec, numbers.rhsSpec, numbers.outSpec])
    if (spec.length !== rank || [...spec].sort((a, b) => a - b).some((axis, i) => axis !== i))
      throw new ShapeError(
        `conv: expected each axis from 0 to ${rank - 1} once in each specification, got ${showShape(spec)}.`,
        'shape.layout',
      );
  return numbers;
};
