/**
 * Carbon dioxide on Mauna Loa: its parts, its correlations before and after differencing, and a seasonal ARIMA model that foretells two years with
 * intervals. Two years are one draw: from twelve origins it beats last year's values with their growth, in the last two years it does not.
 */
import { join } from 'node:path';
import { np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { forecastChart, gridChart, lineChart, saveChart, type Chart } from 'fluxion/plot';
import {
  arima,
  decompose,
  diagnostics,
  difference,
  forecast,
  summary,
  type ArimaFit,
  type Forecast,
} from 'fluxion/series';
import { vegaTable } from '../shared/datasets.ts';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { correlograms, coverage, monthsFrom, rmse, showMonth } from '../shared/series.ts';

const [period, held] = [12, 24];

/** Parts per million by month: the last `years` years of the record, which ends in April 2020. No month is missing since 1965. */
const load = async (years: number): Promise<{ readonly co2: NDArray; readonly dates: readonly Date[] }> => {
  const { numbers } = await orThrow(vegaTable('co2-concentration', { numbers: ['CO2'], dtype: 'float64' }));
  const count = years * period;
  return { co2: numbers.CO2.get(`${-count}:`), dates: monthsFrom(2020 - years, count, 5) };
};

const partsChart = (co2: NDArray, dates: readonly Date[]): Chart => {
  const { trend, seasonal, irregular } = decompose(co2, { period });
  const panel = (title: string, y: NDArray): Chart =>
    lineChart({ [title]: { x: dates, y } }, { title, x: 'year', y: 'ppm', width: 520, height: 120 });
  const panels = [panel('CO2', co2), panel('Trend', trend), panel('Season', seasonal), panel('Irregular', irregular)];
  return gridChart(panels, { columns: 1, title: 'Carbon dioxide on Mauna Loa and its parts' });
};

const correlationsChart = (co2: NDArray, fit: ArimaFit): Chart =>
  gridChart(
    [
      ...correlograms(co2, 'CO2'),
      ...correlograms(difference(co2, { seasonal: { period } }), 'Differences over a month and a year'),
      ...correlograms(diagnostics(fit).residuals, 'What the model leaves over'),
    ],
    { title: 'Correlations before and after differencing, and after the model' },
  );

/** The last five years that were known, and the two that were not. */
const aheadChart = (co2: NDArray, dates: readonly Date[], { mean, lower, upper }: Forecast): Chart => {
  const future = dates.slice(-held);
  return forecastChart(
    {
      observed: { x: dates.slice(-held - 60, -held), y: co2.get(`${-held - 60}:${-held}`) },
      forecast: { x: future, mean, lower, upper },
      actual: { x: future, y: co2.get(`${-held}:`) },
    },
    { title: 'CO2 foretold by (0,1,1)(0,1,1)12', x: 'year', y: 'ppm' },
  );
};

/** Two years after the first `end` months, foretold from these: by the model, by the last year again, and by the last year with its growth. */
const foretell = (co2: NDArray, end: number) => {
  const [known, actual] = [co2.get(`:${end}`), co2.get(`${end}:${end + held}`)];
  const fit = arima(known, { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period } });
  const ahead = forecast(fit, held);
  const year = known.get('-12:');
  const growth = np.mean(year.sub(known.get('-24:-12')));
  const errors = {
    model: rmse(ahead.mean, actual),
    lastYear: rmse(np.concatenate([year, year]), actual),
    grown: rmse(np.concatenate([year.add(growth), year.add(growth.mul(2))]), actual),
  };
  return { known, fit, ahead, errors, inside: coverage(ahead, actual) };
};

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export const run: Example = async ({ budget, out, write }) => {
  const [years, rounds] = budget === 'full' ? [55, 12] : [20, 3];
  const { co2, dates } = await load(years);
  await orThrow(saveChart(join(out, '1-parts.png'), partsChart(co2, dates)));

  const last = foretell(co2, co2.size - held);
  write(summary(last.fit));
  await orThrow(saveChart(join(out, '2-correlations.png'), correlationsChart(last.known, last.fit)));
  await orThrow(saveChart(join(out, '3-forecast.png'), aheadChart(co2, dates, last.ahead)));
  const { model, lastYear, grown } = last.errors;
  write(
    `two years to ${showMonth(dates.at(-1))}: RMSE ${model.toFixed(2)} ppm; last year again ${lastYear.toFixed(2)}, with its growth ${grown.toFixed(2)}`,
  );
  write(`${percent(last.inside, 1)} of the ${held} months are within the 95 % interval`);

  // Two years are one draw: the same a year earlier, two years earlier, ..., each time with a model of what was known then.
  const before = Array.from({ length: rounds - 1 }, (_, i) => foretell(co2, co2.size - held - period * (i + 1)));
  const all = [last, ...before];
  const mean = (name: keyof typeof last.errors): number => meanOf(all.map(({ errors }) => errors[name]));
  const figures = {
    model,
    lastYear,
    coverage: last.inside,
    ljungBox: Number(diagnostics(last.fit).ljungBox.pValues.get(-1).item()),
    'mean model': mean('model'),
    'mean lastYear': mean('lastYear'),
    'mean grown': mean('grown'),
    'mean coverage': meanOf(all.map(({ inside }) => inside)),
  };
  write(
    `from ${rounds} origins, a year apart: mean RMSE ${figures['mean model'].toFixed(2)} ppm; last year again ${figures['mean lastYear'].toFixed(2)}, with its growth ${figures['mean grown'].toFixed(2)}; ${percent(figures['mean coverage'], 1)} within the interval`,
  );
  return figures;
};
