/** Limited-memory BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, section 7.2). */
import { splat, type NDArray } from '../array/ndarray.ts';
import { plainDot } from '../operations/products.ts';
import { convert, div, min, mul, sub } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { eq, gt } from '../primitives/logic.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { raveledExtra } from './flatten.ts';
import { choose, fill, length, noSteps, oneMore, plusTimes, times, zerosLike } from './leaf.ts';
import { backtracking, originOf, zoom, type LineSearch, type LineSearchOptions } from './line-search.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import {
  chain,
  required,
  scale,
  type Chained,
  type Extra,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
  type Nothing,
} from './transformation.ts';
import { ravel } from './vector.ts';

/** The last steps and changes of the gradient, the newest in the last row; `weight` is `1 / (s . y)`, 0 where there is none yet. */
export interface Pairs {
  readonly steps: NDArray;
  readonly changes: NDArray;
  readonly weight: NDArray;
}
/** No pairs yet, for vectors like `x`. */
export const noPairs = (x: NDArray, memorySize: number): Pairs => {
  const rows = splat({ dtype: x.dtype, shape: [memorySize, x.size] }, 0);
  return { steps: rows, changes: rows, weight: splat({ dtype: x.dtype, shape: [memorySize] }, 0) };
};

const row = (x: NDArray, i: number): NDArray => reshape(sliceAxis(x, 0, i, i + 1), x.shape.slice(1));
const pushed = (x: NDArray, last: NDArray): NDArray =>
  concatenate([sliceAxis(x, 0, 1, x.shape[0] ?? 0), reshape(last, [1, ...x.shape.slice(1)])], 0);

/** The pairs with a new one, if its curvature is above rounding (so that the approximation stays positive definite). */
export const withPair = (pairs: Pairs, step: NDArray, change: NDArray): Pairs => {
  if (pairs.weight.size === 0) return pairs;
  const curvature = plainDot(step, change);
  const least = times(plainDot(change, change), step.dtype === 'float64' ? 2.2e-16 : 1.2e-7);
  const isCurved = gt(curvature, least);
  const weight = div(fill(1, curvature), choose(isCurved, curvature, fill(1, curvature)));
  return {
    steps: choose(isCurved, pushed(pairs.steps, step), pairs.steps),
    changes: choose(isCurved, pushed(pairs.changes, change), pairs.changes),
    weight: choose(isCurved, pushed(pairs.weight, weight), pairs.weight),
  };
};

/** Whether there are pairs. */
export const hasPairs = ({ weight }: Pairs): NDArray => {
  if (weight.size === 0) return splat({ dtype: 'bool', shape: [] }, 0);
  const last = row(weight, weight.size - 1);
  return gt(last, fill(0, last));
};

/** The inverse Hessian's approximation times a vector: the two-loop recursion (Algorithm 7.4), begun at `s.y / y.y` (equation 7.20). */
export const precondition = ({ steps, changes, weight }: Pairs, gradient: NDArray): NDArray => {
  const count = weight.size;
  if (count === 0) return gradient;
  const alphas: NDArray[] = [];
  let q = gradient;
  for (let i = count - 1; i >= 0; i--) {
    const alpha = mul(row(weight, i), plainDot(row(steps, i), q));
    alphas[i] = alpha;
    q = sub(q, times(row(changes, i), alpha));
  }
  const [last, y] = [row(weight, count - 1), row(changes, count - 1)];
  const size = mul(last, plainDot(y, y));
  const none = eq(size, fill(0, size));
  let r = times(q, div(fill(1, size), choose(none, fill(1, size), size)));
  for (let i = 0; i < count; i++) {
    const beta = mul(row(weight, i), plainDot(row(changes, i), r));
    r = plusTimes(r, row(steps, i), sub(alphas[i] ?? beta, beta));
  }
  return r;
};

/** `min(1, 1 / |gradient|)`: how long a first step may be, before anything is known of the curvature. */
export const cautious = (gradient: NDArray): NDArray => {
  const size = length(gradient);
  const one = fill(1, size);
  return min(one, div(one, choose(gt(size, fill(0, size)), size, one)));
};

