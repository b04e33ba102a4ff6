/** Looking elements up. */
import { DTypeError } from '../array/errors.ts';
import type { DType } from '../array/dtype.ts';
import { type ArrayLike, splat, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add, convert } from '../primitives/arithmetic.ts';
import { broadcast, moveAxis, reshape, transpose } from '../primitives/broadcast.ts';
import * as i from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { eq, lt, select } from '../primitives/logic.ts';
import { axisOf } from './axes.ts';
import { asOperand } from './promotion.ts';

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
  return select(lt(at, splat(at.type, 0)), add(at, splat(at.type, extent)), at);
};

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

export interface TakeOptions {
  /** Positions out of range: the nearest, or NaN (0 for integers). Default `fill`, as in JAX. */
  readonly mode?: 'clip' | 'fill';
}

/** The slices at integer positions along an axis; of all elements in order without one. Negative positions count from the end. */
export const take = (
  value: ArrayLike,
  indices: ArrayLike,
  axis?: number,
  { mode = 'fill' }: TakeOptions = {},
): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return take(reshape(x, [x.size]), indices, 0, { mode });
  const at = axisOf('take', x.type, axis);
  const positions = positionsOf('take', indices, x.shape[at] ?? 0);
  const found = i.gather(moveAxis(x, at, 0), reshape(positions, [...positions.shape, 1]), { batch: 0, mode });
  // The axes of the positions take the place of the axis.
  const [rank, rest] = [positions.ndim, x.ndim - 1];
  const order = [...range(rank, rank + at), ...range(0, rank), ...range(rank + at, rank + rest)];
  return transpose(found, order);
};

/** The elements at integer positions along an axis, all other axes running along. */
export const takeAlongAxis = (value: ArrayLike, indices: ArrayLike, axis: number): NDArray => {
  const x = asOperand(value);
  const at = axisOf('takeAlongAxis', x.type, axis);
  return i.takeAlongAxis(x, positionsOf('takeAlongAxis', indices, x.shape[at] ?? 0), at, 'fill');
};

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
