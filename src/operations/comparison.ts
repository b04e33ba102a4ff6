/** Whole arrays compared, and choices among arrays. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, splat, type NDArray } from '../array/ndarray.ts';
import { sameShape } from '../array/type.ts';
import * as p from '../primitives/arithmetic.ts';
import { and, eq, or } from '../primitives/logic.ts';
import { where } from './arithmetic.ts';
import { isclose, type CloseOptions } from './floating.ts';
import { asOperand, broadcastTo, promote, broadcastShapes } from './promotion.ts';
import { all } from './reduction.ts';

/** Whether all elements are close; see `isclose`. */
export const allclose = (x: ArrayLike, y: ArrayLike, options?: CloseOptions): NDArray => all(isclose(x, y, options));

const allEqual = (x: NDArray, y: NDArray, equalNan: boolean): NDArray => {
  const same = eq(x, y);
  return all(equalNan ? or(same, and(p.isNaN(x), p.isNaN(y))) : same);
};
const no = (): NDArray => splat({ dtype: 'bool', shape: [] }, 0);
/** Whether two arrays have one shape and equal elements. */
export const arrayEqual = (
  a: ArrayLike,
  b: ArrayLike,
  { equalNan = false }: { readonly equalNan?: boolean } = {},
): NDArray => {
  const [x, y] = promote(a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
  return sameShape(x.shape, y.shape) ? allEqual(x, y, equalNan) : no();
};
/** Whether two arrays broadcast to equal ones. */
export const arrayEquiv = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = promote(a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
  const rank = Math.min(x.ndim, y.ndim);
  const [left, right] = [x.shape.slice(x.ndim - rank), y.shape.slice(y.ndim - rank)];
  if (left.some((n, i) => n !== right[i] && n !== 1 && right[i] !== 1)) return no();
  const shape = broadcastShapes('arrayEquiv', [x, y]);
  return allEqual(broadcastTo(x, shape), broadcastTo(y, shape), false);
};

/** Of each place the choice with the first condition that holds, or `otherwise`. */
export const select = (
  conditions: readonly ArrayLike[],
  choices: readonly ArrayLike[],
  otherwise: ArrayLike = 0,
): NDArray => {
  if (conditions.length !== choices.length)
    throw new ShapeError(
      `select: expected a choice for each condition, got ${conditions.length} conditions and ${choices.length} choices. Give as many.`,
      'shape.select',
    );
  return conditions.reduceRight<NDArray>(
    (rest, condition, i) => where(condition, choices[i] ?? rest, rest),
    asOperand(otherwise),
  );
};
