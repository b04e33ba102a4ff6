/** Steps that are not taken each time: accumulation over several batches, and guards against what is not finite. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import { cond } from '../cond.ts';
import { add, convert, isFinite, isNaN, rem, sub } from '../primitives/arithmetic.ts';
import { and, eq, ge, gt, not, or, select } from '../primitives/logic.ts';
import { reduceAnd, reduceOr } from '../primitives/reduction.ts';
import { flattenArrays } from '../lift.ts';
import { map } from '../tree/traverse.ts';
import { choose, double, fill, noSteps, oneMore, over, zerosLike } from './leaf.ts';
import type { Schedule } from './rate.ts';
import type { Extra, GradientTransformation, MemoryKind, MemoryOf } from './transformation.ts';

export interface MultiStepsOf<P, I> {
  /** Gradients gathered since the last step. */
  readonly miniStep: NDArray;
  /** Steps taken. */
  readonly gradientStep: NDArray;
  /** The mean, or sum, of the gradients gathered. */
  readonly gathered: P;
  readonly inner: I;
}
export interface MultiStepsKind<M extends MemoryKind> extends MemoryKind {
  readonly memory: MultiStepsOf<this['params'], MemoryOf<M, this['params']>>;
}
export interface MultiStepsOptions {
  /** The mean of the gradients, else their sum. Default true. */
  readonly useGradMean?: boolean;
}
/**
 * `inner` takes a step every `every` gradients, with their mean (running, so that nothing overflows); in between the updates are 0. `every` may
 * be a schedule of the steps taken. `MultiSteps` in Optax.
 */
export const multiSteps = <M extends MemoryKind>(
  inner: GradientTransformation<M>,
  every: number | Schedule,
  { useGradMean = true }: MultiStepsOptions = {},
): GradientTransformation<MultiStepsKind<M>> => ({
  init: <P>(params: P) => ({
    miniStep: noSteps(),
    gradientStep: noSteps(),
    gathered: zerosLike(params),
    inner: inner.init(params),
  }),
  update: <P>(gradients: P, memory: MemoryOf<MultiStepsKind<M>, P>, params: P, extra?: Extra<P>) => {
    const { miniStep, gradientStep, gathered } = memory;
    const count = oneMore(miniStep);
    const length = typeof every === 'number' ? double(every) : double(every(gradientStep));
    const gather = (sum: NDArray, g: NDArray): NDArray =>
      useGradMean ? add(sum, over(sub(g, sum), double(count))) : add(sum, g);
    const now = map(gather, gathered, gradients);
    type State = readonly [P, MultiStepsOf<P, MemoryOf<M, P>>];
    const step = (): State => {
      const [updates, next] = inner.update(now, memory.inner, params, extra);
      return [
        updates,
        { miniStep: noSteps(), gradientStep: oneMore(gradientStep), gathered: zerosLike(gathered), inner: next },
      ];
    };
    const wait = (): State => [
      zerosLike(gradients),
      { miniStep: count, gradientStep, gathered: now, inner: memory.inner },
    ];
    return cond<[], State>(ge(double(count), length), step, wait);
  },
});
export { multiSteps as MultiSteps };

export interface GatheredOf<P> {
  readonly count: NDArray;
  readonly gathered: P;
}
export interface GatheredKind extends MemoryKind {
  readonly memory: GatheredOf<this['params']>;
}
/** The sum of `every` updates at the last of them, 0 before. What stands before it in a chain goes on at each step; `multiSteps` waits as a whole. */
export const applyEvery = (every: number): GradientTransformation<GatheredKind> => ({
  init: (params) => ({ count: noSteps(), gathered: zerosLike(params) }),
  update: (updates, { count, gathered }) => {
    const isFirst = eq(count, noSteps());
    const isLast = eq(count, splat(count.type, every - 1));
    const sum = map((s: NDArray, u: NDArray) => choose(isFirst, u, add(s, u)), gathered, updates);
    const next = rem(oneMore(count), splat(count.type, every));
    return [map((s: NDArray) => choose(isLast, s, fill(0, s)), sum), { count: next, gathered: sum }];
  },
});

/** Whether a leaf had elements that are not numbers in the last step. */
export interface NanKind extends MemoryKind {
  readonly memory: Readonly<Record<'foundNan', this['params']>>;
}
/** Elements that are not numbers become 0; the memory says in which leaves there were any (bool scalars, in the structure of the parameters). */
export const zeroNans = (): GradientTransformation<NanKind> => {
  const flag = splat({ dtype: 'bool', shape: [] }, 0);
  return {
    init: (params) => ({ foundNan: map((_: NDArray) => flag, params) }),
    update: (updates) => [
      map((u: NDArray) => select(isNaN(u), fill(0, u), u), updates),
      { foundNan: map((u: NDArray) => reduceOr(isNaN(u), axesOf(u.shape)), updates) },
    ],
  };
};

export interface FiniteOf<I> {
  /** Steps in a row that were left out. */
  readonly notFinite: NDArray;
  readonly totalNotFinite: NDArray;
  readonly wasFinite: NDArray;
  readonly inner: I;
}
export interface FiniteKind<M extends MemoryKind> extends MemoryKind {
  readonly memory: FiniteOf<MemoryOf<M, this['params']>>;
}
/** Whether all elements of all leaves are finite. */
const allFinite = (tree: unknown): NDArray =>
  flattenArrays(tree)
    .leaves.map((x) => reduceAnd(isFinite(x), axesOf(x.shape)))
    .reduce(and, splat({ dtype: 'bool', shape: [] }, 1));

/**
 * `inner`, but a step with gradients that are not finite is left out: no update, and the memory stays. After more than `maxConsecutiveErrors` such
 * steps in a row they are taken all the same, so that training does not stand still unnoticed.
 */
export const applyIfFinite = <M extends MemoryKind>(
  inner: GradientTransformation<M>,
  maxConsecutiveErrors: number,
): GradientTransformation<FiniteKind<M>> => ({
  init: <P>(params: P) => ({
    notFinite: noSteps(),
    totalNotFinite: noSteps(),
    wasFinite: splat({ dtype: 'bool', shape: [] }, 1),
    inner: inner.init(params),
  }),
  update: <P>(gradients: P, memory: MemoryOf<FiniteKind<M>, P>, params: P, extra?: Extra<P>) => {
    const isGood = allFinite(gradients);
    const notFinite = choose(isGood, noSteps(), oneMore(memory.notFinite));
    const goes = or(isGood, gt(notFinite, splat(notFinite.type, maxConsecutiveErrors)));
    const [updates, next] = cond<[], readonly [P, MemoryOf<M, P>]>(
      goes,
      () => inner.update(gradients, memory.inner, params, extra),
      () => [zerosLike(gradients), memory.inner],
    );
    const totalNotFinite = add(memory.totalNotFinite, convert(not(isGood), 'int32'));
    return [updates, { notFinite, totalNotFinite, wasFinite: isGood, inner: next }] as const;
  },
});
