/** The gamma function and what is made of it. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, div, floor, mul, scale, sub } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { exp } from '../primitives/exponential.ts';
import * as p from '../primitives/gamma.ts';
import { and, eq, lt, ne, select } from '../primitives/logic.ts';
import { floating, floatingPair } from './operand.ts';

/** `log |gamma(x)|`; infinite at 0 and the negative whole numbers. */
export const gammaln = floating(p.lgamma);
/** The derivative of `gammaln`; NaN at 0 and the negative whole numbers. */
export const digamma = floating(p.digamma);

/** The derivative of order `n` of `digamma`, for a fixed whole `n` from 0. Negative x by reflection, which JAX lacks. */
export const polygamma = (n: number, x: ArrayLike): NDArray => {
  if (!Number.isInteger(n) || n < 0)
    throw new FluxionError(
      'special.order',
      `polygamma: expected a whole order from 0, got ${n}. Pass a JavaScript number.`,
    );
  return floating((y) => p.polygamma(n, y))(x);
};

/** The sign of gamma: -1 where an odd number of poles lie to the right, NaN at the negative whole numbers. */
const signOf = (x: NDArray): NDArray => {
  const whole = floor(x);
  const isMinus = lt(x, like(x, 0));
  const half = scale(whole, 0.5);
  const sign = select(and(isMinus, ne(half, floor(half))), like(x, -1), like(x, 1));
  return select(and(isMinus, eq(whole, x)), like(x, NaN), sign);
};

/** The gamma function, as in JAX the exponential of `gammaln`: the relative error grows as `|gammaln(x)|` units. */
export const gamma = floating((x) => {
  const isZero = eq(x, like(x, 0));
  const ordinary = select(isZero, like(x, 1), x);
  return select(isZero, div(like(x, 1), x), mul(signOf(ordinary), exp(p.lgamma(ordinary))));
});

const logBeta = (a: NDArray, b: NDArray): NDArray => add(p.lgamma(a), sub(p.lgamma(b), p.lgamma(add(a, b))));
/** `log |beta(a, b)|`, the sum of three `gammaln`: it loses digits where one operand is far larger than the other. */
export const betaln = floatingPair('betaln', logBeta);
/** `gamma(a) gamma(b) / gamma(a + b)`. */
export const beta = floatingPair('beta', (a, b) =>
  mul(mul(signOf(a), mul(signOf(b), signOf(add(a, b)))), exp(logBeta(a, b))),
);
