/** The incomplete gamma functions, as integrals over how far one is from `x` in logarithms; derivatives in both operands follow from these. */
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { add, div, min, mul, neg, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, expm1, log, log1p, sqrt } from '../primitives/exponential.ts';
import { lgamma } from '../primitives/gamma.ts';
import { and, eq, ge, gt, le, lt, or, select } from '../primitives/logic.ts';
import { floatingPair } from './operand.ts';

/** The trapezoidal rule in s for `v = exp(s - exp(-s))`, which suits what falls exponentially (Takahasi and Mori 1974). */
const rule = (step: number): readonly { readonly v: number; readonly weight: number }[] =>
  Array.from({ length: Math.round(8 / step) + 1 }, (_, i) => {
    const s = -3.8 + i * step;
    const v = Math.exp(s - Math.exp(-s));
    return { v, weight: step * v * (1 + Math.exp(-s)) };
  });
const rules = { float32: rule(1 / 8), float64: rule(1 / 16) };
const fineRules = { float32: rule(1 / 16), float64: rule(1 / 32) };

/** The integral over v > 0 of what falls about as `exp(-rate v)`; `integrand` gets v and a spread of its operands along a last axis of nodes. */
export const integral = (
  rate: NDArray,
  isFine: boolean,
  integrand: (v: NDArray, each: (y: NDArray) => NDArray) => NDArray,
): NDArray => {
  const dtype = rate.dtype === 'float64' ? 'float64' : 'float32';
  const nodes = (isFine ? fineRules : rules)[dtype];
  const wide = [...rate.shape, nodes.length];
  const each = (y: NDArray): NDArray =>
    broadcast(
      y,
      wide,
      y.shape.map((_, axis) => axis),
    );
  const store = dtype === 'float64' ? Float64Array : Float32Array;
  const constant = (values: readonly number[]): NDArray =>
    broadcast(fromStore({ dtype, shape: [values.length] }, store.from(values)), wide, [rate.ndim]);
  const v = div(constant(nodes.map((node) => node.v)), each(rate));
  const weighted = mul(integrand(v, each), constant(nodes.map((node) => node.weight)));
  return div(reduceSum(weighted, [rate.ndim]), rate);
};

/** `log gamma(a)` less Stirling's `(a - 1/2) log a - a + log(2 pi) / 2`, for a from 10 on. */
const stirlingRest = (a: NDArray): NDArray => {
  const inverse = div(like(a, 1), a);
  const square = mul(inverse, inverse);
  const terms = [-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];
  return mul(
    inverse,
    terms.reduce((sum, c) => add(mul(sum, square), like(a, c)), like(a, 0)),
  );
};

/** `log(x^a exp(-x) / gamma(a))`; for large a in terms of `x / a`, as the difference of large numbers has no digits left. */
const logDensity = (a: NDArray, x: NDArray): NDArray => {
  const isLarge = ge(a, like(a, 10));
  const small = select(isLarge, like(a, 1), a);
  const large = select(isLarge, a, like(a, 10));
  const ratio = div(sub(x, large), large);
  const isNear = and(gt(ratio, like(a, -0.5)), lt(ratio, like(a, 0.5)));
  const near = sub(ratio, log1p(select(isNear, ratio, like(a, 0))));
  const far = sub(ratio, log(select(isNear, like(a, 1), div(x, large))));
  const departure = neg(mul(large, select(isNear, near, far)));
  const height = sub(scale(log(scale(large, 1 / (2 * Math.PI))), 0.5), stirlingRest(large));
  return select(isLarge, add(departure, height), sub(sub(mul(small, log(x)), x), lgamma(small)));
};

/**
 * The smaller side for positive finite operands: the share below x (`isBelow`), which is the integral over v > 0 of
 * `exp(-a v + x (1 - exp(-v)))` times the density, or that above, of `exp(a v - x (exp(v) - 1))`.
 */
const side = (a: NDArray, x: NDArray): { readonly value: NDArray; readonly isBelow: NDArray } => {
  const isSmall = le(x, like(x, 1));
  const isBelow = or(isSmall, le(x, a));
  const sign = select(isBelow, like(a, -1), like(a, 1));
  const rate = select(isSmall, a, add(mul(sign, sub(x, a)), sqrt(x)));
  const sum = integral(rate, false, (distance, each) => {
    const v = mul(distance, each(sign));
    // Where the bound holds, the integrand is 0, and so are its derivatives.
    return exp(sub(mul(each(a), v), mul(each(x), expm1(min(v, like(v, 50))))));
  });
  return { value: mul(exp(logDensity(a, x)), sum), isBelow };
};

/** At 0 the value is 0; the slope is that of `x^a`: infinite for a below 1, 1 at 1, and 0 above. */
export const nearZero = (a: NDArray, x: NDArray, isZero: NDArray): NDArray => {
  const isSteep = and(isZero, lt(a, like(a, 1)));
  const steep = sqrt(select(isSteep, x, like(x, 1)));
  return select(isSteep, steep, select(eq(a, like(a, 1)), x, like(x, 0)));
};

const share = (a: NDArray, x: NDArray, wanted: 'below' | 'above'): NDArray => {
  const [zero, one, infinity] = [like(a, 0), like(a, 1), like(a, Infinity)];
  const [isZero, isEnd] = [eq(x, zero), eq(x, infinity)];
  const [isPoint, isFar] = [eq(a, zero), eq(a, infinity)];
  const isOut = or(lt(a, zero), lt(x, zero));
  const isUndefined = or(isOut, or(and(isPoint, isZero), and(isFar, isEnd)));
  const isPlain = (special: NDArray, y: NDArray): NDArray => select(or(special, isOut), one, y);
  const { value, isBelow } = side(isPlain(or(isPoint, isFar), a), isPlain(or(isZero, isEnd), x));
  const rest = sub(one, value);
  const [below, above] = [select(isBelow, value, rest), select(isBelow, rest, value)];
  const full = or(isEnd, isPoint);
  const none = or(isZero, isFar);
  const start = nearZero(a, x, and(isZero, gt(a, zero)));
  const result =
    wanted === 'below'
      ? select(full, one, select(none, start, below))
      : select(full, zero, select(none, sub(one, start), above));
  return select(isUndefined, like(a, NaN), result);
};

/**
 * The regularised lower incomplete gamma function, the share of the gamma distribution of shape `a` below `x`: in float64 within 1e-13 of
 * scipy's relative to itself where x is at most 1 or a, else in absolute terms; in float32 within 3e-5. Differentiable in both operands.
 */
export const gammainc = floatingPair('gammainc', (a, x) => share(a, x, 'below'));
/** The share above: `1 - gammainc(a, x)`, with all its digits where x is above 1 and a. */
export const gammaincc = floatingPair('gammaincc', (a, x) => share(a, x, 'above'));
