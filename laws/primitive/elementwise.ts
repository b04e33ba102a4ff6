/** Cases of the primitives that work element by element. */
import * as fc from 'fast-check';
import type { ArrayType, DType, Shape } from 'fluxion';
import {
  array,
  every,
  floats,
  integers,
  numbers,
  shapesFor,
  smoothArrays,
  type Agreement,
  type Case,
  type Domain,
  type Meaning,
  type Specimen,
} from './specimen.ts';

const small: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([], [1], [3], [2, 2], [0], [5], [2, 1, 3]);

interface Row {
  readonly dtypes: readonly DType[];
  readonly arity?: number;
  readonly params?: fc.Arbitrary<unknown>;
  readonly outputs?: number;
  readonly agreement?: Agreement;
  /** The domains of the operands, where it has derivatives. */
  readonly smooth?: readonly Domain[];
  readonly linear?: readonly (readonly number[])[];
  readonly meaning?: Meaning;
  /** The element type of the result; that of the operands unless said. */
  readonly result?: (dtype: DType, params: unknown) => DType;
}

const resultOf = ({ result, outputs = 1 }: Row, dtype: DType, shape: Shape, params: unknown): readonly ArrayType[] =>
  Array.from({ length: outputs }, () => ({ dtype: result?.(dtype, params) ?? dtype, shape }));

const anywhere = (row: Row): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.constantFrom(...row.dtypes), shapesFor(), row.params ?? fc.constant(null))
    .chain(([dtype, shape, params]) =>
      fc
        .tuple(...Array.from({ length: row.arity ?? 1 }, () => array(dtype, shape)))
        .map((inputs): Case => ({ params, inputs, results: resultOf(row, dtype, shape, params) })),
    );

const smoothly = (row: Row, domains: readonly Domain[]): fc.Arbitrary<Case> =>
  fc.tuple(small, row.params ?? fc.constant(null)).chain(([shape, params]) =>
    smoothArrays(
      domains.map(() => shape),
      domains,
    ).map((inputs): Case => ({ params, inputs, results: resultOf(row, 'float64', shape, params) })),
  );

const specimen = (name: string, row: Row): Specimen => ({
  name,
  cases: anywhere(row),
  agreement: row.agreement ?? 'bits',
  ...(row.smooth === undefined ? {} : { smooth: smoothly(row, row.smooth) }),
  ...(row.linear === undefined ? {} : { linear: row.linear }),
  ...(row.meaning === undefined ? {} : { meaning: row.meaning }),
});

const asFloat = (f: (x: number) => number, domains: readonly Domain[] = ['real']): Row => ({
  dtypes: floats,
  smooth: domains,
  meaning: (_, x = NaN) => f(x),
});
const asSpecial = (name: string, domains: readonly Domain[] = ['real']): Row => ({
  dtypes: floats,
  arity: domains.length,
  smooth: domains,
  agreement: { special: name },
});
const compared = (f: (x: number, y: number) => boolean): Row => ({
  dtypes: every,
  arity: 2,
  result: () => 'bool',
  meaning: (_, x = NaN, y = NaN) => Number(f(x, y)),
});
const bitwise = (f: (x: number, y: number) => number): Row => ({
  dtypes: [...integers, 'bool'],
  arity: 2,
  meaning: (_, x = 0, y = 0) => f(x, y),
});
const extremum = (f: (x: number, y: number) => number): Row => ({
  dtypes: every,
  arity: 2,
  smooth: ['real', 'real'],
  meaning: (_, x = NaN, y = NaN) => f(x, y),
});

/** The nearest whole number, halves to even: of the two around `x` the one that is even when both are as near. */
const nearestEven = (x: number): number => {
  const [low, high] = [Math.floor(x), Math.ceil(x)];
  const nearest = x - low === high - x ? (low % 2 === 0 ? low : high) : x - low < high - x ? low : high;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
};

const isFloat = (dtype: DType): boolean => floats.includes(dtype);
/** In whole numbers without rounding, of which the low bits are kept. */
const product: Meaning = (dtype, x = 0, y = 0) =>
  isFloat(dtype) ? x * y : Number(BigInt.asIntN(32, BigInt(x) * BigInt(y)));
