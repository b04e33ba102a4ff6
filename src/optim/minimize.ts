/** The minimum of a smooth function, by L-BFGS or steepest descent with a line search. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { whileLoop } from '../loops.ts';
import { plainDot } from '../operations/products.ts';
import { abs, add, convert, isFinite, max, neg, sub } from '../primitives/arithmetic.ts';
import { and, eq, ge, gt, le, lt, not, or } from '../primitives/logic.ts';
import type { Input } from '../types.ts';
import { cautious, hasPairs, noPairs, precondition, withPair, type Pairs } from './lbfgs.ts';
import { choose, fill, length, noSteps, oneMore, times } from './leaf.ts';
import { backtracking, originOf, zoom, type LineSearchOptions, type Objective } from './line-search.ts';
import { ravel } from './vector.ts';

export interface MinimizeOptions extends LineSearchOptions {
  /** Default `'lbfgs'`. */
  readonly method?: 'lbfgs' | 'gradientDescent';
  /** Default `'zoom'`: strong Wolfe conditions. */
  readonly lineSearch?: 'zoom' | 'backtracking';
  /** How many pairs L-BFGS remembers. Default 10. */
  readonly memorySize?: number;
  /** Default 500. */
  readonly maxIterations?: number;
  /** Converged when the Euclidean norm of the gradient is at most this. Default 1e-6 in float64, 1e-4 in float32. */
  readonly gradientTolerance?: number;
  /**
   * Converged when the value falls by less than this part of its size (at least 1) in two iterations in a row, or no lower point is found where
   * L-BFGS expects no greater fall: the rounding of the value hides the rest. Default 1e-14 in float64, 1e-7 in float32.
   */
  readonly valueTolerance?: number;
}

/** Why the search ended: numbers, since it may have run inside a compiled program. */
export const stopReasons = { iterations: 0, gradient: 1, value: 2, noDescent: 3 } as const;

export interface Minimum<P> {
  readonly params: P;
  readonly value: NDArray;
  /** The Euclidean norm of the gradient at `params`. */
  readonly gradientNorm: NDArray;
  /** int32. */
  readonly iterations: NDArray;
  /** How often the function was asked: int32. */
  readonly evaluations: NDArray;
  /** Whether the gradient is small, or the value has come to rest (bool). */
  readonly converged: NDArray;
  /** One of `stopReasons` (int32): all iterations used, gradient small, value at rest, no lower point found along the gradient. */
  readonly reason: NDArray;
}

interface State {
  readonly x: NDArray;
  readonly value: NDArray;
  readonly gradient: NDArray;
  readonly pairs: Pairs;
  readonly iterations: NDArray;
  readonly evaluations: NDArray;
  /** Iterations in a row with hardly any decrease. */
  readonly resting: NDArray;
  readonly reason: NDArray;
}

const int = (value: number): NDArray => splat({ dtype: 'int32', shape: [] }, value);

interface Settings {
  readonly f: Objective;
  readonly options: MinimizeOptions;
  readonly gradientTolerance: number;
  readonly valueTolerance: number;
}

/** Downhill: L-BFGS's direction, or against the gradient where that is none. */
const directionFrom = ({ gradient, pairs }: State): readonly [direction: NDArray, isInformed: NDArray] => {
  const ahead = neg(precondition(pairs, gradient));
  const slope = plainDot(ahead, gradient);
  const isInformed = and(hasPairs(pairs), and(isFinite(slope), lt(slope, fill(0, slope))));
  return [choose(isInformed, ahead, neg(gradient)), isInformed];
};

