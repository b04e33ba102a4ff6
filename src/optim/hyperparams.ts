/** Hyperparameters as leaves of the memory: to be read, and changed between steps. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { double, noSteps, oneMore, type Scalar } from './leaf.ts';
import { mapMemories, scheduled, type Schedule } from './rate.ts';
import type { Extra, GradientTransformation, MemoryKind, MemoryOf } from './transformation.ts';

type Values = Readonly<Record<string, Scalar | Schedule>>;
type Arrays<H> = { readonly [K in keyof H]: NDArray };

export interface InjectedOf<H extends Values, I> {
  /** Numbers as float64 scalars, which can be changed (`withHyperparams`). */
  readonly hyperparams: { readonly [K in keyof H as H[K] extends Schedule ? never : K]: NDArray };
  /** What the schedules said in the last step. */
  readonly scheduled: { readonly [K in keyof H as H[K] extends Schedule ? K : never]: NDArray };
  readonly steps: NDArray;
  readonly inner: I;
}
export interface Injected<H extends Values, M extends MemoryKind> extends MemoryKind {
  readonly memory: InjectedOf<H, MemoryOf<M, this['params']>>;
}

/** The values of hyperparameters in a step, apart by whether they can be changed. */
const valuesAt = (given: Values, count: NDArray) => {
  const entries = Object.entries(given);
  return {
    hyperparams: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'function' ? [] : [[name, double(value)] as const])),
    ),
    scheduled: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'function' ? [[name, double(value(count))] as const] : [])),
    ),
  };
};

/** The rates inside `memory` as `fresh`, which was made with the present hyperparameters, has them. */
const withRatesOf = (memory: unknown, fresh: unknown): unknown => {
  const rates: NDArray[] = [];
  mapMemories(fresh, (record) => {
    if (isNDArray(record['learningRate'])) rates.push(record['learningRate']);
    return null;
  });
  let at = 0;
  return mapMemories(memory, (record) =>
    isNDArray(record['learningRate']) ? { ...record, learningRate: rates[at++] ?? record['learningRate'] } : null,
  );
};

/**
 * The optimizer that `make` builds from hyperparameters, which are leaves of its memory: `memory.hyperparams.b1` reads one, `withHyperparams` changes
 * it. A schedule in the place of a number is asked in each step.
 *
 * @example injectHyperparams(({ learningRate, b1 }) => adam(learningRate, { b1 }), { learningRate: 1e-3, b1: 0.9 })
 */
export const injectHyperparams = <const H extends Values, M extends MemoryKind>(
  make: (values: Arrays<H>) => GradientTransformation<M>,
  given: H,
): GradientTransformation<Injected<H, M>> => {
  // Sound: the two parts together have each name once.
  const made = (parts: { readonly hyperparams: object; readonly scheduled: object }): GradientTransformation<M> =>
    make({ ...parts.hyperparams, ...parts.scheduled } as Arrays<H>);
  type Memory<P> = MemoryOf<Injected<H, M>, P>;
  return {
    init: <P>(params: P) => {
      const values = valuesAt(given, noSteps());
      return { ...values, steps: noSteps(), inner: made(values).init(params) } as Memory<P>; // sound: as its type says
    },
    update: <P>(gradients: P, memory: Memory<P>, params: P, extra?: Extra<P>) => {
      const values = { hyperparams: memory.hyperparams, scheduled: valuesAt(given, memory.steps).scheduled };
      const inner = made(values);
      const refreshed = withRatesOf(memory.inner, inner.init(params)) as MemoryOf<M, P>; // sound: the same records
      const [updates, next] = inner.update(gradients, refreshed, params, extra);
      return [updates, { ...values, steps: oneMore(memory.steps), inner: next } as Memory<P>] as const;
    },
  };
};

/** The same memory with hyperparameters replaced, by name. A name that it does not have, or that follows a schedule, is an error. */
export const withHyperparams = <M>(memory: M, values: Readonly<Record<string, number>>): M => {
  const missing = new Set(Object.keys(values));
  const changed = mapMemories(memory, (record) => {
    const { hyperparams, scheduled: fixed } = record;
    if (typeof hyperparams !== 'object' || hyperparams === null) return null;
    const stray = Object.keys(values).find((name) => typeof fixed === 'object' && fixed !== null && name in fixed);
    if (stray !== undefined) throw scheduled('withHyperparams', stray);
    const next = Object.entries(hyperparams).map(([name, old]: readonly [string, unknown]) => {
      const value = values[name];
      if (value === undefined || !isNDArray(old)) return [name, old] as const;
      missing.delete(name);
      return [name, splat(old.type, value)] as const;
    });
    return { ...record, hyperparams: Object.fromEntries(next) };
  }) as M; // sound: only leaves are replaced, by leaves
  if (missing.size > 0)
    throw new FluxionError(
      'optim.hyperparams',
      `withHyperparams: expected hyperparameters of the memory, got ${[...missing].join(', ')}. Make the optimizer with injectHyperparams, and name them there.`,
    );
  return changed;
};
