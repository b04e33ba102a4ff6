/** Cases of the primitives that work element by element. */
import * as fc from 'fast-check';
import type { DType, Shape } from 'fluxion';
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
  type Specimen,
} from './specimen.ts';

const small: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([], [1], [3], [2, 2], [0], [5], [2, 1, 3]);

interface Row {
  readonly dtypes: readonly DType[];
  readonly arity?: number;
  readonly params?: fc.Arbitrary<unknown>;
  readonly agreement?: Agreement;
  /** The domains of the operands, where it has derivatives. */
  readonly smooth?: readonly Domain[];
  readonly linear?: readonly (readonly number[])[];
  readonly meaning?: (params: unknown, ...elements: readonly number[]) => number;
}

const anywhere = ({ dtypes, arity = 1, params = fc.constant(null) }: Row): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.constantFrom(...dtypes), shapesFor(), params)
    .chain(([dtype, shape, given]) =>
      fc
        .tuple(...Array.from({ length: arity }, () => array(dtype, shape)))
        .map((inputs): Case => ({ params: given, inputs })),
    );

const smoothly = (domains: readonly Domain[], params: fc.Arbitrary<unknown> = fc.constant(null)): fc.Arbitrary<Case> =>
  fc.tuple(small, params).chain(([shape, given]) =>
    smoothArrays(
      domains.map(() => shape),
      domains,
    ).map((inputs): Case => ({ params: given, inputs })),
  );

const specimen = (name: string, row: Row): Specimen => ({
  name,
  cases: anywhere(row),
  agreement: row.agreement ?? 'bits',
  ...(row.smooth === undefined ? {} : { smooth: smoothly(row.smooth, row.params) }),
  ...(row.linear === undefined ? {} : { linear: row.linear }),
  ...(row.meaning === undefined ? {} : { meaning: row.meaning }),
});

const asFloat = (f: (x: number, y: number) => number, arity = 1, domains: readonly Domain[] = ['real']): Row => ({
  dtypes: floats,
  arity,
  smooth: domains,
  meaning: (_, x = NaN, y = NaN) => f(x, y),
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
  mul: { dtypes: numbers, arity: 2, smooth: ['real', 'real'], linear: [[0], [1]] },
  div: { dtypes: numbers, arity: 2, smooth: ['real', 'real'], linear: [[0]] },
  rem: { dtypes: numbers, arity: 2, smooth: ['real', 'real'] },
  neg: { dtypes: numbers, smooth: ['real'], linear: [[0]], meaning: (_, x = 0) => -x },
  abs: { dtypes: numbers, smooth: ['real'], meaning: (_, x = 0) => Math.abs(x) },
  sign: { dtypes: numbers, smooth: ['real'], meaning: (_, x = 0) => Math.sign(x) },
  max: extremum(Math.max),
  min: extremum(Math.min),
  floor: asFloat(Math.floor),
  ceil: asFloat(Math.ceil),
  trunc: asFloat(Math.trunc),
  round: asFloat(nearestEven),
  sqrt: asFloat(Math.sqrt, 1, ['positive']),
  rsqrt: { dtypes: floats, smooth: ['positive'] },
  isFinite: { dtypes: floats, meaning: (_, x = 0) => Number(Number.isFinite(x)) },
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
  not: { dtypes: [...integers, 'bool'] },
  shiftLeft: { dtypes: integers, arity: 2 },
  shiftRightLogical: { dtypes: integers, arity: 2 },
  shiftRightArithmetic: { dtypes: integers, arity: 2 },
  threefry2x32: { dtypes: ['uint32'], arity: 4 },
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
  pow: asSpecial('pow', ['positive', 'real']),
};

const integerPow: Row = {
  dtypes: numbers,
  params: fc.record({ exponent: fc.integer({ min: -3, max: 6 }) }),
  smooth: ['real'],
};
const conversion: Row = {
  dtypes: every,
  params: fc.record({ dtype: fc.constantFrom<DType>(...every) }),
};
const doubled: fc.Arbitrary<Case> = smoothly(['real'], fc.constant({ dtype: 'float64' }));

/** Which of the two conversions between floats is linear: the one that keeps every digit. */
const convert: Specimen = { ...specimen('convert', conversion), smooth: doubled, linear: [[0]] };

const width32: readonly DType[] = ['float32', 'int32', 'uint32'];
const bitcast: Specimen = {
  ...specimen('bitcast', { dtypes: width32, params: fc.record({ dtype: fc.constantFrom<DType>(...width32) }) }),
  // Which NaN a NaN is gets lost in JavaScript's numbers.
  cases: anywhere({
    dtypes: width32,
    params: fc.record({ dtype: fc.constantFrom<DType>(...width32) }),
  }).filter(({ inputs: [x] }) => x === undefined || !x.dataSync().some(isNaNPattern(x.dtype))),
};
const isNaNPattern =
  (dtype: DType) =>
  (value: number): boolean =>
    dtype === 'float32' ? Number.isNaN(value) : (value & 0x7f800000) === 0x7f800000 && (value & 0x7fffff) !== 0;

const chosen = (dtype: DType, shape: Shape): fc.Arbitrary<Case> =>
  fc
    .tuple(array('bool', shape), array(dtype, shape), array(dtype, shape))
    .map((inputs): Case => ({ params: null, inputs }));
const select: Specimen = {
  name: 'select',
  cases: fc.tuple(fc.constantFrom(...every), shapesFor()).chain(([dtype, shape]) => chosen(dtype, shape)),
  agreement: 'bits',
  smooth: small.chain((shape) =>
    fc
      .tuple(array('bool', shape), smoothArrays([shape, shape]))
      .map(([condition, rest]): Case => ({ params: null, inputs: [condition, ...rest] })),
  ),
  linear: [[1], [2], [1, 2]],
  meaning: (_, condition = 0, x = 0, y = 0) => (condition === 0 ? y : x),
};

/** One for each elementwise primitive. */
export const elementwiseSpecimens: readonly Specimen[] = [
  ...Object.entries({ ...arithmetic, ...logic, ...functions, integerPow }).map(([name, row]) => specimen(name, row)),
  convert,
  bitcast,
  select,
];
