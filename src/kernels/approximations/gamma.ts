/**
 * Gamma and its relatives. log gamma below 8: steps to [1.5, 2.5), where it is `z p(z)` with `z = x - 2`; from 8 on Stirling's series
 * (Abramowitz and Stegun 6.1.41). Polygammas: steps upwards, then the asymptotic series (6.3.18, 6.4.11). Negative operands by
 * reflection (6.1.17, 6.4.7). The polynomials are expansions in Chebyshev's of 50 digits, cut where the rest is below a rounding.
 */
import type { Basic, Scalars } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';

/** `lgamma(2 + z) / z` for |z| <= 1/2. */
const aroundTwo = {
  double: [
    -1.341570273460026e-7, 2.7880013392491846e-7, -4.303234692956732e-7, 9.199898075671394e-7, -2.044935323180052e-6,
    4.3847319318293745e-6, -9.438454884054723e-6, 2.0505584372896933e-5, -4.492635166770342e-5, 9.945767440096764e-5,
    -0.00022315475069647703, 0.0005096695153484373, -0.0011927539120033873, 0.002890510331036772, -0.007385551028668096,
    0.020580808427780335, -0.06735230105319814, 0.32246703342411326, 0.42278433509846713,
  ],
  single: [
    -0.0002538618465087723, 0.0005703469213916325, -0.0011858376980732241, 0.002878826909956992, -0.007386177637204783,
    0.020581630642947785, -0.06735228129865486, 0.32246701788359344, 0.4227843349991114,
  ],
};
/** `sin(pi r) / r` and `cos(pi r)` in `r^2`, for |r| <= 1/2. */
const sine = {
  double: [
    7.697847275590284e-7, -2.1903499125519212e-5, 0.00046629981702308817, -0.007370430506093225, 0.08214588657312355,
    -0.599264529318946, 2.5501640398773007, -5.167712780049969, 3.141592653589793,
  ],
  single: [
    -0.007028386408774963, 0.08205040180920087, -0.5992521978240785, 2.550163318947079, -5.167712764624538,
    3.1415926535362897,
  ],
};
const cosine = {
  double: [
    4.149578027057121e-6, -0.00010456656706174584, 0.001929556278037417, -0.02580688873817758, 0.23533063012967062,
    -1.335262768843456, 4.058712126416498, -4.934802200544676, 1.0,
  ],
  single: [
    -0.02439632435141386, 0.23493731381706867, -1.3352120030506751, 4.058709159556339, -4.934802137078826,
    0.9999999997799042,
  ],
};
/** Bernoulli's numbers B2, B4, ... */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510] as const;

/** The distance to the nearest whole number, exact; of infinities NaN. */
const residueOf = <E>(s: Basic<E>, x: E): E => s.sub(x, s.round(x));
/** `|sin(pi x)|`. */
const sineSize = <E>(s: Basic<E>, x: E): E => {
  const { pick, polynomial } = toolsFor(s, x);
  const r = residueOf(s, x);
  return s.abs(s.mul(r, polynomial(s.mul(r, r), pick(sine.double, sine.single))));
};
/** `cot(pi x)`. */
const cotangent = <E>(s: Basic<E>, x: E): E => {
  const { pick, polynomial } = toolsFor(s, x);
  const r = residueOf(s, x);
  const square = s.mul(r, r);
  const [c, q] = [
    polynomial(square, pick(cosine.double, cosine.single)),
    polynomial(square, pick(sine.double, sine.single)),
  ];
  return s.div(c, s.mul(r, q));
};

/** `lgamma(x) = z p(z) +- log(q)`: what is left of x below 8 after whole steps, and the product of the steps. */
interface Stepped<E> {
  readonly z: E;
  readonly q: E;
}
const stepped = <E>(s: Basic<E>, x: E): Stepped<E> => {
  const { constant } = toolsFor(s, x);
  const one = constant(1);
  let [rest, product] = [x, one];
  for (let step = 0; step < 6; step++) {
    const isAbove = s.ge(rest, constant(2.5));
    const lower = s.sub(rest, one);
    product = s.select(isAbove, s.mul(product, lower), product);
    rest = s.select(isAbove, lower, rest);
  }
  const isLow = s.lt(x, constant(1.5));
  const isLowest = s.lt(x, constant(0.5));
  const z = s.select(isLowest, x, s.sub(x, one));
  const q = s.select(isLowest, s.mul(x, s.add(x, one)), x);
  return { z: s.select(isLow, z, s.sub(rest, constant(2))), q: s.select(isLow, q, product) };
};

/** `1/(12 x) - 1/(360 x^3) + ...`. */
const stirling = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial } = toolsFor(s, x);
  const inverse = s.div(constant(1), x);
  const terms = bernoulli.map((b, i) => b / ((2 * i + 2) * (2 * i + 1)));
  return s.mul(inverse, polynomial(s.mul(inverse, inverse), terms.toReversed()));
};

