/** Reading index expressions: what each argument says of which axis. */
import { isInteger } from '../array/dtype.ts';
import { DTypeError, IndexError } from '../array/errors.ts';
import type { Index, IndexOptions, Indices } from '../array/index-expression.ts';
import { type ArrayLike, concrete, copyElements, isNDArray, type NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import { isReadable } from '../core/force.ts';
import { convert, min } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { asOperand } from './promotion.ts';

/** A slice with its bounds worked out: `count` positions from `start` by `step`. */
export interface Span {
  readonly kind: 'span';
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}
/** One argument and the axis it speaks of; a mask speaks of as many as it has. */
export type Slot =
  | { readonly kind: 'new' }
  | Span
  | { readonly kind: 'number'; readonly axis: number; readonly at: number }
  | { readonly kind: 'positions'; readonly axis: number; readonly at: NDArray }
  | { readonly kind: 'mask'; readonly axis: number; readonly mask: NDArray };

export interface Expression {
  readonly slots: readonly Slot[];
  readonly options: IndexOptions;
}

const sliceForm = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/;

/** The positions that a slice means on an axis, as NumPy works them out: bounds beyond the ends are brought in. */
const spanOf = (name: string, text: string, axis: number, extent: number): Span => {
  const form = sliceForm.exec(text);
  const step = Number(form?.[3] ?? 1);
  if (form === null || step === 0)
    throw new IndexError(
      `${name}: expected a slice such as '1:3', ':-1' or '::2' with a step that is not 0, got '${text}'. For positions that are arrays use lax.dynamicSlice.`,
      'index.slice',
    );
  const [lowest, highest] = step < 0 ? [-1, extent - 1] : [0, extent];
  const bound = (written: string | undefined, missing: number): number => {
    if (written === undefined) return missing;
    const at = Number(written);
    return Math.min(Math.max(at < 0 ? at + extent : at, lowest), highest);
  };
  const start = bound(form[1], step < 0 ? highest : lowest);
  const stop = bound(form[2], step < 0 ? lowest : highest);
  return { kind: 'span', axis, start, count: Math.max(0, Math.ceil((stop - start) / step)), step };
};

/** Integer positions as int32; lists may be written as numbers. */
const positionsIn = (name: string, x: NDArray, isList: boolean): NDArray => {
  if (isInteger(x.dtype)) return convert(x.dtype === 'uint32' ? min(x, like(x, 2147483647)) : x, 'int32');
  const isWhole =
    isList && (x.size === 0 || (isReadable(x) && copyElements(concrete(x, name)).every(Number.isInteger)));
  if (isWhole) return convert(x, 'int32');
  throw new DTypeError(
    `${name}: expected whole positions or a mask of booleans, got ${showType(x.type)}. Convert with astype('int32').`,
    'dtype.index',
  );
};

const numberAt = (name: string, at: number, axis: number, type: ArrayType, { mode }: IndexOptions): Slot => {
  const extent = type.shape[axis] ?? 0;
  const isInside = at >= -extent && at < extent;
  if (!Number.isInteger(at))
    throw new DTypeError(
      `${name}: expected a whole position on axis ${axis} of ${showType(type)}, got ${at}. Round it.`,
      'dtype.index',
    );
  if (!isInside && mode === undefined)
    throw new IndexError(
      `${name}: expected a position from ${-extent} to ${extent - 1} on axis ${axis} of ${showType(type)}, got ${at}. Give { mode: 'clip' } or { mode: 'fill' } to allow others.`,
      'index.range',
    );
  return isInside
    ? { kind: 'number', axis, at: at < 0 ? at + extent : at }
    : { kind: 'positions', axis, at: convert(asOperand(at), 'int32') };
};

const maskAt = (name: string, mask: NDArray, axis: number, type: ArrayType): Slot => {
  const covered = type.shape.slice(axis, axis + mask.ndim);
  if (mask.ndim === 0 || covered.join() !== mask.shape.join())
    throw new IndexError(
      `${name}: expected a mask of shape [${covered.join(', ')}] for axis ${axis} of ${showType(type)}, got ${showType(mask.type)}. A mask has an element for each that it chooses from.`,
      'index.mask',
    );
  return { kind: 'mask', axis, mask };
};

type Written = number | string | null | NDArray;

/** The argument with lists and typed arrays made arrays. */
const written = (name: string, index: Index<NDArray>): Written => {
  if (index === null || typeof index === 'number' || typeof index === 'string') return index;
  if (typeof index !== 'object')
    throw new IndexError(
      `${name}: expected a position, a slice, '...', null, positions or a mask, got ${String(index)}. Write a mask as an array or list.`,
      'index.argument',
    );
  // Sound: what remains is an array, or a list of what arrays are made of.
  const x = asOperand(index as ArrayLike);
  return x.dtype === 'bool' ? x : positionsIn(name, x, !isNDArray(index));
};

const axesTaken = (index: Written): number => {
  if (index === null || index === '...') return 0;
  return isNDArray(index) && index.dtype === 'bool' ? index.ndim : 1;
};

const isOptions = (value: Index<NDArray> | IndexOptions | undefined): value is IndexOptions =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !isNDArray(value);

const modes: readonly unknown[] = [undefined, 'clip', 'fill', 'drop', 'promiseInBounds'];

/** The arguments and the options behind them. */
const separated = (
  name: string,
  indices: Indices<NDArray>,
): { readonly list: readonly Index<NDArray>[]; readonly options: IndexOptions } => {
  const last = indices.at(-1);
  const [list, options] = isOptions(last) ? [indices.slice(0, -1), last] : [indices, {}];
  if (!modes.includes(options.mode))
    throw new IndexError(
      `${name}: expected mode 'clip', 'fill', 'drop' or 'promiseInBounds', got '${String(options.mode)}'. Choose one of these.`,
      'index.mode',
    );
  // Sound: by its type only the last may be options; others are refused when they are read as arrays.
  return { list: list as readonly Index<NDArray>[], options };
};

/** What an index expression says of an array of some type, in the order written, with a whole slice for each axis not mentioned. */
export const readIndices = (name: string, type: ArrayType, indices: Indices<NDArray>): Expression => {
  const { list, options } = separated(name, indices);
  const items = list.map((index) => written(name, index));
  const missing = type.shape.length - items.reduce((sum: number, index) => sum + axesTaken(index), 0);
  if (missing < 0)
    throw new IndexError(
      `${name}: expected indices for at most the ${type.shape.length} axes of ${showType(type)}, got some for ${type.shape.length - missing}. One index for each axis; a mask takes as many as it has.`,
      'index.rank',
    );
  if (items.filter((index) => index === '...').length > 1)
    throw new IndexError(
      `${name}: expected one '...' at most, got several. Write ':' for a single axis.`,
      'index.dots',
    );
  const place = items.includes('...') ? items.indexOf('...') : items.length;
  const rest = new Array<Written>(missing).fill(':');
  let axis = 0;
  const slots = [...items.slice(0, place), ...rest, ...items.slice(place + 1)].map((index): Slot => {
    const at = axis;
    axis += axesTaken(index);
    if (index === null) return { kind: 'new' };
    if (typeof index === 'string') return spanOf(name, index, at, type.shape[at] ?? 0);
    if (typeof index === 'number') return numberAt(name, index, at, type, options);
    return index.dtype === 'bool' ? maskAt(name, index, at, type) : { kind: 'positions', axis: at, at: index };
  });
  return { slots, options };
};
