/** Random convolutions and sliding windows of one to three axes, small enough for plain loops. */
import * as fc from 'fast-check';
import { np, type DType, type lax, type NDArray } from 'fluxion';

/** A convolution as a user would call it. */
export interface ConvCase {
  readonly lhs: NDArray;
  readonly rhs: NDArray;
  readonly options: lax.ConvOptions & {
    readonly windowStrides: readonly number[];
    readonly padding: lax.Padding;
    readonly lhsDilation: readonly number[];
    readonly rhsDilation: readonly number[];
    readonly dimensionNumbers: lax.ConvLetters;
    readonly featureGroupCount: number;
    readonly batchGroupCount: number;
  };
}

const quarters = (dtype: DType): fc.Arbitrary<number> =>
  fc.integer({ min: -8, max: 8 }).map((n) => (dtype.startsWith('float') ? n / 4 : n));

/** An array with whole or quarter elements, on which sums of products are exact. */
const filled = (shape: readonly number[], dtype: DType): fc.Arbitrary<NDArray> => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc
    .array(quarters(dtype), { minLength: size, maxLength: size })
    .map((data) => np.reshape(np.array(data, dtype), shape));
};

const shuffled = (letters: string): fc.Arbitrary<string> =>
  fc
    .shuffledSubarray(letters.split(''), { minLength: letters.length, maxLength: letters.length })
    .map((list) => list.join(''));

const each = (rank: number, of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(of, { minLength: rank, maxLength: rank });
const from = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** Padding by rule or by pairs; pairs may cut. */
const paddings = (rank: number, lowest: number): fc.Arbitrary<lax.Padding> =>
  fc.oneof(
    fc.constantFrom<lax.Padding>('SAME', 'VALID', 'SAME_LOWER'),
    fc.array(fc.tuple(from(lowest, 2), from(lowest, 2)), { minLength: rank, maxLength: rank }),
  );

/** Every stride, dilation, padding, grouping and layout in one to three spatial axes. */
export const convCases = (dtypes: readonly DType[] = ['float32', 'float64', 'int32']): fc.Arbitrary<ConvCase> =>
  from(1, 3).chain((rank) => {
    const spatial = 'XYZ'.slice(0, rank);
    const longest = rank === 3 ? 3 : 6;
    const sizes = fc.record({
      dtype: fc.constantFrom(...dtypes),
      batch: from(1, 2),
      read: from(1, rank === 1 ? 5 : 2),
      made: from(1, rank === 3 ? 2 : 9),
      groups: fc.constantFrom<readonly [number, number]>([1, 1], [1, 1], [2, 1], [3, 1], [1, 2]),
      input: each(rank, from(1, longest)),
      kernel: each(rank, from(1, rank === 1 ? 4 : 3)),
      layout: fc.tuple(shuffled(`NC${spatial}`), shuffled(`OI${spatial}`), shuffled(`NC${spatial}`)),
      windowStrides: each(rank, from(1, 3)),
      padding: paddings(rank, -1),
      lhsDilation: each(rank, from(1, 2)),
      rhsDilation: each(rank, from(1, 2)),
    });
    return sizes.chain(({ dtype, batch, read, made, groups, input, kernel, layout, ...windows }) => {
      const [featureGroupCount, batchGroupCount] = groups;
      const extent = (letter: string, lengths: readonly number[]): number => lengths['XYZ'.indexOf(letter)] ?? 1;
      const lhsShape = layout[0]
        .split('')
        .map((c) => (c === 'N' ? batch * batchGroupCount : c === 'C' ? read * featureGroupCount : extent(c, input)));
      const rhsShape = layout[1]
        .split('')
        .map((c) => (c === 'O' ? made * featureGroupCount * batchGroupCount : c === 'I' ? read : extent(c, kernel)));
      return fc.tuple(filled(lhsShape, dtype), filled(rhsShape, dtype)).map(([lhs, rhs]) => ({
        lhs,
        rhs,
        options: { ...windows, dimensionNumbers: layout, featureGroupCount, batchGroupCount },
      }));
    });
  });

/** Convolutions of two axes with enough channels for blocks of registers and what remains beside them. */
export const wideConvCases = (dtypes: readonly DType[] = ['float32', 'float64']): fc.Arbitrary<ConvCase> =>
  fc
    .record({
      dtype: fc.constantFrom(...dtypes),
      batch: from(1, 2),
      read: from(1, 5),
      made: from(1, 21),
      isDepthwise: fc.boolean(),
      extents: each(2, from(3, 13)),
      size: each(2, from(1, 3)),
      windowStrides: each(2, from(1, 2)),
      rhsDilation: each(2, from(1, 2)),
      lhsDilation: fc.constantFrom([1, 1], [2, 2]),
      padding: paddings(2, -1),
      layout: fc.constantFrom<lax.ConvLetters>(
        ['NHWC', 'HWIO', 'NHWC'],
        ['NCHW', 'OIHW', 'NCHW'],
        ['CHWN', 'HOWI', 'HCNW'],
      ),
    })
    .chain(({ dtype, batch, read, made, isDepthwise, extents: [height = 1, width = 1], size, layout, ...windows }) => {
      const groups = isDepthwise ? made : 1;
      const [rows = 1, columns = 1] = size;
      const shapeOf = (letters: string, sizes: { readonly [letter: string]: number }): readonly number[] =>
        letters.split('').map((c) => sizes[c] ?? 1);
      return fc
        .tuple(
          filled(shapeOf(layout[0], { N: batch, C: isDepthwise ? made : read, H: height, W: width }), dtype),
          filled(shapeOf(layout[1], { O: made, I: isDepthwise ? 1 : read, H: rows, W: columns }), dtype),
        )
        .map(([lhs, rhs]) => ({
          lhs,
          rhs,
          options: { ...windows, dimensionNumbers: layout, featureGroupCount: groups, batchGroupCount: 1 },
        }));
    });

/** An array and a window over all its axes. */
export interface WindowCase {
  readonly x: NDArray;
  readonly options: lax.WindowOptions & {
    readonly windowStrides: readonly number[];
    readonly padding: lax.Padding;
    readonly windowDilation: readonly number[];
  };
}

/** Windows over arrays of one to four axes; some axes are left alone. */
export const windowCases = (
  dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint8', 'bool'],
): fc.Arbitrary<WindowCase> =>
  from(1, 4).chain((rank) =>
    fc
      .record({
        dtype: fc.constantFrom(...dtypes),
        shape: each(rank, from(1, rank > 2 ? 5 : 9)),
        isIdle: fc.array(fc.boolean(), { minLength: rank, maxLength: rank }),
        size: each(rank, from(1, 3)),
        strides: each(rank, from(1, 3)),
        dilation: each(rank, from(1, 2)),
        padding: paddings(rank, -1),
      })
      .chain(({ dtype, shape, isIdle, size, strides, dilation, padding }) => {
        const unless = (list: readonly number[]): readonly number[] => list.map((n, i) => (isIdle[i] === true ? 1 : n));
        const pairs =
          typeof padding === 'string'
            ? padding
            : padding.map((pair, i): readonly [number, number] => (isIdle[i] === true ? [0, 0] : pair));
        return filled(shape, dtype).map((x) => ({
          x,
          options: {
            windowDimensions: unless(size),
            windowStrides: unless(strides),
            windowDilation: unless(dilation),
            padding: pairs,
          },
        }));
      }),
  );
