/** Time series: windows, differences, correlations, decompositions, tests and models. */
import '../operations/methods.ts';
import '../runtime/install.ts';

export { lag, windows, type WindowOptions, type Windows } from './windows.ts';
export { difference, undifference, type DifferenceOptions } from './difference.ts';
export { boxCox, inverseBoxCox } from './power.ts';
export {
  acf,
  autocovariance,
  bartlettBand,
  pacf,
  whiteNoiseBand,
  type BandOptions,
  type LagOptions,
  type PacfOptions,
} from './correlation.ts';
export {
  boxPierce,
  durbinWatson,
  jarqueBera,
  kpss,
  kpssCriticalValues,
  ljungBox,
  type JarqueBera,
  type Portmanteau,
  type PortmanteauOptions,
} from './hypothesis.ts';
export { hodrickPrescott, movingAverage, type HodrickPrescott } from './smooth.ts';
export { decompose, recompose, type DecomposeOptions, type Decomposition } from './decompose.ts';
export { autoregression, type Autoregression, type AutoregressionOptions } from './autoregression.ts';
export { arima, type ArimaFit } from './arima.ts';
export type { Criteria } from './search.ts';
export type { ArimaOptions, Orders } from './arima-model.ts';
export { forecast, type Forecast, type ForecastOptions } from './forecast.ts';
export { simulate, type SimulateOptions } from './simulate.ts';
export { diagnostics, type Diagnostics, type DiagnosticsOptions } from './diagnostics.ts';
export { summary } from './summary.ts';
export { autoArima, type AutoArima, type AutoArimaOptions, type Tried } from './select.ts';
export { armaLogLikelihood, type ArmaLikelihoodOptions, type ArmaParameters } from './arma-likelihood.ts';
export { invertible as constrainInvertible, stationary as constrainStationary } from './polynomial.ts';
export { stl, type Stl, type StlOptions } from './stl.ts';
