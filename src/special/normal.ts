/** The error functions and the normal distribution. */
import type { NDArray } from '../array/ndarray.ts';
import { add, div, max, min, mul, neg, scale, sub } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import * as p from '../primitives/error-function.ts';
import { log, log1p } from '../primitives/exponential.ts';
import { gt, lt, select } from '../primitives/logic.ts';
import { floating } from './operand.ts';

/** `2/sqrt(pi) * integral of exp(-t^2) from 0 to x`. */
export const erf = floating(p.erf);
/** `1 - erf(x)`, also where erf is near 1. */
export const erfc = floating(p.erfc);
/** The x with `erf(x) = y`. In float32 to the letter as in JAX, whose square of y loses digits beyond 0.95. */
export const erfinv = floating(p.erfInv);

/** Of a float array; the left tail keeps its digits but for the `x^2` that the rounding of `x / sqrt(2)` costs. */
const below = (x: NDArray): NDArray => scale(p.erfc(scale(x, -Math.SQRT1_2)), 0.5);
/** The share of the standard normal distribution below x. */
export const ndtr = floating(below);
/** The inverse of `ndtr`: infinite at 0 and 1, NaN beyond; accurate in both tails. */
export const ndtri = floating(p.ndtri);

/** `log(1 - 1/x^2 + 3/x^4 - 15/x^6 + ...)`, ten terms (Abramowitz and Stegun 26.2.12). */
const bend = (x: NDArray): NDArray => {
  const inverse = div(like(x, 1), mul(x, x));
  const series = Array.from({ length: 10 }, (_, i) => 2 * (10 - i) - 1).reduce(
    (sum, odd) => sub(like(x, 1), mul(mul(inverse, sum), like(x, odd))),
    like(x, 1),
  );
  return log(series);
};

/** `log(ndtr(x))`, without underflow on the left: there `-x^2/2 - log(-x) - log(2 pi)/2 + ...`. */
export const logNdtr = floating((x) => {
  const edge = x.dtype === 'float64' ? -20 : -10;
  const [isLeft, isRight] = [lt(x, like(x, edge)), gt(x, like(x, 0))];
  const far = select(isLeft, x, like(x, edge));
  const lead = sub(scale(mul(far, far), -0.5), add(log(neg(far)), like(x, Math.log(2 * Math.PI) / 2)));
  const middle = log(below(min(max(x, like(x, edge)), like(x, 0))));
  const right = log1p(neg(below(neg(max(x, like(x, 0))))));
  return select(isLeft, add(lead, bend(far)), select(isRight, right, middle));
});