/** For operands that are not negative. */
const logGammaUp = <E>(s: Scalars<E>, x: E): E => {
  const { constant, pick, polynomial } = toolsFor(s, x);
  const isSmall = s.lt(x, constant(8));
  const { z, q } = stepped(s, x);
  const logarithm = s.log(s.select(isSmall, q, x));
  const near = s.mul(z, polynomial(z, pick(aroundTwo.double, aroundTwo.single)));
  const small = s.add(near, s.select(s.lt(x, constant(1.5)), s.neg(logarithm), logarithm));
  const lead = s.mul(s.sub(x, constant(0.5)), s.sub(logarithm, constant(1)));
  return s.select(isSmall, small, s.add(lead, s.add(constant(Math.log(2 * Math.PI) / 2 - 0.5), stirling(s, x))));
};

/** `log |gamma(x)|`, infinite at 0 and the negative whole numbers. */
export const logGamma = <E>(s: Scalars<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const isMinus = s.lt(x, constant(0));
  const value = logGammaUp(s, s.select(isMinus, s.sub(constant(1), x), x));
  const reflected = s.sub(s.sub(constant(Math.log(Math.PI)), s.log(sineSize(s, x))), value);
  const isEndless = s.eq(x, constant(-Infinity));
  return s.select(isEndless, constant(Infinity), s.select(isMinus, reflected, value));
};

const powerOf = <E>(s: Basic<E>, x: E, n: number): E =>
  n <= 1 ? x : n % 2 === 0 ? powerOf(s, s.mul(x, x), n / 2) : s.mul(x, powerOf(s, x, n - 1));

/** The sum of `(x + k)^-power` over the steps that bring x to `reach`, and where they end. */
const climbed = <E>(s: Basic<E>, x: E, power: number, reach: number): { readonly sum: E; readonly end: E } => {
  const { constant } = toolsFor(s, x);
  let [sum, end] = [constant(0), x];
  for (let step = 0; step < reach; step++) {
    const isBelow = s.lt(end, constant(reach));
    sum = s.select(isBelow, s.add(sum, powerOf(s, s.div(constant(1), end), power)), sum);
    end = s.select(isBelow, s.add(end, constant(1)), end);
  }
  return { sum, end };
};

/** For positive operands: `log x - 1/(2x) - 1/(12 x^2) + ...` behind the steps. */
const digammaUp = <E>(s: Scalars<E>, x: E): E => {
  const { constant, polynomial } = toolsFor(s, x);
  const { sum, end } = climbed(s, x, 1, 10);
  const inverse = s.div(constant(1), end);
  const square = s.mul(inverse, inverse);
  const terms = bernoulli.map((b, i) => b / (2 * i + 2));
  const rest = s.add(s.mul(inverse, constant(0.5)), s.mul(square, polynomial(square, terms.toReversed())));
  return s.sub(s.sub(s.log(end), rest), sum);
};

/** `m (m + 1) ... (m + count - 1)`. */
const rising = (m: number, count: number): number =>
  Array.from({ length: count }, (_, i) => m + i).reduce((product, k) => product * k, 1);

/** For positive operands and orders from 1: `(-1)^(n+1) n! zeta(n + 1, x)`, by Euler and Maclaurin behind the steps. */
const polygammaUp = <E>(s: Basic<E>, x: E, order: number): E => {
  const { constant, polynomial } = toolsFor(s, x);
  const { sum, end } = climbed(s, x, order + 1, 10 + order);
  const w = s.div(constant(1), end);
  const terms = bernoulli.map((b, i) => (b * rising(order + 1, 2 * i + 1)) / rising(1, 2 * i + 2));
  const square = s.mul(w, w);
  const bend = s.add(s.mul(w, constant(0.5)), s.mul(square, polynomial(square, terms.toReversed())));
  const tail = s.mul(powerOf(s, w, order), s.add(constant(1 / order), bend));
  return s.mul(s.add(sum, tail), constant((order % 2 === 0 ? -1 : 1) * rising(1, order)));
};

/** The polynomial in `c = cot u` that is the `order`-th derivative of `cot u`; lowest power first. The derivative of c is `-(1 + c^2)`. */
const cotangentDerivative = (order: number): readonly number[] => {
  if (order === 0) return [0, 1];
  const slope = cotangentDerivative(order - 1)
    .map((a, power) => a * power)
    .slice(1);
  const at = (i: number): number => slope[i] ?? 0;
  return Array.from({ length: slope.length + 2 }, (_, i) => -at(i) - at(i - 2));
};

/** The derivative of order `order` of digamma. At 0 and the negative whole numbers infinite for odd orders, NaN for even ones. */
export const polygamma = <E>(s: Scalars<E>, x: E, order: number): E => {
  const { constant, polynomial } = toolsFor(s, x);
  const isMinus = s.le(x, constant(0));
  const up = s.select(isMinus, s.sub(constant(1), x), x);
  const value = order === 0 ? digammaUp(s, up) : polygammaUp(s, up, order);
  const turned = polynomial(cotangent(s, x), cotangentDerivative(order).toReversed());
  const mirrored = order % 2 === 0 ? value : s.neg(value);
  const reflected = s.sub(mirrored, s.mul(turned, constant(Math.PI ** (order + 1))));
  const isPole = s.and(isMinus, s.eq(x, s.floor(x)));
  const atPole = constant(order % 2 === 0 ? NaN : Infinity);
  return s.select(isPole, atPole, s.select(isMinus, reflected, value));
};
