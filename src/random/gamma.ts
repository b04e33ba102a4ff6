/**
 * The gamma distribution and what is made of it: Marsaglia and Tsang's method (2000), with JAX's handling of keys, each sample from its
 * own key. Differentiable in the parameters, implicitly (Figurnov et al. 2018).
 */
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { customJvpPrimitive } from '../control/custom.ts';
import { isTracing } from '../core/scope.ts';
import { bind1, build } from '../core/trace.ts';
import { add, div, max, mul, neg, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, log, log1p, pow, sqrt, square } from '../primitives/exponential.ts';
import { and, eq, ge, le, or, select } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { parameters } from './continuous.ts';
import { gammaSlope } from './gamma-slope.ts';
import { split, splitEach, wordsEach, type Key } from './key.ts';
import { eachWhile } from './loop.ts';
import { fractionOf, normal, normalOf, type Float } from './sample.ts';

const floatOf = (x: NDArray): Float => (x.dtype === 'float64' ? 'float64' : 'float32');
const unitEach = (keys: NDArray, dtype: Float): NDArray => fractionOf(wordsEach(keys, 0), dtype);

/** A normal x with `v = 1 + c x` above 0, for each key. */
const positive = (keys: NDArray, c: NDArray): readonly [x: NDArray, v: NDArray] => {
  const dtype = floatOf(c);
  const [, x = c, v = c] = eachWhile({
    name: 'gamma proposal',
    constants: [c],
    start: [keys, like(c, 0), like(c, -1)],
    goesOn: (_, [, , last = c]) => le(last, like(last, 0)),
    step: ([by = c], [rest = keys]) => {
      const [next = rest, use = rest] = splitEach(rest, 2);
      const drawn = normalOf(unitEach(use, dtype), dtype);
      return [next, drawn, add(like(drawn, 1), mul(drawn, by))];
    },
  });
  return [x, v];
};

/** Whether both the squeeze and the exact test turn a proposal down. */
const isRefused = (d: NDArray, x: NDArray, v: NDArray, u: NDArray): NDArray => {
  const one = like(d, 1);
  const isOut = ge(u, sub(one, scale(square(x), 0.0331)));
  const bound = add(scale(x, 0.5), mul(d, add(sub(one, v), log(v))));
  return and(isOut, ge(log(u), bound));
};

/** `v` for `d = alpha - 1/3`: a gamma number of shape alpha from 1 on is `d v`. x stands for the square of the normal number. */
const accepted = (keys: NDArray, d: NDArray): NDArray => {
  const dtype = floatOf(d);
  const c = div(like(d, 1 / 3), sqrt(d));
  const [, , v = d] = eachWhile({
    name: 'gamma',
    constants: [d, c],
    start: [keys, like(d, 0), like(d, 1), like(d, 2)],
    goesOn: ([size = d], [, x = d, volume = d, u = d]) => isRefused(size, x, volume, u),
    step: ([, by = c], [rest = keys]) => {
      const [next = rest, forNormal = rest, forUniform = rest] = splitEach(rest, 3);
      const [x, root] = positive(forNormal, by);
      return [next, square(x), mul(square(root), root), unitEach(forUniform, dtype)];
    },
  });
  return v;
};

/** Samples of shapes `alpha`, below 1 by a sample of shape `alpha + 1` times `u^(1/alpha)`; in logarithms where these underflow. */
const drawn = (keys: NDArray, alpha: NDArray, isLog: boolean): NDArray => {
  const one = like(alpha, 1);
  const isLarge = ge(alpha, one);
  const d = sub(select(isLarge, alpha, add(alpha, one)), like(alpha, 1 / 3));
  const [first = keys, boosts = keys] = splitEach(keys, 2);
  const v = accepted(first, d);
  const u = unitEach(boosts, floatOf(alpha));
  const inverse = div(one, alpha);
  if (!isLog) return mul(mul(d, v), select(isLarge, one, pow(sub(one, u), inverse)));
  const exponent = log1p(neg(u));
  const boost = select(or(isLarge, eq(exponent, like(u, 0))), like(u, 0), mul(exponent, inverse));
  return add(add(log(d), log(v)), boost);
};

/** `drawn` with its derivative in alpha. */
const sampled = (keys: NDArray, alpha: NDArray, isLog: boolean): NDArray => {
  if (!isTracing()) return drawn(keys, alpha, isLog);
  const name = isLog ? 'loggamma' : 'gamma';
  const types = [keys.type, alpha.type];
  const primal = build(name, types, ([k = keys, a = alpha]) => [drawn(k, a, isLog)]);
  const rule = build(name, [...types, alpha.type], ([k = keys, a = alpha, da = alpha]) => {
    const y = drawn(k, a, isLog);
    const slope = isLog ? div(gammaSlope(a, exp(y)), exp(y)) : gammaSlope(a, y);
    return [y, mul(da, slope)];
  });
  return bind1(customJvpPrimitive, { primal, rule, primalCaptures: 0, ruleCaptures: 0 }, keys, alpha);
};

const gammas = (name: string, key: Key, a: ArrayLike, shape: Shape | undefined, isLog: boolean): NDArray => {
  const { shape: full, all } = parameters(name, shape, a);
  const alpha = nth(all, 0);
  const keys = split(key, [alpha.size]);
  return reshape(sampled(keys, reshape(alpha, [alpha.size]), isLog), full);
};

/** Gamma with shape parameter `a` and scale 1. */
export const gamma = (key: Key, a: ArrayLike, shape?: Shape): NDArray => gammas('gamma', key, a, shape, false);
/** The logarithm of a gamma number, which for small `a` does not underflow. */
export const loggamma = (key: Key, a: ArrayLike, shape?: Shape): NDArray => gammas('loggamma', key, a, shape, true);

/** Beta: `x / (x + y)` of gamma numbers of shapes a and b. */
export const beta = (key: Key, a: ArrayLike, b: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, all } = parameters('beta', shape, a, b);
  const [first, second] = split(key);
  const x = loggamma(first, nth(all, 0), full);
  const y = loggamma(second, nth(all, 1), full);
  const top = max(x, y);
  const [p, q] = [exp(sub(x, top)), exp(sub(y, top))];
  return div(p, add(p, q));
};

/** Dirichlet: the last axis holds shares that sum to 1. `shape` is that of the result without it. */
export const dirichlet = (key: Key, alpha: ArrayLike, shape?: Shape): NDArray => {
  const { all } = parameters('dirichlet', undefined, alpha);
  const a = nth(all, 0);
  const full = [...(shape ?? a.shape.slice(0, -1)), a.shape.at(-1) ?? 1];
  const x = loggamma(key, a, full);
  const last = full.length - 1;
  const lead = full.slice(0, -1).map((_, axis) => axis);
  const spread = (y: NDArray): NDArray => broadcast(y, full, lead);
  const powers = exp(sub(x, spread(reduceMax(x, [last]))));
  return div(powers, spread(reduceSum(powers, [last])));
};

/** Student's t with `df` degrees of freedom: a normal number over the root of a gamma number's mean square. */
export const t = (key: Key, df: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('t', shape, df);
  const [forNormal, forGamma] = split(key);
  const half = scale(nth(all, 0), 0.5);
  return mul(normal(forNormal, full, dtype), sqrt(div(half, gamma(forGamma, half, full))));
};

/** Chi-square with `df` degrees of freedom: twice a gamma number of half the shape. */
export const chisquare = (key: Key, df: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, all } = parameters('chisquare', shape, df);
  return scale(exp(loggamma(key, scale(nth(all, 0), 0.5), full)), 2);
};