export interface LbfgsMemory extends Pairs {
  readonly count: NDArray;
  readonly params: NDArray;
  readonly gradient: NDArray;
}
export interface LbfgsKind extends MemoryKind {
  readonly memory: LbfgsMemory;
}
export interface LbfgsOptions {
  /** How many pairs are remembered. Default 10. */
  readonly memorySize?: number;
}
/** Gradients times the approximation of the inverse Hessian; the first at most of length 1. All leaves are one vector in the memory. */
export const scaleByLbfgs = ({ memorySize = 10 }: LbfgsOptions = {}): GradientTransformation<LbfgsKind> => ({
  init: (params) => {
    const [x] = ravel(params);
    return { ...noPairs(x, memorySize), count: noSteps(), params: x, gradient: zerosLike(x) };
  },
  update: (gradients, memory, params) => {
    const [[g, unravel], [x]] = [ravel(gradients), ravel(params)];
    const isFirst = eq(memory.count, noSteps());
    const next = withPair(memory, sub(x, memory.params), sub(g, choose(isFirst, g, memory.gradient)));
    const ahead = precondition(next, g);
    const step = choose(hasPairs(next), ahead, times(g, cautious(g)));
    return [unravel(step), { ...next, count: oneMore(memory.count), params: x, gradient: g }];
  },
});

export interface SearchKind extends MemoryKind {
  readonly memory: { readonly step: NDArray };
}
const bySearch = (
  name: string,
  search: LineSearch,
  options: LineSearchOptions,
): GradientTransformation<SearchKind> => ({
  init: () => ({ step: splat({ dtype: 'float64', shape: [] }, 1) }),
  update: <P>(updates: P, _: MemoryOf<SearchKind, P>, params: P, extra?: Extra<P>) => {
    const [[direction, unravel], [x, unravelParams]] = [ravel(updates), ravel(params)];
    const f = required(name, raveledExtra(extra, unravelParams), 'valueAndGradient');
    const objective = (at: NDArray): readonly [NDArray, NDArray] => {
      const [value, gradient] = f(at);
      return [convert(value, x.dtype), gradient];
    };
    const origin = originOf(...objective(x), direction);
    const { point } = search(objective, x, direction, origin, fill(1, origin.step), options);
    return [unravel(times(direction, point.step)), { step: convert(point.step, 'float64') }] as const;
  },
});
/** Updates as long as a `zoom` line search says (strong Wolfe conditions). Asks `update` for `{ valueAndGradient }`. */
export const scaleByZoomLinesearch = (options: LineSearchOptions = {}): GradientTransformation<SearchKind> =>
  bySearch('scaleByZoomLinesearch', zoom, options);
/** Updates as long as a backtracking line search says (Armijo's condition). Asks `update` for `{ valueAndGradient }`. */
export const scaleByBacktrackingLinesearch = (options: LineSearchOptions = {}): GradientTransformation<SearchKind> =>
  bySearch('scaleByBacktrackingLinesearch', backtracking, options);

/**
 * L-BFGS as an optimizer: with a learning rate, or, without one, with a `zoom` line search, which asks `update` for `{ valueAndGradient }`. To find the
 * minimum of a function, `minimize` is the shorter way.
 */
export const lbfgs: {
  (
    options?: LbfgsOptions & LineSearchOptions,
  ): GradientTransformation<Chained<readonly [LbfgsKind, Nothing, SearchKind]>>;
  (
    options: LbfgsOptions & { readonly learningRate: Rate },
  ): GradientTransformation<Chained<readonly [LbfgsKind, RateKind]>>;
} = (options: LbfgsOptions & LineSearchOptions & { readonly learningRate?: Rate } = {}): never =>
  // Sound: which of the two it is, the overloads say.
  (options.learningRate === undefined
    ? chain(scaleByLbfgs(options), scale(-1), scaleByZoomLinesearch(options))
    : chain(scaleByLbfgs(options), scaleByLearningRate(options.learningRate))) as never;
