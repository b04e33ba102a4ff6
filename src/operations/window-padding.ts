/** How far sliding windows reach beyond an array: padding by rule or by number. */
import { ShapeError } from '../array/errors.ts';
import { showShape } from '../array/type.ts';
import { nth } from '../primitives/record.ts';

/**
 * `VALID` adds nothing. `SAME` adds as little as gives `ceil(extent / stride)` windows, the odd one behind; `SAME_LOWER` puts the odd one in
 * front. Pairs say how much to add before and after each axis; negative numbers cut.
 */
export type Padding = 'VALID' | 'SAME' | 'SAME_LOWER' | readonly (readonly [low: number, high: number])[];

const isPair = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n));

/** The pairs that a padding means, for axes of these extents under windows of these spans (dilation included). */
export const paddingPairs = (
  name: string,
  padding: Padding,
  extents: readonly number[],
  spans: readonly number[],
  strides: readonly number[],
): readonly (readonly [number, number])[] => {
  if (typeof padding !== 'string') {
    if (padding.length !== extents.length || !padding.every(isPair))
      throw new ShapeError(
        `${name}: expected padding of ${extents.length} pairs of whole numbers, got ${JSON.stringify(padding)}. Give [low, high] for each axis that the window moves along.`,
        'shape.padding',
      );
    return padding;
  }
  if (padding === 'VALID') return extents.map(() => [0, 0]);
  if (padding !== 'SAME' && padding !== 'SAME_LOWER')
    throw new ShapeError(
      `${name}: expected padding 'VALID', 'SAME', 'SAME_LOWER' or pairs, got '${String(padding)}'.`,
      'shape.padding',
    );
  return extents.map((extent, i) => {
    const stride = nth(strides, i);
    const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + nth(spans, i) - extent);
    const less = Math.floor(total / 2);
    return padding === 'SAME' ? [less, total - less] : [total - less, less];
  });
};

/** One whole number of at least 1 for each axis, from a list, one number for all, or nothing, which means 1. */
export const perAxis = (
  name: string,
  what: string,
  given: number | readonly number[] | undefined,
  rank: number,
): readonly number[] => {
  const list = typeof given === 'object' ? given : new Array<number>(rank).fill(given ?? 1);
  if (list.length !== rank || !list.every((n) => Number.isInteger(n) && n >= 1))
    throw new ShapeError(
      `${name}: expected ${what} of ${rank} whole numbers of at least 1, got ${showShape(list)}. Give one for each axis that the window moves along.`,
      'shape.window',
    );
  return list;
};

/** The extent that a window of `size` covers when its elements are `dilation` apart. */
export const spanOf = (size: number, dilation: number): number => (size === 0 ? 0 : (size - 1) * dilation + 1);
