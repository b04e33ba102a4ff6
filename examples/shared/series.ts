/** What the examples on time series share: dates, errors of forecasts, pictures of correlations, the airline passengers. */
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { np, type NDArray } from 'fluxion';
import { readTable } from 'fluxion/data';
import { correlogram, type Chart } from 'fluxion/plot';
import { acf, pacf, whiteNoiseBand, type Forecast } from 'fluxion/series';

/** The first days of months, in universal time. */
export const monthsFrom = (year: number, count: number, month = 1): readonly Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(year, month - 1 + i, 1)));

/** `2016-05`. */
export const showMonth = (date: Date | undefined): string => date?.toISOString().slice(0, 7) ?? '';

export const rmse = (forecast: NDArray, actual: NDArray): number =>
  Number(np.sqrt(np.mean(forecast.sub(actual).square())).item());

/** The mean error as a share of what came. */
export const mape = (forecast: NDArray, actual: NDArray): number =>
  Number(np.mean(np.abs(forecast.sub(actual).div(actual))).item());

/** The share of what came that lies in the interval. */
export const coverage = ({ lower, upper }: Pick<Forecast, 'lower' | 'upper'>, actual: NDArray): number => {
  const isInside = np.logicalAnd(np.lessEqual(lower, actual), np.lessEqual(actual, upper));
  return Number(np.mean(isInside.astype('float64')).item());
};

/** Autocorrelations and partial ones from lag 1 on, with the band of white noise. */
export const correlograms = (x: NDArray, name: string, lags = 36): readonly Chart[] => {
  const shape = { firstLag: 1, band: whiteNoiseBand({ length: x.size }), width: 330, height: 170 };
  return [
    correlogram(acf(x, { lags }).get('1:'), { ...shape, title: `${name}: ACF` }),
    correlogram(pacf(x, { lags }).get('1:'), { ...shape, title: `${name}: PACF`, y: 'partial ACF' }),
  ];
};

/** Passengers of international airlines in thousands, monthly, 1949 to 1960, float64 `[144]`. */
export const airPassengers = (): TE.TaskEither<string, NDArray> =>
  pipe(
    readTable(join(import.meta.dirname, '..', 'data', 'air-passengers.csv'), {
      numbers: ['passengers'],
      dtype: 'float64',
      comment: '#',
    }),
    TE.map(({ numbers }) => numbers.passengers),
  );
