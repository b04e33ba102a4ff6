/** What an ARIMA model is fitted to: its orders, and the series and its regressors after differencing. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { qr } from '../linalg/qr.ts';
import { divide, multiply, where } from '../operations/arithmetic.ts';
import { array, ones, zeros } from '../operations/creation.ts';
import { expandDims } from '../operations/manipulation.ts';
import { arange } from '../operations/ranges.ts';
import { concatenate } from '../operations/stacking.ts';
import { difference, type DifferenceOptions } from './difference.ts';
import { countOf, finiteValuesOf, seriesOf, timesOf } from './input.ts';

export interface ArimaOptions {
  /** `[p, d, q]`: values of the past, differences, shocks of the past. */
  readonly order: readonly [p: number, d: number, q: number];
  /** The same over seasons of `period` steps: `[P, D, Q]`. Default: none. */
  readonly seasonal?: { readonly order: readonly [P: number, D: number, Q: number]; readonly period: number };
  /** A mean, or with one difference a drift (change for each step). Default: whether there are no differences. */
  readonly constant?: boolean;
  /** Regressors `[n, k]`: the series is a sum of these with errors that follow the model. */
  readonly exog?: ArrayLike;
  /** Exact Gaussian likelihood (default), or conditional sum of squares, which takes the first values as given. */
  readonly method?: 'exact' | 'css';
}

export interface Orders {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly seasonalP: number;
  readonly seasonalD: number;
  readonly seasonalQ: number;
  /** 1 without seasons. */
  readonly period: number;
}

export const ordersOf = (operation: string, { order, seasonal }: ArimaOptions): Orders => {
  const [p, d, q] = order.map((value) => countOf(operation, 'each order', value, 0)) as [number, number, number]; // sound: three in, three out
  const none = { order: [0, 0, 0], period: 1 } as const;
  const { order: seasons, period } = seasonal ?? none;
  const [seasonalP, seasonalD, seasonalQ] = seasons.map((value) =>
    countOf(operation, 'each seasonal order', value, 0),
  ) as [number, number, number]; // sound: as above
  if (seasonal !== undefined) countOf(operation, 'seasonal.period', period, 2);
  return { p, d, q, seasonalP, seasonalD, seasonalQ, period };
};

/** How many coefficients there are besides regressors. */
export const armaCount = ({ p, q, seasonalP, seasonalQ }: Orders): number => p + q + seasonalP + seasonalQ;
/** How many values differences cost. */
export const lostOf = ({ d, seasonalD, period }: Orders): number => d + seasonalD * period;
/** The longest memory of the autoregression. */
export const memoryOf = ({ p, seasonalP, period }: Orders): number => p + seasonalP * period;
export const differencesOf = ({ d, seasonalD, period }: Orders): DifferenceOptions => ({
  order: d,
  seasonal: { period, order: seasonalD },
});

/** `(1,0,0)(0,1,1)12`, as models are written. */
export const showOrders = ({ p, d, q, seasonalP, seasonalD, seasonalQ, period }: Orders): string =>
  `(${p},${d},${q})${seasonalP + seasonalD + seasonalQ === 0 ? '' : `(${seasonalP},${seasonalD},${seasonalQ})${period}`}`;

/** The regressors at times `from .. from + n - 1`, counted from 1: the constant's first, then those given. `[n, k]` */
export const regressorsOf = (
  operation: string,
  orders: Orders,
  { from, n, hasConstant, exog }: { from: number; n: number; hasConstant: boolean; exog: ArrayLike | undefined },
): NDArray => {
  const given = exog === undefined ? zeros([n, 0], 'float64') : timesOf(operation, exog);
  const wide = given.ndim === 1 ? expandDims(given, 1) : given;
  if (wide.ndim !== 2 || wide.shape[0] !== n)
    throw new ShapeError(
      `${operation}: expected regressors [${n}, k], a row for each step, got ${showType(given.type)}. Give them for the same times as the values.`,
      'shape.series',
    );
  finiteValuesOf(operation, wide, 'Regressors may not be missing; fill the gaps first.');
  if (!hasConstant) return wide;
  const isMean = orders.d + orders.seasonalD === 0;
  const own = isMean ? ones([n], 'float64') : arange(from, from + n, 1, 'float64');
  return concatenate([expandDims(own, 1), wide], 1);
};

/** A model with its data, ready for the likelihood. */
export interface Design {
  readonly orders: Orders;
  readonly hasConstant: boolean;
  readonly names: readonly string[];
  readonly series: NDArray;
  /** `[n, k]` */
  readonly regressors: NDArray;
  /** `[m, 1 + k]`: the differenced series over its scale, 0 where missing, and orthogonal regressors. */
  readonly data: NDArray;
  /** bool `[m]` */
  readonly seen: NDArray;
  readonly isWhole: boolean;
  /** How many of the `m` were seen. */
  readonly observed: number;
  readonly scale: number;
  /** Regressors as differenced are the orthogonal ones times this `[k, k]`. */
  readonly mixing: NDArray;
}

