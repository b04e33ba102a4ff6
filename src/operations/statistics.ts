/** Covariances. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { div, max, min, mul, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape, transpose } from '../primitives/broadcast.ts';
import { dotGeneral } from '../primitives/contraction.ts';
import { like } from '../primitives/elementwise.ts';
import { sqrt } from '../primitives/exponential.ts';
import { gt, select } from '../primitives/logic.ts';
import { concatenate } from '../primitives/slicing.ts';
import { diagonalOfLast } from './einsum.ts';
import { asFloat, promote } from './promotion.ts';

export interface CovarianceOptions {
  /** More variables, observed together with the first. */
  readonly y?: ArrayLike;
  /** Whether rows are variables and columns observations. Default true. */
  readonly rowvar?: boolean;
  /** Whether to divide by the count, not the count less one. Default false; `ddof` says it in general. */
  readonly bias?: boolean;
  readonly ddof?: number;
  /** How often each observation occurs. */
  readonly fweights?: ArrayLike;
  /** How much each observation counts. */
  readonly aweights?: ArrayLike;
}

/** Variables in rows. */
const variablesOf = (name: string, x: NDArray, rowvar: boolean): NDArray => {
  if (x.ndim > 2)
    throw new ShapeError(`${name}: expected a vector or a matrix, got ${showType(x.type)}. Reshape it.`, 'shape.rank');
  const matrix = x.ndim === 2 ? x : reshape(x, [1, x.size]);
  // A row of one matrix is a variable whatever rowvar says.
  return rowvar || matrix.shape[0] === 1 ? matrix : transpose(matrix, [1, 0]);
};

const weightsOf = (
  x: NDArray,
  { fweights, aweights }: CovarianceOptions,
): { readonly all: NDArray; readonly own: NDArray | null } => {
  const count = x.shape[1] ?? 0;
  const read = (w: ArrayLike): NDArray => {
    const [, weights = x] = promote(x, asFloat(w));
    if (weights.ndim !== 1 || weights.size !== count)
      throw new ShapeError(
        `cov: expected a weight for each of ${count} observations, got ${showType(weights.type)}.`,
        'shape.weights',
      );
    return weights;
  };
  const own = aweights === undefined ? null : read(aweights);
  const all = fweights === undefined ? like({ dtype: x.dtype, shape: [count] }, 1) : read(fweights);
  return { all: own === null ? all : mul(all, own), own };
};

/** What the sum of products is divided by; nothing negative. */
const divisor = (all: NDArray, own: NDArray | null, ddof: number): NDArray => {
  const total = reduceSum(all, [0]);
  const taken = own === null ? like(total, ddof) : div(mul(like(total, ddof), reduceSum(mul(all, own), [0])), total);
  const left = sub(total, taken);
  return select(gt(left, like(left, 0)), left, like(left, 0));
};

/** The covariances of all pairs of variables; of one variable its variance. */
export const cov = (value: ArrayLike, options: CovarianceOptions = {}): NDArray => {
  const { y, rowvar = true, bias = false, ddof = bias ? 0 : 1 } = options;
  const [a, b] = promote(asFloat(value), y === undefined ? 0 : asFloat(y)) as readonly [NDArray, NDArray]; // sound: two in, two out
  const own = variablesOf('cov', a, rowvar);
  const x = y === undefined ? own : concatenate([own, variablesOf('cov', b, rowvar)], 0);
  const { all, own: importance } = weightsOf(x, options);
  const spread = broadcast(all, x.shape, [1]);
  const mean = div(reduceSum(mul(x, spread), [1]), broadcast(reduceSum(all, [0]), [x.shape[0] ?? 0], []));
  const centred = sub(x, broadcast(mean, x.shape, [0]));
  const products = dotGeneral(mul(centred, spread), centred, { contract: [[1], [1]], batch: [[], []] });
  const result = div(products, broadcast(divisor(all, importance, ddof), products.shape, []));
  return result.size === 1 ? reshape(result, []) : result;
};

export interface CorrelationOptions {
  readonly y?: ArrayLike;
  readonly rowvar?: boolean;
}
/** Pearson's correlations of all pairs of variables, between -1 and 1. */
export const corrcoef = (value: ArrayLike, options: CorrelationOptions = {}): NDArray => {
  const c = cov(value, options);
  if (c.ndim === 0) return div(c, c);
  const deviation = sqrt(diagonalOfLast(c));
  const scaled = div(div(c, broadcast(deviation, c.shape, [0])), broadcast(deviation, c.shape, [1]));
  return max(min(scaled, like(scaled, 1)), like(scaled, -1));
};
