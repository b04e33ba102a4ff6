/** Time series: forecasts with their intervals, and correlograms. */
import type { TopLevelSpec } from 'vega-lite';
import {
  drawable,
  frame,
  isDates,
  listOf,
  notEmpty,
  numbersOf,
  sameLength,
  timesOf,
  type ChartOptions,
  type Times,
  type Values,
} from './chart.ts';

export interface ForecastData {
  readonly observed: { readonly x: Times; readonly y: Values };
  /** What is expected, and the interval around it. */
  readonly forecast: { readonly x: Times; readonly mean: Values; readonly lower?: Values; readonly upper?: Values };
  /** What came in the end, where it is known. */
  readonly actual?: { readonly x: Times; readonly y: Values };
}

export interface ForecastOptions extends ChartOptions {
  /** What the band is; default `'95 % interval'`. */
  readonly interval?: string;
}

const pointsOf = (name: string, x: Times, y: Values) => {
  const [xs, ys] = [timesOf(x, 'forecastChart'), numbersOf(y, 'forecastChart')];
  sameLength('forecastChart', xs, ys);
  return xs.map((at, i) => ({ name, x: at, y: drawable(ys[i] ?? NaN) }));
};

const bandOf = ({ x, lower, upper }: ForecastData['forecast'], name: string) => {
  if (lower === undefined || upper === undefined) return [];
  const [xs, low, high] = [
    timesOf(x, 'forecastChart'),
    numbersOf(lower, 'forecastChart'),
    numbersOf(upper, 'forecastChart'),
  ];
  sameLength('forecastChart', xs, low);
  sameLength('forecastChart', xs, high);
  return xs.map((at, i) => ({ name, x: at, low: drawable(low[i] ?? NaN), high: drawable(high[i] ?? NaN) }));
};

/** The colours of what there is: the series, what came, the forecast, the interval. */
const coloursOf = (interval: string, there: readonly { readonly name: string }[]) => {
  const all = { observed: '#333333', actual: '#2ca02c', forecast: '#d62728', [interval]: '#f2a6a6' };
  const names = new Set(there.map(({ name }) => name));
  const found = Object.entries(all).filter(([name]) => names.has(name));
  return {
    field: 'name',
    type: 'nominal',
    title: null,
    scale: { domain: found.map(([name]) => name), range: found.map(([, colour]) => colour) },
    legend: { symbolOpacity: 1 },
  } as const;
};

/** A series, its forecast and the interval around it, over dates or numbers. */
export const forecastChart = (
  { observed, forecast, actual }: ForecastData,
  { x, y, interval = '95 % interval', width = 560, ...rest }: ForecastOptions,
): TopLevelSpec => {
  const lines = [
    ...pointsOf('observed', observed.x, observed.y),
    ...(actual === undefined ? [] : pointsOf('actual', actual.x, actual.y)),
    ...pointsOf('forecast', forecast.x, forecast.mean),
  ];
  notEmpty('forecastChart', lines.length);
  const band = bandOf(forecast, interval);
  const color = coloursOf(interval, [...lines, ...band]);
  const time = isDates(observed.x)
    ? ({ field: 'x', type: 'temporal', title: x, scale: { type: 'utc' } } as const)
    : ({ field: 'x', type: 'quantitative', title: x, scale: { zero: false, nice: false } } as const);
  const value = { type: 'quantitative', title: y, scale: { zero: false } } as const;
  return {
    ...frame({ width, ...rest }),
    layer: [
      {
        data: { values: band },
        mark: { type: 'area', opacity: 0.55 },
        encoding: { x: time, y: { field: 'low', ...value }, y2: { field: 'high' }, color },
      },
      {
        data: { values: lines },
        mark: { type: 'line', strokeWidth: 1.8 },
        encoding: { x: time, y: { field: 'y', ...value }, color },
      },
    ],
  };
};

export interface CorrelogramOptions extends Omit<ChartOptions, 'x' | 'y'> {
  /** Default `'lag'`. */
  readonly x?: string;
  /** Default `'autocorrelation'`. */
  readonly y?: string;
  /** The lag of the first value; default 0. */
  readonly firstLag?: number;
  /** Half the width of the band in which correlations mean nothing: one for all, or one for each lag; `1.96 / sqrt(n)` for noise. */
  readonly band?: number | Values;
}

const blue = '#1f77b4';
/** The band, the line at zero, the stems and their heads. */
const correlogramLayers = (lag: object, y: string, stems: readonly object[], bounds: readonly object[]) => {
  const value = { type: 'quantitative', title: y } as const;
  return [
    {
      data: { values: listOf(...bounds) },
      mark: { type: 'area', opacity: 0.25, color: blue },
      encoding: { x: lag, y: { field: 'low', ...value }, y2: { field: 'high' } },
    },
    {
      data: { values: listOf({ zero: 0 }) },
      mark: { type: 'rule', color: '#666' },
      encoding: { y: { field: 'zero', type: 'quantitative' } },
    },
    {
      data: { values: listOf(...stems) },
      mark: { type: 'rule', strokeWidth: 2, color: blue },
      encoding: { x: lag, y: { field: 'zero', ...value }, y2: { field: 'value' } },
    },
    {
      data: { values: listOf(...stems) },
      mark: { type: 'circle', size: 50, opacity: 1, color: blue },
      encoding: { x: lag, y: { field: 'value', ...value } },
    },
  ] as const;
};

/** Correlations over lags as stems, with the band of confidence around zero. */
export const correlogram = (
  correlations: Values,
  { x = 'lag', y = 'autocorrelation', firstLag = 0, band, ...rest }: CorrelogramOptions,
): TopLevelSpec => {
  const values = numbersOf(correlations, 'correlogram');
  notEmpty('correlogram', values.length);
  const halves =
    band === undefined ? [] : typeof band === 'number' ? values.map(() => band) : numbersOf(band, 'correlogram');
  if (band !== undefined) sameLength('correlogram', values, halves);
  const stems = values.map((value, i) => ({ lag: firstLag + i, value: drawable(value), zero: 0 }));
  const bounds = halves.map((half, i) => ({ lag: firstLag + i, low: drawable(-half), high: drawable(half) }));
  const lag = {
    field: 'lag',
    type: 'quantitative',
    title: x,
    axis: { tickMinStep: 1, format: 'd' },
    scale: { domain: listOf(firstLag - 0.5, firstLag + values.length - 0.5), nice: false },
  } as const;
  return { ...frame(rest), layer: [...correlogramLayers(lag, y, stems, bounds)] };
};
