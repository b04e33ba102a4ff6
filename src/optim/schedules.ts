/**
 * Hyperparameters as pure functions of the number of steps taken before (0 in the first step): numbers or traced counts in, a float64 scalar out.
 * The names and formulas are Optax's.
 */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, div, floor, max, min, mul, sub } from '../primitives/arithmetic.ts';
import { exp } from '../primitives/exponential.ts';
import { and, ge, le, lt } from '../primitives/logic.ts';
import { cos } from '../primitives/trigonometric.ts';
import { choose, double } from './leaf.ts';
import type { Schedule } from './rate.ts';
import { between, clamped, positive, raised, type StepSchedule } from './schedule-parts.ts';

export type { StepSchedule } from './schedule-parts.ts';

/** The same value always. */
export const constant =
  (value: number): StepSchedule =>
  () =>
    double(value);

export interface TransitionOptions {
  /** How many steps the value stays as it is before it begins to change. Default 0. */
  readonly transitionBegin?: number;
}
/** `(init - end) (1 - count / transitionSteps)^power + end`, held at both ends. */
export const polynomial = (
  initValue: number,
  endValue: number,
  power: number,
  transitionSteps: number,
  { transitionBegin = 0 }: TransitionOptions = {},
): StepSchedule => {
  positive('polynomial', 'transitionSteps', transitionSteps);
  return (count) => {
    const done = clamped(sub(double(count), double(transitionBegin)), 0, transitionSteps);
    const left = sub(double(1), div(done, double(transitionSteps)));
    return between(endValue, initValue, raised(left, power));
  };
};
/** From one value to another in a straight line. */
export const linear = (
  initValue: number,
  endValue: number,
  transitionSteps: number,
  options: TransitionOptions = {},
): StepSchedule => polynomial(initValue, endValue, 1, transitionSteps, options);

export interface DecayOptions extends TransitionOptions {
  /** Whether the value changes only every `transitionSteps` steps. Default false. */
  readonly staircase?: boolean;
  /** A bound for the value: from below if it falls, from above if it grows. Default none. */
  readonly endValue?: number;
}
/** `init * decayRate^(count / transitionSteps)`. */
export const exponentialDecay = (
  initValue: number,
  transitionSteps: number,
  decayRate: number,
  { transitionBegin = 0, staircase = false, endValue }: DecayOptions = {},
): StepSchedule => {
  positive('exponentialDecay', 'transitionSteps', transitionSteps);
  positive('exponentialDecay', 'decayRate', decayRate);
  return (count) => {
    const since = sub(double(count), double(transitionBegin));
    const turns = div(since, double(transitionSteps));
    const value = mul(double(initValue), exp(mul(staircase ? floor(turns) : turns, double(Math.log(decayRate)))));
    const begun = choose(le(since, double(0)), double(initValue), value);
    if (endValue === undefined) return begun;
    return decayRate < 1 ? max(begun, double(endValue)) : min(begun, double(endValue));
  };
};

export interface CosineOptions {
  /** The last value as a part of the first. Default 0. */
  readonly alpha?: number;
  /** The power of the cosine's curve. Default 1. */
  readonly exponent?: number;
}
/** Half a cosine from `initValue` down to `alpha initValue` (Loshchilov and Hutter 2016, equation 5, without restarts). */
export const cosineDecay = (
  initValue: number,
  decaySteps: number,
  { alpha = 0, exponent = 1 }: CosineOptions = {},
): StepSchedule => {
  positive('cosineDecay', 'decaySteps', decaySteps);
  return (count) => {
    const done = div(clamped(double(count), 0, decaySteps), double(decaySteps));
    const wave = mul(double(0.5), add(double(1), cos(mul(double(Math.PI), done))));
    return mul(double(initValue), between(alpha, 1, raised(wave, exponent)));
  };
};

/** Boundaries (steps) and factors: from each boundary on the value is multiplied by its factor. */
export type Boundaries = Readonly<Record<number, number>>;
const sorted = (boundaries: Boundaries): readonly (readonly [number, number])[] =>
  Object.entries(boundaries)
    .map(([at, factor]) => [Number(at), factor] as const)
    .sort(([a], [b]) => a - b);

/** `init` times the factors of all boundaries up to and including `count`. */
export const piecewiseConstant =
  (initValue: number, boundaries: Boundaries = {}): StepSchedule =>
  (count) =>
    sorted(boundaries).reduce<NDArray>(
      (value, [at, factor]) => choose(lt(double(count), double(at)), value, mul(value, double(factor))),
      double(initValue),
    );

/** Between the values that `piecewiseConstant` has at its boundaries, in straight lines or half cosines. */
export const piecewiseInterpolate = (
  kind: 'linear' | 'cosine',
  initValue: number,
  boundaries: Boundaries = {},
): StepSchedule => {
  const steps = sorted(boundaries);
  const places = [0, ...steps.map(([at]) => at)];
  const values = steps.reduce<readonly number[]>(
    (all, [, factor]) => [...all, (all.at(-1) ?? 0) * factor],
    [initValue],
  );
  return (count) => {
    const at = double(count);
    return places.slice(1).reduce<NDArray>((value, end, i) => {
      const [begin, from, to] = [places[i] ?? 0, values[i] ?? 0, values[i + 1] ?? 0];
      const part = div(sub(at, double(begin)), double(Math.max(end - begin, Number.MIN_VALUE)));
      const fraction = kind === 'linear' ? part : div(sub(double(1), cos(mul(double(Math.PI), part))), double(2));
      const isHere = and(ge(at, double(begin)), lt(at, double(end)));
      const isPast = ge(at, double(end));
      return choose(isHere, between(from, to, fraction), choose(isPast, double(to), value));
    }, double(initValue));
  };
};

