/** Reading from and writing to computed positions: gather and scatter. */
import { isFloat } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import type { GatherKernel, ScatterKernel } from '../kernels/kernel.ts';
import { combine } from './arithmetic.ts';
import { arrayOf, clamp, copyOf, eachIndex, freshView, isInside, nth, viewOf } from './view.ts';

/** For an index of `[B..., n..., rest...]`, the index of the operand `[B..., D1..Dk, rest...]` that it stands for; it may be out of range. */
const positions = (batch: number, indices: NDArray): ((index: readonly number[]) => readonly number[]) => {
  const view = viewOf(indices);
  const rank = indices.shape.length - 1;
  const components = Array.from({ length: nth(indices.shape, rank) }, (_, j) => j);
  return (index) => {
    const row = index.slice(0, rank);
    return [...index.slice(0, batch), ...components.map((j) => view.get(...row, j)), ...index.slice(rank)];
  };
};

/** Each output element is read from its position in the operand. */
export const runGather = (
  { batch, mode }: GatherKernel,
  operand: NDArray,
  indices: NDArray,
  { dtype, shape }: ArrayType,
): NDArray => {
  const [from, to] = [viewOf(operand), freshView({ dtype, shape })];
  const position = positions(batch, indices);
  const outside = mode === 'fill' && isFloat(dtype) ? NaN : 0;
  eachIndex(shape, (index) => {
    const wanted = position(index);
    const place = mode === 'clip' ? wanted.map((at, axis) => clamp(at, 0, nth(operand.shape, axis) - 1)) : wanted;
    to.set(...index, isInside(place, operand.shape) ? from.get(...place) : outside);
  });
  return arrayOf(dtype, to);
};

/** One update after the other, each rounded to the element type. */
export const runScatter = (
  { batch, combine: how }: ScatterKernel,
  operand: NDArray,
  indices: NDArray,
  updates: NDArray,
): NDArray => {
  const [to, from] = [copyOf(operand), viewOf(updates)];
  const position = positions(batch, indices);
  const join = how === 'set' ? (_: number, update: number): number => update : combine(monoids[how], operand.dtype);
  eachIndex(updates.shape, (index) => {
    const place = position(index);
    if (isInside(place, operand.shape)) to.set(...place, join(to.get(...place), from.get(...index)));
  });
  return arrayOf(operand.dtype, to);
};

const monoids = { add: 'sum', mul: 'prod', min: 'min', max: 'max' } as const;
