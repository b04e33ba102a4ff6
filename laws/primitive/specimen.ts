/** What the laws are told of a primitive: cases to run it on, and how its results compare. */
import * as fc from 'fast-check';
import { np, type ArrayType, type DType, type NDArray, type Shape } from 'fluxion';
import { splat } from 'fluxion/extend';
import { arrays, elements, type ArrayBounds } from '../arbitrary.ts';

export interface Case {
  readonly params: unknown;
  readonly inputs: readonly NDArray[];
  /** The types of the outputs, worked out apart from the primitive's own rule. */
  readonly results: readonly ArrayType[];
}

/**
 * How the compiled result compares with the reference: the same bits (any NaN is as good as another); equal numbers (the
 * sign of a zero depends on the order of a sum); or within the stated distance of the special function named.
 */
export type Agreement = 'bits' | 'numbers' | { readonly special: string };

export interface Specimen {
  readonly name: string;
  /** Every element type and kind of value that the primitive takes, every layout, empty arrays too. */
  readonly cases: fc.Arbitrary<Case>;
  readonly agreement: Agreement;
  /** Float64 cases around which the derivative exists; none where outputs never move. */
  readonly smooth?: fc.Arbitrary<Case>;
  /** The sets of inputs in which it is linear, the others held. */
  readonly linear?: readonly (readonly number[])[];
  /** Inputs that the batch rule takes as they are when they are not mapped, at no cost of memory. */
  readonly lean?: readonly number[];
  /** What one output element is of the input elements at its place, by JavaScript's own arithmetic, before it is rounded or wrapped. */
  readonly meaning?: Meaning;
  /** The elements of the first output in row-major order, from plain indices, before they are rounded or wrapped. */
  readonly elements?: (drawn: Case) => readonly number[];
}

/** Told the element type of the last operand. */
export type Meaning = (dtype: DType, ...elements: readonly number[]) => number;

export const floats: readonly DType[] = ['float32', 'float64'];
export const integers: readonly DType[] = ['int32', 'uint32', 'uint8'];
export const numbers: readonly DType[] = [...floats, ...integers];
export const every: readonly DType[] = [...numbers, 'bool'];

const floatEdges = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2.5,
  -1.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** -126,
  2 ** -149,
  -(2 ** -140),
  Math.fround(3.4028234663852886e38),
  2 ** 24 + 2,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  Math.fround(1e20),
  -(2 ** 63),
  Math.PI,
];
const edgesOf: { readonly [D in DType]: readonly number[] } = {
  float32: floatEdges.map(Math.fround),
  float64: [...floatEdges, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2 ** 53 + 2, 1e-20],
  int32: [0, 1, -1, 2, 31, 32, 33, -32, 2147483647, -2147483648, -2147483647, 65536],
  uint32: [0, 1, 2, 31, 32, 33, 4294967295, 2147483648, 2147483647, 65537],
  uint8: [0, 1, 2, 7, 8, 9, 127, 128, 255],
  bool: [0, 1],
};

/** Elements of a type with its corners well in sight: ties, zeros, NaN, infinities, ends of the range. */
export const cornered = (dtype: DType): fc.Arbitrary<number> =>
  fc.oneof(
    elements(dtype),
    { arbitrary: fc.constantFrom(...edgesOf[dtype]), weight: 2 },
    elements(dtype, { range: 'all' }),
  );

/** A shape with another extent on one of its axes. */
const stretched = (shape: Shape, axis: number, extent: number): Shape =>
  shape.map((e, i) => (i === axis % shape.length ? extent : e));

/** Few axes of few elements, now and then enough for vectors and their tails, and seldom for more than one block. */
export const shapesFor = (minRank = 0, maxRank = 3): fc.Arbitrary<Shape> => {
  const extent = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 5 }), weight: 8 }, fc.constant(0));
  const small = fc.array(extent, { minLength: minRank, maxLength: maxRank, size: 'max' });
  const axis = fc.integer({ min: 0, max: 2 });
  const long = fc.tuple(small, axis, fc.integer({ min: 6, max: 37 })).map(([s, a, n]) => stretched(s, a, n));
  const thin = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: minRank, maxLength: maxRank, size: 'max' });
  const huge = fc.tuple(thin, axis, fc.integer({ min: 64, max: 700 })).map(([s, a, n]) => stretched(s, a, n));
  return fc.oneof({ arbitrary: small, weight: 15 }, { arbitrary: long, weight: 5 }, huge);
};

/** An array of a type and shape in any layout, a splat among them. */
export const array = (
  dtype: DType,
  shape: Shape,
  values: fc.Arbitrary<number> = cornered(dtype),
): fc.Arbitrary<NDArray> => {
  const bounds: ArrayBounds = { dtype, shape, elements: values };
  return fc.oneof(
    { arbitrary: arrays(bounds), weight: 6 },
    values.map((value) => splat({ dtype, shape }, value)),
  );
};

/** A whole number below `n`, or 0. */
export const below = (n: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: Math.max(0, n - 1) });
/** A list with one entry for each axis. */
export const perAxis = (rank: number, entry: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> =>
  fc.array(entry, { minLength: rank, maxLength: rank, size: 'max' });
/** Some axes of an array, in any order. */
export const someAxes = (rank: number, minLength = 0): fc.Arbitrary<readonly number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: rank }, (_, axis) => axis),
    { minLength },
  );
export const orderOf = (rank: number): fc.Arbitrary<readonly number[]> => someAxes(rank, rank);

/** How far apart the points of smooth cases stand; no multiple of a half comes near any of them. */
const spacing = 0.31;

export type Domain = 'real' | 'positive' | 'unit' | 'chance' | 'beyondOne';

const inDomain = (domain: Domain, value: number, sign: number): number => {
  if (domain === 'positive') return value;
  if (domain === 'chance') return value / (value + 0.5);
  if (domain === 'beyondOne') return value + 1;
  return sign * (domain === 'unit' ? value / (value + 0.5) : value);
};

/** Float64 arrays whose elements all differ, and lie away from zero, whole numbers and halves. */
export const smoothArrays = (
  shapes: readonly Shape[],
  domains: readonly Domain[] = [],
): fc.Arbitrary<readonly NDArray[]> => {
  const sizes = shapes.map((shape) => shape.reduce((n, extent) => n * extent, 1));
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const ranks = orderOf(total);
  const signs = perAxis(total, fc.constantFrom(1, -1));
  return fc.tuple(ranks, signs).chain(([order, sides]) => {
    let at = 0;
    return fc.tuple(
      ...shapes.map((shape, i) => {
        const start = at;
        at += sizes[i] ?? 0;
        const values = order
          .slice(start, at)
          .map((k, n) => inDomain(domains[i] ?? 'real', (k + 0.5) * spacing + 0.05, sides[start + n] ?? 1));
        return laidOut(shape, values);
      }),
    );
  });
};

/** These elements under a shape, row-major or turned round in memory. */
const laidOut = (shape: Shape, values: readonly number[]): fc.Arbitrary<NDArray> =>
  fc.boolean().map((isTurned) => {
    const axes = shape.map((_, axis) => axis);
    const plain = np.reshape(np.array(values, 'float64'), shape);
    return isTurned ? np.flip(np.reshape(np.array(values.toReversed(), 'float64'), shape), axes) : plain;
  });
