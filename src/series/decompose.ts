/** A series as trend, cycle, season and what is left, the classical way. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, divide, multiply, subtract } from '../operations/arithmetic.ts';
import { full } from '../operations/creation.ts';
import { tile } from '../operations/manipulation.ts';
import { nanmean } from '../operations/nan-reduction.ts';
import { mean } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { countOf, seriesOf } from './input.ts';
import { hodrickPrescott, movingAverage } from './smooth.ts';

export interface DecomposeOptions {
  /** How many steps a season has. */
  readonly period: number;
  /** Whether components add up (default), or are factors. */
  readonly model?: 'additive' | 'multiplicative';
  /**
   * Tells a cycle from the trend: the moving average, which follows both, is parted by Hodrick and Prescott's filter with this `lambda`.
   * Default: the cycle stays in the trend.
   */
  readonly cycleLambda?: number;
}

/** Components as long as the series. They add up, or multiply, to it wherever the moving average lies inside; elsewhere they are NaN but for the season. */
export interface Decomposition {
  readonly trend: NDArray;
  /** Neutral (0, or 1 as a factor) unless asked for. */
  readonly cycle: NDArray;
  /** The same in each period; its mean is 0, or 1 as a factor. */
  readonly seasonal: NDArray;
  readonly irregular: NDArray;
}

const withEnds = (x: NDArray, ends: number): NDArray => {
  const missing = full([ends], NaN, 'float64');
  return concatenate([missing, x, missing], 0);
};

/**
 * The classical decomposition (Kendall and Stuart 1983; as `decompose` in R): the trend is the centred moving average over a period, the season the
 * means of what is left at each phase, centred. At least two periods.
 */
export const decompose = (
  x: ArrayLike,
  { period, model = 'additive', cycleLambda }: DecomposeOptions,
): Decomposition => {
  countOf('decompose', 'period', period, 2);
  const series = seriesOf('decompose', x, 2 * period);
  const n = series.size;
  const isAdditive = model === 'additive';
  const without = isAdditive ? subtract : divide;
  const smooth = movingAverage(series, period);
  const ends = Math.floor(period / 2);
  const level = withEnds(smooth, ends);
  const rest = without(series, level);
  const periods = Math.ceil(n / period);
  const whole = concatenate([rest, full([periods * period - n], NaN, 'float64')], 0);
  const phases = nanmean(whole.reshape(periods, period), { axis: 0 });
  const seasonal = sliceAxis(tile(without(phases, mean(phases)), periods), 0, 0, n);
  const slow = cycleLambda === undefined ? smooth : hodrickPrescott(smooth, { lambda: cycleLambda }).trend;
  return {
    trend: withEnds(slow, ends),
    cycle: withEnds(without(smooth, slow), ends),
    seasonal,
    irregular: without(rest, seasonal),
  };
};

/** The series of which these are the components. */
export const recompose = (
  { trend, cycle, seasonal, irregular }: Decomposition,
  model: 'additive' | 'multiplicative' = 'additive',
): NDArray => {
  const combine = model === 'additive' ? add : multiply;
  return combine(combine(trend, cycle), combine(seasonal, irregular));
};
