import { describe, expect, test } from 'vitest';
import { np, random } from 'fluxion';
import { statistics } from 'fluxion/extend';
import { arima, autoArima, diagnostics, forecast, simulate, summary, type ArimaFit } from 'fluxion/series';
import { expectDigits } from './close.ts';
import { airPassengers, lakeHuron, nile, sunspots } from './data.ts';

const logs = np.array(airPassengers, 'float64').log();
const years = lakeHuron.map((_, i) => 1875 + i - 1920);
const numbers = (x: { dataSync(): ArrayLike<number> }): readonly number[] => Array.from(x.dataSync());

interface Reference {
  readonly fit: ArimaFit;
  readonly params: readonly number[];
  readonly errors: readonly number[];
  /** log-likelihood, AIC, AICc, BIC, HQIC */
  readonly criteria: readonly number[];
  readonly mean: readonly number[];
  readonly standardErrors: readonly number[];
  readonly exog?: readonly number[];
}

const agrees = ({ fit, params, errors, criteria, mean, standardErrors, exog }: Reference): void => {
  expect(fit.converged).toBe(true);
  expectDigits(fit.estimates, params, 4);
  expectDigits(fit.standardErrors, errors, 4);
  expectDigits([fit.logLikelihood, fit.aic, fit.aicc, fit.bic, fit.hqic], criteria, 6);
  const next = forecast(fit, mean.length, exog === undefined ? {} : { exog });
  expectDigits(next.mean, mean, 4);
  expectDigits(next.standardErrors, standardErrors, 4);
  const reach = standardErrors.map((s) => 1.959963984540054 * s);
  expectDigits(
    next.upper,
    mean.map((m, i) => m + (reach[i] ?? 0)),
    4,
  );
  expectDigits(
    next.lower,
    mean.map((m, i) => m - (reach[i] ?? 0)),
    4,
  );
};

// statsmodels 0.13.5: SARIMAX(..., simple_differencing=True), cov_type='approx'; R's arima documents the same figures.
describe('ARIMA models agree with statsmodels and R', () => {
  test('airline passengers, (0,1,1)(0,1,1)12: R gives -0.4018 (0.0896), -0.5569 (0.0731), sigma^2 0.001348, log-likelihood 244.7', () => {
    const fit = arima(logs, { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period: 12 } });
    agrees({
      fit,
      params: [-0.4018231308, -0.556936504, 0.001348099],
      errors: [0.0896446519, 0.0731051003, 0.0001672021],
      criteria: [244.69648683, -483.392974, -483.203997, -474.767382, -479.88801],
      mean: [6.110185596, 6.053774842, 6.1717137614, 6.1993003408],
      standardErrors: [0.0367164965, 0.0427840179, 0.0480920291, 0.0528697866],
    });
    expectDigits(numbers(fit.residuals).slice(-3), [0.0295084405, -0.0271606671, -0.0149689461], 5);
    expect(numbers(fit.fitted).slice(0, 13).every(Number.isNaN)).toBe(true);
    expect(fit.names).toEqual(['ma.L1', 'ma.S.L12', 'sigma2']);
  });
  test('the Nile, (0,1,1)', () => {
    agrees({
      fit: arima(nile, { order: [0, 1, 1] }),
      params: [-0.73294251253, 20599.867138],
      errors: [0.11432272776, 2928.9069874],
      criteria: [-632.5456251, 1269.09125, 1269.21625, 1274.28149, 1271.19123],
      mean: [798.3672930342, 798.3672930342],
      standardErrors: [143.5265380964, 148.5565330623],
    });
  });
  test('the Nile, (1,0,0), whole and with twenty years missing', () => {
    agrees({
      fit: arima(nile, { order: [1, 0, 0] }),
      params: [919.56402039, 0.50626980619, 21124.83855],
      errors: [29.140712629, 0.086696932987, 2987.6073815],
      criteria: [-639.95215866, 1285.904317, 1286.154317, 1293.719828, 1289.067395],
      mean: [828.6561785903, 873.5401249428],
      standardErrors: [145.34386313, 162.9089538907],
    });
    const holed = arima(
      nile.map((flow, i) => (i >= 20 && i < 40 ? NaN : flow)),
      { order: [1, 0, 0] },
    );
    expectDigits(holed.estimates, [905.96993237, 0.44429301839, 20823.908127], 4);
    expectDigits(holed.standardErrors, [28.481251358, 0.10179422513, 3293.0716793], 4);
    expectDigits([holed.logLikelihood], [-511.48925814], 8);
    expect(holed.observations).toBe(80);
    expectDigits(forecast(holed, 2).mean, [832.2306501546, 873.2080841003], 4);
    expect(numbers(holed.residuals).slice(19, 22)).toEqual([expect.any(Number), NaN, NaN]);
  });
  test("Lake Huron, (2,0,0) on the year: R's documentation gives 1.0048, -0.2913, 579.0993, -0.0216 and -101.2", () => {
    agrees({
      fit: arima(lakeHuron, { order: [2, 0, 0], exog: years }),
      params: [579.09941363, -0.021568158625, 1.0048137526, -0.29129678974, 0.45661844439],
      errors: [0.2370265958, 0.0080990409, 0.0976217381, 0.1003356364, 0.0652395224],
      criteria: [-101.19826717, 212.396534, 213.048708, 225.321372, 217.624364],
      mean: [579.3972585528, 578.8052385206],
      standardErrors: [0.675735484, 0.957937141],
      exog: [53, 54],
    });
  });
  test('Lake Huron, (1,0,1)', () => {
    agrees({
      fit: arima(lakeHuron, { order: [1, 0, 1] }),
      params: [579.05545174, 0.74489857371, 0.32058938896, 0.47493984985],
      errors: [0.3500976678, 0.0777086415, 0.1135296396, 0.067860356],
      criteria: [-103.24526063, 214.490521, 214.920629, 224.830391, 218.672785],
      mean: [579.7333714903, 579.5604331956],
      standardErrors: [0.6891587987, 1.0070363687],
    });
  });
  test('sunspots, (2,0,0)', () => {
    agrees({
      fit: arima(sunspots, { order: [2, 0, 0] }),
      params: [49.6593958479, 1.3906557223, -0.6885711791, 274.7603703456],
      errors: [3.1652371553, 0.0409573585, 0.0409787057, 22.1058770131],
      criteria: [-1307.318169, 2622.636338, 2622.767917, 2637.5697032, 2628.6067259],
      mean: [13.6629193506, 31.7978621584],
      standardErrors: [16.5758972712, 28.3923557127],
    });
  });
});

