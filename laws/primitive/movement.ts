/** Cases of the primitives that move elements: views, padding, joining, slices and lookups at computed positions. */
import * as fc from 'fast-check';
import type { ArrayType, DType, NDArray, Shape } from 'fluxion';
import {
  array,
  below,
  cornered,
  every,
  numbers,
  orderOf,
  perAxis,
  shapesFor,
  smoothArrays,
  someAxes,
  type Case,
  type Specimen,
} from './specimen.ts';

const dtypes: fc.Arbitrary<DType> = fc.constantFrom(...every);
const tiny: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([], [1], [4], [2, 3], [3, 1, 2], [0, 2]);

interface Plan {
  readonly params: unknown;
  readonly shapes: readonly Shape[];
  readonly results: readonly Shape[];
}

const typed = (dtype: DType, shapes: readonly Shape[]): readonly ArrayType[] =>
  shapes.map((shape) => ({ dtype, shape }));

/** Both kinds of cases of a primitive whose params depend on shapes alone. */
const shaped = (
  name: string,
  plan: (shapes: fc.Arbitrary<Shape>) => fc.Arbitrary<Plan>,
  rest: Partial<Specimen> = {},
  types: fc.Arbitrary<DType> = dtypes,
): Specimen => ({
  name,
  agreement: 'bits',
  cases: fc
    .tuple(plan(shapesFor()), types)
    .chain(([{ params, shapes, results }, dtype]) =>
      fc
        .tuple(...shapes.map((shape) => array(dtype, shape)))
        .map((inputs): Case => ({ params, inputs, results: typed(dtype, results) })),
    ),
  smooth: plan(tiny).chain(({ params, shapes, results }) =>
    smoothArrays(shapes).map((inputs): Case => ({ params, inputs, results: typed('float64', results) })),
  ),
  linear: [[0]],
  ...rest,
});

/** The axes of the operand, in any order, among those of a larger shape; extents of 1 are repeated. */
const broadcastPlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) =>
    fc.tuple(someAxes(shape.length), perAxis(shape.length, below(2))).map(([axes, ones]) => ({
      params: { shape, axes },
      shapes: [axes.map((axis) => (ones[axis] === 1 ? 1 : (shape[axis] ?? 1)))],
      results: [shape],
    })),
  );

const transposePlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) =>
    orderOf(shape.length).map((order) => ({
      params: { order },
      shapes: [shape],
      results: [order.map((axis) => shape[axis] ?? 1)],
    })),
  );

const reshapePlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) => {
    const size = shape.reduce((n, extent) => n * extent, 1);
    const last = shape.at(-1) ?? 1;
    const targets: readonly Shape[] = [
      [size],
      shape.toReversed(),
      [1, ...shape],
      [...shape, 1],
      ...(last > 0 ? [[last, size / last]] : []),
      ...(size === 1 ? [[]] : []),
      ...(size % 2 === 0 ? [[2, size / 2]] : []),
    ];
    return fc
      .constantFrom(...targets)
      .map((target) => ({ params: { shape: target }, shapes: [shape], results: [target] }));
  });

/** How many of the first `n` positions a stride meets. */
const countBy = (n: number, stride: number): number =>
  Array.from({ length: n }).filter((_, i) => i % stride === 0).length;

const slicePlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) =>
    fc
      .tuple(...shape.map((extent) => fc.tuple(fc.nat(extent), fc.nat(extent), fc.integer({ min: 1, max: 3 }))))
      .map((spans) => ({
        params: {
          start: spans.map(([a, b]) => Math.min(a, b)),
          limit: spans.map(([a, b]) => Math.max(a, b)),
          stride: spans.map(([, , stride]) => stride),
        },
        shapes: [shape],
        results: [spans.map(([a, b, stride]) => countBy(Math.abs(b - a), stride))],
      })),
  );

const reversePlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) =>
    someAxes(shape.length).map((axes) => ({ params: { axes }, shapes: [shape], results: [shape] })),
  );

const padPlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes.chain((shape) =>
    fc
      .tuple(
        ...shape.map(() =>
          fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 2 })),
        ),
      )
      .filter((sides) =>
        sides.every(([low, high, interior], axis) => {
          const extent = shape[axis] ?? 0;
          return low + high + extent + Math.max(0, extent - 1) * interior >= 0;
        }),
      )
      .map((sides) => ({
        params: {
          low: sides.map(([low]) => low),
          high: sides.map(([, high]) => high),
          interior: sides.map(([, , interior]) => interior),
        },
        shapes: [shape, []],
        results: [
          sides.map(([low, high, interior], axis) => {
            const extent = shape[axis] ?? 0;
            return low + high + (extent === 0 ? 0 : (extent - 1) * (interior + 1) + 1);
          }),
        ],
      })),
  );

