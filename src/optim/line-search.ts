/** Line searches: how far to go along a direction. Loops of programs, so that they compile. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { whileLoop } from '../loops.ts';
import { plainDot } from '../operations/products.ts';
import { abs, add, div, isFinite, max, min, mul, rem, sign, sub } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { and, eq, ge, le, lt, not, or } from '../primitives/logic.ts';
import type { Input } from '../types.ts';
import { choose, fill, noSteps, oneMore, plusTimes, times } from './leaf.ts';

/** The loss and its gradient at a vector, both of the vector's type. */
export type Objective = (x: NDArray) => readonly [value: NDArray, gradient: NDArray];

/** A point on the line: how far it is, and the loss, its gradient and its slope along the line there. */
export interface LinePoint {
  readonly step: NDArray;
  readonly value: NDArray;
  readonly gradient: NDArray;
  readonly slope: NDArray;
}

export interface LineSearchOptions {
  /** The part of the decrease that the slope promises which is enough (Armijo). Default 1e-4. */
  readonly c1?: number;
  /** The part of the slope that may be left (strong Wolfe; `zoom` only). Default 0.9. */
  readonly c2?: number;
  /** How many points a search may look at. Default 30. */
  readonly maxLineSearchSteps?: number;
  /** The longest step. Default 1e10. */
  readonly maxStep?: number;
}

/** Where a search went: step 0 if no lower point was found. */
export interface Searched {
  readonly point: LinePoint;
  readonly evaluations: NDArray;
}
/** A search from the point of step 0, trying `first` first. */
export type LineSearch = (
  f: Objective,
  x: NDArray,
  direction: NDArray,
  origin: LinePoint,
  first: NDArray,
  options: LineSearchOptions,
) => Searched;

/** The point `step` along `direction` from `x`. */
const pointAt = (f: Objective, x: NDArray, direction: NDArray, step: NDArray): LinePoint => {
  const [value, gradient] = f(plusTimes(x, direction, step));
  return { step, value, gradient, slope: plainDot(gradient, direction) };
};

const either = (condition: NDArray, a: LinePoint, b: LinePoint): LinePoint => ({
  step: choose(condition, a.step, b.step),
  value: choose(condition, a.value, b.value),
  gradient: choose(condition, a.gradient, b.gradient),
  slope: choose(condition, a.slope, b.slope),
});

/** Below the line of sufficient decrease from `origin` (Nocedal and Wright 2006, equation 3.6a). */
const isLow = (p: LinePoint, origin: LinePoint, c1: number): NDArray =>
  and(isFinite(p.value), le(p.value, add(origin.value, times(mul(p.step, origin.slope), c1))));

/** Where values differ by rounding only, the slopes decide (Hager and Zhang 2005, equation 4.1). */
const isLowBySlope = (p: LinePoint, origin: LinePoint, c1: number): NDArray => {
  const noise = times(abs(origin.value), p.value.dtype === 'float64' ? 1e-14 : 1e-6);
  return and(le(p.value, add(origin.value, noise)), le(p.slope, times(origin.slope, 2 * c1 - 1)));
};

/** Where the cubic through two points and their slopes is lowest (equation 3.59), well inside of the interval; else, or in turn, its middle. */
const between = (low: LinePoint, high: LinePoint, isTurn: NDArray): NDArray => {
  const width = sub(high.step, low.step);
  const d1 = sub(add(low.slope, high.slope), times(div(sub(high.value, low.value), width), 3));
  const d2 = mul(sign(width), sqrt(sub(mul(d1, d1), mul(low.slope, high.slope))));
  const part = div(sub(add(high.slope, d2), d1), add(sub(high.slope, low.slope), times(d2, 2)));
  const cubic = sub(high.step, mul(width, part));
  const middle = plusTimes(low.step, width, 0.5);
  const margin = times(abs(width), 0.1);
  const [from, to] = [add(min(low.step, high.step), margin), sub(max(low.step, high.step), margin)];
  return choose(and(isFinite(cubic), not(isTurn)), min(max(cubic, from), to), middle);
};

