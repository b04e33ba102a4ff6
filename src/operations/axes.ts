/** Reading axis arguments. */
import { IndexError } from '../array/errors.ts';
import type { Axis, ReduceOptions } from '../array/methods.ts';
import { axesOf, showType, type ArrayType } from '../array/type.ts';

/** An axis counted from the front; negative ones count from the back. */
export const axisOf = (name: string, type: ArrayType, axis: number): number => {
  const rank = type.shape.length;
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw new IndexError(
      `${name}: expected an axis of ${showType(type)}, got ${axis}. Axes go from ${-rank} to ${rank - 1}.`,
      'index.axis',
    );
  return at;
};

/** Several axes, all of them for `null` or `undefined`. */
export const axesFrom = (name: string, type: ArrayType, axis: Axis | undefined): readonly number[] => {
  if (axis === null || axis === undefined) return axesOf(type.shape);
  const given = typeof axis === 'number' ? [axis] : axis;
  const list = given.map((a) => axisOf(name, type, a));
  if (new Set(list).size !== list.length)
    throw new IndexError(
      `${name}: expected each axis of ${showType(type)} once, got [${given.join(', ')}]. Name none twice, from either end.`,
      'index.axis',
    );
  return list;
};

/** Options from what may be an axis alone. */
export const optionsFrom = <O extends ReduceOptions>(given: Axis | O | undefined): Partial<O> & ReduceOptions =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
    ? (given as O)
    : // Sound: what is no record is an axis, and no other option is given.
      ((given === undefined ? {} : { axis: given as Axis }) as Partial<O> & ReduceOptions);
