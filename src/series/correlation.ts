/** How a series depends on its past: autocovariances, autocorrelations, partial autocorrelations and their bands. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { lstsq } from '../linalg/least-squares.ts';
import { add, divide, multiply, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { full, ones, zeros } from '../operations/creation.ts';
import { flip } from '../operations/manipulation.ts';
import { dot } from '../operations/products.ts';
import { mean } from '../operations/reduction.ts';
import { cumsum } from '../operations/running.ts';
import { correlate } from '../operations/signal.ts';
import { concatenate, stack } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { normalQuantile } from './distribution.ts';
import { countOf, seriesOf } from './input.ts';

export interface LagOptions {
  /** The largest lag. Default `min(floor(10 log10(n)), n - 1)`, as in R. */
  readonly lags?: number;
}

const lagsFor = (operation: string, n: number, lags: number | undefined): number =>
  lags === undefined ? Math.min(Math.floor(10 * Math.log10(n)), n - 1) : countOf(operation, 'lags', lags, 0, n - 1);

const covariances = (series: NDArray, lags: number): NDArray => {
  const n = series.size;
  const centred = subtract(series, mean(series));
  const ahead = concatenate([centred, zeros([lags], 'float64')], 0);
  return divide(correlate(ahead, centred, 'valid'), n);
};

/** Autocovariances at lags `0..lags`, with denominator `n` at all lags (so that they are positive semidefinite). */
export const autocovariance = (x: ArrayLike, { lags }: LagOptions = {}): NDArray => {
  const series = seriesOf('autocovariance', x);
  return covariances(series, lagsFor('autocovariance', series.size, lags));
};

/** Autocorrelations at lags `0..lags`: autocovariances with denominator `n` over the variance. NaN for a constant series. */
export const acf = (x: ArrayLike, { lags }: LagOptions = {}): NDArray => {
  const series = seriesOf('acf', x);
  const gamma = covariances(series, lagsFor('acf', series.size, lags));
  return divide(gamma, gamma.get(0));
};

/** What Levinson and Durbin's recursion gives: predictors of an order from autocovariances, and all reflections on the way. */
export interface Levinson {
  /** `[order]`, of the newest value first. */
  readonly coefficients: NDArray;
  /** The last coefficient at each order `1..order`: partial autocorrelations. */
  readonly partial: NDArray;
  /** The variance of what is not predicted. */
  readonly variance: NDArray;
}

/** Predictors from autocovariances `[order + 1]` (Brockwell and Davis 1991, proposition 5.2.1). */
export const levinson = (gamma: NDArray, order: number): Levinson => {
  let coefficients = zeros([0], 'float64');
  let variance = gamma.get(0);
  const partial: NDArray[] = [];
  for (let k = 1; k <= order; k++) {
    const past = flip(sliceAxis(gamma, 0, 1, k), 0);
    const missed = k === 1 ? gamma.get(1) : subtract(gamma.get(k), dot(coefficients, past));
    const last = divide(missed, variance);
    const before = subtract(coefficients, multiply(flip(coefficients, 0), last));
    coefficients = concatenate([before, last.reshape(1)], 0);
    variance = multiply(variance, subtract(1, square(last)));
    partial.push(last);
  }
  return { coefficients, partial: order === 0 ? zeros([0], 'float64') : stack(partial), variance };
};

export interface PacfOptions {
  /** The largest lag, below half of `n`. Default `min(floor(10 log10(n)), floor(n / 2) - 1)`. */
  readonly lags?: number;
  /** By the Yule-Walker equations (autocovariances with denominator `n`), or by a regression on the past for each lag. Default `'yuleWalker'`. */
  readonly method?: 'yuleWalker' | 'ols';
}

/** The regression of the series on a constant and `k` values of its past. */
export const regressionOnPast = (series: NDArray, k: number, constant = true): readonly [x: NDArray, y: NDArray] => {
  const n = series.size;
  const past = Array.from({ length: k }, (_, i) => sliceAxis(series, 0, k - 1 - i, n - 1 - i));
  return [stack([...(constant ? [ones([n - k], 'float64')] : []), ...past], 1), sliceAxis(series, 0, k, n)];
};

const lastCoefficient = (series: NDArray, k: number): NDArray => lstsq(...regressionOnPast(series, k)).solution.get(k);

/** Partial autocorrelations at lags `0..lags`, 1 at lag 0: what a value tells beyond those between. NaN for a constant series. */
export const pacf = (x: ArrayLike, { lags, method = 'yuleWalker' }: PacfOptions = {}): NDArray => {
  const series = seriesOf('pacf', x, 2);
  const n = series.size;
  const most = Math.max(Math.floor(n / 2) - 1, 0);
  const count =
    lags === undefined ? Math.min(Math.floor(10 * Math.log10(n)), most) : countOf('pacf', 'lags', lags, 0, most);
  if (count === 0) return ones([1], 'float64');
  const partial =
    method === 'ols'
      ? stack(Array.from({ length: count }, (_, i) => lastCoefficient(series, i + 1)))
      : levinson(covariances(series, count), count).partial;
  return concatenate([ones([1], 'float64'), partial], 0);
};

export interface BandOptions {
  /** How many values the series has. */
  readonly length: number;
  /** How sure: default 0.95. */
  readonly level?: number;
}

/** Half the width of the band in which a correlation says nothing if the series is white noise: `z / sqrt(n)`. For partial correlations too. */
export const whiteNoiseBand = ({ length, level = 0.95 }: BandOptions): number =>
  normalQuantile(0.5 + level / 2) / Math.sqrt(length);

/**
 * Half the widths of the bands around autocorrelations `0..lags`, if those beyond each lag are zero: `z sqrt((1 + 2 sum r_j^2) / n)` over the
 * lags before it (Bartlett 1946); 0 at lag 0.
 */
export const bartlettBand = (correlations: ArrayLike, { length, level = 0.95 }: BandOptions): NDArray => {
  const r = seriesOf('bartlettBand', correlations);
  const before = subtract(cumsum(square(r)), add(square(r), 1));
  const widths = sqrt(divide(add(1, multiply(2, before)), length));
  const wide = multiply(normalQuantile(0.5 + level / 2), widths);
  return concatenate([full([1], 0, 'float64'), sliceAxis(wide, 0, 1, r.size)], 0);
};
