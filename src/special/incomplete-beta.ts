/** The incomplete beta function, as an integral over how far one is from `x` in log-odds. */
import type { NDArray } from '../array/ndarray.ts';
import { add, min, mul, neg, sub } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, expm1, log, log1p, sqrt } from '../primitives/exponential.ts';
import { lgamma } from '../primitives/gamma.ts';
import { and, eq, ge, gt, le, lt, not, or, select } from '../primitives/logic.ts';
import { integral, nearZero } from './incomplete.ts';
import { floatingTriple } from './operand.ts';

/** The integral over v > 0 of `exp(-a v) / (y + x exp(-v))^(a + b)`, times the density; x is at most the mean, and `y = 1 - x`. */
const below = (a: NDArray, b: NDArray, x: NDArray, y: NDArray): NDArray => {
  const total = add(a, b);
  const rate = min(a, add(sub(a, mul(total, x)), sqrt(mul(total, mul(x, y)))));
  const sum = integral(rate, true, (v, each) => {
    // Near the start the logarithm of nearly 1, far from it that of what may be small.
    const isNear = lt(v, like(v, 1));
    const fall = expm1(neg(v));
    const near = log1p(mul(each(x), select(isNear, fall, like(v, 0))));
    const far = log(select(isNear, like(v, 1), add(each(y), mul(each(x), exp(neg(v))))));
    return exp(neg(add(mul(each(a), v), mul(each(total), select(isNear, near, far)))));
  });
  const logBeta = add(lgamma(a), sub(lgamma(b), lgamma(total)));
  return mul(exp(sub(add(mul(a, log(x)), mul(b, log(y))), logBeta)), sum);
};

const share = (a: NDArray, b: NDArray, x: NDArray): NDArray => {
  const [zero, one] = [like(x, 0), like(x, 1)];
  const isValue = and(and(gt(a, zero), gt(b, zero)), and(ge(x, zero), le(x, one)));
  const [isZero, isOne] = [eq(x, zero), eq(x, one)];
  const isPlain = and(isValue, not(or(isZero, isOne)));
  const [p, q, inner] = [select(isPlain, a, one), select(isPlain, b, one), select(isPlain, x, like(x, 0.5))];
  const outer = sub(one, inner);
  const isLow = le(mul(inner, q), mul(outer, p));
  const value = below(
    select(isLow, p, q),
    select(isLow, q, p),
    select(isLow, inner, outer),
    select(isLow, outer, inner),
  );
  const ordinary = select(isLow, value, sub(one, value));
  // The slope at the ends is that of the density, which for a of 1 is b.
  const start = mul(select(eq(a, one), b, one), nearZero(a, x, and(isZero, isValue)));
  const rest = sub(one, x);
  const end = sub(one, mul(select(eq(b, one), a, one), nearZero(b, rest, and(isOne, isValue))));
  const result = select(isZero, start, select(isOne, end, ordinary));
  return select(isValue, result, like(x, NaN));
};

/**
 * The regularised incomplete beta function, the share of the beta distribution of shapes `a` and `b` below `x`; NaN unless both are positive
 * and x is on [0, 1]. In float64 within 1e-11 for shapes up to 10,000. Differentiable in all operands, where JAX has the derivative in x alone.
 */
export const betainc = floatingTriple('betainc', share);
