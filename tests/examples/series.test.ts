/** The examples of the chapter on time series whose data are at hand. */
import { expect, test } from 'vitest';
import { run as boxJenkins } from '../../examples/series/box-jenkins.ts';
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
