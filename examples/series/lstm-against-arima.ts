/**
 * An LSTM against ARIMA on held-out years of the airline passengers, month by month and a year ahead: with a hundred windows to learn from, the network
 * (of the change against the year before, standardised) errs more than a model of three parameters, and differs from one start to the next.
 */
import { join } from 'node:path';
import { np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { lineChart, saveChart, vconcat, type Chart } from 'fluxion/plot';
import { arima, difference, forecast, type ArimaFit } from 'fluxion/series';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { byNetworks } from '../shared/networks.ts';
import { airPassengers, mape, monthsFrom } from '../shared/series.ts';

const period = 12;
const held = 12;
const members = 5;

/** Of the logarithms of the last year: each month from all that were before it, and all from what was before the year. */
interface Foretold {
  readonly monthly: NDArray;
  readonly ahead: NDArray;
}

/** A fit is a plain record: with another series it is the same model when more is known. */
const knowing = (fit: ArimaFit, series: NDArray): ArimaFit => ({
  ...fit,
  series,
  regressors: np.zeros([series.size, 0]),
});

const byArima = (logs: NDArray): Foretold => {
  const known = logs.get(`:-${held}`);
  const fit = arima(known, { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period } });
  const months = Array.from({ length: held }, (_, i) => knowing(fit, logs.get(`:${known.size + i}`)));
  return { monthly: np.concatenate(months.map((then) => forecast(then, 1).mean)), ahead: forecast(fit, held).mean };
};

/** Forecasts by several networks, which begin differently: `[members, held]` each. */
const byLstm = async (logs: NDArray, epochs: number): Promise<Foretold> => {
  const change = difference(logs, { order: 0, seasonal: { period } });
  const known = change.get(`:-${held}`);
  const [center, spread] = [np.mean(known), np.std(known)];
  const standardised = change.sub(center).div(spread);
  const { stepwise, ahead } = await byNetworks(standardised, { held, length: period, members, epochs });
  const back = (z: NDArray): NDArray => z.mul(spread).add(center).add(logs.get('-24:-12'));
  return { monthly: back(stepwise), ahead: back(ahead) };
};

/** The year before, as much higher as it was above the one before that. */
const byGrowth = (logs: NDArray): Foretold => {
  const before = logs.get('-24:-12');
  const grown = before.add(np.mean(before.sub(logs.get('-36:-24'))));
  return { monthly: grown, ahead: grown };
};

const names = ['ARIMA', 'LSTM', 'last year and its growth'] as const;
type Name = (typeof names)[number];

/** Forecasts of the last year of a series, and their mean errors: month by month, and a year ahead. */
const contest = async (passengers: NDArray, epochs: number) => {
  const logs = np.log(passengers);
  const networks = await byLstm(logs, epochs);
  const foretold: { readonly [name in Name]: Foretold } = {
    ARIMA: byArima(logs),
    LSTM: { monthly: np.mean(networks.monthly, 0), ahead: np.mean(networks.ahead, 0) },
    'last year and its growth': byGrowth(logs),
  };
  const errorOf = (x: NDArray): number => mape(np.exp(x), passengers.get(`-${held}:`));
  const error = (name: Name, way: keyof Foretold): number => errorOf(foretold[name][way]);
  const alone = Array.from({ length: members }, (_, i) => errorOf(networks.ahead.get(i)));
  return { foretold, error, alone };
};

/** The last year of all, as it came and as it was foretold. */
const yearChart = (passengers: NDArray, foretold: { readonly [name in Name]: Foretold }): Chart => {
  const dates = monthsFrom(1960, held);
  const panel = (title: string, way: keyof Foretold): Chart =>
    lineChart(
      {
        actual: { x: dates, y: passengers.get(`-${held}:`) },
        ARIMA: { x: dates, y: np.exp(foretold.ARIMA[way]) },
        LSTM: { x: dates, y: np.exp(foretold.LSTM[way]) },
      },
      { title, x: 'month of 1960', y: 'thousands', height: 200 },
    );
  return vconcat([panel('Month by month', 'monthly'), panel('The year ahead', 'ahead')], {
    title: 'Airline passengers',
  });
};

export const run: Example = async ({ budget, out, write }) => {
  const [years, epochs] = budget === 'full' ? [4, 150] : [1, 60];
  const passengers = await orThrow(airPassengers());
  const contests: Awaited<ReturnType<typeof contest>>[] = [];
  for (let i = 0; i < years; i++)
    contests.push(await contest(passengers.get(`:${passengers.size - held * i}`), epochs));
  const mean = (name: Name, way: keyof Foretold): number =>
    contests.reduce((sum, { error }) => sum + error(name, way) / years, 0);

  write(`mean errors of ${years} held-out years  monthly  year ahead`);
  for (const name of names)
    write(
      `${name.padEnd(28)} ${percent(mean(name, 'monthly')).padStart(12)} ${percent(mean(name, 'ahead')).padStart(11)}`,
    );
  const [last] = contests;
  if (last === undefined) throw new Error('lstm-against-arima: expected a year, got none.');
  const [best, worst] = [Math.min(...last.alone), Math.max(...last.alone)];
  write(
    `1960 ahead: of ${members} networks the best errs by ${percent(best)}, the worst by ${percent(worst)}; ARIMA by ${percent(last.error('ARIMA', 'ahead'))}`,
  );
  await orThrow(saveChart(join(out, 'contest.png'), yearChart(passengers, last.foretold)));
  return {
    ...Object.fromEntries(names.map((name) => [`${name}: monthly`, mean(name, 'monthly')])),
    ...Object.fromEntries(names.map((name) => [`${name}: ahead`, mean(name, 'ahead')])),
    best,
    worst,
  };
};
