/** Reductions over sliding windows as folds of overlapping views of padded arrays. */
import { axesOf, rowMajor, type ArrayType } from '../../../array/type.ts';
import { neutral, type WindowKernel } from '../../../kernels/kernel.ts';
import type { Builder, Value } from '../../builder.ts';
import type { Buffer } from '../../expression.ts';
import { roomy, standing, type AxisRoom } from './views.ts';

/** What the windows along an axis need around it. */
const roomsFor = (w: WindowKernel, input: ArrayType, output: ArrayType): readonly AxisRoom[] =>
  input.shape.map((extent, axis) => {
    const i = axis - w.batch;
    const low = w.low[i] ?? 0;
    const last =
      ((output.shape[axis] ?? 1) - 1) * (w.stride[i] ?? 1) + ((w.size[i] ?? 1) - 1) * (w.dilation[i] ?? 1) - low;
    return { low: Math.max(0, low), high: Math.max(0, last - (extent - 1)), interior: 0 };
  });

/** Windows are folded along further axes of the view, innermost in the fold. */
export const lowerWindow = (builder: Builder, w: WindowKernel, input: Value, type: ArrayType): Buffer => {
  const output = builder.scratch(type);
  const rooms = roomsFor(w, input.type, type);
  const isTight = rooms.every(({ low, high }) => low === 0 && high === 0);
  const load = isTight
    ? standing(builder, input)
    : roomy(builder, input, rooms, axesOf(input.type.shape), neutral(w.monoid, type.dtype));
  const strideOf = (axis: number): number => load.strides[axis] ?? 0;
  const kept = type.shape.map((_, axis) => strideOf(axis) * (w.stride[axis - w.batch] ?? 1));
  const folded = w.size.map((_, i) => strideOf(w.batch + i) * (w.dilation[i] ?? 1));
  // Negative padding cuts: the first window begins behind the first element.
  const offset = w.low.reduce((sum, low, i) => sum + Math.max(0, -low) * strideOf(w.batch + i), load.offset);
  builder.emit({
    kind: 'nest',
    shape: [...type.shape, ...w.size],
    reduce: { monoid: w.monoid, kept: type.shape.length },
    writes: [
      {
        target: { buffer: output, strides: [...rowMajor(type.shape), ...w.size.map(() => 0)], offset: 0 },
        value: { ...load, strides: [...kept, ...folded], offset },
      },
    ],
  });
  return output;
};
