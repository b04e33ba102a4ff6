/** The search for the parameters of an ARIMA model. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { valueAndGrad } from '../grad.ts';
import { jit } from '../jit.ts';
import { full, ones, zeros } from '../operations/creation.ts';
import { concatenate } from '../operations/stacking.ts';
import { minimize } from '../optim/minimize.ts';
import { armaCount, designOf, memoryOf, type ArimaOptions, type Design, type Orders } from './arima-model.ts';
import { constrained, innovationsOf, profileOf, type FilterKind, type Profile } from './likelihood.ts';

/** How good a model is, from its log-likelihood, the number of its parameters `k` (the variance among them) and of observations `n`. */
export interface Criteria {
  readonly logLikelihood: number;
  /** `2 k - 2 log L` (Akaike 1974). */
  readonly aic: number;
  /** `aic + 2 k (k + 1) / (n - k - 1)` (Hurvich and Tsai 1989); infinite without degrees of freedom. */
  readonly aicc: number;
  /** `k log n - 2 log L` (Schwarz 1978). */
  readonly bic: number;
  /** `2 k log log n - 2 log L` (Hannan and Quinn 1979). */
  readonly hqic: number;
}

/** What a search found, before errors are computed. */
export interface Search extends Criteria {
  readonly design: Design;
  readonly kind: FilterKind;
  /** Of the differenced series over its scale: weights of orthogonal regressors, coefficients, variance. */
  readonly weights: NDArray;
  readonly coefficients: NDArray;
  readonly variance: NDArray;
  readonly count: number;
  readonly converged: boolean;
  readonly iterations: number;
}

const criteriaOf = (logLikelihood: number, k: number, n: number): Criteria => ({
  logLikelihood,
  aic: 2 * k - 2 * logLikelihood,
  aicc: n - k - 1 > 0 ? 2 * k - 2 * logLikelihood + (2 * k * (k + 1)) / (n - k - 1) : Infinity,
  bic: k * Math.log(n) - 2 * logLikelihood,
  hqic: 2 * k * Math.log(Math.log(n)) - 2 * logLikelihood,
});

interface Found {
  readonly coefficients: NDArray;
  readonly profile: Profile;
  readonly converged: NDArray;
  readonly iterations: NDArray;
}

/** The best coefficients: conditional sum of squares first, where there are no gaps, then the likelihood from there. */
const searchProgram =
  (orders: Orders, kinds: readonly (readonly [FilterKind, number])[]) =>
  (start: NDArray, data: NDArray, seen: NDArray): Found => {
    const profileBy = ([kind, count]: readonly [FilterKind, number], u: NDArray): Profile =>
      profileOf(innovationsOf(kind, orders, constrained(orders, u), data, seen), count);
    const last = kinds.at(-1) ?? ['whole', 1];
    const minima = kinds.reduce<readonly ReturnType<typeof minimize<NDArray>>[]>((before, kind) => {
      const loss = jit(valueAndGrad((u: NDArray) => profileBy(kind, u).value));
      return [...before, minimize(loss, before.at(-1)?.params ?? start, { gradientTolerance: 1e-8 })];
    }, []);
    const end = minima.at(-1);
    const u = end?.params ?? start;
    return {
      coefficients: constrained(orders, u),
      profile: profileBy(last, u),
      converged: end?.converged ?? ones([], 'bool'),
      iterations: end?.iterations ?? zeros([], 'int32'),
    };
  };

/** Partial autocorrelations to start from: small ones for the past, none for shocks, so that the two do not cancel. */
const startOf = ({ p, q, seasonalP, seasonalQ }: Orders): NDArray =>
  concatenate(
    [
      full([p], 0.1, 'float64'),
      zeros([q], 'float64'),
      full([seasonalP], 0.1, 'float64'),
      zeros([seasonalQ], 'float64'),
    ],
    0,
  );

/** Finds the best parameters of a model. */
export const searchArima = (y: ArrayLike, options: ArimaOptions): Search => {
  const design = designOf(y, options);
  const { orders, data, seen, observed, isWhole, scale } = design;
  const conditional = ['conditional', observed - memoryOf(orders)] as const;
  const kind: FilterKind = options.method === 'css' ? 'conditional' : isWhole ? 'whole' : 'gapped';
  const count = kind === 'conditional' ? conditional[1] : observed;
  const isLongEnough = isWhole && conditional[1] > design.names.length;
  const kinds = [...(kind !== 'conditional' && isLongEnough ? [conditional] : []), [kind, count] as const];
  const isEmpty = armaCount(orders) === 0;
  const program = isEmpty ? searchless(orders, kind, count) : searchProgram(orders, kinds);
  const { coefficients, profile, converged, iterations } = jit(program)(startOf(orders), data, seen);
  const value = Number(profile.value.item());
  const perValue = value + 0.5 * (Math.log(2 * Math.PI) + 1) + Math.log(scale);
  return {
    design,
    kind,
    weights: profile.weights,
    coefficients,
    variance: profile.variance,
    count,
    converged: converged.item() === true,
    iterations: Number(iterations.item()),
    ...criteriaOf(-count * perValue, design.names.length, count),
  };
};

/** Without coefficients there is nothing to search. */
const searchless =
  (orders: Orders, kind: FilterKind, count: number) =>
  (start: NDArray, data: NDArray, seen: NDArray): Found => ({
    coefficients: start,
    profile: profileOf(innovationsOf(kind, orders, start, data, seen), count),
    converged: ones([], 'bool'),
    iterations: zeros([], 'int32'),
  });
