/** Steps that ask for more of the loss than its gradient: sharpness, curvature, plateaus. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { cond } from '../cond.ts';
import { flattenArrays } from '../lift.ts';
import { convert, div, max, mul, sub } from '../primitives/arithmetic.ts';
import { ge, gt, lt } from '../primitives/logic.ts';
import { rademacher } from '../random/continuous.ts';
import { foldIn, key as keyOf, split, type Key } from '../random/key.ts';
import { map } from '../tree/traverse.ts';
import { unflatten } from '../tree/structure.ts';
import {
  blend,
  choose,
  cut,
  double,
  fill,
  isMultiple,
  noSteps,
  oneMore,
  over,
  plusTimes,
  times,
  correction,
  zerosLike,
} from './leaf.ts';
import type { Scalar } from './leaf.ts';
import type { Rate } from './rate.ts';
import { required, type Extra, type GradientTransformation, type MemoryKind, type MemoryOf } from './transformation.ts';
import { globalNorm } from './vector.ts';
import { decayed, type Decayed, type DecayOptions } from './weights.ts';

/**
 * Sharpness-aware minimisation (Foret et al. 2021, Algorithm 1): `inner` steps with the gradient at `params + rho g / |g|`. Asks `update` for
 * `{ valueAndGradient }`.
 */
export const sam = <M extends MemoryKind>(
  inner: GradientTransformation<M>,
  { rho = 0.05 }: { readonly rho?: Scalar } = {},
): GradientTransformation<M> => ({
  init: (params) => inner.init(params),
  update: (gradients, memory, params, extra) => {
    const f = required('sam', extra, 'valueAndGradient');
    const size = double(globalNorm(gradients));
    const factor = div(double(rho), choose(gt(size, double(0)), size, double(1)));
    const worst = map((p: NDArray, g: NDArray) => plusTimes(p, g, factor), params, gradients);
    return inner.update(f(worst)[1], memory, params, extra);
  },
});

export interface SophiaOf<P> {
  readonly count: NDArray;
  readonly mean: P;
  /** The running mean of estimates of the Hessian's diagonal. */
  readonly curvature: P;
  readonly key: Key;
}
export interface SophiaKind extends MemoryKind {
  readonly memory: SophiaOf<this['params']>;
}
export interface SophiaOptions {
  /** Decay of the mean. Default 0.965. */
  readonly b1?: Scalar;
  /** Decay of the curvature, each time it is estimated. Default 0.99. */
  readonly b2?: Scalar;
  /** What the scaled curvature counts as at least. Default 1e-8. */
  readonly eps?: Scalar;
  /** Default 0.01. */
  readonly gamma?: Scalar;
  /** The largest step of an element before the rate. Default 1. */
  readonly clipThreshold?: Scalar;
  /** How many steps an estimate serves. Default 10. */
  readonly updateInterval?: number;
  /** Of the random directions. Default 0. */
  readonly key?: Key | number;
}
/** Signs that are 1 or -1 by chance, like the parameters. */
const signsLike = <P>(key: Key, params: P): P => {
  const { leaves, structure } = flattenArrays(params);
  const signs = leaves.map((p, i) => convert(rademacher(foldIn(key, i), p.shape), p.dtype));
  return unflatten(structure, signs) as P; // sound: like the parameters
};
/**
 * Sophia-H (Liu et al. 2023, Algorithms 1 and 3): the mean over the curvature, cut to `[-clipThreshold, clipThreshold]`. As in Optax the mean is corrected for bias, the
 * curvature is not, and a new estimate (Hutchinson's, with signs) serves from the next step on. Asks `update` for `{ hessianProduct }`.
 */
