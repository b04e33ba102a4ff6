/** Sums, products, quotients and what goes with them. */
import { checkDType, isFloat, isInteger, type DType } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Scalars } from '../kernels/scalars.ts';
import { addPrimitive, binary, elementwise, like, splatValue, unary } from './elementwise.ts';
import { eq, gt, lt, ne, select } from './logic.ts';
import { nth } from './record.ts';

export { addPrimitive };
export const add = (x: NDArray, y: NDArray): NDArray => bind1(addPrimitive, null, x, y);
export const sub = (x: NDArray, y: NDArray): NDArray => bind1(subPrimitive, null, x, y);
export const mul = (x: NDArray, y: NDArray): NDArray => bind1(mulPrimitive, null, x, y);
/** Floats as IEEE; integers truncate, 5/0 = -1, MIN/-1 = MIN. */
export const div = (x: NDArray, y: NDArray): NDArray => bind1(divPrimitive, null, x, y);
/** Remainder with the sign of `x`; for integers x rem 0 = x. */
export const rem = (x: NDArray, y: NDArray): NDArray => bind1(remPrimitive, null, x, y);
export const neg = (x: NDArray): NDArray => bind1(negPrimitive, null, x);
export const abs = (x: NDArray): NDArray => bind1(absPrimitive, null, x);
export const sign = (x: NDArray): NDArray => bind1(signPrimitive, null, x);
export const max = (x: NDArray, y: NDArray): NDArray => bind1(maxPrimitive, null, x, y);
export const min = (x: NDArray, y: NDArray): NDArray => bind1(minPrimitive, null, x, y);
export const scale = (x: NDArray, factor: number): NDArray => mul(x, like(x, factor));

export const subPrimitive = elementwise({
  name: 'sub',
  accepts: 'number',
  formula: () => binary((s) => s.sub),
  partials: [(dx) => dx, (dy) => neg(dy)],
  transpose: ({ known }, ct) => [known[0] === null ? ct : null, known[1] === null ? neg(ct) : null],
});

export const negPrimitive = elementwise({
  name: 'neg',
  accepts: 'number',
  formula: () => unary((s) => s.neg),
  partials: [(dx) => neg(dx)],
  transpose: (_, ct) => [neg(ct)],
});

export const mulPrimitive = elementwise({
  name: 'mul',
  accepts: 'number',
  formula: () => binary((s) => s.mul),
  partials: [(dx, { inputs }) => mul(dx, nth(inputs, 1)), (dy, { inputs }) => mul(nth(inputs, 0), dy)],
  transpose: ({ known: [x = null, y = null] }, ct) => [
    x === null && y !== null ? mul(ct, y) : null,
    y === null && x !== null ? mul(x, ct) : null,
  ],
});

export const divPrimitive = elementwise({
  name: 'div',
  accepts: 'number',
  formula: () => binary((s) => s.div),
  partials: [
    (dx, { inputs }) => div(dx, nth(inputs, 1)),
    (dy, { inputs, output }) => neg(mul(dy, div(output, nth(inputs, 1)))),
  ],
  transpose: ({ known: [, y = null] }, ct) => [y === null ? null : div(ct, y), null],
});

export const remPrimitive = elementwise({
  name: 'rem',
  accepts: 'number',
  formula: () => binary((s) => s.rem),
  // x rem y = x - trunc(x / y) y, and the quotient is locally constant.
  partials: [(dx) => dx, (dy, { inputs }) => neg(mul(dy, trunc(div(nth(inputs, 0), nth(inputs, 1)))))],
});

export const absPrimitive = elementwise({
  name: 'abs',
  accepts: 'number',
  formula: () => unary((s) => s.abs),
  partials: [(dx, { inputs }) => mul(dx, slopeOfAbs(nth(inputs, 0)))],
});

/** JAX's choice: the slope of |x| at 0 is 1. */
const slopeOfAbs = (x: NDArray): NDArray => select(lt(x, like(x, 0)), like(x, -1), like(x, 1));

export const signPrimitive = elementwise({
  name: 'sign',
  accepts: 'number',
  // NaN stays NaN, and zeros keep their sign: where neither comparison holds the result is x itself.
  formula: () => (s, inputs) => {
    const x = nth(inputs, 0);
    const constant = (value: number): typeof x => s.constant(s.dtypeOf(x), value);
    return [s.select(s.gt(x, constant(0)), constant(1), s.select(s.lt(x, constant(0)), negativeOne(s, x), x))];
  },
  partials: [null],
});
const negativeOne = <E>(s: Scalars<E>, x: E): E => s.sub(s.constant(s.dtypeOf(x), 0), s.constant(s.dtypeOf(x), 1));

/** Ties send half to each side, as in JAX. */
const share = (dx: NDArray, mine: NDArray, other: NDArray, wins: (x: NDArray, y: NDArray) => NDArray): NDArray =>
  mul(dx, select(wins(mine, other), like(mine, 1), select(eq(mine, other), like(mine, 0.5), like(mine, 0))));