const quotient: Meaning = (dtype, x = 0, y = 0) => (isFloat(dtype) ? x / y : y === 0 ? -1 : Math.trunc(x / y));
const remainder: Meaning = (dtype, x = 0, y = 0) => (isFloat(dtype) || y !== 0 ? x % y : x);

/** The element with its top bit read as a sign. */
const signed = (dtype: DType, x: number): number => (dtype === 'uint8' ? (x << 24) >> 24 : x | 0);
/** Shifts by the width or more, and by negative amounts, leave `otherwise`. */
const shifted = (
  f: (dtype: DType, x: number, by: number) => number,
  otherwise: (dtype: DType, x: number) => number = () => 0,
): Row => ({
  dtypes: integers,
  arity: 2,
  meaning: (dtype, x = 0, by = 0) =>
    by >= 0 && by < (dtype === 'uint8' ? 8 : 32) ? f(dtype, x, by) : otherwise(dtype, x),
});

const arithmetic: { readonly [name: string]: Row } = {
  add: {
    dtypes: numbers,
    arity: 2,
    smooth: ['real', 'real'],
    linear: [[0], [1], [0, 1]],
    meaning: (_, x = 0, y = 0) => x + y,
  },
  sub: {
    dtypes: numbers,
    arity: 2,
    smooth: ['real', 'real'],
    linear: [[0], [1], [0, 1]],
    meaning: (_, x = 0, y = 0) => x - y,
  },
  mul: { dtypes: numbers, arity: 2, smooth: ['real', 'real'], linear: [[0], [1]], meaning: product },
  div: { dtypes: numbers, arity: 2, smooth: ['real', 'real'], linear: [[0]], meaning: quotient },
  rem: { dtypes: numbers, arity: 2, smooth: ['real', 'real'], meaning: remainder },
  neg: { dtypes: numbers, smooth: ['real'], linear: [[0]], meaning: (_, x = 0) => -x },
  abs: { dtypes: numbers, smooth: ['real'], meaning: (_, x = 0) => Math.abs(x) },
  sign: { dtypes: numbers, smooth: ['real'], meaning: (_, x = 0) => Math.sign(x) },
  max: extremum(Math.max),
  min: extremum(Math.min),
  floor: asFloat(Math.floor),
  ceil: asFloat(Math.ceil),
  trunc: asFloat(Math.trunc),
  round: asFloat(nearestEven),
  sqrt: asFloat(Math.sqrt, ['positive']),
  rsqrt: { dtypes: floats, smooth: ['positive'] },
  isFinite: { dtypes: floats, result: () => 'bool', meaning: (_, x = 0) => Number(Number.isFinite(x)) },
  stopGradient: { dtypes: every, meaning: (_, x = 0) => x },
};

const logic: { readonly [name: string]: Row } = {
  eq: compared((x, y) => x === y),
  ne: compared((x, y) => x !== y),
  lt: compared((x, y) => x < y),
  le: compared((x, y) => x <= y),
  gt: compared((x, y) => x > y),
  ge: compared((x, y) => x >= y),
  and: bitwise((x, y) => x & y),
  or: bitwise((x, y) => x | y),
  xor: bitwise((x, y) => x ^ y),
  not: { dtypes: [...integers, 'bool'], meaning: (dtype, x = 0) => (dtype === 'bool' ? 1 - x : ~x) },
  shiftLeft: shifted((_, x, by) => x << by),
  shiftRightLogical: shifted((_, x, by) => x >>> by),
  shiftRightArithmetic: shifted(
    (dtype, x, by) => signed(dtype, x) >> by,
    (dtype, x) => (signed(dtype, x) < 0 ? -1 : 0),
  ),
  threefry2x32: { dtypes: ['uint32'], arity: 4, outputs: 2 },
};

const functions: { readonly [name: string]: Row } = {
  ...Object.fromEntries(
    ['exp', 'expm1', 'sin', 'cos', 'tan', 'atan', 'tanh', 'logistic', 'erf', 'erfc'].map((name) => [
      name,
      asSpecial(name),
    ]),
  ),
  log: asSpecial('log', ['positive']),
  log1p: asSpecial('log1p', ['positive']),
  erfInv: asSpecial('erfInv', ['unit']),
  lgamma: asSpecial('lgamma', ['positive']),
  // The bounds of digamma hold for the orders drawn.
  polygamma: { ...asSpecial('digamma', ['positive']), params: fc.record({ order: fc.integer({ min: 0, max: 2 }) }) },
  besselI0e: asSpecial('besselI0e'),
  besselI1e: asSpecial('besselI1e'),
  ndtri: asSpecial('ndtri', ['chance']),
  pow: asSpecial('pow', ['positive', 'real']),
};

