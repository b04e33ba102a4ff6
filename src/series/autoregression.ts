/** Autoregressions without iteration: by a regression, or by the equations of Yule and Walker. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { lstsq } from '../linalg/least-squares.ts';
import { inv } from '../linalg/solve.ts';
import { abs, divide, multiply, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { diagonal } from '../operations/grids.ts';
import { arange } from '../operations/ranges.ts';
import { take } from '../operations/indexing.ts';
import { expandDims } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { mean, sum } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { autocovariance, levinson, regressionOnPast } from './correlation.ts';
import { countOf, finiteValuesOf, seriesOf } from './input.ts';

export interface AutoregressionOptions {
  /** How many values of the past, `p`. */
  readonly order: number;
  /** A regression on the past (conditional least squares), or the equations of Yule and Walker, which always give a stationary process. Default `'ols'`. */
  readonly method?: 'ols' | 'yuleWalker';
}

/** `y_t = intercept + sum_k coefficients_k y_(t-k) + e_t`. */
export interface Autoregression {
  readonly intercept: NDArray;
  /** `[p]`, of the last value first. */
  readonly coefficients: NDArray;
  /** The variance of `e`, with denominator `n - p`, or `n` by Yule and Walker. */
  readonly variance: NDArray;
  /** `[p]`, of the coefficients. */
  readonly standardErrors: NDArray;
  /** `[n - p]`: the first `p` values are given. */
  readonly residuals: NDArray;
}

const bySquares = (series: NDArray, order: number): Autoregression => {
  const [x, y] = regressionOnPast(series, order);
  const { solution } = lstsq(x, y);
  const residuals = subtract(y, matmul(x, solution));
  const variance = mean(square(residuals));
  const spread = sqrt(multiply(diagonal(inv(matmul(x.T, x))), variance));
  return {
    intercept: solution.get(0),
    coefficients: solution.get('1:'),
    variance,
    standardErrors: spread.get('1:'),
    residuals,
  };
};

const byCorrelations = (series: NDArray, order: number): Autoregression => {
  const gamma = autocovariance(series, { lags: order });
  const { coefficients, variance } = levinson(gamma, order);
  const level = mean(series);
  const intercept = multiply(level, subtract(1, sum(coefficients)));
  const [x, y] = regressionOnPast(series, order);
  const lags = arange(order);
  const toeplitz = take(gamma, abs(subtract(expandDims(lags, 1), lags)));
  const spread = divide(multiply(diagonal(inv(toeplitz)), variance), series.size);
  const residuals = subtract(y, matmul(x, concatenate([expandDims(intercept, 0), coefficients], 0)));
  return { intercept, coefficients, variance, standardErrors: sqrt(spread), residuals };
};

/** An autoregression of a known order (Brockwell and Davis 1991, sections 8.1 and 8.10), without iteration. */
export const autoregression = (x: ArrayLike, { order, method = 'ols' }: AutoregressionOptions): Autoregression => {
  countOf('autoregression', 'order', order, 1);
  const series = seriesOf('autoregression', x, 2 * order + 2);
  finiteValuesOf('autoregression', series, 'arima treats missing values.');
  return method === 'ols' ? bySquares(series, order) : byCorrelations(series, order);
};
