/** The examples of the chapter on time series whose data are installed on first use. */
import { expect, test } from 'vitest';
import { run as arimaCo2 } from '../../examples/series/arima-co2.ts';
import { run as arimaUnemployment } from '../../examples/series/arima-unemployment.ts';
import { runQuickly } from './examples.ts';

const of = (figures: { readonly [name: string]: number }, name: string): number => figures[name] ?? NaN;

test('carbon dioxide is foretold better than by the last year, within the interval, and noise is left', async () => {
  const { figures, files } = await runQuickly(arimaCo2);
  expect(of(figures, 'model')).toBeLessThan(of(figures, 'lastYear') / 2);
  expect(of(figures, 'mean model')).toBeLessThan(of(figures, 'mean lastYear') / 2);
  expect(of(figures, 'mean coverage')).toBeGreaterThan(0.8);
  expect(of(figures, 'ljungBox')).toBeGreaterThan(0.05);
  expect(files).toEqual(['1-parts.png', '2-correlations.png', '3-forecast.png']);
});

test('AIC chooses an autoregression of the unemployed, and the crisis leaves the interval', async () => {
  const { figures, files } = await runQuickly(arimaUnemployment);
  expect(of(figures, 'AIC AR(1)')).toBeLessThan(of(figures, 'AIC ARIMA(1,1,1)'));
  expect(of(figures, 'AIC ARIMA(1,1,1)')).toBeLessThan(of(figures, 'AIC MA(2)'));
  expect(of(figures, 'inside 2008')).toBeLessThan(0.7);
  expect(files).toEqual(['unemployment.png']);
});
