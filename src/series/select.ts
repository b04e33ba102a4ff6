/** Choosing the orders of a model. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike } from '../array/ndarray.ts';
import { completeFit, type ArimaFit } from './arima.ts';
import { searchArima, type Criteria, type Search } from './search.ts';
import { ordersOf, showOrders, type ArimaOptions, type Orders } from './arima-model.ts';
import { difference } from './difference.ts';
import { countOf, seriesOf } from './input.ts';
import { kpss, kpssCriticalValues } from './hypothesis.ts';

export interface AutoArimaOptions extends Pick<ArimaOptions, 'exog' | 'constant' | 'method'> {
  /** Steps of a season. Default: no seasonal part. */
  readonly period?: number;
  /** Differences. Default: as few as make the KPSS test at 5 % find nothing, at most 2. */
  readonly d?: number;
  /** Seasonal differences. Default 1 with a period, else 0. */
  readonly seasonalD?: number;
  /** Bounds of `p` and `q`, and of `P` and `Q`. Default 5 and 2. */
  readonly maxOrder?: number;
  readonly maxSeasonalOrder?: number;
  /** Most coefficients of all. Default 5. */
  readonly maxCoefficients?: number;
  /** What to make small. Default `'aicc'`. */
  readonly criterion?: 'aic' | 'aicc' | 'bic' | 'hqic';
  /** Walk from model to neighbouring model (default), or try all within the bounds. */
  readonly search?: 'stepwise' | 'grid';
}

/** A model that was tried. */
export interface Tried extends Criteria {
  readonly orders: Orders;
  /** As text, `(1,1,1)(0,1,1)12`. */
  readonly name: string;
}

export interface AutoArima {
  readonly fit: ArimaFit;
  /** All that were tried, best first. */
  readonly tried: readonly Tried[];
}

interface Space extends Pick<ArimaOptions, 'exog' | 'constant' | 'method'> {
  readonly d: number;
  readonly seasonalD: number;
  readonly period: number;
  readonly maxOrder: number;
  readonly maxSeasonalOrder: number;
  readonly maxCoefficients: number;
}

/** `[p, q, P, Q]` */
type Point = readonly [p: number, q: number, seasonalP: number, seasonalQ: number];

const optionsAt = ({ d, seasonalD, period, exog, constant, method }: Space, [p, q, sp, sq]: Point): ArimaOptions => ({
  order: [p, d, q],
  ...(period > 1 ? { seasonal: { order: [sp, seasonalD, sq] as const, period } } : {}),
  ...(exog === undefined ? {} : { exog }),
  ...(constant === undefined ? {} : { constant }),
  ...(method === undefined ? {} : { method }),
});

const isInside = ({ period, maxOrder, maxSeasonalOrder, maxCoefficients }: Space, point: Point): boolean => {
  const [p, q, sp, sq] = point;
  const most = period > 1 ? maxSeasonalOrder : 0;
  return (
    Math.min(...point) >= 0 &&
    Math.max(p, q) <= maxOrder &&
    Math.max(sp, sq) <= most &&
    p + q + sp + sq <= maxCoefficients
  );
};

/** One order changed by one, or `p` and `q`, or `P` and `Q`, together (Hyndman and Khandakar 2008, section 3.2). */
const neighbours = ([p, q, sp, sq]: Point): readonly Point[] =>
  [1, -1].flatMap((s): readonly Point[] => [
    [p + s, q, sp, sq],
    [p, q + s, sp, sq],
    [p + s, q + s, sp, sq],
    [p, q, sp + s, sq],
    [p, q, sp, sq + s],
    [p, q, sp + s, sq + s],
  ]);

const firstPoints: readonly Point[] = [
  [2, 2, 1, 1],
  [0, 0, 0, 0],
  [1, 0, 1, 0],
  [0, 1, 0, 1],
];

const gridOf = ({ maxOrder, maxSeasonalOrder }: Space): readonly Point[] => {
  const upTo = (n: number): readonly number[] => Array.from({ length: n + 1 }, (_, i) => i);
  const pairs = (n: number): readonly (readonly [number, number])[] =>
    upTo(n).flatMap((a) => upTo(n).map((b) => [a, b] as const));
  return pairs(maxOrder).flatMap(([p, q]) => pairs(maxSeasonalOrder).map(([sp, sq]) => [p, q, sp, sq] as const));
};

