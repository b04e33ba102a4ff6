/**
 * Unemployed in the United States before the crisis of 2008: autoregressions, moving averages, ARMA and ARIMA models compared by AIC. The best of them fails
 * in 2008 and again in 2009, interval and all: an interval holds as long as the world goes on as it did.
 */
import { join } from 'node:path';
import { np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { forecastChart, saveChart, vconcat, type Chart } from 'fluxion/plot';
import { arima, diagnostics, forecast, type ArimaFit, type ArimaOptions } from 'fluxion/series';
import { vegaDataset } from '../shared/datasets.ts';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { coverage, mape, monthsFrom } from '../shared/series.ts';

/** Thousands of all industries, January 2000 to February 2010. */
const load = async (): Promise<NDArray> => {
  const records = await orThrow(vegaDataset('unemployment-across-industries'));
  const totals = new Map<number, number>();
  for (const { year, month, count } of records) {
    const at = (Number(year) - 2000) * 12 + Number(month) - 1;
    totals.set(at, (totals.get(at) ?? 0) + Number(count));
  }
  return np.array(
    Array.from({ length: totals.size }, (_, at) => totals.get(at) ?? NaN),
    'float64',
  );
};

/** Models of the change against the same month of the year before; ARIMA looks at how that changes from month to month. */
const models = {
  'AR(1)': [1, 0, 0],
  'MA(2)': [0, 0, 2],
  'ARIMA(1,1,1)': [1, 1, 1],
  'AR(2)': [2, 0, 0],
  'MA(1)': [0, 0, 1],
  'ARMA(1,1)': [1, 0, 1],
  'ARMA(2,1)': [2, 0, 1],
  'ARIMA(0,1,1)': [0, 1, 1],
} as const;
const fitTo = (y: NDArray, order: ArimaOptions['order']): ArimaFit =>
  arima(np.log(y), { order, seasonal: { order: [0, 1, 1], period: 12 }, constant: false });

/** A year ahead, in thousands. */
const foretell = (fit: ArimaFit) => {
  const { mean, lower, upper } = forecast(fit, 12);
  return { mean: np.exp(mean), lower: np.exp(lower), upper: np.exp(upper) };
};

const aheadChart = (y: NDArray, end: number, ahead: ReturnType<typeof foretell>, title: string): Chart => {
  const dates = monthsFrom(2000, y.size);
  const future = dates.slice(end, end + 12);
  return forecastChart(
    {
      observed: { x: dates.slice(0, end), y: y.get(`:${end}`) },
      forecast: { x: future, ...ahead },
      actual: { x: future, y: y.get(`${end}:${end + 12}`) },
    },
    { title, x: 'year', y: 'thousands', height: 190 },
  );
};

/** A model fitted to the first `end` months, and the year after. */
const tryOut = (y: NDArray, end: number, order: ArimaOptions['order']) => {
  const fit = fitTo(y.get(`:${end}`), order);
  const ahead = foretell(fit);
  const actual = y.get(`${end}:${end + 12}`);
  return { fit, ahead, error: mape(ahead.mean, actual), inside: coverage(ahead, actual) };
};

export const run: Example = async ({ budget, out, write }) => {
  const y = await load();
  const [before, within] = [96, 108];
  const tried = Object.entries(models)
    .slice(0, budget === 'full' ? undefined : 3)
    .map(([name, order]) => ({ name, calm: tryOut(y, before, order), crisis: tryOut(y, within, order) }))
    .toSorted((a, b) => a.calm.fit.aic - b.calm.fit.aic);
  write('fitted to 2000-2007     AIC  Ljung-Box p  error of 2008    error of 2009, fitted to 2000-2008');
  for (const { name, calm, crisis } of tried) {
    const p = Number(diagnostics(calm.fit).ljungBox.pValues.get(-1).item()).toFixed(3);
    const errors = `${percent(calm.error, 1).padStart(13)} ${percent(crisis.error, 1).padStart(16)}`;
    write(`${name.padEnd(19)} ${calm.fit.aic.toFixed(1).padStart(7)} ${p.padStart(12)}  ${errors}`);
  }
  // Models with a difference more are fitted to a value less: their AIC is a little higher for that alone.
  const [best] = tried;
  if (best === undefined) throw new Error('arima-unemployment: expected models, got none.');
  const { name, calm, crisis } = best;
  write(
    `${name}: of 2008 ${percent(calm.inside, 0)} of the months are within the 95 % interval, of 2009 ${percent(crisis.inside, 0)}`,
  );
  const charts = [
    aheadChart(y, before, calm.ahead, `2008 foretold at the end of 2007 by ${name}`),
    aheadChart(y, within, crisis.ahead, `2009 foretold at the end of 2008 by ${name}`),
  ];
  await orThrow(
    saveChart(join(out, 'unemployment.png'), vconcat(charts, { title: 'Unemployed in the United States' })),
  );
  return {
    ...Object.fromEntries(tried.map(({ name: model, calm: { fit } }) => [`AIC ${model}`, fit.aic])),
    'error 2008': calm.error,
    'error 2009': crisis.error,
    'inside 2008': calm.inside,
    'inside 2009': crisis.inside,
  };
};
