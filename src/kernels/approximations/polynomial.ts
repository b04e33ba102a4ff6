/** Small tools for writing approximations in the type of an operand. */
import type { Basic } from '../scalars.ts';

/** Coefficients of two functions of one form, of which each element takes one; highest power first, of equal length. */
export type Coefficients = readonly number[];

/** What a formula for both float types is written with. */
export interface Tools<E> {
  readonly isDouble: boolean;
  readonly constant: (value: number) => E;
  /** The first for float64, the second for float32. */
  readonly pick: <A>(double: A, single: A) => A;
  /** Horner's rule, highest coefficient first. */
  readonly polynomial: (at: E, coefficients: Coefficients) => E;
  /** The first polynomial where the condition holds, else the second: one select a coefficient costs less than two polynomials. */
  readonly eitherPolynomial: (condition: E, at: E, first: Coefficients, second: Coefficients) => E;
  /** `2^n` for an integral `n` with a normal result. */
  readonly powerOfTwo: (n: E) => E;
  /** `value * 2^n`, rounded once, also where `2^n` itself is out of range: overflow to infinity, gradual underflow. For |value| near 1. */
  readonly scale: (value: E, n: E) => E;
  /** An odd function's value from its value at |x|, which is not negative and is 0 at 0. */
  readonly withSign: (size: E, x: E) => E;
}

/** 1.5 * 2^23: a small integral float32 added to it stands in the low bits of the sum. */
const magic = 12582912;

/** In float32 exponents are made by integer shifts, two instructions, without the saturating conversion of `powerOfTwo`. */
const singleTools = <E>(s: Basic<E>): Pick<Tools<E>, 'powerOfTwo' | 'scale' | 'withSign'> => {
  const bits = (x: E): E => s.bitcast('int32', x);
  const shifted = (n: E, by: number): E => s.bitcast('float32', s.shiftLeft(n, s.constant('int32', by)));
  return {
    powerOfTwo: (n) => shifted(bits(s.add(n, s.constant('float32', magic + 127))), 23),
    scale: (value, n) => {
      const both = bits(s.add(n, s.constant('float32', magic + 254)));
      const half = s.shiftRightLogical(both, s.constant('int32', 1));
      return s.mul(s.mul(value, shifted(half, 23)), shifted(s.sub(both, half), 23));
    },
    withSign: (size, x) => s.bitcast('float32', s.or(bits(size), s.and(bits(x), s.constant('int32', -2147483648)))),
  };
};

const doubleTools = <E>(s: Basic<E>): Pick<Tools<E>, 'powerOfTwo' | 'scale' | 'withSign'> => ({
  powerOfTwo: s.powerOfTwo,
  scale: (value, n) => {
    const half = s.floor(s.mul(n, s.constant('float64', 0.5)));
    return s.mul(s.mul(value, s.powerOfTwo(half)), s.powerOfTwo(s.sub(n, half)));
  },
  withSign: (size, x) => {
    const zero = s.constant('float64', 0);
    return s.select(s.eq(x, zero), x, s.select(s.lt(x, zero), s.neg(size), size));
  },
});

/** The tools for operands of the type of `x`. */
export const toolsFor = <E>(s: Basic<E>, x: E): Tools<E> => {
  const dtype = s.dtypeOf(x);
  const isDouble = dtype === 'float64';
  const constant = (value: number): E => s.constant(dtype, value);
  const horner = (at: E, coefficients: readonly E[]): E =>
    coefficients.reduce((sum, coefficient) => s.add(s.mul(sum, at), coefficient));
  return {
    isDouble,
    constant,
    pick: (double, single) => (isDouble ? double : single),
    polynomial: (at, coefficients) => horner(at, coefficients.map(constant)),
    eitherPolynomial: (condition, at, first, second) =>
      horner(
        at,
        first.map((a, i) => s.select(condition, constant(a), constant(second[i] ?? 0))),
      ),
    ...(isDouble ? doubleTools(s) : singleTools(s)),
  };
};

/** Clenshaw's recurrence for `sum of c_k T_k(t)`, Chebyshev's polynomials; highest coefficient first. */
export const chebyshev = <E>(s: Basic<E>, t: E, coefficients: Coefficients): E => {
  const { constant } = toolsFor(s, t);
  const twice = s.add(t, t);
  let [b1, b2] = [constant(0), constant(0)];
  for (const c of coefficients.slice(0, -1)) [b1, b2] = [s.add(s.sub(s.mul(twice, b1), b2), constant(c)), b1];
  return s.add(s.sub(s.mul(t, b1), b2), constant(coefficients.at(-1) ?? 0));
};
