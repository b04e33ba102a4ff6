/** Tests of series and of residuals. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { divide, multiply, power, square, subtract } from '../operations/arithmetic.ts';
import { mean, sum } from '../operations/reduction.ts';
import { cumsum } from '../operations/running.ts';
import { arange } from '../operations/ranges.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { acf, autocovariance } from './correlation.ts';
import { chiSquareTail } from './distribution.ts';
import { countOf, finiteValuesOf, seriesOf, vectorOf } from './input.ts';

export interface PortmanteauOptions {
  /** The largest lag. Default `min(10, floor(n / 5))`. */
  readonly lags?: number;
  /** How many parameters were fitted to get these residuals: that many degrees of freedom are lost. Default 0. */
  readonly fittedParameters?: number;
}

/** Statistics at lags `1..lags`; `pValues` are NaN where no degree of freedom is left. */
export interface Portmanteau {
  readonly statistics: NDArray;
  readonly pValues: NDArray;
}

const portmanteau =
  (operation: string, weigh: (r: NDArray, n: number, lags: NDArray) => NDArray) =>
  (x: ArrayLike, { lags, fittedParameters = 0 }: PortmanteauOptions = {}): Portmanteau => {
    const series = seriesOf(operation, x, 2);
    finiteValuesOf(operation, series, 'Leave out what is missing.');
    const n = series.size;
    const most =
      lags === undefined ? Math.max(1, Math.min(10, Math.floor(n / 5))) : countOf(operation, 'lags', lags, 1, n - 1);
    countOf(operation, 'fittedParameters', fittedParameters, 0);
    const r = sliceAxis(acf(series, { lags: most }), 0, 1, most + 1);
    const each = arange(1, most + 1, 1, 'float64');
    const statistics = cumsum(weigh(square(r), n, each));
    return { statistics, pValues: chiSquareTail(statistics, subtract(each, fittedParameters)) };
  };

/** `n (n + 2) sum r_k^2 / (n - k)` (Ljung and Box 1978): chi-square with as many degrees of freedom as lags if the series is white noise. */
export const ljungBox = portmanteau('ljungBox', (squares, n, lags) =>
  multiply(n * (n + 2), divide(squares, subtract(n, lags))),
);
/** `n sum r_k^2` (Box and Pierce 1970). */
export const boxPierce = portmanteau('boxPierce', (squares, n) => multiply(squares, n));

/** `sum (e_t - e_(t-1))^2 / sum e_t^2` (Durbin and Watson 1950): near 2 for residuals without correlation at lag 1, towards 0 for a positive one. */
export const durbinWatson = (residuals: ArrayLike): NDArray => {
  const e = seriesOf('durbinWatson', residuals, 2);
  const changes = subtract(sliceAxis(e, 0, 1, e.size), sliceAxis(e, 0, 0, e.size - 1));
  return divide(sum(square(changes)), sum(square(e)));
};

export interface JarqueBera {
  readonly statistic: number;
  readonly pValue: number;
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** `n/6 (skewness^2 + (kurtosis - 3)^2 / 4)` (Jarque and Bera 1980): chi-square with 2 degrees of freedom for normal values. */
export const jarqueBera = (x: ArrayLike): JarqueBera => {
  const series = seriesOf('jarqueBera', x, 2);
  const n = series.size;
  const centred = subtract(series, mean(series));
  const moment = (k: number): number => Number(mean(power(centred, k)).item());
  const variance = moment(2);
  const skewness = moment(3) / variance ** 1.5;
  const kurtosis = moment(4) / variance ** 2;
  const statistic = (n / 6) * (skewness ** 2 + (kurtosis - 3) ** 2 / 4);
  const pValue = Number(chiSquareTail(vectorOf([statistic]), 2).dataSync()[0]);
  return { statistic, pValue, skewness, kurtosis };
};

/** The level at which the KPSS statistic around a constant speaks against stationarity, by significance (Kwiatkowski et al. 1992, table 1). */
export const kpssCriticalValues = { 0.1: 0.347, 0.05: 0.463, 0.025: 0.574, 0.01: 0.739 } as const;

/**
 * The statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992, equation 13): large if a series is not stationary around a constant. The long run
 * variance takes `lags` autocovariances with Bartlett's weights; default `floor(4 (n / 100)^(1/4))`.
 */
export const kpss = (x: ArrayLike, { lags }: { readonly lags?: number } = {}): number => {
  const series = seriesOf('kpss', x, 3);
  const n = series.size;
  const values = finiteValuesOf('kpss', series, 'Leave out what is missing.');
  if (values.every((value) => value === values[0]))
    throw new FluxionError(
      'series.constant',
      'kpss: expected a series that varies, got a constant one. It is stationary.',
    );
  const most = countOf('kpss', 'lags', lags ?? Math.min(Math.floor(4 * (n / 100) ** 0.25), n - 1), 0, n - 1);
  const gamma = Array.from(autocovariance(series, { lags: most }).dataSync());
  const longRun = gamma.reduce((total, g, k) => total + (k === 0 ? g : 2 * (1 - k / (most + 1)) * g), 0);
  const partial = cumsum(subtract(series, mean(series)));
  return Number(sum(square(partial)).item()) / (n ** 2 * longRun);
};
