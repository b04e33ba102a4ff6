/** Further continuous distributions, by JAX's formulas of uniform, normal and exponential numbers; differentiable in their parameters. */
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { asFloat, broadcastShapes, broadcastTo } from '../operations/promotion.ts';
import { abs, add, convert, div, mul, neg, scale, sign, sub } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, log, log1p, pow, sqrt } from '../primitives/exponential.ts';
import { lt, select } from '../primitives/logic.ts';
import { tan } from '../primitives/trigonometric.ts';
import type { Key } from './key.ts';
import { aboveMinusOne, bernoulli, exponential, normal, uniform, type Float } from './sample.ts';

const epsilon: { readonly [D in Float]: number } = { float32: 2 ** -23, float64: 2 ** -52 };

/** Parameters in their common float type, each of `shape`, which is that to which they broadcast unless given. */
export const parameters = (
  name: string,
  shape: Shape | undefined,
  ...values: readonly ArrayLike[]
): { readonly shape: Shape; readonly dtype: Float; readonly all: readonly NDArray[] } => {
  const xs = values.map((x) => withWeak(asFloat(x), false));
  const dtype = xs.some((x) => x.dtype === 'float64') ? 'float64' : 'float32';
  const full = shape ?? broadcastShapes(name, xs);
  return { shape: full, dtype, all: xs.map((x) => broadcastTo(convert(x, dtype), full)) };
};

/** Standard Laplace: `sign(u) log(1 - |u|)` of u on (-1, 1). */
export const laplace = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray => {
  const u = uniform(key, shape, { minval: aboveMinusOne[dtype], maxval: 1, dtype });
  return mul(sign(u), log1p(neg(abs(u))));
};
/** Standard logistic: `log((u + eps) / (1 - u))`. */
export const logistic = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray => {
  const u = uniform(key, shape, { dtype });
  return log(div(add(u, like(u, epsilon[dtype])), sub(like(u, 1), u)));
};
/** Standard Cauchy: `tan(pi (u - 1/2))`. */
export const cauchy = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray => {
  const u = uniform(key, shape, { minval: epsilon[dtype], maxval: 1, dtype });
  return tan(scale(sub(u, like(u, 0.5)), Math.PI));
};
/** -1 or 1 with equal chances, int32. */
export const rademacher = (key: Key, shape: Shape = []): NDArray => {
  const heads = convert(bernoulli(key, 0.5, shape), 'int32');
  return sub(add(heads, heads), like(heads, 1));
};
/** The exponential of a normal number with standard deviation `sigma`. */
export const lognormal = (key: Key, sigma: ArrayLike = 1, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('lognormal', shape, sigma);
  const z = normal(key, full, dtype);
  return exp(mul(z, all[0] ?? z));
};
/** Rayleigh: `scale sqrt(-2 log u)`. */
export const rayleigh = (key: Key, size: ArrayLike = 1, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('rayleigh', shape, size);
  const u = uniform(key, full, { dtype });
  return mul(all[0] ?? u, sqrt(scale(log(u), -2)));
};
/** Weibull: `scale (-log(1 - u))^(1 / concentration)`. */
export const weibullMin = (key: Key, size: ArrayLike, concentration: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('weibullMin', shape, size, concentration);
  const e = exponential(key, full, dtype);
  const [by = e, power = e] = all;
  return mul(pow(e, div(like(e, 1), power)), by);
};
/** Pareto on [1, infinity): `exp(e / b)` of an exponential e. */
export const pareto = (key: Key, b: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('pareto', shape, b);
  const e = exponential(key, full, dtype);
  return exp(div(e, all[0] ?? e));
};
/** Triangular on [left, right] with its peak at mode. */
export const triangular = (key: Key, left: ArrayLike, mode: ArrayLike, right: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('triangular', shape, left, mode, right);
  const u = uniform(key, full, { dtype });
  const [a = u, c = u, b = u] = all;
  const span = sub(b, a);
  const rising = add(a, sqrt(mul(mul(u, span), sub(c, a))));
  const falling = sub(b, sqrt(mul(mul(sub(like(u, 1), u), span), sub(b, c))));
  return select(lt(u, div(sub(c, a), span)), rising, falling);
};
