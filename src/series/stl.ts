/** Trend and season by local regressions: STL. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { jit } from '../jit.ts';
import { abs, add, divide, lessEqual, maximum, multiply, square, subtract, where } from '../operations/arithmetic.ts';
import { array, ones, zeros } from '../operations/creation.ts';
import { take } from '../operations/indexing.ts';
import { expandDims } from '../operations/manipulation.ts';
import { median } from '../operations/order-statistics.ts';
import { sum } from '../operations/reduction.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { countOf, finiteValuesOf, seriesOf } from './input.ts';
import { foriLoop } from '../loops.ts';
import { correlate } from '../operations/signal.ts';

export interface StlOptions {
  readonly period: number;
  /** Over how many periods a season is smoothed: odd, at least 3. Default 7. */
  readonly seasonal?: number;
  /** Over how many values the trend is smoothed: odd, more than the period. Default the next odd number from `1.5 period / (1 - 1.5 / seasonal)`. */
  readonly trend?: number;
  /** Over how many values what is left of the level is smoothed: odd, more than the period. Default the next odd number above the period. */
  readonly lowPass?: number;
  /** Whether values far off count less. Default false. */
  readonly robust?: boolean;
  /** Default 5, or 2 if robust. */
  readonly innerIterations?: number;
  /** How often weights are found anew if robust. Default 15. */
  readonly outerIterations?: number;
}

/** Components that add up to the series, all as long as it. */
export interface Stl {
  readonly trend: NDArray;
  readonly seasonal: NDArray;
  readonly irregular: NDArray;
  /** How much each value counted: 1 unless robust. */
  readonly weights: NDArray;
}

/** A local regression: which values each result sees, how far they lie off, and what distance counts for. `[places, q]` */
interface Loess {
  readonly indices: NDArray;
  readonly offsets: NDArray;
  readonly tricube: NDArray;
  readonly flat: number;
}

/** Lines through the `q` nearest of `n` equally spaced values, at the places given (Cleveland et al. 1990, section 2). */
const loessOf = (n: number, q: number, places: readonly number[]): Loess => {
  const width = Math.min(q, n);
  const half = Math.floor((q + 1) / 2);
  const starts = places.map((x) => (q >= n ? 0 : Math.min(Math.max(x - half + 1, 0), n - width)));
  const rows = <T>(f: (x: number, i: number, reach: number) => T): T[][] =>
    places.map((x, row) => {
      const start = starts[row] ?? 0;
      const nearest = Math.max(x - start, start + width - 1 - x);
      const reach = nearest + (q > n ? Math.floor((q - n) / 2) : 0);
      return Array.from({ length: width }, (_, j) => f(x, start + j, reach));
    });
  const tricube = (x: number, i: number, reach: number): number => {
    const r = Math.abs(i - x);
    return r > 0.999 * reach ? 0 : r <= 0.001 * reach ? 1 : (1 - (r / reach) ** 3) ** 3;
  };
  return {
    indices: array(
      rows((_, i) => i),
      'int32',
    ),
    offsets: array(
      rows((x, i) => i - x),
      'float64',
    ),
    tricube: array(rows(tricube), 'float64'),
    flat: 0.001 * (n - 1),
  };
};

/** The values `[n, ...]` smoothed, each counting by its weight `[n, ...]`. */
const smoothed = ({ indices, offsets, tricube, flat }: Loess, values: NDArray, weights: NDArray): NDArray => {
  const wide = (x: NDArray): NDArray => (values.ndim === 1 ? x : expandDims(x, 2));
  const near = wide(tricube);
  const counted = multiply(take(weights, indices, 0), near);
  // Where everything near counts for nothing, it counts as if it were not far off.
  const raw = where(lessEqual(sum(counted, { axis: 1, keepdims: true }), 0), near, counted);
  const share = divide(raw, sum(raw, { axis: 1, keepdims: true }));
  const center = sum(multiply(share, wide(offsets)), { axis: 1, keepdims: true });
  const away = subtract(wide(offsets), center);
  const spread = sum(multiply(share, square(away)), { axis: 1, keepdims: true });
  const isWide = lessEqual(flat ** 2, spread);
  const slope = where(isWide, divide(multiply(center.neg(), away), where(isWide, spread, 1)), 0);
  return sum(multiply(multiply(share, add(slope, 1)), take(values, indices, 0)), 1);
};

interface Plan {
  readonly n: number;
  readonly period: number;
  /** For the two lengths that values at one phase may have. */
  readonly cycle: (length: number) => Loess;
  readonly lowPass: Loess;
  readonly trend: Loess;
}

