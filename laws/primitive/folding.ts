/** Cases of the primitives that fold elements together: reductions, running ones, windows, contractions. */
import * as fc from 'fast-check';
import type { DType, NDArray, Shape } from 'fluxion';
import {
  array,
  below,
  every,
  numbers,
  perAxis,
  shapesFor,
  smoothArrays,
  someAxes,
  type Case,
  type Specimen,
} from './specimen.ts';

const tiny: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([], [1], [4], [2, 3], [3, 1, 2], [0, 2], [2, 0]);
const tinyLine: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([1], [5], [2, 3], [3, 1, 2], [0, 2], [2, 0]);

/** What lies beside an operand counts as 0, and 0 times what is not finite is not 0: convolutions are compared on finite elements. */
const quarters = (dtype: DType): fc.Arbitrary<number> | undefined =>
  dtype === 'float32' || dtype === 'float64' ? fc.integer({ min: -16, max: 16 }).map((n) => n / 4) : undefined;

const floatEdges = [NaN, Infinity, -Infinity, 0, -0];
/** Floats of which every sum, of products even, is exact in any order: what differs in more than the sign of zero is wrong. */
const summable = (dtype: DType): fc.Arbitrary<number> | undefined =>
  dtype === 'float32' || dtype === 'float64'
    ? fc.oneof(
        { arbitrary: fc.integer({ min: -16, max: 16 }).map((n) => n / 4), weight: 30 },
        fc.constantFrom(...floatEdges),
      )
    : undefined;
/** Floats of which every product is exact. */
const multipliable = (dtype: DType): fc.Arbitrary<number> | undefined =>
  dtype === 'float32' || dtype === 'float64'
    ? fc.oneof(
        { arbitrary: fc.constantFrom(1, -1, 2, -2, 0.5, -0.5, 1, -1), weight: 30 },
        fc.constantFrom(...floatEdges),
      )
    : undefined;

interface Fold {
  readonly dtypes?: readonly DType[];
  readonly values?: (dtype: DType) => fc.Arbitrary<number> | undefined;
  /** The element type of the result; that of the operand unless said. */
  readonly result?: DType;
  readonly rest?: Partial<Specimen>;
}

interface Plan {
  readonly params: unknown;
  readonly shape: Shape;
}

const folded = (
  name: string,
  plan: (shape: Shape) => fc.Arbitrary<Plan>,
  shapes: fc.Arbitrary<Shape>,
  smooth: fc.Arbitrary<Shape> | null,
  { dtypes = every, values = () => undefined, result, rest = {} }: Fold = {},
): Specimen => ({
  name,
  agreement: 'bits',
  cases: fc.tuple(shapes, fc.constantFrom(...dtypes)).chain(([shape, dtype]) =>
    fc.tuple(plan(shape), array(dtype, shape, values(dtype))).map(([{ params, shape: to }, x]): Case => ({
      params,
      inputs: [x],
      results: [{ dtype: result ?? dtype, shape: to }],
    })),
  ),
  ...(smooth === null
    ? {}
    : {
        smooth: smooth.chain((shape) =>
          fc.tuple(plan(shape), smoothArrays([shape])).map(([{ params, shape: to }, inputs]): Case => ({
            params,
            inputs,
            results: [{ dtype: 'float64', shape: to }],
          })),
        ),
      }),
  ...rest,
});

const along = (shape: Shape): fc.Arbitrary<Plan> =>
  someAxes(shape.length).map((axes) => ({ params: { axes }, shape: shape.filter((_, axis) => !axes.includes(axis)) }));
const oneAxis = (shape: Shape): fc.Arbitrary<Plan> =>
  below(shape.length).map((axis) => ({ params: { axis }, shape: shape.filter((_, a) => a !== axis) }));
const running = (shape: Shape): fc.Arbitrary<Plan> =>
  fc.record({ axis: below(shape.length), reverse: fc.boolean() }).map((params) => ({ params, shape }));

const sums: Fold = { values: summable, rest: { agreement: 'numbers', linear: [[0]] } };
const positions: Fold = { result: 'int32' };
const products: Fold = { dtypes: numbers, values: multipliable, rest: { agreement: 'numbers' } };
/** The largest of nothing is the neutral element, which no derivative belongs to. */
const filled = tiny.filter((shape) => !shape.includes(0));

const isFilled = shapesFor(1).filter((shape) => !shape.includes(0));
const reductions: readonly Specimen[] = [
  folded('reduceSum', along, shapesFor(), tiny, sums),
  folded('reduceProd', along, shapesFor(), tiny, products),
  folded('reduceMax', along, shapesFor(), filled),
  folded('reduceMin', along, shapesFor(), filled),
  folded('reduceAnd', along, shapesFor(), null, { dtypes: ['bool'] }),
  folded('reduceOr', along, shapesFor(), null, { dtypes: ['bool'] }),
  folded('argmax', oneAxis, isFilled, null, positions),
  folded('argmin', oneAxis, isFilled, null, positions),
  folded('cumsum', running, shapesFor(1), tinyLine, sums),
  folded('cumprod', running, shapesFor(1), tinyLine, { ...products, dtypes: every }),
  folded('cummax', running, shapesFor(1), tinyLine),
  folded('cummin', running, shapesFor(1), tinyLine),
];

/** How many windows have their first and last place inside, counted one by one. */
const windowCount = (extent: number, size: number, stride: number, dilation: number, low: number, high: number) => {
  let count = 0;
  for (let start = -low; start + (size - 1) * dilation < extent + high; start += stride) count++;
  return count;
};

