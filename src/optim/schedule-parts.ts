/** What schedules are made of. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, max, min, mul } from '../primitives/arithmetic.ts';
import { exp, log } from '../primitives/exponential.ts';
import { gt } from '../primitives/logic.ts';
import { choose, double, type Scalar } from './leaf.ts';

/** A schedule that also takes plain numbers. */
export type StepSchedule = (count: Scalar) => NDArray;

/** Throws unless a number of steps is above 0. */
export const positive = (name: string, what: string, value: number): void => {
  if (!(value > 0))
    throw new FluxionError(
      'optim.schedule',
      `${name}: expected ${what} above 0, got ${value}. It counts the steps that the change takes.`,
    );
};
/** `x` between two numbers. */
export const clamped = (x: NDArray, low: number, high: number): NDArray => min(max(x, double(low)), double(high));
/** From `from` at fraction 0 to `to` at fraction 1. */
export const between = (from: number, to: number, fraction: NDArray): NDArray =>
  add(mul(double(to - from), fraction), double(from));
/** `base^exponent` for a base from 0; `0^0` is 1. */
export const raised = (base: NDArray, exponent: number): NDArray => {
  if (exponent === 0) return double(1);
  if (exponent === 1) return base;
  const zero = double(0);
  return choose(gt(base, zero), exp(mul(double(exponent), log(max(base, double(Number.MIN_VALUE))))), zero);
};
