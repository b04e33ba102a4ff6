/** Kernels that are loops over expressions with other targets or folded axes: generate, reduce, pad, concatenate. */
import { InternalError } from '../array/errors.ts';
import { rowMajor, sizeOf, type ArrayType, type Shape, without, axesOf } from '../array/type.ts';
import type { ConcatenateKernel, GenerateKernel, PadKernel, ReduceKernel } from '../kernels/kernel.ts';
import type { Buffer, Expression } from './expression.ts';
import { through } from './expression.ts';
import type { Builder, Value } from './builder.ts';
import { thresholds } from './thresholds.ts';

export const lowerGenerate = ({ source }: GenerateKernel, type: ArrayType): Expression =>
  source.kind === 'splat'
    ? { kind: 'constant', dtype: type.dtype, value: source.value }
    : {
        kind: 'iota',
        dtype: type.dtype,
        strides: type.shape.map((_, axis) => (axis === source.axis ? 1 : 0)),
        offset: 0,
      };

/** Kept axes in front, folded ones behind. */
export const lowerReduce = (
  builder: Builder,
  { monoid, axes }: ReduceKernel,
  input: Value,
  type: ArrayType,
): Buffer => {
  const output = builder.scratch(type);
  const kept = without(axesOf(input.type.shape), axes);
  const order = [...kept, ...[...axes].sort((a, b) => a - b)];
  const value = through(builder.expressionOf(input), {
    axes: order.map((axis) => ({ axis, step: 1 })),
    starts: order.map(() => 0),
  });
  const shape = order.map((axis) => input.type.shape[axis] ?? 1);
  builder.emit({
    kind: 'nest',
    shape,
    reduce: { monoid, kept: kept.length },
    writes: [
      { target: { buffer: output, strides: [...rowMajor(type.shape), ...axes.map(() => 0)], offset: 0 }, value },
    ],
  });
  return output;
};

/** Element i of an axis goes to low + i (interior + 1); negative low or high leave some outside. */
const padRange = (
  extent: number,
  low: number,
  interior: number,
  extentOut: number,
): {
  readonly step: number;
  readonly first: number;
  readonly count: number;
  readonly start: number;
} => {
  const step = interior + 1;
  const first = Math.max(0, Math.ceil(-low / step));
  const last = Math.min(extent - 1, Math.floor((extentOut - 1 - low) / step));
  return { step, first, count: Math.max(0, last - first + 1), start: low + first * step };
};

interface Slab {
  readonly start: readonly number[];
  readonly extents: Shape;
}

/** What padding leaves to fill: all, or, without gaps between the elements, a slab in front of and behind them along each axis in turn. */
const roomOf = (
  shape: Shape,
  ranges: readonly { readonly start: number; readonly count: number; readonly step: number }[],
): readonly Slab[] => {
  if (sizeOf(shape) < thresholds().slabElements || ranges.some((r) => r.step !== 1 || r.count === 0))
    return [{ start: shape.map(() => 0), extents: shape }];
  const slab = (axis: number, from: number, count: number): Slab => ({
    start: ranges.map((r, i) => (i < axis ? r.start : i === axis ? from : 0)),
    extents: ranges.map((r, i) => (i < axis ? r.count : i === axis ? count : (shape[i] ?? 1))),
  });
  return ranges
    .flatMap((r, axis) => [
      slab(axis, 0, r.start),
      slab(axis, r.start + r.count, (shape[axis] ?? 1) - r.start - r.count),
    ])
    .filter(({ extents }) => sizeOf(extents) > 0);
};

/** Put the value where padding leaves room. */
const fillRoom = (builder: Builder, output: Buffer, value: Value, ranges: Parameters<typeof roomOf>[1]): void => {
  const { shape } = output.type;
  const strides = rowMajor(shape);
  const spread = through(builder.expressionOf(value), { axes: shape.map(() => null), starts: [] });
  for (const { start, extents } of roomOf(shape, ranges)) {
    const offset = start.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
    builder.emit({
      kind: 'nest',
      shape: extents,
      reduce: null,
      writes: [{ target: { buffer: output, strides, offset }, value: spread }],
    });
  }
};

/** Fill with the value, then put the elements in their places. */
export const lowerPad = (
  builder: Builder,
  { low, interior }: PadKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Buffer => {
  const [x, value] = inputs;
  if (x === undefined || value === undefined) throw new InternalError('pad: expected an array and a value.');
  const output = builder.scratch(type);
  const strides = rowMajor(type.shape);
  const ranges = x.type.shape.map((extent, axis) =>
    padRange(extent, low[axis] ?? 0, interior[axis] ?? 0, type.shape[axis] ?? 0),
  );
  const shape = ranges.map((r) => r.count);
  fillRoom(builder, output, value, ranges);
  if (sizeOf(shape) === 0) return output;
  const moved = through(builder.expressionOf(x), {
    axes: ranges.map((_, axis) => ({ axis, step: 1 })),
    starts: ranges.map((r) => r.first),
  });
  const offset = ranges.reduce((sum, r, axis) => sum + r.start * (strides[axis] ?? 0), 0);
  builder.emit({
    kind: 'nest',
    shape,
    reduce: null,
    writes: [
      {
        target: { buffer: output, strides: strides.map((s, axis) => s * (ranges[axis]?.step ?? 1)), offset },
        value: moved,
      },
    ],
  });
  return output;
};

/** Each array to its place along the axis. */
export const lowerConcatenate = (
  builder: Builder,
  { axis }: ConcatenateKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Buffer => {
  const output = builder.scratch(type);
  const strides = rowMajor(type.shape);
  let at = 0;
  for (const input of inputs) {
    const offset = at * (strides[axis] ?? 0);
    at += input.type.shape[axis] ?? 0;
    if (sizeOf(input.type.shape) === 0) continue;
    builder.emit({
      kind: 'nest',
      shape: input.type.shape,
      reduce: null,
      writes: [{ target: { buffer: output, strides, offset }, value: builder.expressionOf(input) }],
    });
  }
  return output;
};