const extremum = (
  name: string,
  pick: <E>(s: Scalars<E>) => (x: E, y: E) => E,
  wins: (x: NDArray, y: NDArray) => NDArray,
): Primitive<null> =>
  elementwise({
    name,
    accepts: 'any',
    formula: () => binary(pick),
    partials: [
      (dx, { inputs }) => share(dx, nth(inputs, 0), nth(inputs, 1), wins),
      (dy, { inputs }) => share(dy, nth(inputs, 1), nth(inputs, 0), wins),
    ],
  });
export const maxPrimitive = extremum('max', (s) => s.max, gt);
export const minPrimitive = extremum('min', (s) => s.min, lt);

/** Euclid's algorithm; numbers of 32 bits need at most 47 steps (Lame). */
export const gcdPrimitive = elementwise({
  name: 'gcd',
  accepts: 'integer',
  formula: () => (s, inputs) => {
    let [x, y] = [nth(inputs, 0), nth(inputs, 1)];
    const zero = s.constant(s.dtypeOf(x), 0);
    for (let i = 0; i < 47; i++) [x, y] = [s.select(s.eq(y, zero), x, y), s.select(s.eq(y, zero), y, s.rem(x, y))];
    return [s.abs(x)];
  },
  partials: [null, null],
});
/** The greatest common divisor of integers, not negative; of 0 and 0 it is 0. */
export const gcd = (x: NDArray, y: NDArray): NDArray => bind1(gcdPrimitive, null, x, y);

const step = (name: string, pick: <E>(s: Scalars<E>) => (x: E) => E): Primitive<null> =>
  elementwise({ name, accepts: 'float', formula: () => unary(pick), partials: [null] });
export const floorPrimitive = step('floor', (s) => s.floor);
export const ceilPrimitive = step('ceil', (s) => s.ceil);
export const roundPrimitive = step('round', (s) => s.round);
export const truncPrimitive = step('trunc', (s) => s.trunc);
export const floor = (x: NDArray): NDArray => bind1(floorPrimitive, null, x);
export const ceil = (x: NDArray): NDArray => bind1(ceilPrimitive, null, x);
/** To the nearest integer, halves to even. */
export const round = (x: NDArray): NDArray => bind1(roundPrimitive, null, x);
export const trunc = (x: NDArray): NDArray => bind1(truncPrimitive, null, x);

interface Convert {
  readonly dtype: DType;
}
export const convertPrimitive: Primitive<Convert> = elementwise<Convert>({
  name: 'convert',
  accepts: 'any',
  formula:
    ({ dtype }) =>
    (s, inputs) => [s.convert(dtype, nth(inputs, 0))],
  result: (_, { dtype }) => dtype,
  partials: [(dx, { params }) => convert(dx, params.dtype)],
  transpose: ({ inputs }, ct) => [convert(ct, nth(inputs, 0).dtype)],
});
/** An integer among integers keeps its low bits. */
const wrapTo = (dtype: DType, value: number): number =>
  dtype === 'int32' ? value | 0 : dtype === 'uint32' ? value >>> 0 : dtype === 'uint8' ? value & 255 : value;
/** The elements in another type; float to integer truncates, saturates and sends NaN to 0; integers keep their low bits. */
export const convert = (x: NDArray, dtype: DType): NDArray => {
  if (x.dtype === dtype) return x;
  checkDType(dtype, 'astype');
  const value = splatValue(x);
  if (value === undefined) return bind1(convertPrimitive, { dtype }, x);
  return like({ dtype, shape: x.shape }, isInteger(x.dtype) ? wrapTo(dtype, value) : value);
};

const bitcastBase = elementwise<Convert>({
  name: 'bitcast',
  accepts: 'any',
  formula:
    ({ dtype }) =>
    (s, inputs) => [s.bitcast(dtype, nth(inputs, 0))],
  result: (_, { dtype }) => dtype,
  partials: [null],
});
const width32 = (dtype: DType): boolean => dtype === 'float32' || dtype === 'int32' || dtype === 'uint32';
export const bitcastPrimitive: Primitive<Convert> = Object.freeze({
  ...bitcastBase,
  infer: (inputs: Parameters<typeof bitcastBase.infer>[0], params: Convert) => {
    const from = nth(inputs, 0).dtype;
    if (!width32(from) || !width32(params.dtype))
      throw new DTypeError(
        `bitcast: expected types of 32 bits, got ${from} and ${params.dtype}. Only float32, int32 and uint32 can be read as each other.`,
      );
    return bitcastBase.infer(inputs, params);
  },
});
/** The same bits read as another type of 32 bits. */
export const bitcast = (x: NDArray, dtype: DType): NDArray => bind1(bitcastPrimitive, { dtype }, x);

export const isFinitePrimitive = elementwise({
  name: 'isFinite',
  accepts: 'float',
  // x - x is 0 for finite x only.
  formula: () => (s, inputs) => {
    const x = nth(inputs, 0);
    return [s.eq(s.sub(x, x), s.constant(s.dtypeOf(x), 0))];
  },
  result: (): DType => 'bool',
  partials: [null],
});
/** True where neither infinite nor NaN. */
export const isFinite = (x: NDArray): NDArray => (isFloat(x.dtype) ? bind1(isFinitePrimitive, null, x) : eq(x, x));
/** True where NaN. */
export const isNaN = (x: NDArray): NDArray => ne(x, x);
