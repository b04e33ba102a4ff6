/** Cases of the primitives with computed positions: gather, scatter, sort. */
import * as fc from 'fast-check';
import { np, type DType, type NDArray, type Shape } from 'fluxion';
import {
  array,
  below,
  cornered,
  every,
  perAxis,
  shapesFor,
  smoothArrays,
  type Case,
  type Specimen,
} from './specimen.ts';

interface Places {
  readonly batch: number;
  readonly operand: Shape;
  readonly indices: NDArray;
  /** The shape of what stands at the places. */
  readonly slices: Shape;
  readonly isUnique: boolean;
}

/** Positions in range and out of it, with duplicates; coordinates for some of the axes after those shared. */
const places = (shapes: fc.Arbitrary<Shape>): fc.Arbitrary<Places> =>
  shapes.chain((operand) =>
    fc.tuple(below(operand.length + 1), fc.constantFrom<Shape>([], [1], [3], [2, 2], [0])).chain(([batch, positions]) =>
      below(operand.length - batch + 1).chain((depth) => {
        const shape = [...operand.slice(0, batch), ...positions, depth];
        const most = Math.max(0, ...operand.slice(batch));
        const inside = fc.integer({ min: -1, max: most });
        return array('int32', shape, fc.oneof({ arbitrary: inside, weight: 5 }, cornered('int32'))).map((indices) => ({
          batch,
          operand,
          indices,
          slices: [...shape.slice(0, -1), ...operand.slice(batch + depth)],
          isUnique: false,
        }));
      }),
    ),
  );

/** Every position of one axis at most once. */
const uniquePlaces: fc.Arbitrary<Places> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom<Shape>([], [2]))
  .chain(([extent, rest]) =>
    fc.shuffledSubarray(Array.from({ length: extent }, (_, i) => i)).map((at) => ({
      batch: 0,
      operand: [extent, ...rest],
      indices: np.reshape(np.array(at, 'int32'), [at.length, 1]),
      slices: [at.length, ...rest],
      isUnique: true,
    })),
  );

const small = fc.constantFrom<Shape>([3], [2, 3], [2, 2, 2], [1], []);
const modes = fc.constantFrom('clip', 'fill', 'zero');

const gatherCase =
  (mode: string) =>
  ({ batch, indices, slices }: Places, x: NDArray): Case => ({
    params: { batch, mode },
    inputs: [x, indices],
    results: [{ dtype: x.dtype, shape: slices }],
  });
const gather: Specimen = {
  name: 'gather',
  agreement: 'bits',
  cases: fc
    .tuple(places(shapesFor()), modes, fc.constantFrom(...every))
    .chain(([at, mode, dtype]) => array(dtype, at.operand).map((x) => gatherCase(mode)(at, x))),
  smooth: fc
    .tuple(places(small), fc.constantFrom('clip', 'zero'))
    .chain(([at, mode]) => smoothArrays([at.operand]).map((xs) => gatherCase(mode)(at, xs[0] as NDArray))), // sound: one for each shape
  linear: [[0]],
  lean: [0],
};

const combines = ['set', 'add', 'mul', 'min', 'max'] as const;

/** Floats that any order of sums or products leaves exact. */
const exact = (combine: string, dtype: DType): fc.Arbitrary<number> | undefined => {
  if (dtype !== 'float32' && dtype !== 'float64') return undefined;
  if (combine === 'add') return fc.integer({ min: -16, max: 16 }).map((n) => n / 4);
  return combine === 'mul' ? fc.constantFrom(1, -1, 2, 0.5, -2) : undefined;
};

const scatterCase =
  (combine: string) =>
  ({ batch, indices, isUnique }: Places, x: NDArray, updates: NDArray): Case => ({
    params: { batch, combine, unique: isUnique },
    inputs: [x, indices, updates],
    results: [x.type],
  });
const smoothScatter = (combine: string, at: fc.Arbitrary<Places>): fc.Arbitrary<Case> =>
  at.chain((where) =>
    smoothArrays([where.operand, where.slices]).map(
      ([x, updates]) => scatterCase(combine)(where, x as NDArray, updates as NDArray), // sound: one for each shape
    ),
  );
const scatter: Specimen = {
  name: 'scatter',
  agreement: 'numbers',
  cases: fc
    .tuple(places(shapesFor()), fc.constantFrom(...combines), fc.constantFrom(...every))
    .chain(([at, combine, dtype]) =>
      fc
        .tuple(array(dtype, at.operand, exact(combine, dtype)), array(dtype, at.slices, exact(combine, dtype)))
        .map(([x, updates]) => scatterCase(combine)(at, x, updates)),
    ),
  smooth: fc.oneof(
    ...combines.filter((c) => c !== 'mul').map((combine) => smoothScatter(combine, places(small))),
    smoothScatter('mul', uniquePlaces),
  ),
};

/** In which of its operands a scatter is linear depends on how it combines: the sums and replacements in both. */
const linearScatter: Specimen = {
  ...scatter,
  smooth: fc.oneof(smoothScatter('set', places(small)), smoothScatter('add', places(small))),
  linear: [[0], [2], [0, 2]],
};
const multiplyScatter: Specimen = { ...scatter, smooth: smoothScatter('mul', uniquePlaces), linear: [[0]] };

const sort: Specimen = {
  name: 'sort',
  agreement: 'bits',
  cases: fc
    .tuple(shapesFor(1), fc.integer({ min: 1, max: 3 }), perAxis(3, below(every.length)))
    .chain(([shape, count, types]) =>
      fc
        .tuple(
          below(shape.length),
          fc.integer({ min: 1, max: count }),
          ...types.slice(0, count).map((t) => array(every[t] ?? 'float32', shape)),
        )
        .map(([axis, keys, ...inputs]): Case => ({
          params: { axis, keys },
          inputs,
          results: inputs.map((x) => x.type),
        })),
    ),
  smooth: fc
    .tuple(fc.constantFrom<Shape>([4], [2, 3], [1], [3, 2]), fc.integer({ min: 1, max: 2 }))
    .chain(([shape, count]) =>
      fc
        .tuple(below(shape.length), smoothArrays(Array.from({ length: count }, () => shape)))
        .map(([axis, inputs]): Case => ({ params: { axis, keys: 1 }, inputs, results: inputs.map((x) => x.type) })),
    ),
};

/** One for each primitive with computed positions, and two more of scatter for where it is linear. */
export const lookupSpecimens: readonly Specimen[] = [gather, scatter, linearScatter, multiplyScatter, sort];
