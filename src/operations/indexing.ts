/** Looking elements up. */
import { isFloat, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { TakeOptions } from '../array/methods.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { broadcast, moveAxis, reshape, transpose } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import * as i from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { and, eq, ge, lt } from '../primitives/logic.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { mod } from './arithmetic.ts';
import { axisOf } from './axes.ts';
import { filled, fills, fromFront } from './index-plan.ts';
import { get } from './lookup.ts';
import { isNonzero, type SizeOptions } from './nonzero.ts';
import { asOperand, broadcastShapes, broadcastTo, promote } from './promotion.ts';

/** Positions as int32, negative ones counted from the end. */
const positionsOf = (name: string, value: ArrayLike, extent: number): NDArray => {
  const x = asOperand(value);
  const isList = !(typeof value === 'object' && 'dtype' in value);
  if (!isList && x.dtype !== 'int32' && x.dtype !== 'uint32' && x.dtype !== 'uint8')
    throw new DTypeError(
      `${name}: expected integer positions, got ${showType(x.type)}. Convert with astype('int32').`,
      'dtype.index',
    );
  const at = convert(x, 'int32');
  return fromFront(at, extent);
};

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

export type { TakeOptions };
/** The slices of axis 0 at positions that are not negative unless out of range. */
const lookedUp = (x: NDArray, at: NDArray, { mode = 'fill', fillValue }: TakeOptions): NDArray => {
  const indices = reshape(at, [...at.shape, 1]);
  if (mode !== 'fill') return i.gather(x, indices, { batch: 0, mode: 'clip' });
  if (fillValue === undefined && isFloat(x.dtype)) return i.gather(x, indices, { batch: 0, mode: 'fill' });
  const real = and(ge(at, like(at, 0)), lt(at, like(at, x.shape[0] ?? 0)));
  return filled(i.gather(x, indices, { batch: 0, mode: 'zero' }), [{ real, value: fillValue ?? fills[x.dtype] }]);
};

/** The slices at integer positions along an axis; of all elements in order without one. Negative positions count from the end. */
export const take = (value: ArrayLike, indices: ArrayLike, axis?: number, options: TakeOptions = {}): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return take(reshape(x, [x.size]), indices, 0, options);
  const at = axisOf('take', x.type, axis);
  const extent = x.shape[at] ?? 0;
  const near = positionsOf('take', indices, extent);
  const positions = options.mode === 'wrap' ? mod(near, Math.max(1, extent)) : near;
  const found = lookedUp(moveAxis(x, at, 0), positions, options);
  // The axes of the positions take the place of the axis.
  const [rank, rest] = [positions.ndim, x.ndim - 1];
  const order = [...range(rank, rank + at), ...range(0, rank), ...range(rank + at, rank + rest)];
  return transpose(found, order);
};

/** Shapes broadcast to each other but for one axis, which each keeps. */
const broadcastBeside = (name: string, xs: readonly NDArray[], axis: number): readonly NDArray[] => {
  const [first] = xs;
  const odd = xs.find((x) => x.ndim !== first?.ndim);
  if (first === undefined || odd !== undefined)
    throw new ShapeError(
      `${name}: expected arrays of one rank, got ${xs.map((x) => showType(x.type)).join(' and ')}. Reshape the positions.`,
      'shape.rank',
    );
  const without = (x: NDArray): ArrayType => ({ dtype: x.dtype, shape: x.shape.map((n, a) => (a === axis ? 1 : n)) });
  const common = broadcastShapes(name, xs.map(without));
  return xs.map((x) =>
    broadcastTo(
      x,
      common.map((n, a) => (a === axis ? (x.shape[a] ?? 1) : n)),
    ),
  );
};

/** The elements at integer positions along an axis, all other axes running along (they broadcast). Out of range gives NaN, of integers 0. */
export const takeAlongAxis = (value: ArrayLike, indices: ArrayLike, axis: number): NDArray => {
  const x = asOperand(value);
  const at = axisOf('takeAlongAxis', x.type, axis);
  const positions = positionsOf('takeAlongAxis', indices, x.shape[at] ?? 0);
  const [from = x, to = positions] = broadcastBeside('takeAlongAxis', [x, positions], at);
  return i.takeAlongAxis(from, to, at, 'fill');
};

/** An array like `value` with values set at integer positions along an axis, all other axes running along. What is out of range is dropped. */
export const putAlongAxis = (value: ArrayLike, indices: ArrayLike, values: ArrayLike, axis: number): NDArray => {
  const x = asOperand(value);
  const at = axisOf('putAlongAxis', x.type, axis);
  const [whole = x, positions = x] = broadcastBeside(
    'putAlongAxis',
    [x, positionsOf('putAlongAxis', indices, x.shape[at] ?? 0)],
    at,
  );
  const updates = broadcastTo(convert(asOperand(values), x.dtype), positions.shape);
  const last = x.ndim - 1;
  const [operand, places, news] = [whole, positions, updates].map((y) => moveAxis(y, at, last)) as [
    NDArray,
    NDArray,
    NDArray,
  ]; // sound: three in, three out
  const done = i.scatter(operand, reshape(places, [...places.shape, 1]), news, {
    batch: last,
    combine: 'set',
    unique: false,
  });
  return moveAxis(done, last, at);
};

/** Element by element the choice with the number that `which` says; numbers out of range mean the nearest, or are counted on with `wrap`. */
export const choose = (
  which: ArrayLike,
  choices: readonly ArrayLike[],
  { mode = 'clip' }: { readonly mode?: 'clip' | 'wrap' } = {},
): NDArray => {
  const number = convert(asOperand(which), 'int32');
  const shape = broadcastShapes('choose', [number, ...choices.map(asOperand)]);
  const all = promote(...choices).map((x) => reshape(broadcastTo(x, shape), [1, ...shape]));
  const at = mode === 'wrap' ? mod(number, choices.length) : number;
  return reshape(
    i.takeAlongAxis(concatenate(all, 0), reshape(broadcastTo(at, shape), [1, ...shape]), 0, 'clip'),
    shape,
  );
};

/** The slices along an axis (of all elements in order without one) for which a vector of conditions holds; it may be shorter than the axis. */
export const compress = (condition: ArrayLike, value: ArrayLike, axis?: number, options: SizeOptions = {}): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return compress(condition, reshape(x, [x.size]), 0, options);
  const at = axisOf('compress', x.type, axis);
  const mask = isNonzero(asOperand(condition));
  const part = sliceAxis(x, at, 0, Math.min(mask.size, x.shape[at] ?? 0));
  return get(part, ...range(0, at).map(() => ':' as const), mask, { ...options, fillValue: options.fillValue ?? 0 });
};

/** The elements for which a condition of the same shape holds, in order. */
export const extract = (condition: ArrayLike, value: ArrayLike, options: SizeOptions = {}): NDArray =>
  compress(reshape(asOperand(condition), [asOperand(condition).size]), value, undefined, options);

/** 1 at the position of each label, 0 elsewhere: `[...] -> [..., classes]`. */
export const oneHot = (labels: ArrayLike, classes: number, dtype: DType = 'float32'): NDArray => {
  const at = convert(asOperand(labels), 'int32');
  const shape = [...at.shape, classes];
  return convert(
    eq(
      broadcast(
        at,
        shape,
        at.shape.map((_, axis) => axis),
      ),
      iota({ dtype: 'int32', shape }, at.ndim),
    ),
    dtype,
  );
};
