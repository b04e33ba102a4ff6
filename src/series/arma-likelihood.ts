/** The log-likelihood of given parameters, as a function that can be differentiated, mapped and compiled. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, divide, equal, log, multiply, where } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { expandDims } from '../operations/manipulation.ts';
import { sum } from '../operations/reduction.ts';
import { square } from '../primitives/exponential.ts';
import { conditionalInnovations, fastInnovations, gappedInnovations, type Innovations } from './filter.ts';
import { countOf, seriesOf, timesOf } from './input.ts';
import { polynomialsOf, type Coefficients } from './likelihood.ts';
import { armaOf } from './state.ts';

/** Coefficients and variance of an ARMA process of mean 0; what is left out is not there, the variance is 1. */
export interface ArmaParameters {
  readonly ar?: ArrayLike;
  readonly ma?: ArrayLike;
  readonly seasonalAr?: ArrayLike;
  readonly seasonalMa?: ArrayLike;
  /** Of the shocks. */
  readonly variance?: ArrayLike;
}

export interface ArmaLikelihoodOptions {
  /** Steps of a season, for the seasonal coefficients. Default 1. */
  readonly period?: number;
  /** Exact (default), or given the first values. */
  readonly method?: 'exact' | 'css';
  /** Whether NaN stands for values that were not seen; takes a slower filter, and the exact method. Default false. */
  readonly gaps?: boolean;
}

/** The coefficients as float64 vectors, empty ones for those left out. */
export const wideCoefficients = (
  operation: string,
  { ar = [], ma = [], seasonalAr = [], seasonalMa = [] }: ArmaParameters,
): Coefficients => {
  const wide = (x: ArrayLike): NDArray => timesOf(operation, x);
  return { ar: wide(ar), ma: wide(ma), seasonalAr: wide(seasonalAr), seasonalMa: wide(seasonalMa) };
};

/**
 * The Gaussian log-likelihood of a series `y` without mean or trend under given parameters: exactly that of the multivariate normal distribution with the
 * autocovariances of the process, by the Kalman filter. Undefined (not an error) for autoregressions that are not stationary.
 *
 * @example grad((phi: NDArray) => armaLogLikelihood(y, { ar: phi.reshape(1) }))(0.5)
 */
export const armaLogLikelihood = (
  y: ArrayLike,
  parameters: ArmaParameters,
  { period = 1, method = 'exact', gaps = false }: ArmaLikelihoodOptions = {},
): NDArray => {
  countOf('armaLogLikelihood', 'period', period, 1);
  const coefficients = wideCoefficients('armaLogLikelihood', parameters);
  const [phi, theta] = polynomialsOf(coefficients, period);
  const series = seriesOf('armaLogLikelihood', y, method === 'css' ? phi.size + 1 : 1);
  const seen = equal(series, series);
  const data = expandDims(gaps ? where(seen, series, 0) : series, 1);
  const innovations = (): Innovations => {
    if (method === 'css') return conditionalInnovations(phi, theta, data);
    const arma = armaOf(phi, theta);
    return gaps ? gappedInnovations(arma, data, seen)[1] : fastInnovations(arma, data);
  };
  const { v, f } = innovations();
  const variance = array(parameters.variance ?? 1, 'float64');
  const count = gaps ? sum(seen.astype('float64')) : f.size;
  const fixed = multiply(log(multiply(variance, 2 * Math.PI)), count);
  const squares = divide(sum(divide(square(v.get(':', 0)), f)), variance);
  return multiply(add(add(fixed, sum(log(f))), squares), -0.5);
};
