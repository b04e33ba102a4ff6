/** Learning rates: numbers that are leaves of the memory, or schedules. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { mul } from '../primitives/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import { double, noSteps, oneMore, spreadScalar, times, type Scalar } from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

/** A hyperparameter as a function of the number of steps taken before. */
export type Schedule = (count: NDArray) => NDArray;
/** A learning rate: a number, which can be changed between steps, or a schedule, which cannot. */
export type Rate = Scalar | Schedule;

/** Steps taken. */
export interface CountKind extends MemoryKind {
  readonly memory: { readonly count: NDArray };
}
/** Gradients times `schedule(count)`, where `count` is 0 in the first step. */
export const scaleBySchedule = (schedule: Schedule): GradientTransformation<CountKind> => ({
  init: () => ({ count: noSteps() }),
  update: (gradients, { count }) => {
    const factor = double(schedule(count));
    return [map((g: NDArray) => times(g, factor), gradients), { count: oneMore(count) }];
  },
});

export interface RateKind extends MemoryKind {
  readonly memory: {
    /** The rate of the next step; with a schedule, that of the last. */
    readonly learningRate: NDArray;
    /** Steps taken, where the rate follows a schedule. */
    readonly steps: NDArray | null;
  };
}
/** A number, or what a schedule says of a count: a double, so that parameters of either type meet the rate that was given. */
export const rateAt = (rate: Rate, count: NDArray): NDArray => double(typeof rate === 'function' ? rate(count) : rate);

/**
 * Gradients times `-learningRate`. A number is a leaf of the memory: it can be read, and changed between steps. A schedule is asked in
 * each step, and the memory shows what it said.
 */
export const scaleByLearningRate = (learningRate: Rate): GradientTransformation<RateKind> => ({
  init: () => ({
    learningRate: rateAt(learningRate, noSteps()),
    steps: typeof learningRate === 'function' ? noSteps() : null,
  }),
  update: (gradients, memory) => {
    const { steps } = memory;
    const rate = steps === null ? memory.learningRate : rateAt(learningRate, steps);
    const updates = map((g: NDArray) => mul(g, spreadScalar(mul(rate, splat(rate.type, -1)), g)), gradients);
    return [updates, steps === null ? memory : { learningRate: rate, steps: oneMore(steps) }];
  },
});

type Fields = Readonly<Record<string, unknown>>;
const isFields = (node: unknown): node is Fields =>
  typeof node === 'object' && node !== null && !Array.isArray(node) && !isNDArray(node);
const onFields = (fields: Fields, f: (node: unknown) => unknown): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, node]) => [name, f(node)]));

/**
 * Visit the memories inside a memory: in the lists of `chain`, under `parts` (`namedChain`, `partition`) and `inner` (wrappers).
 * Records further down are trees of the parameters, whatever their names.
 */
export const mapMemories = (node: unknown, visit: (memory: Fields) => Fields | null): unknown => {
  const again = (child: unknown): unknown => mapMemories(child, visit);
  if (Array.isArray(node)) return node.map(again);
  if (!isFields(node)) return node;
  const changed = visit(node);
  if (changed !== null) return changed;
  const { inner, parts } = node;
  return {
    ...node,
    ...('inner' in node ? { inner: again(inner) } : {}),
    ...(isFields(parts) ? { parts: onFields(parts, again) } : {}),
  };
};

/** The learning rates in a memory, in order, also those that `injectHyperparams` holds. */
export const learningRatesIn = (memory: unknown): readonly NDArray[] => {
  const found: NDArray[] = [];
  mapMemories(memory, (record) => {
    const own = [record, record['hyperparams'], record['scheduled']]
      .filter(isFields)
      .map((fields) => fields['learningRate'])
      .find(isNDArray);
    if (own === undefined) return null;
    found.push(own);
    return record;
  });
  return found;
};

/**
 * The same memory with every learning rate in it replaced, also one that `injectHyperparams` holds. A rate that follows a schedule is
 * not replaced: that throws.
 */
export const withLearningRate = <M>(memory: M, learningRate: number): M => {
  let found = 0;
  const replace = (record: Fields): Fields | null => {
    const rate = record['learningRate'];
    if (!isNDArray(rate)) return null;
    found++;
    if (isNDArray(record['steps'])) throw scheduled('withLearningRate', 'learningRate');
    return { ...record, learningRate: splat(rate.type, learningRate) };
  };
  const visit = (record: Fields): Fields | null => {
    const { hyperparams } = record;
    if (!isFields(hyperparams)) return replace(record);
    if (isFields(record['scheduled']) && 'learningRate' in record['scheduled'])
      throw scheduled('withLearningRate', 'learningRate');
    return { ...record, hyperparams: replace(hyperparams) ?? hyperparams };
  };
  const changed = mapMemories(memory, visit) as M; // sound: only leaves are replaced, by leaves
  if (found === 0)
    throw new FluxionError(
      'optim.rate',
      'withLearningRate: expected a memory with a learning rate, got none. Put scaleByLearningRate into the chain.',
    );
  return changed;
};

/** The error for changing what a schedule decides. */
export const scheduled = (operation: string, name: string): FluxionError =>
  new FluxionError(
    'optim.scheduled',
    `${operation}: expected ${name} to be a number, got one that follows a schedule. Give the optimizer a number to change it between steps.`,
  );
