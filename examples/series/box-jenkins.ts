/**
 * The way of Box and Jenkins (1976) on their airline passengers: identify a model by correlations, estimate it, look at what it leaves over, forecast.
 * Ten years are known, two are to be foretold.
 */
import { join } from 'node:path';
import { np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { correlogram, forecastChart, gridChart, histogram, saveChart, lineChart, type Chart } from 'fluxion/plot';
import { arima, diagnostics, difference, forecast, summary, whiteNoiseBand, type ArimaFit } from 'fluxion/series';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { airPassengers, correlograms, coverage, mape, monthsFrom } from '../shared/series.ts';

/** Differences over a month and a year. */
const both = { seasonal: { period: 12 } } as const;
const held = 24;

/** 1. Which model: logarithms steady the spread, differences the level; spikes at 1 and 12 then ask for moving averages there. */
const identification = (logs: NDArray): Chart => {
  const panels = [
    ...correlograms(logs, 'Logarithms'),
    ...correlograms(difference(logs), 'Differences'),
    ...correlograms(difference(logs, both), 'Differences over a month and a year'),
  ];
  return gridChart(panels, { title: 'Airline passengers: identification' });
};

/** 3. What the model leaves over: it should look like noise. */
const leftOver = (fit: ArimaFit, dates: readonly Date[]): Chart => {
  const { residuals, acf } = diagnostics(fit);
  const size = { width: 330, height: 170 };
  const band = whiteNoiseBand({ length: residuals.size });
  const name = 'residual';
  const panels = [
    lineChart(
      { residual: { x: dates.slice(-residuals.size), y: residuals } },
      { ...size, title: 'Over time', x: 'year', y: name },
    ),
    correlogram(acf.get('1:'), { ...size, title: 'Their ACF', firstLag: 1, band }),
    histogram(residuals, { ...size, title: 'Their distribution', x: name, bins: 20 }),
  ];
  return gridChart(panels, { columns: 3, title: 'Standardised residuals' });
};

export const run: Example = async ({ out, write }) => {
  const passengers = await orThrow(airPassengers());
  const [known, actual] = [passengers.get(`:-${held}`), passengers.get(`-${held}:`)];
  const dates = monthsFrom(1949, passengers.size);
  const logs = np.log(known);

  // 1. Identification.
  await orThrow(saveChart(join(out, '1-identification.png'), identification(logs)));

  // 2. Estimation.
  const fit = arima(logs, { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period: 12 } });
  write(summary(fit));

  // 3. Diagnostics.
  const { ljungBox } = diagnostics(fit);
  await orThrow(saveChart(join(out, '2-diagnostics.png'), leftOver(fit, dates.slice(0, -held))));

  // 4. Forecast.
  const ahead = forecast(fit, held);
  const [mean, lower, upper] = [ahead.mean, ahead.lower, ahead.upper].map((x) => np.exp(x)) as [
    NDArray,
    NDArray,
    NDArray,
  ]; // sound: three in, three out
  const naive = np.tile(known.get('-12:'), held / 12);
  const figures = {
    ma: Number(fit.ma.item()),
    seasonalMa: Number(fit.seasonalMa.item()),
    ljungBox: Number(ljungBox.pValues.get(-1).item()),
    mape: mape(mean, actual),
    naive: mape(naive, actual),
    coverage: coverage({ lower, upper }, actual),
  };
  write(
    `1959 and 1960: mean error ${percent(figures.mape, 1)}, of last year's figures ${percent(figures.naive, 1)}; ${percent(figures.coverage, 0)} of the months are within the 95 % interval`,
  );
  const [past, future] = [dates.slice(0, -held), dates.slice(-held)];
  const chart = forecastChart(
    { observed: { x: past, y: known }, forecast: { x: future, mean, lower, upper }, actual: { x: future, y: actual } },
    { title: 'Airline passengers, (0,1,1)(0,1,1)12 of logarithms', x: 'year', y: 'passengers in thousands' },
  );
  await orThrow(saveChart(join(out, '3-forecast.png'), chart));
  return figures;
};
