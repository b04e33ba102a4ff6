/** The Gaussian likelihood of ARMA models with regressors, by the innovations of a filter. */
import type { NDArray } from '../array/ndarray.ts';
import { solve } from '../linalg/solve.ts';
import { add, divide, exp, log, multiply, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { zeros } from '../operations/creation.ts';
import { expandDims } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { sum } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import type { Orders } from './arima-model.ts';
import { conditionalInnovations, fastInnovations, gappedInnovations, type Innovations } from './filter.ts';
import { autoregressive, invertible, movingAverages, stationary } from './polynomial.ts';
import { armaOf } from './state.ts';

/** Which filter: for a whole series, for one with gaps, or given the first values. */
export type FilterKind = 'whole' | 'gapped' | 'conditional';

export interface Coefficients {
  readonly ar: NDArray;
  readonly ma: NDArray;
  readonly seasonalAr: NDArray;
  readonly seasonalMa: NDArray;
}

/** `[ar, ma, seasonalAr, seasonalMa]` as one vector, taken apart. */
export const coefficientsFrom = ({ p, q, seasonalP, seasonalQ }: Orders, all: NDArray): Coefficients => {
  const part = (from: number, count: number): NDArray => sliceAxis(all, 0, from, from + count);
  return {
    ar: part(0, p),
    ma: part(p, q),
    seasonalAr: part(p + q, seasonalP),
    seasonalMa: part(p + q + seasonalP, seasonalQ),
  };
};

/** Any vector to the coefficients of a stationary and invertible model. */
export const constrained = (orders: Orders, u: NDArray): NDArray => {
  const { ar, ma, seasonalAr, seasonalMa } = coefficientsFrom(orders, u);
  return concatenate([stationary(ar), invertible(ma), stationary(seasonalAr), invertible(seasonalMa)], 0);
};

/** The full polynomials of a model, without their leading 1. */
export const polynomialsOf = (
  { ar, ma, seasonalAr, seasonalMa }: Coefficients,
  period: number,
): readonly [NDArray, NDArray] => [autoregressive(ar, seasonalAr, period), movingAverages(ma, seasonalMa, period)];

/** What is new in each row of `data`, by the coefficients as one vector. */
export const innovationsOf = (
  kind: FilterKind,
  orders: Orders,
  coefficients: NDArray,
  data: NDArray,
  seen: NDArray,
): Innovations => {
  const [phi, theta] = polynomialsOf(coefficientsFrom(orders, coefficients), orders.period);
  if (kind === 'conditional') return conditionalInnovations(phi, theta, data);
  const arma = armaOf(phi, theta);
  return kind === 'whole' ? fastInnovations(arma, data) : gappedInnovations(arma, data, seen)[1];
};

/** What the data say of the rest, given the coefficients. */
export interface Profile {
  /** Minus the log-likelihood for each value, but for a constant. */
  readonly value: NDArray;
  /** Of the regressors `[k]`, by generalised least squares. */
  readonly weights: NDArray;
  readonly variance: NDArray;
}

/** The likelihood at the best variance and weights of regressors (Harvey 1989, section 3.4), of `count` values seen. */
export const profileOf = ({ v, f }: Innovations, count: number): Profile => {
  const even = divide(v, expandDims(sqrt(f), 1));
  const k = (v.shape[1] ?? 1) - 1;
  const y = even.get(':', 0);
  const x = sliceAxis(even, 1, 1, k + 1);
  const weights = k === 0 ? zeros([0], 'float64') : solve(matmul(x.T, x), matmul(x.T, y));
  const rest = k === 0 ? y : subtract(y, matmul(x, weights));
  const variance = divide(sum(square(rest)), count);
  return { value: multiply(add(log(variance), divide(sum(log(f)), count)), 0.5), weights, variance };
};

/** Minus the log-likelihood at weights, coefficients and the logarithm of the variance, all as one vector. */
export const negativeLogLikelihood = (
  kind: FilterKind,
  orders: Orders,
  all: NDArray,
  data: NDArray,
  seen: NDArray,
  count: number,
): NDArray => {
  const k = (data.shape[1] ?? 1) - 1;
  const { v, f } = innovationsOf(kind, orders, sliceAxis(all, 0, k, all.size - 1), data, seen);
  const logVariance = all.get(all.size - 1);
  const y = v.get(':', 0);
  const rest = k === 0 ? y : subtract(y, matmul(sliceAxis(v, 1, 1, k + 1), sliceAxis(all, 0, 0, k)));
  const squares = divide(sum(divide(square(rest), f)), exp(logVariance));
  return multiply(add(add(multiply(add(logVariance, Math.log(2 * Math.PI)), count), sum(log(f))), squares), 0.5);
};