const concatenatePlan = (shapes: fc.Arbitrary<Shape>) =>
  shapes
    .filter((shape) => shape.length > 0)
    .chain((shape) =>
      fc.tuple(below(shape.length), fc.array(fc.nat(3), { minLength: 1, maxLength: 3 })).map(([axis, extents]) => ({
        params: { axis },
        shapes: extents.map((n) => shape.map((extent, a) => (a === axis ? n : extent))),
        results: [shape.map((extent, a) => (a === axis ? extents.reduce((sum, n) => sum + n, 0) : extent))],
      })),
    );

/** Starts inside and out: what does not fit is moved. */
const starts = (shape: Shape): fc.Arbitrary<readonly NDArray[]> =>
  fc.tuple(...shape.map(() => array('int32', [], fc.oneof(fc.integer({ min: -2, max: 6 }), cornered('int32')))));

const sizesIn = (shape: Shape): fc.Arbitrary<Shape> => fc.tuple(...shape.map((extent) => fc.nat(extent)));

const dynamicSliceCases = (shapes: fc.Arbitrary<Shape>, operand: (shape: Shape) => fc.Arbitrary<NDArray>) =>
  shapes.chain((shape) =>
    fc.tuple(operand(shape), starts(shape), sizesIn(shape)).map(([x, at, sizes]): Case => ({
      params: { sizes },
      inputs: [x, ...at],
      results: [{ dtype: x.dtype, shape: sizes }],
    })),
  );
const dynamicSlice: Specimen = {
  name: 'dynamicSlice',
  agreement: 'bits',
  cases: dtypes.chain((dtype) => dynamicSliceCases(shapesFor(), (shape) => array(dtype, shape))),
  smooth: dynamicSliceCases(tiny, (shape) => smoothArrays([shape]).map(([x]) => x as NDArray)), // sound: one for each shape
  linear: [[0]],
};

const dynamicUpdateCases = (
  shapes: fc.Arbitrary<Shape>,
  operands: (shapes: readonly Shape[]) => fc.Arbitrary<readonly NDArray[]>,
) =>
  shapes.chain((shape) =>
    fc.tuple(starts(shape), sizesIn(shape)).chain(([at, sizes]) =>
      operands([shape, sizes]).map((xs): Case => ({
        params: null,
        inputs: [...xs, ...at],
        results: xs.slice(0, 1).map((x) => x.type),
      })),
    ),
  );
const dynamicUpdateSlice: Specimen = {
  name: 'dynamicUpdateSlice',
  agreement: 'bits',
  cases: dtypes.chain((dtype) =>
    dynamicUpdateCases(shapesFor(), (shapes) => fc.tuple(...shapes.map((shape) => array(dtype, shape)))),
  ),
  smooth: dynamicUpdateCases(tiny, (shapes) => smoothArrays(shapes)),
  linear: [[0], [1], [0, 1]],
};

const iota: Specimen = {
  name: 'iota',
  agreement: 'bits',
  cases: fc.tuple(shapesFor(1), fc.constantFrom(...numbers)).chain(([shape, dtype]) =>
    below(shape.length).map((axis): Case => ({
      params: { dtype, shape, axis },
      inputs: [],
      results: [{ dtype, shape }],
    })),
  ),
};

const barrierPlan = (shapes: fc.Arbitrary<Shape>) =>
  fc.array(shapes, { minLength: 1, maxLength: 3 }).map((list) => ({ params: null, shapes: list, results: list }));

/** One for each primitive that moves elements to places known beforehand, or to computed ones as a block. */
export const movementSpecimens: readonly Specimen[] = [
  shaped('broadcast', broadcastPlan),
  shaped('transpose', transposePlan),
  shaped('reshape', reshapePlan),
  shaped('slice', slicePlan),
  shaped('reverse', reversePlan),
  shaped('pad', padPlan, { linear: [[0], [0, 1]] }),
  shaped('concatenate', concatenatePlan),
  shaped('barrier', barrierPlan),
  dynamicSlice,
  dynamicUpdateSlice,
  iota,
];
