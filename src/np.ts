/** The array vocabulary, by NumPy's names. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import './operations/methods.ts';
import './runtime/install.ts';

export * from './operations/arithmetic.ts';
export * from './operations/comparison.ts';
export {
  array,
  asarray,
  copy,
  empty,
  emptyLike,
  frombuffer,
  full,
  fullLike,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from './operations/creation.ts';
export * from './operations/floating.ts';
export * from './operations/functions.ts';
export * from './operations/grids.ts';
export { gcd, lcm } from './operations/integers.ts';
export * from './operations/manipulation.ts';
export * from './operations/ranges.ts';
export * from './operations/rounding.ts';
export * from './operations/stacking.ts';
export * from './operations/types.ts';
export { pad, type PadMode, type PadOptions } from './operations/padding.ts';
export * from './operations/products.ts';
export { einsum, einsumPath, type EinsumPath } from './operations/einsum.ts';
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  countNonzero,
  max,
  mean,
  min,
  prod,
  ptp,
  std,
  sum,
  variance_ as var,
  type VarianceOptions,
} from './operations/reduction.ts';
export { average, type AverageOptions } from './operations/average.ts';
export {
  cummax,
  cummin,
  cumprod,
  cumsum,
  cumulativeSum,
  type CumulativeSumOptions,
  type RunningOptions,
} from './operations/running.ts';
export {
  nanargmax,
  nanargmin,
  nancumprod,
  nancumsum,
  nanmax,
  nanmean,
  nanmin,
  nanprod,
  nanstd,
  nansum,
  nanvar,
} from './operations/nan-reduction.ts';
export {
  median,
  nanmedian,
  nanpercentile,
  nanquantile,
  percentile,
  quantile,
  type QuantileMethod,
  type QuantileOptions,
} from './operations/order-statistics.ts';
export { logsumexp, type LogSumExpOptions } from './operations/log-sum.ts';
export { argpartition, argsort, lexsort, partition, sort, type SortOptions } from './operations/sorting.ts';
export { convolve, correlate, type ConvolveMode } from './operations/signal.ts';
export { polyfit, type PolyfitOptions } from './linalg/polyfit.ts';
export { polyval, vander, type VanderOptions } from './operations/polynomial.ts';
export { corrcoef, cov, type CorrelationOptions, type CovarianceOptions } from './operations/statistics.ts';
export {
  histogram,
  histogramBinEdges,
  interp,
  type HistogramOptions,
  type InterpOptions,
} from './operations/interpolation.ts';
export { histogram2d, histogramdd, type HistogramddOptions } from './operations/histograms.ts';
export { bartlett, blackman, hamming, hanning, kaiser } from './operations/tapers.ts';
export { i0 } from './special/bessel.ts';
export {
  diff,
  ediff1d,
  gradient,
  trapezoid,
  type DiffOptions,
  type EdgeOptions,
  type GradientOptions,
  type TrapezoidOptions,
} from './operations/differences.ts';
export {
  choose,
  compress,
  extract,
  oneHot,
  putAlongAxis,
  take,
  takeAlongAxis,
  type TakeOptions,
} from './operations/indexing.ts';
export {
  bincount,
  digitize,
  searchsorted,
  unique,
  type BincountOptions,
  type SearchOptions,
  type Unique,
  type UniqueOptions,
} from './operations/searching.ts';
export {
  diagIndices,
  ix as ix_,
  ravelMultiIndex,
  trilIndices,
  triuIndices,
  unravelIndex,
} from './operations/coordinates.ts';
export { delete_ as delete, insert } from './operations/editing.ts';
export { argwhere, flatnonzero, nonzero, type SizeOptions } from './operations/nonzero.ts';
/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI;
/** Euler's number. */
export const e = Math.E;
/** Euler's constant, the limit of the harmonic series less the logarithm. */
export const eulerGamma = 0.5772156649015329;
export const inf = Infinity;
export const nan = NaN;
/** In an index: a new axis of extent 1. */
export const newaxis = null;
