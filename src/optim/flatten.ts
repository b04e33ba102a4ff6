/** All leaves as one vector. */
import type { NDArray } from '../array/ndarray.ts';
import type { InnerOf } from './mask.ts';
import {
  extraThrough,
  type Extra,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
} from './transformation.ts';
import { ravel } from './vector.ts';

export interface FlatKind<M extends MemoryKind> extends MemoryKind {
  readonly memory: InnerOf<MemoryOf<M, NDArray>>;
}

/** What a step tells, for the parameters as one vector. */
export const raveledExtra = <P>(
  extra: Extra<P> | undefined,
  unravel: (vector: NDArray) => P,
): Extra<NDArray> | undefined => extraThrough(extra, unravel, unravel, (gradients) => ravel(gradients)[0]);

/**
 * `inner` on the concatenation of all leaves: one large operation in place of many small ones. Norms that `inner` takes by leaf are then norms of
 * the whole.
 */
export const flatten = <M extends MemoryKind>(
  inner: GradientTransformation<M>,
): GradientTransformation<FlatKind<M>> => ({
  init: (params) => ({ inner: inner.init(ravel(params)[0]) }),
  update: <P>(gradients: P, memory: MemoryOf<FlatKind<M>, P>, params: P, extra?: Extra<P>) => {
    const [vector, unravel] = ravel(gradients);
    const [at, unravelParams] = ravel(params);
    const [updates, next] = inner.update(vector, memory.inner, at, raveledExtra(extra, unravelParams));
    return [unravel(updates), { inner: next }] as const;
  },
});