describe('the rest of a fit', () => {
  const fit = arima(lakeHuron, { order: [1, 0, 0] });
  test('summary', () => {
    expect(summary(fit)).toMatch(
      /^ARIMA\(1,0,0\) by exact likelihood, 98 observations\nlog-likelihood -106\.598 {2}AIC 219\.196/,
    );
    expect(summary(fit)).toMatch(/ar\.L1 +0\.8376 +0\.0539 +15\.5\d+ +0\.000 +0\.7320 +0\.9431/);
  });
  test('diagnostics', () => {
    const { residuals, ljungBox, durbinWatson } = diagnostics(fit);
    expect(residuals.shape).toEqual([98]);
    expect(ljungBox.pValues.toNested()).toEqual([
      NaN,
      ...Array.from({ length: 9 }, () => expect.any(Number) as unknown),
    ]);
    expect(durbinWatson).toBeGreaterThan(1);
  });
  test('without coefficients, a mean', () => {
    const mean = arima([1, 2, 4, 5], { order: [0, 0, 0] });
    expectDigits(mean.estimates, [3, 2.5], 9);
    expectDigits(forecast(mean, 2).mean, [3, 3], 9);
  });
  test('a drift goes on', () => {
    const drift = arima([1, 2.5, 3, 4.5, 5], { order: [0, 1, 0], constant: true });
    expect(drift.names).toEqual(['drift', 'sigma2']);
    expectDigits(forecast(drift, 2).mean, [6, 7], 9);
  });
  test('a model that is asked again compiles nothing new', () => {
    const model = arima(lakeHuron, { order: [1, 1, 1] });
    const ask = (horizon: number): unknown => forecast(model, horizon).upper.toNested();
    const answers = [ask(3), ask(5)];
    const before = statistics();
    expect([ask(3), ask(5)]).toEqual(answers);
    expect(statistics()).toEqual(before);
  });
  test('the grid finds the smallest criterion', () => {
    const { fit: best, tried } = autoArima(lakeHuron, { d: 0, maxOrder: 1, search: 'grid' });
    expect(tried.map(({ name }) => name)).toEqual(['(1,0,1)', '(1,0,0)', '(0,0,1)', '(0,0,0)']);
    expect(best.aicc).toBe(tried[0]?.aicc);
  });
});

describe('corners are one sentence each', () => {
  test.each([
    [
      'constant series',
      () => arima([2, 2, 2, 2, 2], { order: [1, 0, 0] }),
      'arima: expected a series that varies after differencing, got one that does not.',
    ],
    [
      'a line, differenced',
      () => arima([1, 2, 3, 4, 5, 6], { order: [0, 1, 1] }),
      'arima: expected a series that varies',
    ],
    ['too short', () => arima([1, 2, 3], { order: [2, 0, 0] }), 'arima: expected at least 5 values, got 3.'],
    [
      'a period longer than the series',
      () => arima([1, 3, 2, 4], { order: [0, 0, 0], seasonal: { order: [0, 1, 0], period: 12 } }),
      'arima: expected at least 14 values, got 4.',
    ],
    [
      'NaN for sums of squares',
      () => arima([1, NaN, 3, 2, 5, 4], { order: [1, 0, 0], method: 'css' }),
      'arima: expected finite values for conditional sums of squares, got NaN at 1.',
    ],
    [
      'infinite values',
      () => arima([1, Infinity, 3, 2, 5, 4], { order: [1, 0, 0] }),
      'arima: expected finite values, got Infinity at 1.',
    ],
    [
      'a missing regressor',
      () => arima([1, 2, 4, 3, 5, 6], { order: [0, 0, 0], exog: [1, 2, NaN, 4, 5, 6] }),
      'Regressors may not be missing',
    ],
    [
      'collinear regressors',
      () => arima([1, 2, 4, 3, 5, 6], { order: [0, 0, 0], exog: [1, 1, 1, 1, 1, 1] }),
      'arima: expected regressors of which none follows from the others',
    ],
    [
      'a constant with two differences',
      () => arima([1, 2, 4, 3, 5, 6], { order: [0, 2, 0], constant: true }),
      'arima: expected at most one difference with a constant, got 2.',
    ],
    [
      'regressors of the future missing',
      () => forecast(arima([1, 2, 4, 3, 5, 6], { order: [0, 0, 0], exog: [1, 2, 3, 5, 6, 9] }), 1),
      'forecast: expected 1 regressors as in the fit, got 0.',
    ],
    [
      'a random walk as an autoregression',
      () => simulate(random.key(0), { ar: [1] }, 5),
      'simulate: expected a stationary autoregression',
    ],
    [
      'seasons of unknown length',
      () => simulate(random.key(0), { seasonalMa: [0.5] }, 5),
      'simulate: expected { seasonal: { period } }',
    ],
    [
      'half an order',
      () => arima([1, 2], { order: [0.5, 0, 0] }),
      'expected each order to be a whole number from 0 on, got 0.5',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
