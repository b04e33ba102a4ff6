/** Series drawn from a model. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { jit } from '../jit.ts';
import { eigh } from '../linalg/eigh.ts';
import { add, maximum, multiply, sqrt } from '../operations/arithmetic.ts';
import { array, zeros } from '../operations/creation.ts';
import { matmul } from '../operations/products.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { split, type Key } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import { scan } from '../scan.ts';
import { wideCoefficients, type ArmaParameters } from './arma-likelihood.ts';
import { differencesOf, lostOf, memoryOf, ordersOf, regressorsOf, type Orders } from './arima-model.ts';
import { undifference } from './difference.ts';
import { stationaryCovariance } from './filter.ts';
import { processOf } from './forecast.ts';
import { countOf, timesOf } from './input.ts';
import type { Coefficients } from './likelihood.ts';
import { isStationary } from './polynomial.ts';
import { advance } from './state.ts';

export interface SimulateOptions {
  /** Differences `d` to undo. Default 0. */
  readonly d?: number;
  /** Steps of a season, and how many seasonal differences to undo. Needed with seasonal coefficients. */
  readonly seasonal?: { readonly period: number; readonly d?: number };
  /** The first `d + s D` values; default zeros. They are part of the result. */
  readonly initial?: ArrayLike;
  /** The mean, or with one difference the drift. Default 0. */
  readonly constant?: number;
}

/** A stationary series of unit shocks: the first state is drawn from its own distribution, so that there is nothing to wait for. */
const draw =
  (period: number, length: number) =>
  (coefficients: Coefficients, first: NDArray, shocks: NDArray): NDArray => {
    const arma = processOf(coefficients, period);
    const { eigenvalues, eigenvectors } = eigh(stationaryCovariance(arma));
    const start = matmul(eigenvectors, multiply(sqrt(maximum(eigenvalues, 0)), sliceAxis(first, 0, 0, arma.phi.size)));
    const step = (state: NDArray, shock: NDArray): readonly [NDArray, NDArray] => [
      add(advance(arma, state), multiply(arma.impact, shock)),
      state.get(0),
    ];
    return sliceAxis(scan(step, start, shocks)[1], 0, 0, length);
  };

/** The orders that coefficients and differences make, if they go together. */
const ordersFor = ({ ar, ma, seasonalAr, seasonalMa }: Coefficients, { d = 0, seasonal }: SimulateOptions): Orders => {
  if (seasonal === undefined && seasonalAr.size + seasonalMa.size > 0)
    throw new FluxionError(
      'series.period',
      'simulate: expected { seasonal: { period } } with seasonal coefficients, got none. Say how long a season is.',
    );
  const { period = 1, d: seasonalD = 0 } = seasonal ?? {};
  const seasons = { order: [seasonalAr.size, seasonalD, seasonalMa.size] as const, period };
  const orders = ordersOf('simulate', {
    order: [ar.size, d, ma.size],
    ...(seasonal === undefined ? {} : { seasonal: seasons }),
  });
  const isSteady = [ar, seasonalAr].every((phi) => isStationary(Array.from(phi.dataSync())));
  if (!isSteady)
    throw new FluxionError(
      'series.stationary',
      'simulate: expected a stationary autoregression, got one with a root on or inside the unit circle. Take differences out as d.',
    );
  return orders;
};

/**
 * `length` values of a process, by a key; differences are undone from `initial` on. The autoregression must be stationary.
 *
 * @example simulate(random.key(0), { ar: [0.7], variance: 2 }, 200)
 */
export const simulate = (key: Key, process: ArmaParameters, length: number, options: SimulateOptions = {}): NDArray => {
  countOf('simulate', 'length', length, 1);
  const coefficients = wideCoefficients('simulate', process);
  const orders = ordersFor(coefficients, options);
  const { initial, constant = 0 } = options;
  const lost = lostOf(orders);
  const drawn = Math.max(length - lost, 1);
  const [stateKey, shockKey] = split(key) as readonly [Key, Key]; // sound: two unless told otherwise
  const r = Math.max(memoryOf(orders), orders.q + orders.seasonalQ * orders.period + 1);
  const [first, shocks] = [normal(stateKey, [r], 'float64'), normal(shockKey, [drawn], 'float64')];
  const w = jit(draw(orders.period, drawn))(coefficients, first, shocks);
  const scaled = multiply(w, sqrt(array(process.variance ?? 1, 'float64')));
  const start = initial === undefined ? zeros([lost], 'float64') : timesOf('simulate', initial);
  const u = sliceAxis(undifference(scaled, start, differencesOf(orders)), 0, 0, length);
  if (constant === 0) return u;
  const times = { from: 0, n: length, hasConstant: true, exog: undefined };
  return add(u, multiply(regressorsOf('simulate', orders, times).get(':', 0), constant));
};
