import { describe, expect, test } from 'vitest';
import { autoregression } from 'fluxion/series';
import { expectDigits } from './close.ts';
import { lakeHuron, sunspots } from './data.ts';

describe('autoregressions agree with statsmodels 0.13.5', () => {
  test('by a regression (AutoReg)', () => {
    const { intercept, coefficients, standardErrors, variance } = autoregression(lakeHuron, { order: 2 });
    expectDigits(intercept.reshape(1), [124.949943386], 7);
    expectDigits(coefficients, [1.0217315825, -0.2375742151], 8);
    expectDigits(standardErrors, [0.095933264, 0.0956079573], 8);
    expectDigits(variance.reshape(1), [0.4539659437], 8);
  });
  test('by Yule and Walker', () => {
    const { coefficients, variance } = autoregression(lakeHuron, { order: 2, method: 'yuleWalker' });
    expectDigits(coefficients, [1.0538248798, -0.2667516276], 8);
    expectDigits(variance.reshape(1), [0.7014221403 ** 2], 8);
  });
  test('of a series of 309 years both ways come near to another', () => {
    const [a, b] = (['ols', 'yuleWalker'] as const).map((method) => autoregression(sunspots, { order: 2, method }));
    expect(
      Math.abs(
        Number(
          a?.coefficients
            .sub(b?.coefficients ?? 0)
            .abs()
            .max()
            .item(),
        ),
      ),
    ).toBeLessThan(0.05);
  });
  test('a missing value, an order too large: one sentence each', () => {
    expect(() => autoregression([1, NaN, 2, 3, 4, 5], { order: 1 })).toThrow(
      'autoregression: expected finite values, got NaN at 1. arima treats missing values.',
    );
    expect(() => autoregression([1, 2, 3], { order: 2 })).toThrow('autoregression: expected at least 6 values, got 3.');
  });
});
