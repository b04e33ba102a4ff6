/** Choices by leaf: weights to decay, parts to train. */
import { TreeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { flattenArrays } from '../lift.ts';
import { nth } from '../primitives/record.ts';
import { keystr, type KeyPath } from '../tree/path.ts';
import { keyPaths } from '../tree/show.ts';
import { unflatten } from '../tree/structure.ts';
import { zerosLike } from './leaf.ts';
import {
  extraThrough,
  identity,
  type Extra,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
  type Parts,
} from './transformation.ts';

/**
 * An answer for each leaf: one for all, a record or list with answers for the parts (as deep as they differ), or a function of path and
 * leaf, as `nn.isKernel` is.
 *
 * @example masked(clip(1), { hidden: true, head: { kernel: true, bias: false } })
 * @example addDecayedWeights(1e-4, (path, leaf) => leaf.ndim > 1)
 */
export type Choice<A> =
  | A
  | readonly Choice<A>[]
  | { readonly [name: string]: Choice<A> }
  | ((path: KeyPath, leaf: NDArray) => A);
/** Whether a leaf is meant. */
export type Mask = Choice<boolean>;

type Asked = (path: KeyPath, leaf: NDArray) => unknown;

/** The answers for the leaves of `params` from left to right. */
const chosen = <A extends string | boolean>(
  operation: string,
  choice: Choice<A>,
  params: unknown,
  kind: 'string' | 'boolean',
): readonly A[] => {
  const { leaves, structure } = flattenArrays(params);
  return keyPaths(structure).map((path, i) => {
    let node: unknown = choice;
    for (const key of path) {
      if (typeof node !== 'object' || node === null) break;
      node = Reflect.get(node, key);
    }
    // Sound: a function among the answers is one of path and leaf.
    const answer: unknown = typeof node === 'function' ? (node as Asked)(path, nth(leaves, i)) : node;
    if (typeof answer !== kind)
      throw new TreeError(
        `${operation}: expected a ${kind} for the leaf ${keystr(path)}, got ${answer === null ? 'null' : typeof answer}. Give one for each part, or a function of path and leaf.`,
        'tree.choice',
      );
    return answer as A; // sound: of the kind that was asked for
  });
};

/** The tree with `null` in place of the leaves that are not meant. */
const pick = <P>(tree: P, isMeant: readonly boolean[]): P => {
  const { leaves, structure } = flattenArrays(tree);
  return unflatten(
    structure,
    leaves.map((x, i) => (isMeant[i] === true ? x : null)),
  ) as P; // sound: what works on arrays alone does not meet the difference
};
/** The tree with the leaves that are meant replaced by those of `part`. */
const merge = <P>(tree: P, part: P, isMeant: readonly boolean[]): P => {
  const { leaves, structure } = flattenArrays(tree);
  const others = flattenArrays(part).leaves;
  let at = 0;
  return unflatten(
    structure,
    leaves.map((x, i) => (isMeant[i] === true ? nth(others, at++) : x)),
  ) as P; // sound: the same structure
};

/** What a step tells, for a part of the parameters; the rest stays as it is. */
const within = <P>(extra: Extra<P> | undefined, params: P, isMeant: readonly boolean[]): Extra<P> | undefined =>
  extraThrough(
    extra,
    (part: P) => merge(params, part, isMeant),
    (part: P) => merge(zerosLike(params), part, isMeant),
    (gradients) => pick(gradients, isMeant),
  );

/** The memory of a wrapper around a transformation with the memory `I`. */
export interface InnerOf<I> {
  readonly inner: I;
}
export interface Wrapped<M extends MemoryKind> extends MemoryKind {
  readonly memory: InnerOf<MemoryOf<M, this['params']>>;
}

/**
 * A transformation of the leaves that the mask means; other gradients pass unchanged. `inner` sees, and remembers, a tree with `null` at the others'
 * places. (To hold parameters fixed, use `freeze`.)
 */
export const masked = <M extends MemoryKind>(
  inner: GradientTransformation<M>,
  mask: Mask,
): GradientTransformation<Wrapped<M>> => ({
  init: <P>(params: P) => ({ inner: inner.init(pick(params, chosen('masked', mask, params, 'boolean'))) }),
  update: <P>(gradients: P, memory: MemoryOf<Wrapped<M>, P>, params: P, extra?: Extra<P>) => {
    const isMeant = chosen('masked', mask, params, 'boolean');
    const [updates, next] = inner.update(
      pick(gradients, isMeant),
      memory.inner,
      pick(params, isMeant),
      within(extra, params, isMeant),
    );
    return [merge(gradients, updates, isMeant), { inner: next }] as const;
  },
});

/**
 * Each leaf is treated by the transformation of its label (`multi_transform` in Optax).
 *
 * @example partition({ fast: adam(1e-2), slow: sgd(1e-4) }, { hidden: 'slow', head: 'fast' })
 */
export const partition = <const Ms extends Readonly<Record<string, MemoryKind>>>(
  transformations: { readonly [K in keyof Ms]: GradientTransformation<Ms[K]> },
  labels: Choice<keyof Ms & string>,
): GradientTransformation<Parts<Ms>> => {
  const names = Object.keys(transformations);
  const steps = transformations as Readonly<Record<string, GradientTransformation>>; // sound: each meets its own memory only
  const meant = (params: unknown): ReadonlyMap<string, readonly boolean[]> => {
    const found = chosen<string>('partition', labels, params, 'string');
    const stray = found.find((label) => !names.includes(label));
    if (stray !== undefined)
      throw new TreeError(
        `partition: expected labels among ${names.join(', ')}, got ${stray}. Give a transformation for each label.`,
        'tree.choice',
      );
    return new Map(names.map((name) => [name, found.map((label) => label === name)]));
  };
  const each = (
    params: unknown,
    f: (step: GradientTransformation, name: string, own: readonly boolean[]) => unknown,
  ) => ({
    parts: Object.fromEntries([...meant(params)].map(([name, own]) => [name, f(steps[name] ?? identity(), name, own)])),
  });
  return {
    // Sound, here and below: a memory for each label.
    init: <P>(params: P) => each(params, (step, _, own) => step.init(pick(params, own))) as MemoryOf<Parts<Ms>, P>,
    update: <P>(gradients: P, memory: MemoryOf<Parts<Ms>, P>, params: P, extra?: Extra<P>) => {
      const { parts } = memory as { readonly parts: Readonly<Record<string, unknown>> };
      let updates = gradients;
      const next = each(params, (step, name, own) => {
        const told = within(extra, params, own);
        const [part, after] = step.update(pick(gradients, own), parts[name], pick(params, own), told);
        updates = merge(updates, part, own);
        return after;
      });
      return [updates, next as MemoryOf<Parts<Ms>, P>] as const;
    },
  };
};
export { partition as multiTransform };