const why = (
  { gradientTolerance, valueTolerance }: Settings,
  before: State,
  after: Pick<State, 'value' | 'gradient'>,
  hasMoved: NDArray,
  wasInformed: NDArray,
  slope: NDArray,
): Pick<State, 'resting' | 'reason'> => {
  const size = length(after.gradient);
  const scale = max(max(abs(before.value), abs(after.value)), fill(1, after.value));
  const least = times(scale, valueTolerance);
  const isResting = and(hasMoved, le(sub(before.value, after.value), least));
  // A quadratic falls by half of the slope along the step to its minimum.
  const isAtBottom = and(and(not(hasMoved), wasInformed), le(times(slope, -0.5), least));
  const resting = choose(isResting, oneMore(before.resting), int(0));
  const isStuck = and(not(hasMoved), not(wasInformed));
  const atRest = choose(or(isAtBottom, ge(resting, int(2))), int(stopReasons.value), int(stopReasons.iterations));
  const otherwise = choose(isStuck, int(stopReasons.noDescent), atRest);
  return {
    resting,
    reason: choose(le(size, fill(gradientTolerance, size)), int(stopReasons.gradient), otherwise),
  };
};

const iterate =
  (settings: Settings) =>
  (state: State): State => {
    const { f, options } = settings;
    const [direction, isInformed] = directionFrom(state);
    const search = options.lineSearch === 'backtracking' ? backtracking : zoom;
    const origin = originOf(state.value, state.gradient, direction);
    const first = choose(isInformed, fill(1, origin.step), cautious(state.gradient));
    const { point, evaluations } = search(f, state.x, direction, origin, first, options);
    const hasMoved = gt(point.step, fill(0, point.step));
    const step = times(direction, point.step);
    const grown = withPair(state.pairs, step, sub(point.gradient, state.gradient));
    // Where the informed direction led nowhere, forget, and try the gradient itself.
    const pairs = {
      ...grown,
      weight: choose(hasMoved, grown.weight, times(grown.weight, 0)),
    };
    return {
      x: add(state.x, step),
      value: point.value,
      gradient: point.gradient,
      pairs,
      iterations: oneMore(state.iterations),
      evaluations: add(state.evaluations, evaluations),
      ...why(settings, state, point, hasMoved, isInformed, origin.slope),
    };
  };

/**
 * The minimum of a function that is given with its gradient, from `start` downhill: compiles under `jit`, and works on any tree. Values that are not finite
 * count as high, so that a function may be undefined in places; only at the start it must not be.
 *
 * @example const { params, converged } = jit((x) => optim.minimize(valueAndGrad(f), x))(start)
 */
export const minimize = <P>(
  valueAndGradient: (params: P) => readonly [value: NDArray, gradients: P],
  start: P,
  options: MinimizeOptions = {},
): Minimum<P> => {
  const [x, unravel] = ravel(start);
  const isWide = x.dtype === 'float64';
  const { maxIterations = 500, gradientTolerance = isWide ? 1e-6 : 1e-4 } = options;
  const { valueTolerance = isWide ? 1e-14 : 1e-7, memorySize = 10, method = 'lbfgs' } = options;
  const f: Objective = (at) => {
    const [value, gradients] = valueAndGradient(unravel(at));
    return [convert(value, x.dtype), convert(ravel(gradients)[0], x.dtype)];
  };
  const [value, gradient] = f(x);
  const size = length(gradient);
  const isSmall = choose(le(size, fill(gradientTolerance, size)), int(stopReasons.gradient), int(0));
  const initial: State = {
    x,
    value,
    gradient,
    pairs: noPairs(x, method === 'lbfgs' ? memorySize : 0),
    iterations: noSteps(),
    evaluations: int(1),
    resting: int(0),
    reason: choose(and(isFinite(value), isFinite(size)), isSmall, int(stopReasons.noDescent)),
  };
  const goesOn = ({ iterations, reason }: State): NDArray =>
    and(eq(reason, int(stopReasons.iterations)), lt(iterations, int(maxIterations)));
  const body = iterate({ f, options, gradientTolerance, valueTolerance });
  const end = whileLoop<State>(goesOn, body, initial as unknown as Input<State>); // sound: arrays all through
  return {
    params: unravel(end.x),
    value: end.value,
    gradientNorm: length(end.gradient),
    iterations: end.iterations,
    evaluations: end.evaluations,
    converged: or(eq(end.reason, int(stopReasons.gradient)), eq(end.reason, int(stopReasons.value))),
    reason: end.reason,
  };
};
