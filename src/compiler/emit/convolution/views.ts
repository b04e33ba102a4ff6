/**
 * Contractions with affine indices as contractions of strided views: an index on an operand becomes a view of a padded copy in which windows
 * overlap. The three products that differentiation makes of a convolution, and whatever batching makes of them, thus are one: no case is known
 * by name.
 */
import { rowMajor, type Shape } from '../../../array/type.ts';
import type { AffineIndex, PadKernel } from '../../../kernels/kernel.ts';
import type { Builder, Value } from '../../builder.ts';
import { through, type Load } from '../../expression.ts';
import { lowerPad } from '../../lower-kernel.ts';
import { isPlain, labelOf, type Gathering, type Side } from './solve.ts';

/** A contraction of two loads, with a stride for each label. */
export interface StridedContraction {
  readonly extents: Shape;
  readonly left: Load;
  readonly right: Load;
  /** Whether windows overlap in the left operand. */
  readonly slides: boolean;
  readonly output: readonly number[];
}

/** The least and greatest position that an index takes. */
const rangeOf = ({ offset, terms }: AffineIndex, extents: Shape): readonly [number, number] =>
  terms.reduce<readonly [number, number]>(
    ([low, high], { label, factor }) => {
      const reach = factor * ((extents[label] ?? 1) - 1);
      return [low + Math.min(0, reach), high + Math.max(0, reach)];
    },
    [offset, offset],
  );

/** Room in front of, behind and between the elements of an axis. */
export interface AxisRoom {
  readonly low: number;
  readonly high: number;
  readonly interior: number;
}

/** What an axis needs around and between its elements for every position of its index to exist. */
const roomFor = (index: AffineIndex, extent: number, spread: number, extents: Shape): AxisRoom => {
  const [least, greatest] = rangeOf(index, extents);
  const last = (extent - 1) * spread;
  return { low: Math.max(0, -least), high: Math.max(0, greatest - last), interior: spread - 1 };
};

/** The axes in the order in which a copy holds them: the last plain one innermost, so that channels stand together in every layout. */
const copyOrder = (axes: readonly AffineIndex[]): readonly number[] => {
  const last = axes.findLastIndex(isPlain);
  const all = axes.map((_, axis) => axis);
  return last < 0 || last === axes.length - 1 ? all : [...all.filter((axis) => axis !== last), last];
};

const noRoom: AxisRoom = { low: 0, high: 0, interior: 0 };

/** An array's load, with room in front of its axes, seen with the labels as axes. */
const byLabels = (load: Load, axes: readonly AffineIndex[], rooms: readonly AxisRoom[], extents: Shape): Load => {
  const strideOf = (axis: number): number => load.strides[axis] ?? 0;
  const factorOf = (index: AffineIndex, label: number): number =>
    index.terms.find((t) => t.label === label)?.factor ?? 0;
  return {
    ...load,
    strides: extents.map((_, label) =>
      axes.reduce((sum, index, axis) => sum + factorOf(index, label) * strideOf(axis), 0),
    ),
    offset: axes.reduce(
      (sum, { offset }, axis) => sum + (offset + (rooms[axis]?.low ?? 0)) * strideOf(axis),
      load.offset,
    ),
  };
};

/** A copy of the array with room in and around its axes, these in the order given; loaded as if in their own order. `filling` fills the room. */
export const roomy = (
  builder: Builder,
  value: Value,
  rooms: readonly AxisRoom[],
  order: readonly number[],
  filling = 0,
): Load => {
  const { dtype, shape } = value.type;
  const inOrder = order.map((axis) => ({ extent: shape[axis] ?? 1, ...(rooms[axis] ?? noRoom) }));
  const whole = inOrder.map(({ extent, low, high, interior }) => extent + (extent - 1) * interior + low + high);
  const expression = through(builder.expressionOf(value), {
    axes: order.map((axis) => ({ axis, step: 1 })),
    starts: shape.map(() => 0),
  });
  const source: Value = { ...value, type: { dtype, shape: inOrder.map((r) => r.extent) }, expression, buffer: null };
  const fill: Value = {
    ...value,
    type: { dtype, shape: [] },
    expression: { kind: 'constant', dtype, value: filling },
    buffer: null,
  };
  const padding: PadKernel = {
    kind: 'pad',
    low: inOrder.map((r) => r.low),
    high: inOrder.map((r) => r.high),
    interior: inOrder.map((r) => r.interior),
  };
  const buffer = lowerPad(builder, padding, [source, fill], { dtype, shape: whole });
  const strides = rowMajor(whole);
  return { kind: 'load', dtype, buffer, strides: shape.map((_, axis) => strides[order.indexOf(axis)] ?? 0), offset: 0 };
};

/** The array where it stands, if it stands in memory and runs forwards; else in a buffer of its own. */
export const standing = (builder: Builder, value: Value): Load => {
  const expression = builder.expressionOf(value);
  if (expression.kind === 'load' && expression.strides.every((s) => s >= 0)) return expression;
  const { dtype, shape } = value.type;
  return { kind: 'load', dtype, buffer: builder.dense(value), strides: rowMajor(shape), offset: 0 };
};

/** A load with the strides of the labels, from where the array stands or from a copy with room around it. */
const laidOut = (builder: Builder, { value, axes, spread }: Side, extents: Shape): Load => {
  const rooms = axes.map((index, axis) => roomFor(index, value.type.shape[axis] ?? 1, spread[axis] ?? 1, extents));
  const order = copyOrder(axes);
  const isAsItStands =
    order.every((axis, i) => axis === i) &&
    rooms.every(({ low, high, interior }) => low === 0 && high === 0 && interior === 0);
  return byLabels(isAsItStands ? standing(builder, value) : roomy(builder, value, rooms, order), axes, rooms, extents);
};

/** The contraction over strided loads. What a padded position contributes is 0 times the other operand. */
export const strided = (builder: Builder, { extents, sides: [a, b], output }: Gathering): StridedContraction => ({
  extents,
  left: laidOut(builder, a, extents),
  right: laidOut(builder, b, extents),
  slides: a.axes.some(({ terms }) => terms.length > 1),
  output: output.map(labelOf),
});