interface ZoomState {
  readonly low: LinePoint;
  readonly high: LinePoint;
  readonly trial: NDArray;
  readonly count: NDArray;
  readonly isDone: NDArray;
}

/**
 * A step that fulfils the strong Wolfe conditions (Nocedal and Wright 2006, Algorithms 3.5 and 3.6 as one loop: as long as `high` is infinitely
 * far away the step doubles). If none is found in time, the lowest point with sufficient decrease.
 */
export const zoom: LineSearch = (f, x, direction, origin, first, options) => {
  const { c1 = 1e-4, c2 = 0.9, maxLineSearchSteps = 30, maxStep = 1e10 } = options;
  const body = ({ low, high, trial, count }: ZoomState): ZoomState => {
    const p = pointAt(f, x, direction, trial);
    const isGood = and(isLow(p, origin, c1), lt(p.value, low.value));
    const isFlat = le(abs(p.slope), times(abs(origin.slope), c2));
    const isDone = and(isFlat, or(isGood, isLowBySlope(p, origin, c1)));
    const isRising = ge(mul(p.slope, sub(high.step, low.step)), fill(0, p.slope));
    const nextHigh = either(isGood, either(isRising, low, high), p);
    const nextLow = either(or(isGood, isDone), p, low);
    const isOpen = not(isFinite(nextHigh.step));
    const isTurn = eq(rem(count, splat(count.type, 3)), splat(count.type, 2));
    const farther = min(times(nextLow.step, 2), fill(maxStep, trial));
    return {
      low: nextLow,
      high: nextHigh,
      trial: choose(isOpen, farther, between(nextLow, nextHigh, isTurn)),
      count: oneMore(count),
      // At the longest step there is nothing farther to try.
      isDone: or(isDone, and(isOpen, ge(nextLow.step, fill(maxStep, trial)))),
    };
  };
  const start: ZoomState = {
    low: origin,
    high: { ...origin, step: fill(Infinity, origin.step) },
    trial: min(first, fill(maxStep, first)),
    count: noSteps(),
    isDone: splat({ dtype: 'bool', shape: [] }, 0),
  };
  const goesOn = ({ count, isDone }: ZoomState): NDArray =>
    and(not(isDone), lt(count, splat(count.type, maxLineSearchSteps)));
  const end = whileLoop<ZoomState>(goesOn, body, start as unknown as Input<ZoomState>); // sound: arrays all through
  return { point: end.low, evaluations: end.count };
};

interface BackState {
  readonly point: LinePoint;
  readonly count: NDArray;
}
/** Half the step until the decrease is sufficient (Nocedal and Wright 2006, Algorithm 3.1). */
export const backtracking: LineSearch = (f, x, direction, origin, first, options) => {
  const { c1 = 1e-4, maxLineSearchSteps = 30, maxStep = 1e10 } = options;
  const isEnough = (p: LinePoint): NDArray => or(isLow(p, origin, c1), isLowBySlope(p, origin, c1));
  const start: BackState = {
    point: pointAt(f, x, direction, min(first, fill(maxStep, first))),
    count: oneMore(noSteps()),
  };
  const goesOn = ({ point, count }: BackState): NDArray =>
    and(not(isEnough(point)), lt(count, splat(count.type, maxLineSearchSteps)));
  const body = ({ point, count }: BackState): BackState => ({
    point: pointAt(f, x, direction, times(point.step, 0.5)),
    count: oneMore(count),
  });
  const end = whileLoop<BackState>(goesOn, body, start as unknown as Input<BackState>); // sound: arrays all through
  return { point: either(isEnough(end.point), end.point, origin), evaluations: end.count };
};

/** The point of step 0. */
export const originOf = (value: NDArray, gradient: NDArray, direction: NDArray): LinePoint => ({
  step: splat({ dtype: value.dtype, shape: [] }, 0),
  value,
  gradient,
  slope: plainDot(gradient, direction),
});