export const scaleBySophia = ({
  b1 = 0.965,
  b2 = 0.99,
  eps = 1e-8,
  gamma = 0.01,
  clipThreshold = 1,
  updateInterval = 10,
  key = 0,
}: SophiaOptions = {}): GradientTransformation<SophiaKind> => ({
  init: (params) => ({
    count: noSteps(),
    mean: zerosLike(params),
    curvature: zerosLike(params),
    key: typeof key === 'number' ? keyOf(key) : key,
  }),
  update: <P>(gradients: P, memory: SophiaOf<P>, _: P, extra?: Extra<P>) => {
    const product = required('scaleBySophia', extra, 'hessianProduct');
    const count = oneMore(memory.count);
    const mean = map(blend(b1), memory.mean, gradients);
    const c1 = correction(b1, count);
    const step = (m: NDArray, h: NDArray): NDArray =>
      cut(div(over(m, c1), max(times(h, gamma), fill(eps, h))), clipThreshold);
    const isTime = isMultiple(memory.count, updateInterval);
    type Estimated = readonly [P, Key];
    const [curvature, next] = cond<[], Estimated>(
      isTime,
      () => {
        const [after, own] = split(memory.key);
        const signs = signsLike(own, gradients);
        const estimate = map((s: NDArray, h: NDArray) => mul(s, h), signs, product(signs));
        return [map(blend(b2), memory.curvature, estimate), after];
      },
      () => [memory.curvature, memory.key],
    );
    return [map(step, mean, memory.curvature), { count, mean, curvature, key: next }] as const;
  },
});
/** Sophia with weight decay apart from the gradient (default 1e-4): see `scaleBySophia`. */
export const sophia = (
  learningRate: Rate,
  { weightDecay = 1e-4, mask = true, ...options }: SophiaOptions & DecayOptions = {},
): Decayed<SophiaKind> => decayed(scaleBySophia(options), learningRate, weightDecay, mask);

/** The factor in force, the least value so far, and steps since. */
export interface PlateauMemory {
  readonly scale: NDArray;
  readonly best: NDArray;
  readonly waited: NDArray;
  readonly cooldown: NDArray;
}
export interface PlateauKind extends MemoryKind {
  readonly memory: PlateauMemory;
}
export interface PlateauOptions {
  /** By how much the updates shrink. Default 0.1. */
  readonly factor?: Scalar;
  /** After how many steps without a better value. Default 10. */
  readonly patience?: number;
  /** By which part of itself a better value is lower. Default 1e-4. */
  readonly rtol?: number;
  /** By how much a better value is lower. Default 0. */
  readonly atol?: number;
  /** How many steps after a change do not count. Default 0. */
  readonly cooldown?: number;
  /** Default 0. */
  readonly minScale?: number;
}
/** Updates times a factor that shrinks when the loss no longer falls. Stands at the end of a chain; asks `update` for `{ value }`. */
export const reduceOnPlateau = ({
  factor = 0.1,
  patience = 10,
  rtol = 1e-4,
  atol = 0,
  cooldown: rest = 0,
  minScale = 0,
}: PlateauOptions = {}): GradientTransformation<PlateauKind> => ({
  init: () => ({ scale: double(1), best: double(Infinity), waited: noSteps(), cooldown: noSteps() }),
  update: <P>(updates: P, memory: MemoryOf<PlateauKind, P>, _: P, extra?: Extra<P>) => {
    const value = double(required('reduceOnPlateau', extra, 'value'));
    const isBetter = lt(value, sub(mul(double(1 - rtol), memory.best), double(atol)));
    const zero = noSteps();
    const rests = gt(memory.cooldown, zero);
    const waited = choose(isBetter, zero, choose(rests, zero, oneMore(memory.waited)));
    const isTime = ge(waited, splat(zero.type, patience));
    const smaller = max(mul(memory.scale, double(factor)), double(minScale));
    const scale = choose(isTime, smaller, memory.scale);
    const less = choose(rests, sub(memory.cooldown, splat(zero.type, 1)), zero);
    return [
      map((u: NDArray) => times(u, scale), updates),
      {
        scale,
        best: choose(isBetter, value, memory.best),
        waited: choose(isTime, zero, waited),
        cooldown: choose(isTime, splat(zero.type, rest), less),
      },
    ] as const;
  },
});
