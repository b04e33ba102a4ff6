/** Gradient transformations: pure steps on gradients that hand on what they remember. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { add as addArrays, convert, mul } from '../primitives/arithmetic.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { map } from '../tree/traverse.ts';

/** A memory type as a function of the parameters' type: extend it and speak of `this['params']`. */
export interface MemoryKind {
  readonly params: unknown;
  readonly memory: unknown;
}
/** The memory of kind `M` for parameters `P`. */
export type MemoryOf<M extends MemoryKind, P> = (M & { readonly params: P })['memory'];

/** `init` gives the memory for parameters; `update` turns gradients into updates, which are added to the parameters. */
export interface GradientTransformation<M extends MemoryKind = MemoryKind> {
  init<P>(params: P): MemoryOf<M, P>;
  update<P>(gradients: P, memory: MemoryOf<M, P>, params: P): readonly [updates: P, memory: MemoryOf<M, P>];
}

interface Nothing extends MemoryKind {
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
export const scale = (factor: number): GradientTransformation<Nothing> =>
  stateless((gradients) => map((g: NDArray) => mul(g, splat(g.type, factor)), gradients));

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
    update: <P>(gradients: P, memory: MemoryOf<Chained<Ms>, P>, params: P) => {
      const own = memory as readonly unknown[];
      const kept: unknown[] = [];
      const updates = list.reduce((between, step, i) => {
        const [next, after] = step.update(between, own[i], params);
        kept.push(after);
        return next;
      }, gradients);
      return [updates, kept as MemoryOf<Chained<Ms>, P>] as const;
    },
  };
};

/** Parameters after a step: `params + updates`, in the parameters' types. */
export const applyUpdates = <P>(params: P, updates: P): P =>
  map((p: NDArray, u: NDArray) => addArrays(p, convert(u, p.dtype)), params, updates);

/** A scalar spread over the shape and type of a leaf. */
export const spreadScalar = (scalar: NDArray, leaf: NDArray): NDArray =>
  broadcast(convert(scalar, leaf.dtype), leaf.shape, []);

export interface RateKind extends MemoryKind {
  readonly memory: { readonly learningRate: NDArray };
}
/** Gradients times `-learningRate`, which is a leaf of the memory: it can be read, and changed between steps. */
export const scaleByLearningRate = (learningRate: number): GradientTransformation<RateKind> => ({
  // As a double, so that parameters of either type meet the rate that was given.
  init: () => ({ learningRate: splat({ dtype: 'float64', shape: [] }, learningRate) }),
  update: (gradients, memory) => [
    map(
      (g: NDArray) => mul(g, spreadScalar(mul(memory.learningRate, splat(memory.learningRate.type, -1)), g)),
      gradients,
    ),
    memory,
  ],
});

/** The same memory with every learning rate in it replaced. */
export const withLearningRate = <M>(memory: M, learningRate: number): M => {
  let found = 0;
  // Memories stand in the lists that `chain` makes; records further down are trees of the parameters, whatever their names.
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null || !('learningRate' in node) || !isNDArray(node.learningRate))
      return node;
    found++;
    return { ...node, learningRate: splat(node.learningRate.type, learningRate) };
  };
  const changed = walk(memory) as M; // sound: only leaves are replaced, by leaves
  if (found === 0)
    throw new FluxionError(
      'optim.rate',
      'withLearningRate: expected a memory with a learning rate, got none. Put scaleByLearningRate into the chain.',
    );
  return changed;
};
