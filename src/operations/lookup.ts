/** Reading by index expressions: `x.get('1:3', ids, null)`. */
import type { Indices } from '../array/index-expression.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { transpose } from '../primitives/broadcast.ts';
import { gather } from '../primitives/indexing.ts';
import { cutOut } from './index-part.ts';
import { arranged, filled, planOf, type Plan } from './index-plan.ts';
import { readIndices } from './index-syntax.ts';
import { asOperand } from './promotion.ts';

/** What a plan reads. */
export const readBy = (x: NDArray, plan: Plan): NDArray => {
  const part = cutOut(x, plan.part);
  const { lookup } = plan;
  if (lookup === null) return arranged(part, plan);
  const found = gather(transpose(part, lookup.order), lookup.at, { batch: 0, mode: 'clip' });
  return arranged(filled(found, lookup.gaps), plan);
};

/**
 * The part of an array that an index expression means, as in NumPy: one argument for each axis, each a position, a slice, `'...'`, `null`,
 * positions or a mask; the axes of several arrays of positions are broadcast. Without arrays nothing is copied. Positions that are
 * computed and out of range mean the nearest, as in JAX; see `IndexOptions` for other modes.
 *
 * @example x.get(0, '::-1', [0, 2], { mode: 'fill' })
 */
export const get = (value: ArrayLike, ...indices: Indices<NDArray>): NDArray => {
  const x = asOperand(value);
  return withWeak(readBy(x, planOf('get', x.type, readIndices('get', x.type, indices), 'read')), x.weak);
};