const namesOf = (orders: Orders, hasConstant: boolean, k: number): readonly string[] => {
  const numbered = (stem: string, count: number, step = 1): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${stem}${(i + 1) * step}`);
  const constant = orders.d + orders.seasonalD === 0 ? 'constant' : 'drift';
  return [
    ...(hasConstant ? [constant] : []),
    ...numbered('x', hasConstant ? k - 1 : k),
    ...numbered('ar.L', orders.p),
    ...numbered('ma.L', orders.q),
    ...numbered('ar.S.L', orders.seasonalP, orders.period),
    ...numbered('ma.S.L', orders.seasonalQ, orders.period),
    'sigma2',
  ];
};

const requireConstant = (orders: Orders, constant: boolean | undefined): boolean => {
  const differences = orders.d + orders.seasonalD;
  if (constant === true && differences > 1)
    throw new FluxionError(
      'series.constant',
      `arima: expected at most one difference with a constant, got ${differences}. A curve would be extrapolated; leave the constant out.`,
    );
  return constant ?? differences === 0;
};

/** Columns at right angles, of mean square 1. */
const orthogonal = (x: NDArray): readonly [columns: NDArray, mixing: NDArray] => {
  const [m = 0, k = 0] = x.shape;
  if (k === 0) return [x, zeros([0, 0], 'float64')];
  if (m < k)
    throw new ShapeError(
      `arima: expected more values than regressors, got ${m} and ${k}. Use a longer series.`,
      'shape.series',
    );
  const { q, r } = qr(x);
  const sizes = Array.from({ length: k }, (_, i) => Math.abs(Number(r.get(i, i).item())));
  const lengths = Array.from(x.square().sum(0).dataSync(), Math.sqrt);
  if (sizes.some((size, i) => !(size > 1e-10 * (lengths[i] ?? 0))))
    throw new FluxionError(
      'series.collinear',
      'arima: expected regressors of which none follows from the others after differencing, got some that do. Leave one out; a constant is among them unless { constant: false }.',
    );
  return [multiply(q, Math.sqrt(m)), divide(r, Math.sqrt(m))];
};

/** How spread out the values are that were seen; a series that does not vary has no likelihood. */
const scaleOf = (values: readonly number[]): number => {
  const center = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - center) ** 2, 0) / values.length;
  if (variance > 0 && Number.isFinite(variance)) return Math.sqrt(variance);
  throw new FluxionError(
    'series.constant',
    'arima: expected a series that varies after differencing, got one that does not. There is nothing left to model.',
  );
};

/** A long enough series of numbers, missing ones being NaN. */
const requireSeries = (y: ArrayLike, orders: Orders, { method }: ArimaOptions, parameters: number): NDArray => {
  const first = method === 'css' ? memoryOf(orders) : 0;
  const series = seriesOf('arima', y, lostOf(orders) + first + parameters + 2);
  const values = Array.from(series.dataSync());
  const odd = values.findIndex((value) => Math.abs(value) === Infinity);
  const missing = values.findIndex((value) => Number.isNaN(value));
  if (odd >= 0 || (method === 'css' && missing >= 0))
    throw new FluxionError(
      'series.missing',
      odd >= 0
        ? `arima: expected finite values, got ${values[odd] ?? NaN} at ${odd}. Missing ones may be NaN.`
        : `arima: expected finite values for conditional sums of squares, got NaN at ${missing}. Use { method: 'exact' }, which treats missing values.`,
    );
  return series;
};

/** The model with its data, checked. */
export const designOf = (y: ArrayLike, options: ArimaOptions): Design => {
  const orders = ordersOf('arima', options);
  const hasConstant = requireConstant(orders, options.constant);
  const n = timesOf('arima', y).shape[0] ?? 0;
  const regressors = regressorsOf('arima', orders, { from: 1, n, hasConstant, exog: options.exog });
  const k = regressors.shape[1] ?? 0;
  const series = requireSeries(y, orders, options, armaCount(orders) + k);
  const w = difference(series, differencesOf(orders));
  const values = Array.from(w.dataSync());
  const there = values.filter((value) => !Number.isNaN(value));
  const scale = scaleOf(there);
  const seen = array(
    values.map((value) => !Number.isNaN(value)),
    'bool',
  );
  const [columns, mixing] = orthogonal(
    k === 0 ? zeros([w.size, 0], 'float64') : difference(regressors, differencesOf(orders)),
  );
  const scaled = expandDims(where(seen, divide(w, scale), 0), 1);
  return {
    orders,
    hasConstant,
    names: namesOf(orders, hasConstant, k),
    series,
    regressors,
    data: concatenate([scaled, columns], 1),
    seen,
    isWhole: there.length === values.length,
    observed: there.length,
    scale,
    mixing,
  };
};
