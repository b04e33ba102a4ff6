/** Fitting ARIMA models: by exact Gaussian likelihood, or by conditional sum of squares. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { hessian } from '../jacobian.ts';
import { jit } from '../jit.ts';
import { inv } from '../linalg/solve.ts';
import { divide, log, multiply, sqrt, subtract } from '../operations/arithmetic.ts';
import { full, ones, zeros } from '../operations/creation.ts';
import { diagonal, eye } from '../operations/grids.ts';
import { matmul } from '../operations/products.ts';
import { concatenate } from '../operations/stacking.ts';
import type { ArimaOptions, Orders } from './arima-model.ts';
import { normalTail } from './distribution.ts';
import { vectorOf } from './input.ts';
import { coefficientsFrom, innovationsOf, negativeLogLikelihood, type Coefficients } from './likelihood.ts';
import { searchArima, type Criteria, type Search } from './search.ts';

/** A model fitted: a plain record, which nothing changes. */
export interface ArimaFit extends Criteria, Coefficients {
  readonly orders: Orders;
  readonly method: 'exact' | 'css';
  readonly hasConstant: boolean;
  /** `[k]`: of the constant, if there is one, and the regressors. */
  readonly weights: NDArray;
  /** Of the shocks. */
  readonly variance: number;
  /** What the parameters are called: regressors, coefficients, the variance. */
  readonly names: readonly string[];
  /** The parameters in the order of `names`. */
  readonly estimates: NDArray;
  /** Of the estimates: the inverse of the observed information. */
  readonly covariance: NDArray;
  readonly standardErrors: NDArray;
  readonly zValues: NDArray;
  /** Of the hypothesis that a parameter is zero, by the normal distribution. */
  readonly pValues: NDArray;
  /** How many values count in the likelihood. */
  readonly observations: number;
  /** `[n]`: what was predicted from the values before; NaN where nothing can be said. */
  readonly fitted: NDArray;
  /** `[n]`: the series less `fitted`. */
  readonly residuals: NDArray;
  /** `[n]`: residuals over their standard deviation. */
  readonly standardizedResiduals: NDArray;
  readonly series: NDArray;
  /** `[n, k]` */
  readonly regressors: NDArray;
  readonly converged: boolean;
  readonly iterations: number;
}

/** Estimates on the scale of the series, and the matrix that takes those of the search there (the delta method). */
const onScale = ({
  design,
  weights,
  coefficients,
  variance,
}: Search): readonly [estimates: NDArray, jacobian: NDArray] => {
  const { scale, mixing, names } = design;
  const k = weights.size;
  const sigma2 = multiply(variance, scale ** 2).reshape(1);
  const back = k === 0 ? mixing : multiply(inv(mixing), scale);
  const natural = k === 0 ? weights : matmul(back, weights);
  const estimates = concatenate([natural, coefficients, sigma2], 0);
  const top = concatenate([back, zeros([k, names.length - k], 'float64')], 1);
  const rows = eye(names.length - k)
    .astype('float64')
    .mul(concatenate([ones([names.length - k - 1], 'float64'), sigma2], 0));
  const bottom = concatenate([zeros([names.length - k, k], 'float64'), rows], 1);
  return [estimates, concatenate([top, bottom], 0)];
};

const covarianceOf = (search: Search, jacobian: NDArray): NDArray => {
  const { design, kind, weights, coefficients, variance, count } = search;
  const at = concatenate([weights, coefficients, log(variance).reshape(1)], 0);
  const information = jit(
    hessian((all: NDArray, data: NDArray, seen: NDArray) =>
      negativeLogLikelihood(kind, design.orders, all, data, seen, count),
    ),
  )(at, design.data, design.seen);
  return matmul(matmul(jacobian, inv(information)), jacobian.T);
};

/** Residuals, as long as the series, and over their standard deviation. */
const residualsOf = ({ design, kind, weights, coefficients, variance }: Search): readonly [NDArray, NDArray] => {
  const { orders, data, seen, scale } = design;
  const run = jit((c: NDArray, x: NDArray, s: NDArray) => innovationsOf(kind, orders, c, x, s));
  const { v, f } = run(coefficients, data, seen);
  const rest = matmul(v, concatenate([ones([1], 'float64'), weights.neg()], 0));
  const sizes = sqrt(multiply(f, variance));
  const first = full([design.series.size - rest.size], NaN, 'float64');
  const values = Array.from(rest.dataSync());
  const isSeen = Array.from(seen.dataSync()).slice(-values.length);
  const known = vectorOf(values.map((value, i) => (isSeen[i] === 1 ? value : NaN)));
  return [concatenate([first, multiply(known, scale)], 0), concatenate([first, divide(known, sizes)], 0)];
};

/** A search completed: standard errors, residuals. */
export const completeFit = (search: Search): ArimaFit => {
  const { design, weights } = search;
  const { orders, hasConstant, names, series, regressors } = design;
  const [estimates, jacobian] = onScale(search);
  const covariance = covarianceOf(search, jacobian);
  const standardErrors = sqrt(diagonal(covariance));
  const zValues = divide(estimates, standardErrors);
  const [residuals, standardizedResiduals] = residualsOf(search);
  const { logLikelihood, aic, aicc, bic, hqic, converged, iterations } = search;
  return {
    orders,
    hasConstant,
    names,
    series,
    regressors,
    converged,
    iterations,
    logLikelihood,
    aic,
    aicc,
    bic,
    hqic,
    ...coefficientsFrom(orders, search.coefficients),
    method: search.kind === 'conditional' ? 'css' : 'exact',
    weights: estimates.get(`:${weights.size}`),
    variance: Number(estimates.get(-1).item()),
    estimates,
    covariance,
    standardErrors,
    zValues,
    pValues: normalTail(zValues),
    observations: search.count,
    residuals,
    standardizedResiduals,
    fitted: subtract(series, residuals),
  };
};

/**
 * Fits an ARIMA model `(1 - ar(B)) (1 - seasonalAr(B^s)) (1 - B)^d (1 - B^s)^D (y_t - x_t' weights) = (1 + ma(B)) (1 + seasonalMa(B^s)) e_t`
 * (Box and Jenkins 1976). Estimates stay stationary and invertible. Missing values are NaN: the filter learns nothing from them, nor from
 * differences that touch them.
 *
 * @example const fit = arima(np.log(passengers), { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period: 12 } });
 */
export const arima = (y: ArrayLike, options: ArimaOptions): ArimaFit => completeFit(searchArima(y, options));