/** Formulas over our own approximations, which every engine evaluates to the same bits. */
const composed = (...smooth: readonly Domain[]): Row => ({ dtypes: floats, arity: smooth.length, smooth });
const divisor = (x: number, y: number): number => (y === 0 ? Math.abs(x) : divisor(y, x % y));
const compositions: { readonly [name: string]: Row } = {
  ...Object.fromEntries(['sinh', 'cosh', 'asinh', 'cbrt'].map((name) => [name, composed('real')])),
  ...Object.fromEntries(['asin', 'acos', 'atanh'].map((name) => [name, composed('unit')])),
  ...Object.fromEntries(['atan2', 'hypot', 'logaddexp'].map((name) => [name, composed('real', 'real')])),
  acosh: composed('beyondOne'),
  log2: composed('positive'),
  sinc: { ...composed('real'), params: fc.record({ order: fc.integer({ min: 0, max: 3 }) }) },
  gcd: { dtypes: integers, arity: 2, meaning: (_, x = 0, y = 0) => divisor(x, y) },
};

const integerPow: Row = {
  dtypes: numbers,
  params: fc.record({ exponent: fc.integer({ min: -3, max: 6 }) }),
  smooth: ['real'],
};
const conversion: Row = {
  dtypes: every,
  params: fc.record({ dtype: fc.constantFrom<DType>(...every) }),
  result: (_, params) => (params as { readonly dtype: DType }).dtype, // sound: drawn so
};
const doubled: fc.Arbitrary<Case> = smoothly({ ...conversion, params: fc.constant({ dtype: 'float64' }) }, ['real']);

/** Which of the two conversions between floats is linear: the one that keeps every digit. */
const convert: Specimen = { ...specimen('convert', conversion), smooth: doubled, linear: [[0]] };

const width32: readonly DType[] = ['float32', 'int32', 'uint32'];
const reading: Row = {
  ...conversion,
  dtypes: width32,
  params: fc.record({ dtype: fc.constantFrom<DType>(...width32) }),
};
const bitcast: Specimen = {
  ...specimen('bitcast', reading),
  // Which NaN a NaN is gets lost in JavaScript's numbers.
  cases: anywhere(reading).filter(({ inputs: [x] }) => x === undefined || !x.dataSync().some(isNaNPattern(x.dtype))),
};
const isNaNPattern =
  (dtype: DType) =>
  (value: number): boolean =>
    dtype === 'float32' ? Number.isNaN(value) : (value & 0x7f800000) === 0x7f800000 && (value & 0x7fffff) !== 0;

const chosen = (dtype: DType, shape: Shape): fc.Arbitrary<Case> =>
  fc
    .tuple(array('bool', shape), array(dtype, shape), array(dtype, shape))
    .map((inputs): Case => ({ params: null, inputs, results: [{ dtype, shape }] }));
const select: Specimen = {
  name: 'select',
  cases: fc.tuple(fc.constantFrom(...every), shapesFor()).chain(([dtype, shape]) => chosen(dtype, shape)),
  agreement: 'bits',
  smooth: small.chain((shape) =>
    fc.tuple(array('bool', shape), smoothArrays([shape, shape])).map(([condition, rest]): Case => ({
      params: null,
      inputs: [condition, ...rest],
      results: [{ dtype: 'float64', shape }],
    })),
  ),
  linear: [[1], [2], [1, 2]],
  meaning: (_, condition = 0, x = 0, y = 0) => (condition === 0 ? y : x),
};

/** One for each elementwise primitive. */
export const elementwiseSpecimens: readonly Specimen[] = [
  ...Object.entries({ ...arithmetic, ...logic, ...functions, ...compositions, integerPow }).map(([name, row]) =>
    specimen(name, row),
  ),
  convert,
  bitcast,
  select,
];
