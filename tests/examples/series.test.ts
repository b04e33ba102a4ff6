/** The examples of the chapter on time series whose data are at hand. */
import { expect, test } from 'vitest';
import { run as boxJenkins } from '../../examples/series/box-jenkins.ts';
import { run as lstmAgainstArima } from '../../examples/series/lstm-against-arima.ts';
import { runQuickly } from './examples.ts';

test('identify, estimate, diagnose, forecast', async () => {
  const { figures, files } = await runQuickly(boxJenkins);
  expect(figures['ma']).toBeCloseTo(-0.3424, 3);
  expect(figures['seasonalMa']).toBeCloseTo(-0.5405, 3);
  expect(figures['ljungBox']).toBeGreaterThan(0.05);
  expect(figures['mape']).toBeLessThan((figures['naive'] ?? 0) * 0.6);
  expect(figures['coverage']).toBeGreaterThan(0.9);
  expect(files).toEqual(['1-identification.png', '2-diagnostics.png', '3-forecast.png']);
});

test('an LSTM learns, but three parameters foretell better', async () => {
  const { figures, files, lines } = await runQuickly(lstmAgainstArima);
  const of = (name: string): number => figures[name] ?? NaN;
  expect(of('LSTM: monthly')).toBeLessThan(0.06);
  expect(of('LSTM: ahead')).toBeLessThan(0.15);
  expect(of('ARIMA: ahead')).toBeCloseTo(0.029, 3);
  expect(of('ARIMA: monthly')).toBeLessThan(of('LSTM: monthly'));
  expect(of('best')).toBeLessThan(of('worst'));
  expect(lines).toHaveLength(5);
  expect(files).toEqual(['contest.png']);
});
