/** Gradient transformations: pure steps on gradients that hand on what they remember. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add as addArrays, convert } from '../primitives/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import { times, type Scalar } from './leaf.ts';

/** A memory type as a function of the parameters' type: extend it and speak of `this['params']`. */
export interface MemoryKind {
  readonly params: unknown;
  readonly memory: unknown;
}
/** The memory of kind `M` for parameters `P`. */
export type MemoryOf<M extends MemoryKind, P> = (M & { readonly params: P })['memory'];

/**
 * What a step may tell beyond the gradients. Most transformations ask for nothing; those that do say so, and throw if it is missing.
 * Wrappers and `chain` hand it on.
 */
export interface Extra<P> {
  /** The value of the loss at the parameters (`polyakSgd`, `reduceOnPlateau`). */
  readonly value?: NDArray;
  /** The loss and its gradient at other parameters (`sam`, `lbfgs` with a line search). */
  readonly valueAndGradient?: (params: P) => readonly [value: NDArray, gradients: P];
  /** The Hessian of the loss at the parameters times a direction (`sophia`). */
  readonly hessianProduct?: (direction: P) => P;
}

/** `init` gives the memory for parameters; `update` turns gradients into updates, which are added to the parameters. */
export interface GradientTransformation<M extends MemoryKind = MemoryKind> {
  init<P>(params: P): MemoryOf<M, P>;
  update<P>(
    gradients: P,
    memory: MemoryOf<M, P>,
    params: P,
    extra?: Extra<P>,
  ): readonly [updates: P, memory: MemoryOf<M, P>];
}

/** What a transformation asks of `extra`, or an error that says how to give it. */
export const required = <P, K extends keyof Extra<P>>(
  operation: string,
  extra: Extra<P> | undefined,
  name: K,
): NonNullable<Extra<P>[K]> => {
  const given = extra?.[name];
  if (given === undefined || given === null)
    throw new FluxionError(
      'optim.extra',
      `${operation}: expected { ${name} } as the fourth argument of update, got none. Pass what the step knows of the loss.`,
    );
  return given;
};

/**
 * What a step tells, to a transformation that sees the parameters in another form: `point` and `direction` lead from that form to parameters
 * and to changes of them, `back` from gradients into it.
 */
export const extraThrough = <P, Q>(
  extra: Extra<P> | undefined,
  point: (seen: Q) => P,
  direction: (seen: Q) => P,
  back: (gradients: P) => Q,
): Extra<Q> | undefined => {
  if (extra === undefined) return undefined;
  const { value, valueAndGradient: f, hessianProduct: h } = extra;
  const look = (at: Q, ask: NonNullable<typeof f>): readonly [NDArray, Q] => {
    const [found, gradients] = ask(point(at));
    return [found, back(gradients)];
  };
  return {
    ...(value === undefined ? {} : { value }),
    ...(f === undefined ? {} : { valueAndGradient: (at: Q) => look(at, f) }),
    ...(h === undefined ? {} : { hessianProduct: (to: Q) => back(h(direction(to))) }),
  };
};

/** The kind of no memory. */
export interface Nothing extends MemoryKind {
  readonly memory: null;
}
/** A transformation without memory. */
export const stateless = (f: <P>(gradients: P, params: P) => P): GradientTransformation<Nothing> => ({
  init: () => null,
  update: (gradients, memory, params) => [f(gradients, params), memory],
});

/** Gradients as they are: the identity of `chain`. */
export const identity = (): GradientTransformation<Nothing> => stateless((gradients) => gradients);
/** Gradients times a number. */
export const scale = (factor: Scalar): GradientTransformation<Nothing> =>
  stateless((gradients) => map((g: NDArray) => times(g, factor), gradients));

export interface Chained<Ms extends readonly MemoryKind[]> extends MemoryKind {
  readonly memory: { readonly [K in keyof Ms]: MemoryOf<Ms[K], this['params']> };
}

/** One transformation after another: the first's updates are the next one's gradients. Associative; `chain()` is the identity. */
export const chain = <const Ms extends readonly MemoryKind[]>(
  ...steps: { readonly [K in keyof Ms]: GradientTransformation<Ms[K]> }
): GradientTransformation<Chained<Ms>> => {
  // Sound: each step meets its own memory only, at its own place in the tuple.
  const list = steps as readonly GradientTransformation[];
  return {
    init: <P>(params: P) => list.map((step) => step.init(params)) as MemoryOf<Chained<Ms>, P>,
    update: <P>(gradients: P, memory: MemoryOf<Chained<Ms>, P>, params: P, extra?: Extra<P>) => {
      const own = memory as readonly unknown[];
      const kept: unknown[] = [];
      const updates = list.reduce((between, step, i) => {
        const [next, after] = step.update(between, own[i], params, extra);
        kept.push(after);
        return next;
      }, gradients);
      return [updates, kept as MemoryOf<Chained<Ms>, P>] as const;
    },
  };
};

/** Memories by name. */
export interface PartsOf<Ms extends Readonly<Record<string, MemoryKind>>, P> {
  readonly parts: { readonly [K in keyof Ms]: MemoryOf<Ms[K], P> };
}
export interface Parts<Ms extends Readonly<Record<string, MemoryKind>>> extends MemoryKind {
  readonly memory: PartsOf<Ms, this['params']>;
}
/** As `chain`, in the order in which the record was written; the memories stand under `parts` by their names. */
export const namedChain = <const Ms extends Readonly<Record<string, MemoryKind>>>(steps: {
  readonly [K in keyof Ms]: GradientTransformation<Ms[K]>;
}): GradientTransformation<Parts<Ms>> => {
  // Sound: as in `chain`; names and steps are in one order.
  const names = Object.keys(steps);
  const all = chain(...(Object.values(steps) as GradientTransformation[]));
  const parts = (list: readonly unknown[]): unknown => ({
    parts: Object.fromEntries(names.map((name, i) => [name, list[i]])),
  });
  return {
    init: <P>(params: P) => parts(all.init(params)) as MemoryOf<Parts<Ms>, P>,
    update: <P>(gradients: P, memory: MemoryOf<Parts<Ms>, P>, params: P, extra?: Extra<P>) => {
      const own = (memory as { readonly parts: Readonly<Record<string, unknown>> }).parts;
      const list = names.map((name) => own[name]);
      const [updates, next] = all.update(gradients, list, params, extra);
      return [updates, parts(next) as MemoryOf<Parts<Ms>, P>] as const;
    },
  };
};

/** Parameters after a step: `params + updates`, in the parameters' types. */
export const applyUpdates = <P>(params: P, updates: P): P =>
  map((p: NDArray, u: NDArray) => addArrays(p, convert(u, p.dtype)), params, updates);
