/**
 * Contractions with affine indices as contractions of strided views. An index on an operand becomes a view of a padded copy in which windows
 * overlap; an index on the output is first solved for one of its labels, so that it stands on an operand. The three products that
 * differentiation makes of a convolution, and whatever batching makes of them, thus are one: no case is known by name.
 */
import { InternalError } from '../../../array/errors.ts';
import { rowMajor, type ArrayType, type Shape } from '../../../array/type.ts';
import {
  affine,
  type AffineIndex,
  type AxisIndex,
  type ContractKernel,
  type PadKernel,
} from '../../../kernels/kernel.ts';
import type { Builder, Value } from '../../builder.ts';
import { through, type Load } from '../../expression.ts';
import { lowerPad } from '../../lower-kernel.ts';

/** An operand before it is laid out: where the labels point on each axis, and how far apart its elements stand there. */
interface Side {
  readonly value: Value;
  readonly axes: readonly AffineIndex[];
  readonly spread: readonly number[];
}

/** A contraction whose output has plain labels. */
interface Gathering {
  readonly extents: Shape;
  readonly sides: readonly [Side, Side];
  readonly output: readonly AffineIndex[];
}

/** A contraction of two loads, with a stride for each label. */
export interface StridedContraction {
  readonly extents: Shape;
  readonly left: Load;
  readonly right: Load;
  /** Whether windows overlap in the left operand. */
  readonly slides: boolean;
  readonly output: readonly number[];
}

/** An index with each label once. */
const gathered = (index: AxisIndex): AffineIndex => {
  const { offset, terms } = affine(index);
  const labels = [...new Set(terms.map((t) => t.label))];
  const factorOf = (label: number): number => terms.reduce((sum, t) => (t.label === label ? sum + t.factor : sum), 0);
  return { offset, terms: labels.map((label) => ({ label, factor: factorOf(label) })).filter((t) => t.factor !== 0) };
};

const isPlain = ({ offset, terms }: AffineIndex): boolean =>
  offset === 0 && terms.length === 1 && terms[0]?.factor === 1;
const has = (index: AffineIndex, label: number): boolean => index.terms.some((t) => t.label === label);

/** The one axis of the operands on which a label stands, if it stands there alone and nowhere else. */
const onlyPlace = (
  { sides, output }: Gathering,
  label: number,
): { readonly side: 0 | 1; readonly axis: number } | null => {
  const places = ([0, 1] as const).flatMap((side) =>
    sides[side].axes.flatMap((index, axis) => (has(index, label) ? [{ side, axis, index }] : [])),
  );
  const [place] = places;
  if (place === undefined || places.length > 1 || !isPlain(place.index)) return null;
  return output.filter((index) => has(index, label)).length === 1 ? place : null;
};

/**
 * Let a label run along an output axis in place of its own, which the affine index there then tells: from `p = offset + f l + rest` follows
 * `|f| l = sign(f) (p - offset - rest)`, a position among the operand's elements spread by `|f|`. The label of most
 * positions is the one to take, rather one that runs with `p`.
 */
const solved = (state: Gathering, axis: number, extent: number): Gathering | null => {
  const { sides, output, extents } = state;
  const { offset, terms } = output[axis] ?? { offset: 0, terms: [] };
  const candidates = terms.flatMap(({ label, factor }) => {
    const place = onlyPlace(state, label);
    return place === null || sides[place.side].spread[place.axis] !== 1 ? [] : [{ label, factor, ...place }];
  });
  const best = candidates.sort(
    (a, b) => Math.sign(b.factor) - Math.sign(a.factor) || (extents[b.label] ?? 0) - (extents[a.label] ?? 0),
  )[0];
  if (best === undefined) return null;
  const { label, side, factor } = best;
  const sign = Math.sign(factor);
  const position: AffineIndex = {
    offset: -sign * offset,
    terms: [
      { label, factor: sign },
      ...terms.filter((t) => t.label !== label).map((t) => ({ label: t.label, factor: -sign * t.factor })),
    ],
  };
  const replaced = <A>(list: readonly A[], at: number, item: A): readonly A[] =>
    list.map((x, i) => (i === at ? item : x));
  const { value, axes, spread } = sides[side];
  const moved: Side = {
    value,
    axes: replaced(axes, best.axis, position),
    spread: replaced(spread, best.axis, Math.abs(factor)),
  };
  return {
    extents: replaced(extents, label, extent),
    sides: side === 0 ? [moved, sides[1]] : [sides[0], moved],
    output: replaced(output, axis, { offset: 0, terms: [{ label, factor: 1 }] }),
  };
};

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

/**
 * The contraction over strided loads; `null` if its output holds positions that cannot be solved for a label. Every extent is at least 1. What a
 * padded position contributes is 0 times the other operand.
 */
export const strided = (
  builder: Builder,
  { extents, left, right, output }: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): StridedContraction | null => {
  const [x, y] = inputs;
  if (x === undefined || y === undefined) throw new InternalError('contract: expected two operands.');
  const side = (value: Value, axes: readonly AxisIndex[]): Side => ({
    value,
    axes: axes.map(gathered),
    spread: axes.map(() => 1),
  });
  let state: Gathering = { extents, sides: [side(x, left), side(y, right)], output: output.map(gathered) };
  for (let axis = 0; axis < output.length; axis++) {
    const index = state.output[axis];
    if (index === undefined || isPlain(index)) continue;
    const next = solved(state, axis, type.shape[axis] ?? 1);
    if (next === null) return null;
    state = next;
  }
  const labels = state.output.map((index) => index.terms[0]?.label ?? -1);
  if (new Set(labels).size !== labels.length) return null;
  const [a, b] = state.sides;
  return {
    extents: state.extents,
    left: laidOut(builder, a, state.extents),
    right: laidOut(builder, b, state.extents),
    slides: !a.axes.every(isPlain),
    output: labels,
  };
};