/** Windows of any stride, dilation and padding, cutting too; some reach nothing. */
const windows = (shape: Shape): fc.Arbitrary<Plan> =>
  below(shape.length + 1).chain((batch) => {
    const rank = shape.length - batch;
    const between = (min: number, max: number): fc.Arbitrary<readonly number[]> =>
      perAxis(rank, fc.integer({ min, max }));
    return fc
      .record({
        batch: fc.constant(batch),
        size: between(1, 3),
        stride: between(1, 3),
        dilation: between(1, 2),
        low: between(-1, 3),
        high: between(-1, 3),
      })
      .map((params) => {
        const { size, stride, dilation, low, high } = params;
        const counts = shape
          .slice(batch)
          .map((n, i) => windowCount(n, size[i] ?? 1, stride[i] ?? 1, dilation[i] ?? 1, low[i] ?? 0, high[i] ?? 0));
        return { params, shape: [...shape.slice(0, batch), ...counts] };
      });
  });
const windowed: readonly Specimen[] = [
  folded('windowSum', windows, shapesFor(), tiny, { ...sums, dtypes: numbers }),
  folded('windowArgmax', windows, shapesFor(), null, positions),
  folded('windowArgmin', windows, shapesFor(), null, positions),
];

interface Labelled {
  readonly params: { readonly [name: string]: unknown; readonly shape: Shape };
  readonly shapes: readonly [Shape, Shape];
}

/** Einsum of two operands: any labels on either side, repeated ones (diagonals) and ones that only one side has too. */
const einsum = (extents: readonly number[]): fc.Arbitrary<Labelled> => {
  const labels = fc.array(below(extents.length), { maxLength: extents.length === 0 ? 0 : 3 });
  return fc.tuple(labels, labels).chain(([left, right]) => {
    const present = [...new Set([...left, ...right])];
    const shapeOf = (side: readonly number[]): Shape => side.map((label) => extents[label] ?? 1);
    return fc.shuffledSubarray(present).map((output) => ({
      params: { extents, left, right, output, shape: shapeOf(output) },
      shapes: [shapeOf(left), shapeOf(right)] as const,
    }));
  });
};

/** A convolution along one axis with channels, or one of its two derivatives: the affine index on any of the three. */
const convolution: fc.Arbitrary<Labelled> = fc
  .record({
    length: fc.integer({ min: 1, max: 7 }),
    size: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    channels: fc.integer({ min: 1, max: 3 }),
    features: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    pad: fc.integer({ min: -1, max: 3 }),
    role: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ length, size, outputs, channels, features, stride, dilation, pad, role }) => {
    const position = {
      offset: -pad,
      terms: [
        { label: 0, factor: stride },
        { label: 1, factor: dilation },
      ],
    };
    const sides = [
      { indices: [position, 2], shape: [length, channels] },
      { indices: [1, 2, 3], shape: [size, channels, features] },
      { indices: [0, 3], shape: [outputs, features] },
    ] as const;
    const [left, right, output] = [sides[role], sides[(role + 1) % 3], sides[(role + 2) % 3]];
    return {
      params: {
        extents: [outputs, size, channels, features],
        left: left?.indices,
        right: right?.indices,
        output: output?.indices,
        shape: output?.shape ?? [],
      },
      shapes: [left?.shape ?? [], right?.shape ?? []],
    };
  });

const extents = (max: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.oneof({ arbitrary: fc.integer({ min: 1, max }), weight: 10 }, fc.constant(0)), { maxLength: 4 });
const isModest = (sizes: readonly number[]): boolean => sizes.reduce((n, extent) => n * extent, 1) <= 40_000;
/** Matrix products large enough for every tile and its remainders, and seldom for more than one block along an axis. */
const product: fc.Arbitrary<Labelled> = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 3, maxLength: 3 }), weight: 5 },
      fc.array(fc.constantFrom(1, 3, 8, 17, 64, 65, 130, 257, 520), { minLength: 3, maxLength: 3 }).filter(isModest),
    ),
    fc.nat(3),
  )
  .map(([sizes, turn]) => {
    const [m = 1, k = 1, n = 1] = sizes;
    const [left, right] = [turn % 2 === 0 ? [0, 1] : [1, 0], turn < 2 ? [1, 2] : [2, 1]];
    return {
      params: { extents: [m, k, n], left, right, output: [0, 2], shape: [m, n] },
      shapes: [left.map((l) => sizes[l] ?? 1), right.map((l) => sizes[l] ?? 1)],
    };
  });
const labelled = (max: number): fc.Arbitrary<Labelled> => fc.oneof(extents(max).chain(einsum), convolution);

const contract: Specimen = {
  name: 'contract',
  agreement: 'numbers',
  cases: fc
    .tuple(
      fc.oneof(
        fc.tuple(fc.oneof(extents(6).chain(einsum), product), fc.constant(summable)),
        fc.tuple(convolution, fc.constant(quarters)),
      ),
      fc.constantFrom(...numbers),
    )
    .chain(([[{ params, shapes }, values], dtype]) =>
      fc
        .tuple(...shapes.map((shape) => array(dtype, shape, values(dtype))))
        .map((inputs: readonly NDArray[]): Case => ({ params, inputs, results: [{ dtype, shape: params.shape }] })),
    ),
  smooth: labelled(3).chain(({ params, shapes }) =>
    smoothArrays(shapes).map((inputs): Case => ({
      params,
      inputs,
      results: [{ dtype: 'float64', shape: params.shape }],
    })),
  ),
  linear: [[0], [1]],
  lean: [0, 1],
};

/** One for each primitive that folds elements together. */
export const foldingSpecimens: readonly Specimen[] = [...reductions, ...windowed, contract];