export interface OnecycleOptions {
  /** Which part of the steps the way up takes. Default 0.3. */
  readonly pctStart?: number;
  /** The peak over the first value. Default 25. */
  readonly divFactor?: number;
  /** The first value over the last. Default 1e4. */
  readonly finalDivFactor?: number;
}
/** Up to the peak and down again in half cosines (Smith and Topin 2017). */
export const cosineOnecycle = (
  transitionSteps: number,
  peakValue: number,
  { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 }: OnecycleOptions = {},
): StepSchedule => {
  positive('cosineOnecycle', 'transitionSteps', transitionSteps);
  return piecewiseInterpolate('cosine', peakValue / divFactor, {
    [Math.trunc(pctStart * transitionSteps)]: divFactor,
    [transitionSteps]: 1 / (divFactor * finalDivFactor),
  });
};
/** Up to the peak, down to the first value, and down to almost nothing, in straight lines (Smith and Topin 2017). */
export const linearOnecycle = (
  transitionSteps: number,
  peakValue: number,
  {
    pctStart = 0.3,
    pctFinal = 0.85,
    divFactor = 25,
    finalDivFactor = 1e4,
  }: OnecycleOptions & {
    /** At which part of the steps the last way down begins. Default 0.85. */
    readonly pctFinal?: number;
  } = {},
): StepSchedule => {
  positive('linearOnecycle', 'transitionSteps', transitionSteps);
  return piecewiseInterpolate('linear', peakValue / divFactor, {
    [Math.trunc(pctStart * transitionSteps)]: divFactor,
    [Math.trunc(pctFinal * transitionSteps)]: 1 / divFactor,
    [transitionSteps]: 1 / finalDivFactor,
  });
};

/** One schedule after another: the next from its boundary on, counting from there. */
export const joinSchedules = (schedules: readonly Schedule[], boundaries: readonly number[]): StepSchedule => {
  if (schedules.length !== boundaries.length + 1)
    throw new FluxionError(
      'optim.schedule',
      `joinSchedules: expected ${Math.max(0, schedules.length - 1)} boundaries for ${schedules.length} schedules, got ${boundaries.length}. There is one between each two.`,
    );
  return (count) => {
    const at = double(count);
    return schedules.slice(1).reduce<NDArray>(
      (value, schedule, i) => {
        const begin = double(boundaries[i] ?? 0);
        return choose(lt(at, begin), value, double(schedule(sub(at, begin))));
      },
      double((schedules[0] ?? constant(0))(at)),
    );
  };
};

/** From `initValue` up to `peakValue` in a straight line, and there it stays. */
export const warmupConstant = (initValue: number, peakValue: number, warmupSteps: number): StepSchedule =>
  linear(initValue, peakValue, warmupSteps);

/** Up in a straight line, then down in half a cosine to `endValue`. `decaySteps` counts all steps, those up too. */
export const warmupCosineDecay = (
  initValue: number,
  peakValue: number,
  warmupSteps: number,
  decaySteps: number,
  { endValue = 0, exponent = 1 }: { readonly endValue?: number; readonly exponent?: number } = {},
): StepSchedule => {
  positive('warmupCosineDecay', 'decaySteps less warmupSteps', decaySteps - warmupSteps);
  const alpha = peakValue === 0 ? 0 : endValue / peakValue;
  const down = cosineDecay(peakValue, decaySteps - warmupSteps, { alpha, exponent });
  return warmupSteps <= 0 ? down : joinSchedules([linear(initValue, peakValue, warmupSteps), down], [warmupSteps]);
};

/** Up in a straight line, then as `exponentialDecay`, whose steps count from the peak. */
export const warmupExponentialDecay = (
  initValue: number,
  peakValue: number,
  warmupSteps: number,
  transitionSteps: number,
  decayRate: number,
  options: DecayOptions = {},
): StepSchedule => {
  const down = exponentialDecay(peakValue, transitionSteps, decayRate, options);
  return warmupSteps <= 0 ? down : joinSchedules([linear(initValue, peakValue, warmupSteps), down], [warmupSteps]);
};

export interface Cycle {
  readonly initValue: number;
  readonly peakValue: number;
  readonly warmupSteps: number;
  /** All steps of the cycle. */
  readonly decaySteps: number;
  readonly endValue?: number;
  readonly exponent?: number;
}
/** Warm restarts (Loshchilov and Hutter 2016): one `warmupCosineDecay` after another. */
export const sgdr = (cycles: readonly Cycle[]): StepSchedule => {
  const schedules = cycles.map(({ initValue, peakValue, warmupSteps, decaySteps, ...options }) =>
    warmupCosineDecay(initValue, peakValue, warmupSteps, decaySteps, options),
  );
  const ends = cycles.reduce<readonly number[]>((all, { decaySteps }) => [...all, (all.at(-1) ?? 0) + decaySteps], []);
  return joinSchedules(schedules, ends.slice(0, -1));
};
