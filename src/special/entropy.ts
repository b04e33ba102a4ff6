/** Logarithms of shares and odds, defined where a plain product or quotient is not. */
import type { NDArray } from '../array/ndarray.ts';
import { div, mul, neg, sub } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { log, log1p, logistic } from '../primitives/exponential.ts';
import { and, eq, gt, lt, not, or, select } from '../primitives/logic.ts';
import { floating, floatingPair } from './operand.ts';

/** `x f(y)`, and 0 where x is 0 and y is not strictly between `low` and infinity; `neutral` has `f(neutral) = 0`. */
const timesLog = (f: (y: NDArray) => NDArray, low: number, neutral: number) => (x: NDArray, y: NDArray) => {
  const isInside = and(gt(y, like(y, low)), lt(y, like(y, Infinity)));
  const isVoid = and(eq(x, like(x, 0)), not(isInside));
  return mul(x, f(select(isVoid, like(y, neutral), y)));
};

/** `x log(y)`, and 0 for x = 0 whatever y is. At x = y = 0 the slopes are 0; JAX has an infinite one there. */
export const xlogy = floatingPair('xlogy', timesLog(log, 0, 1));
/** `x log(1 + y)`, and 0 for x = 0 whatever y is. */
export const xlog1py = floatingPair('xlog1py', timesLog(log1p, -1, 0));
/** `-x log(x)`: 0 at 0, negative infinity below. */
export const entr = floating((x) =>
  select(lt(x, like(x, 0)), like(x, -Infinity), sub(like(x, 0), timesLog(log, 0, 1)(x, x))),
);
/** `1 / (1 + exp(-x))`. */
export const expit = floating(logistic);
/** `log(x / (1 - x))`, the inverse of `expit`, to full accuracy near 1/2 too; infinite at 0 and 1, NaN beyond. */
export const logit = floating((x) => {
  const isUpper = gt(x, like(x, 0.5));
  const small = select(isUpper, sub(like(x, 1), x), x);
  const value = neg(log1p(div(sub(like(x, 1), mul(small, like(x, 2))), small)));
  const isBeyond = or(lt(x, like(x, 0)), gt(x, like(x, 1)));
  return select(isBeyond, like(x, NaN), select(isUpper, neg(value), value));
});
