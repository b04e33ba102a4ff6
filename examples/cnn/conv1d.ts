/** Convolutions over time: the sunspots of the next year from those of 24 years, learnt on 1700 to 1920 and tested on what came after. */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow, readTable } from 'fluxion/data';
import { forecastChart, saveChart } from 'fluxion/plot';
import { windows } from 'fluxion/series';
import { fit, predict } from 'fluxion/train';
import type { Example } from '../shared/example.ts';
import { rmse } from '../shared/series.ts';

const length = 24;
const file = join(import.meta.dirname, '..', 'data', 'sunspots.csv');

/** Each year sees more of the years before it from layer to layer. */
const model = nn.serial({
  early: nn.conv1d(16, 3, { padding: 'causal' }),
  a: nn.tanh,
  later: nn.conv1d(16, 3, { padding: 'causal', dilation: 2 }),
  b: nn.tanh,
  latest: nn.conv1d(16, 3, { padding: 'causal', dilation: 4 }),
  c: nn.tanh,
  last: nn.lastStep(),
  head: nn.dense(1),
});

/** Windows `[n, length, 1]` of a series, and the value that follows each, `[n, 1]`. */
const examplesOf = (series: NDArray): { readonly x: NDArray; readonly y: NDArray } => {
  const { inputs, targets } = windows(series, { length });
  return { x: np.expandDims(inputs, -1).astype('float32'), y: targets.astype('float32') };
};

export const run: Example = async ({ budget, out, write }) => {
  const { year, sunspots } = (await orThrow(readTable(file, { numbers: ['year', 'sunspots'], comment: '#' }))).numbers;
  const known = 1921 - 1700;
  const scale = 100;
  const train = examplesOf(sunspots.get(`:${known}`).div(scale));
  const test = examplesOf(sunspots.get(`${known - length}:`).div(scale));
  const epochs = budget === 'full' ? 60 : 30;
  const batchSize = 32;
  const steps = epochs * Math.ceil((train.x.shape[0] ?? 0) / batchSize);
  const fitted = await fit(model, {
    data: train,
    loss: nn.squaredError,
    optimizer: optim.adamw(optim.schedules.cosineDecay(3e-3, steps), { weightDecay: 0.1 }),
    epochs,
    batchSize,
    key: random.key(0),
  });
  const forecast = np.squeeze(await predict(model, fitted, test.x), -1).mul(scale);
  const actual = sunspots.get(`${known}:`);
  const before = (years: number): NDArray => sunspots.get(`${known - years}:${sunspots.size - years}`);
  const figures = {
    network: rmse(forecast, actual),
    'as last year': rmse(before(1), actual),
    'as 11 years ago': rmse(before(11), actual),
  };
  for (const [name, error] of Object.entries(figures))
    write(`root mean square error over ${actual.size} years, ${name}: ${error.toFixed(2)}`);
  const dates = Array.from(year.dataSync(), (y) => new Date(Date.UTC(y, 0)));
  const chart = forecastChart(
    {
      observed: { x: dates.slice(120, known), y: sunspots.get(`120:${known}`) },
      forecast: { x: dates.slice(known), mean: forecast },
      actual: { x: dates.slice(known), y: actual },
    },
    { title: 'Sunspots, each year from the 24 before it', x: 'year', y: 'mean number of sunspots', width: 760 },
  );
  await orThrow(saveChart(join(out, 'forecast.png'), chart));
  return figures;
};
