/** What comes next: forecasts with their intervals, and series drawn from a model. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { jit, type Jitted } from '../jit.ts';
import { add, equal, multiply, sqrt, square, subtract, where } from '../operations/arithmetic.ts';
import { array, zeros } from '../operations/creation.ts';
import { take } from '../operations/indexing.ts';
import { expandDims } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { sum } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { scan } from '../scan.ts';
import type { ArimaFit } from './arima.ts';
import { differencesOf, lostOf, regressorsOf, type Orders } from './arima-model.ts';
import { difference, undifference } from './difference.ts';
import { normalQuantile } from './distribution.ts';
import { gappedInnovations } from './filter.ts';
import { countOf } from './input.ts';
import { polynomialsOf, type Coefficients } from './likelihood.ts';
import { armaOf, psiWeights, type Arma } from './state.ts';

export interface ForecastOptions {
  /** How sure the interval is: default 0.95. */
  readonly level?: number;
  /** The regressors of the times to come, `[horizon, k]`; needed if the model has any. */
  readonly exog?: ArrayLike;
}

/** `[horizon]` each. */
export interface Forecast {
  readonly mean: NDArray;
  readonly standardErrors: NDArray;
  readonly lower: NDArray;
  readonly upper: NDArray;
  readonly level: number;
}

/** The process of a model, for its filter. */
export const processOf = (coefficients: Coefficients, period: number): Arma => {
  const [phi, theta] = polynomialsOf(coefficients, period);
  return armaOf(phi, theta);
};

/** `[n, n]`: `weights[i - j]` at row `i` and column `j` on and below the diagonal `from`, else 0. */
const lowerToeplitz = (weights: NDArray, n: number, from = 0): NDArray => {
  const places = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (i - j >= from ? i - j - from + 1 : 0)),
  );
  return take(concatenate([zeros([1], 'float64'), weights], 0), array(places, 'int32'));
};

/** How each coming value depends on the state now: `Z T^j` in row `j`. */
const outlook = (arma: Arma, horizon: number): NDArray => {
  const r = arma.phi.size;
  const first = concatenate([array([1], 'float64'), zeros([r - 1], 'float64')], 0);
  const step = (row: NDArray, _: null): readonly [NDArray, NDArray] => [
    concatenate([expandDims(sum(multiply(row, arma.phi)), 0), sliceAxis(row, 0, 0, r - 1)], 0),
    row,
  ];
  return scan(step, first, null, { length: horizon })[1];
};

interface Ahead {
  readonly mean: NDArray;
  /** In units of the variance of the shocks. */
  readonly variance: NDArray;
}

/** The forecast of the errors `u = y - x' weights`, from all that was seen. */
const aheadOf =
  (orders: Orders, horizon: number) =>
  (coefficients: Coefficients, u: NDArray): Ahead => {
    const arma = processOf(coefficients, orders.period);
    const w = difference(u, differencesOf(orders));
    const seen = equal(w, w);
    const [{ state, covariance }] = gappedInnovations(arma, expandDims(where(seen, w, 0), 1), seen);
    const rows = outlook(arma, horizon);
    const coming = matmul(rows, state.get(':', 0));
    const shocks = lowerToeplitz(psiWeights(arma, horizon), horizon, 1);
    const lost = lostOf(orders);
    const last = sliceAxis(u, 0, u.size - lost, u.size);
    const impulse = concatenate([array([1], 'float64'), zeros([horizon - 1], 'float64')], 0);
    const response = sliceAxis(
      undifference(impulse, zeros([lost], 'float64'), differencesOf(orders)),
      0,
      lost,
      lost + horizon,
    );
    const sums = lowerToeplitz(response, horizon);
    const fromState = matmul(matmul(sums, rows), covariance);
    const variance = add(sum(multiply(fromState, matmul(sums, rows)), 1), sum(square(matmul(sums, shocks)), 1));
    const levels = undifference(coming, last, differencesOf(orders));
    return { mean: sliceAxis(levels, 0, lost, lost + horizon), variance };
  };

type Program = Jitted<readonly [coefficients: Coefficients, u: NDArray], Ahead>;
const programs = new WeakMap<Orders, Map<string, Program>>();

/** The compiled program for a fit, a horizon and a length, made once: one model is asked again and again. It goes when the fit goes. */
const programFor = (orders: Orders, horizon: number, length: number): Program => {
  const known = programs.get(orders) ?? new Map<string, Program>();
  programs.set(orders, known);
  const key = `${horizon} ${length}`;
  const program = known.get(key) ?? jit(aheadOf(orders, horizon));
  known.set(key, program);
  return program;
};

/**
 * The next `horizon` values, with intervals that hold for normal shocks if the parameters are as estimated (their own uncertainty is not part of the
 * interval, as in R and statsmodels).
 */
export const forecast = (fit: ArimaFit, horizon: number, { level = 0.95, exog }: ForecastOptions = {}): Forecast => {
  countOf('forecast', 'horizon', horizon, 1);
  const { orders, hasConstant, series, regressors, weights } = fit;
  const given = (regressors.shape[1] ?? 0) - (hasConstant ? 1 : 0);
  const next = regressorsOf('forecast', orders, { from: series.size + 1, n: horizon, hasConstant, exog });
  if (next.shape[1] !== regressors.shape[1])
    throw new FluxionError(
      'series.regressors',
      `forecast: expected ${given} regressors as in the fit, got ${(next.shape[1] ?? 0) - (hasConstant ? 1 : 0)}. Pass { exog } of the times to come.`,
    );
  const u = subtract(series, matmul(regressors, weights));
  const recent = Array.from(sliceAxis(u, 0, u.size - lostOf(orders), u.size).dataSync());
  if (recent.some((value) => Number.isNaN(value)))
    throw new FluxionError(
      'series.missing',
      `forecast: expected the last ${lostOf(orders)} values to be there, got a missing one. Differences go on from them; fill the gap first.`,
    );
  const { ar, ma, seasonalAr, seasonalMa } = fit;
  const { mean, variance } = programFor(orders, horizon, u.size)({ ar, ma, seasonalAr, seasonalMa }, u);
  const center = add(mean, matmul(next, weights));
  const standardErrors = sqrt(multiply(variance, fit.variance));
  const reach = multiply(standardErrors, normalQuantile(0.5 + level / 2));
  return { mean: center, standardErrors, lower: subtract(center, reach), upper: add(center, reach), level };
};
