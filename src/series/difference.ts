/** Differences of a series, seasonal ones among them, and back. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { subtract } from '../operations/arithmetic.ts';
import { expandDims } from '../operations/manipulation.ts';
import { tensordot } from '../operations/products.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { scan } from '../scan.ts';
import { countOf, timesOf, vectorOf } from './input.ts';

export interface DifferenceOptions {
  /** How often neighbours are subtracted, `d`. Default 1. */
  readonly order?: number;
  /** Differences over a season: `period` steps apart, `order` times (`D`, default 1). Default: none. */
  readonly seasonal?: { readonly period: number; readonly order?: number };
}

/** The polynomial `(1 - B)^d (1 - B^s)^D` of differences, lowest power first. */
const differencePolynomial = (order: number, seasonalOrder = 0, period = 1): readonly number[] => {
  const times = (a: readonly number[], lag: number): readonly number[] =>
    Array.from({ length: a.length + lag }, (_, i) => (a[i] ?? 0) - (a[i - lag] ?? 0));
  const plain = Array.from({ length: order }).reduce<readonly number[]>((a) => times(a, 1), [1]);
  return Array.from({ length: seasonalOrder }).reduce<readonly number[]>((a) => times(a, period), plain);
};

interface Lags {
  readonly order: number;
  readonly period: number;
  readonly seasonalOrder: number;
}

const lagsOf = (operation: string, { order = 1, seasonal }: DifferenceOptions): Lags => ({
  order: countOf(operation, 'order', order, 0),
  period: seasonal === undefined ? 1 : countOf(operation, 'seasonal.period', seasonal.period, 1),
  seasonalOrder: seasonal === undefined ? 0 : countOf(operation, 'seasonal.order', seasonal.order ?? 1, 0),
});

/**
 * `(1 - B)^d (1 - B^s)^D x` along axis 0, `B` being the step back in time: shorter than `x` by `d + s D`.
 *
 * @example difference([1, 4, 9, 16]) // [3, 5, 7]
 */
export const difference = (x: ArrayLike, options: DifferenceOptions = {}): NDArray => {
  const series = timesOf('difference', x);
  const { order, period, seasonalOrder } = lagsOf('difference', options);
  const lost = order + period * seasonalOrder;
  const n = series.shape[0] ?? 0;
  if (n <= lost)
    throw new ShapeError(
      `difference: expected more than ${lost} values for differences over ${lost} steps, got ${n}. Use a longer series, or lower orders.`,
      'shape.series',
    );
  const lags = [...Array.from({ length: seasonalOrder }, () => period), ...Array.from({ length: order }, () => 1)];
  return lags.reduce((y, k) => {
    const length = y.shape[0] ?? 0;
    return subtract(sliceAxis(y, 0, k, length), sliceAxis(y, 0, 0, length - k));
  }, series);
};

/**
 * The series of which `d` are the differences: `initial` has its first `d + s D` values, and stands at the front of the result. The inverse
 * of `difference` with the same options.
 *
 * @example undifference([3, 5, 7], [1]) // [1, 4, 9, 16]
 */
export const undifference = (d: ArrayLike, initial: ArrayLike, options: DifferenceOptions = {}): NDArray => {
  const steps = timesOf('undifference', d);
  const start = timesOf('undifference', initial);
  const { order, period, seasonalOrder } = lagsOf('undifference', options);
  const lost = order + period * seasonalOrder;
  const isFitting = start.shape[0] === lost && start.shape.slice(1).join() === steps.shape.slice(1).join();
  if (!isFitting)
    throw new ShapeError(
      `undifference: expected the first ${lost} values of the series as initial, got ${showType(start.type)} beside ${showType(steps.type)}. Use the options of difference.`,
      'shape.series',
    );
  if (lost === 0) return steps;
  // The newest value stands last; what the polynomial takes of the past is added back.
  const weights = vectorOf([...differencePolynomial(order, seasonalOrder, period)].slice(1).reverse());
  const step = (past: NDArray, change: NDArray): readonly [NDArray, NDArray] => {
    const value = subtract(change, tensordot(weights, past, 1));
    return [concatenate([sliceAxis(past, 0, 1, lost), expandDims(value, 0)], 0), value];
  };
  return concatenate([start, scan(step, start, steps)[1]], 0);
};
