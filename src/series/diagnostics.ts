/** What a model left over: is it noise? */
import type { NDArray } from '../array/ndarray.ts';
import type { ArimaFit } from './arima.ts';
import { armaCount } from './arima-model.ts';
import { acf } from './correlation.ts';
import { durbinWatson, jarqueBera, ljungBox, type JarqueBera, type Portmanteau } from './hypothesis.ts';
import { vectorOf } from './input.ts';

/** Each speaks against the model where its p-value is small. */
export interface Diagnostics {
  /** The standardised residuals that are there. */
  readonly residuals: NDArray;
  /** Their autocorrelations from lag 0 on. */
  readonly acf: NDArray;
  /** No correlation, with the degrees of freedom that the coefficients cost. */
  readonly ljungBox: Portmanteau;
  /** A normal distribution. */
  readonly jarqueBera: JarqueBera;
  /** Near 2 without correlation at lag 1. */
  readonly durbinWatson: number;
}

export interface DiagnosticsOptions {
  /** The largest lag. Default 10, or two seasons, but at most a fifth of the values (Hyndman and Athanasopoulos 2021, section 5.4). */
  readonly lags?: number;
}

/** Residual diagnostics of a fit, on standardised residuals. */
export const diagnostics = (fit: ArimaFit, { lags }: DiagnosticsOptions = {}): Diagnostics => {
  const { period } = fit.orders;
  const there = Array.from(fit.standardizedResiduals.dataSync()).filter((value) => !Number.isNaN(value));
  const residuals = vectorOf(there);
  const usual = Math.max(1, Math.min(period > 1 ? 2 * period : 10, Math.floor(there.length / 5)));
  const most = lags ?? usual;
  return {
    residuals,
    acf: acf(residuals, { lags: most }),
    ljungBox: ljungBox(residuals, { lags: most, fittedParameters: armaCount(fit.orders) }),
    jarqueBera: jarqueBera(residuals),
    durbinWatson: Number(durbinWatson(residuals).item()),
  };
};
