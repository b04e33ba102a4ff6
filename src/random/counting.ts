/** Distributions of counts; int32. */
import { FluxionError } from '../array/errors.ts';
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { broadcastTo } from '../operations/promotion.ts';
import { abs, add, convert, div, floor, mul, neg, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { cumsum } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { log, log1p, sqrt } from '../primitives/exponential.ts';
import { lgamma } from '../primitives/gamma.ts';
import { and, eq, ge, gt, le, lt, not, or, select } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { parameters } from './continuous.ts';
import { split, wrapKeyData, type Key } from './key.ts';
import { whileAny } from './loop.ts';
import { uniform, type Float } from './sample.ts';

/** Knuth's method for small rates: how many uniform numbers keep their product above `exp(-rate)`. */
const knuth = (key: Key, rate: NDArray): NDArray => {
  const zero = like(rate, 0);
  const isOn = (lam: NDArray, logProduct: NDArray): NDArray => gt(logProduct, neg(lam));
  const [, , count = zero] = whileAny({
    name: 'poisson by products',
    constants: [rate],
    start: [key, zero, zero],
    goesOn: ([lam = rate], [, logProduct = zero]) => isOn(lam, logProduct),
    step: ([lam = rate], [rest = key, logProduct = zero, k = zero]) => {
      const [next, use] = split(wrapKeyData(rest));
      const more = select(isOn(lam, logProduct), add(k, like(k, 1)), k);
      const u = convert(uniform(use, rate.shape), rate.dtype);
      return [next, add(logProduct, log(u)), more];
    },
  });
  return sub(count, like(count, 1));
};

/** Hoermann's transformed rejection for rates from 10 on (PTRS, 1993). */
const proposal = (key: Key, rate: NDArray): readonly [k: NDArray, isTaken: NDArray] => {
  const c = (value: number): NDArray => like(rate, value);
  const dtype: Float = rate.dtype === 'float64' ? 'float64' : 'float32';
  const b = add(scale(sqrt(rate), 2.53), c(0.931));
  const a = add(scale(b, 0.02483), c(-0.059));
  const inverseAlpha = add(div(c(1.1328), sub(b, c(3.4))), c(1.1239));
  const least = sub(c(0.9277), div(c(3.6224), sub(b, c(2))));
  const [first, second] = split(key);
  const u = sub(uniform(first, rate.shape, { dtype }), c(0.5));
  const v = uniform(second, rate.shape, { dtype });
  const near = sub(c(0.5), abs(u));
  const k = floor(add(add(mul(add(div(scale(a, 2), near), b), u), rate), c(0.43)));
  const s = log(div(mul(v, inverseAlpha), add(div(a, mul(near, near)), b)));
  const logShare = sub(sub(mul(k, log(rate)), rate), lgamma(add(k, c(1))));
  const isInside = and(ge(near, c(0.07)), le(v, least));
  const isOut = or(lt(k, c(0)), and(lt(near, c(0.013)), gt(v, near)));
  return [k, or(isInside, and(not(isOut), le(s, logShare)))];
};
const rejection = (key: Key, rate: NDArray): NDArray => {
  const none = like(rate, -1);
  const [, , count = none] = whileAny({
    name: 'poisson by rejection',
    constants: [rate],
    start: [key, like({ dtype: 'bool', shape: rate.shape }, 0), none],
    goesOn: (_, [, isDone = none]) => not(isDone),
    step: ([lam = rate], [rest = key, isDone = none, before = none]) => {
      const [next, use] = split(wrapKeyData(rest));
      const [k, isTaken] = proposal(use, lam);
      return [next, or(isDone, isTaken), select(and(isTaken, not(isDone)), k, before)];
    },
  });
  return count;
};

/** Poisson with a rate: below 10 by Knuth's method, from there by Hoermann's, as in JAX, but with keys of their own: the bits differ. */
export const poisson = (key: Key, rate: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, all } = parameters('poisson', shape, rate);
  const lam = nth(all, 0);
  const [small, large] = split(key);
  const isSmall = lt(lam, like(lam, 10));
  const low = knuth(small, select(isSmall, lam, like(lam, 0)));
  const high = rejection(large, select(isSmall, like(lam, 1e5), lam));
  const count = select(eq(lam, like(lam, 0)), like(lam, 0), select(isSmall, low, high));
  return convert(reshape(count, full), 'int32');
};

/** How often of `n` times something of chance `p` happens: a uniform number for each time. Not JAX's algorithm. */
export const binomial = (key: Key, n: number, p: ArrayLike, shape?: Shape): NDArray => {
  if (!Number.isInteger(n) || n < 0)
    throw new FluxionError('random.binomial', `binomial: expected a whole number of times, got ${n}. Round it.`);
  const { shape: full, dtype, all } = parameters('binomial', shape, p);
  const wide = [...full, n];
  const chance = broadcast(
    nth(all, 0),
    wide,
    full.map((_, axis) => axis),
  );
  return reduceSum(convert(lt(uniform(key, wide, { dtype }), chance), 'int32'), [full.length]);
};

/**
 * How often each of k outcomes comes up in `n` draws, with probabilities along the last axis of `p` that sum to 1; int32 counts that sum to
 * `n`. `shape` is that of the result without its last axis. A uniform number for each draw falls between the running sums. Not JAX's algorithm.
 */
export const multinomial = (key: Key, n: number, p: ArrayLike, shape?: Shape): NDArray => {
  if (!Number.isInteger(n) || n < 0)
    throw new FluxionError('random.multinomial', `multinomial: expected a whole number of draws, got ${n}. Round it.`);
  const { dtype, all } = parameters('multinomial', undefined, p);
  const given = nth(all, 0);
  if (given.ndim === 0)
    throw new FluxionError(
      'random.multinomial',
      'multinomial: expected an axis of probabilities, got a scalar. Give one for each outcome.',
    );
  const full = [...(shape ?? given.shape.slice(0, -1)), given.shape.at(-1) ?? 0];
  const chances = broadcastTo(given, full);
  const last = full.length - 1;
  const lead = full.slice(0, -1);
  const wide = [...full, n];
  const u = broadcast(uniform(key, [...lead, n], { dtype }), wide, [...lead.map((_, axis) => axis), last + 1]);
  const above = broadcast(
    cumsum(chances, last),
    wide,
    full.map((_, axis) => axis),
  );
  const below = reduceSum(convert(lt(u, above), 'int32'), [last + 1]);
  const k = full[last] ?? 0;
  if (k === 0) return below;
  // The last outcome takes what rounding leaves of the sum.
  const ends = concatenate([sliceAxis(below, last, 0, k - 1), splat({ dtype: 'int32', shape: [...lead, 1] }, n)], last);
  const starts = concatenate(
    [splat({ dtype: 'int32', shape: [...lead, 1] }, 0), sliceAxis(below, last, 0, k - 1)],
    last,
  );
  return sub(ends, starts);
};

/** How many times until something of chance `p` happens, from 1: `floor(log(1 - u) / log(1 - p)) + 1`, where JAX has `log(u)`. */
export const geometric = (key: Key, p: ArrayLike, shape?: Shape): NDArray => {
  const { shape: full, dtype, all } = parameters('geometric', shape, p);
  const u = uniform(key, full, { dtype });
  const times = floor(div(log1p(neg(u)), log1p(neg(nth(all, 0)))));
  return convert(add(times, like(times, 1)), 'int32');
};
