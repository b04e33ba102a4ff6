/** A fit as text. */
import type { ArimaFit } from './arima.ts';
import { showOrders } from './arima-model.ts';
import { normalQuantile } from './distribution.ts';
import { diagnostics } from './diagnostics.ts';

/** Four significant digits, or an exponent where these would be long. */
const show = (x: number): string => {
  if (!Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential(3) : x.toFixed(size >= 1000 ? 1 : 4);
};

const columns = ['', 'estimate', 'std err', 'z', 'P>|z|', '[0.025', '0.975]'] as const;

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = columns.map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, j) => (j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0))).join('  '),
  );
};

const parameterRows = (fit: ArimaFit): readonly (readonly string[])[] => {
  const list = (x: ArimaFit['estimates']): readonly number[] => Array.from(x.dataSync());
  const [values, errors, z, p] = [fit.estimates, fit.standardErrors, fit.zValues, fit.pValues].map(list);
  const reach = normalQuantile(0.975);
  return fit.names.map((name, i) => {
    const [value, error] = [values?.[i] ?? NaN, errors?.[i] ?? NaN];
    const cells = [value, error, z?.[i] ?? NaN].map(show);
    return [name, ...cells, (p?.[i] ?? NaN).toFixed(3), show(value - reach * error), show(value + reach * error)];
  });
};

/** The table of a fit: its criteria, its parameters with standard errors and 95 % intervals, and tests of its residuals. */
export const summary = (fit: ArimaFit): string => {
  const { ljungBox, jarqueBera, durbinWatson } = diagnostics(fit);
  const lags = ljungBox.pValues.size;
  const table = aligned([columns, ...parameterRows(fit)]);
  const rule = '-'.repeat(Math.max(...table.map((line) => line.length)));
  const way = fit.method === 'exact' ? 'exact likelihood' : 'conditional sum of squares';
  const last = (x: typeof ljungBox.pValues): number => Number(x.get(lags - 1).item());
  return [
    `ARIMA${showOrders(fit.orders)} by ${way}, ${fit.observations} observations${fit.converged ? '' : ' (the search did not converge)'}`,
    `log-likelihood ${fit.logLikelihood.toFixed(3)}  AIC ${fit.aic.toFixed(3)}  AICc ${fit.aicc.toFixed(3)}  BIC ${fit.bic.toFixed(3)}  HQIC ${fit.hqic.toFixed(3)}`,
    rule,
    ...table,
    rule,
    `Ljung-Box (${lags} lags) ${show(last(ljungBox.statistics))}, p ${last(ljungBox.pValues).toFixed(3)}`,
    `Jarque-Bera ${show(jarqueBera.statistic)}, p ${jarqueBera.pValue.toFixed(3)}  skewness ${show(jarqueBera.skewness)}  kurtosis ${show(jarqueBera.kurtosis)}`,
    `Durbin-Watson ${show(durbinWatson)}`,
  ].join('\n');
};