const differencesFor = (y: ArrayLike, { period = 1, d, seasonalD }: AutoArimaOptions): readonly [number, number] => {
  const seasons = seasonalD ?? (period > 1 ? 1 : 0);
  if (d !== undefined) return [d, seasons];
  const series = seriesOf('autoArima', y);
  const isSteady = (order: number): boolean =>
    kpss(difference(series, { order, seasonal: { period, order: seasons } })) < kpssCriticalValues[0.05];
  return [isSteady(0) ? 0 : isSteady(1) ? 1 : 2, seasons];
};

type Judged = ReadonlyMap<string, Search | null>;

/** All points that were not tried yet, fitted; `null` for models that the series does not allow. */
const withPoints = (y: ArrayLike, space: Space, points: readonly Point[], known: Judged): Judged =>
  points.reduce<Judged>((all, point) => {
    const name = point.join();
    if (all.has(name) || !isInside(space, point)) return all;
    return new Map([...all, [name, attempt(y, optionsAt(space, point))]]);
  }, known);

/** A model too large for the series is no error here, but no candidate either. */
const attempt = (y: ArrayLike, options: ArimaOptions): Search | null => {
  try {
    return searchArima(y, options);
  } catch (cause) {
    if (cause instanceof FluxionError && cause.code === 'shape.series') return null;
    throw cause;
  }
};

/**
 * Chooses `p`, `q`, `P` and `Q` by an information criterion, given differences: stepwise from four small models to the best neighbour until none is
 * better (Hyndman and Khandakar 2008), or all of a grid. Criteria of different differences are not comparable, so that these are not searched.
 */
export const autoArima = (y: ArrayLike, options: AutoArimaOptions = {}): AutoArima => {
  const { period = 1, maxOrder = 5, maxSeasonalOrder = 2, maxCoefficients = 5, criterion = 'aicc' } = options;
  countOf('autoArima', 'period', period, 1);
  const [d, seasonalD] = differencesFor(y, options);
  const space: Space = { ...options, d, seasonalD, period, maxOrder, maxSeasonalOrder, maxCoefficients };
  const ranked = (known: Judged): readonly (readonly [string, Search])[] =>
    [...known]
      .flatMap(([name, search]) =>
        search === null || Number.isNaN(search[criterion]) ? [] : [[name, search] as const],
      )
      .sort(([, a], [, b]) => a[criterion] - b[criterion]);
  const bounded = firstPoints.map(([p, q, sp, sq]): Point => [
    Math.min(p, maxOrder),
    Math.min(q, maxOrder),
    period > 1 ? Math.min(sp, maxSeasonalOrder) : 0,
    period > 1 ? Math.min(sq, maxSeasonalOrder) : 0,
  ]);
  let known = withPoints(y, space, options.search === 'grid' ? gridOf(space) : bounded, new Map());
  for (let best = ''; options.search !== 'grid' && ranked(known)[0]?.[0] !== best;) {
    best = ranked(known)[0]?.[0] ?? '';
    const { orders } = ranked(known)[0]?.[1].design ?? { orders: ordersOf('autoArima', { order: [0, d, 0] }) };
    known = withPoints(y, space, neighbours([orders.p, orders.q, orders.seasonalP, orders.seasonalQ]), known);
  }
  const order = ranked(known);
  const winner = order[0];
  if (winner === undefined)
    throw new FluxionError(
      'series.selection',
      'autoArima: expected a series that allows a model, got one too short for each. Use a longer series, or fewer differences.',
    );
  return { fit: completeFit(winner[1]), tried: order.map(([, search]) => triedOf(search)) };
};

const triedOf = ({ design: { orders }, logLikelihood, aic, aicc, bic, hqic }: Search): Tried => {
  const name = showOrders(orders);
  return { orders, name, logLikelihood, aic, aicc, bic, hqic };
};
