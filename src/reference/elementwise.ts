/** Kernels that make each element by itself: `map` and `generate`. */
import { InternalError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { sizeOf, showType, type ArrayType } from '../array/type.ts';
import { zipExact } from '../core/graph.ts';
import type { GenerateKernel, MapKernel } from '../kernels/kernel.ts';
import { wrapTo } from './arithmetic.ts';
import { numbers, type Reading } from './scalars.ts';
import { arrayOf, eachIndex, flatOf, freshView, nth } from './view.ts';

const readingOf = (x: NDArray): Reading => {
  const elements = flatOf(x);
  return { dtype: x.dtype, at: (position) => elements.get(position) };
};

/** The formula is read once, then evaluated at one position after the other, all outputs together. */
export const runMap = (
  { formula }: MapKernel,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
): readonly NDArray[] => {
  const results = zipExact(formula(numbers, inputs.map(readingOf)), outputs).map(([reading, type]) => {
    if (reading.dtype !== type.dtype)
      throw new InternalError(`map: expected the formula to give ${showType(type)}, got ${reading.dtype}.`);
    return { reading, view: freshView(type) };
  });
  const size = sizeOf(nth(outputs, 0).shape);
  for (let position = 0; position < size; position++)
    for (const { reading, view } of results) view.data[position] = reading.at(position);
  return results.map(({ reading, view }) => arrayOf(reading.dtype, view));
};

/** Iota wraps in narrow types. */
export const runGenerate = ({ source }: GenerateKernel, type: ArrayType): NDArray => {
  if (source.kind === 'splat') return splat(type, source.value);
  const out = freshView(type);
  eachIndex(type.shape, (index) => out.set(...index, wrapTo(type.dtype, nth(index, source.axis))));
  return arrayOf(type.dtype, out);
};