/** Each phase smoothed over the years, one more on both sides: `[n + 2 period]`. */
const cycleSubseries = ({ n, period, cycle }: Plan, x: NDArray, weights: NDArray): NDArray => {
  const whole = Math.floor(n / period);
  const longer = n % period;
  const table = (values: NDArray, from: number, to: number, rows: number): NDArray => {
    const filled = concatenate([values, zeros([Math.max((whole + 1) * period - n, 0)], 'float64')], 0);
    return sliceAxis(sliceAxis(filled.reshape(whole + 1, period), 1, from, to), 0, 0, rows);
  };
  const part = (from: number, to: number, rows: number): NDArray =>
    smoothed(cycle(rows), table(x, from, to, rows), table(weights, from, to, rows));
  const short = part(longer, period, whole);
  if (longer === 0) return short.reshape(-1);
  const long = part(0, longer, whole + 1);
  const rest = concatenate([short, zeros([1, period - longer], 'float64')], 0);
  return sliceAxis(concatenate([long, rest], 1).reshape(-1), 0, 0, n + 2 * period);
};

const average = (x: NDArray, length: number): NDArray =>
  correlate(x, divide(ones([length], 'float64'), length), 'valid');

interface Parts {
  readonly seasonal: NDArray;
  readonly trend: NDArray;
}

const inner =
  (plan: Plan, x: NDArray, weights: NDArray) =>
  ({ trend }: Parts): Parts => {
    const cycle = cycleSubseries(plan, subtract(x, trend), weights);
    const slow = average(average(average(cycle, plan.period), plan.period), 3);
    const even = ones([plan.n], 'float64');
    const level = smoothed(plan.lowPass, slow, even);
    const seasonal = subtract(sliceAxis(cycle, 0, plan.period, plan.period + plan.n), level);
    return { seasonal, trend: smoothed(plan.trend, subtract(x, seasonal), weights) };
  };

/** How much a value counts that lies so far off: bisquare weights over six median distances (section 2.4). */
const robustness = (x: NDArray, { seasonal, trend }: Parts): NDArray => {
  const away = abs(subtract(subtract(x, seasonal), trend));
  const reach = multiply(median(away), 6);
  const ratio = divide(away, maximum(reach, 1e-300));
  const inside = square(subtract(1, square(ratio)));
  return where(lessEqual(ratio, 0.001), 1, where(lessEqual(ratio, 0.999), inside, 0));
};

const oddFrom = (x: number): number => 2 * Math.floor(Math.ceil(x) / 2) + 1;

const planOf = (n: number, { period, seasonal = 7, trend, lowPass }: StlOptions): Plan => {
  const trendLength = trend ?? oddFrom((1.5 * period) / (1 - 1.5 / seasonal));
  const lowPassLength = lowPass ?? oddFrom(period + 1);
  const lengths = { seasonal, trend: trendLength, lowPass: lowPassLength };
  Object.entries(lengths).forEach(([name, length]) => {
    if (countOf('stl', name, length, 3) % 2 === 0)
      throw new FluxionError('series.count', `stl: expected ${name} to be odd, got ${length}. Its middle is a value.`);
  });
  const all = Array.from({ length: n }, (_, i) => i);
  return {
    n,
    period,
    cycle: (length) =>
      loessOf(
        length,
        seasonal,
        Array.from({ length: length + 2 }, (_, i) => i - 1),
      ),
    lowPass: loessOf(n, lowPassLength, all),
    trend: loessOf(n, trendLength, all),
  };
};

/**
 * Seasonal-trend decomposition by local regression (Cleveland, Cleveland, McRae and Terpenning 1990), with lines: the season may change slowly, nothing
 * is lost at the ends, and `robust` keeps values far off from bending the rest. At least two periods, none missing.
 */
export const stl = (x: ArrayLike, options: StlOptions): Stl => {
  const { period, robust = false } = options;
  countOf('stl', 'period', period, 2);
  const series = seriesOf('stl', x, 2 * period);
  finiteValuesOf('stl', series, 'Fill the gaps first.');
  const inners = countOf('stl', 'innerIterations', options.innerIterations ?? (robust ? 2 : 5), 1);
  const outers = robust ? countOf('stl', 'outerIterations', options.outerIterations ?? 15, 0) : 0;
  const n = series.size;
  const plan = planOf(n, options);
  const none = zeros([n], 'float64');
  const run = jit((y: NDArray): readonly [Parts, NDArray] => {
    const pass = (parts: Parts, weights: NDArray): Parts =>
      foriLoop(0, inners, (_, now: Parts) => inner(plan, y, weights)(now), parts);
    const first = pass({ seasonal: none, trend: none }, ones([n], 'float64'));
    const start: readonly [Parts, NDArray] = [first, ones([n], 'float64')];
    return foriLoop(
      0,
      outers,
      (_, [parts]: readonly [Parts, NDArray]) => {
        const weights = robustness(y, parts);
        return [pass(parts, weights), weights] as const;
      },
      start,
    );
  });
  const [{ seasonal, trend }, weights] = run(series);
  return { trend, seasonal, irregular: subtract(subtract(series, trend), seasonal), weights };
};
