/** From an index expression to what is done: a part is cut out, slices of it are looked up, axes are put in order. */
import type { DType } from '../array/dtype.ts';
import { IndexError } from '../array/errors.ts';
import type { IndexOptions } from '../array/index-expression.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType, type ArrayType, type Shape } from '../array/type.ts';
import { add, max, min } from '../primitives/arithmetic.ts';
import { reshape, transpose } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { and, ge, lt, select } from '../primitives/logic.ts';
import { concatenate } from '../primitives/slicing.ts';
import type { Part } from './index-part.ts';
import type { Expression, Slot } from './index-syntax.ts';
import { sizeFor, trueAt, unravel } from './nonzero.ts';
import { broadcastShapes, broadcastTo } from './promotion.ts';

/** Positions on one axis; negative ones are counted from the end already. */
interface Column {
  readonly axis: number;
  readonly extent: number;
  readonly at: NDArray;
}
/** Where something else stands than what was looked up. */
interface Gap {
  readonly real: NDArray;
  readonly value: number;
}

export interface Plan {
  readonly part: Part;
  /** Whether the computed single positions of the part are in range, if that matters. */
  readonly inside: NDArray | null;
  /** The positions of slices of the part, `[..., depth]`, and the order of its axes that brings theirs to the front. */
  readonly lookup: { readonly at: NDArray; readonly order: readonly number[]; readonly gaps: readonly Gap[] } | null;
  /** The order of the axes of what was looked up, and the shape with new axes. */
  readonly order: readonly number[];
  readonly shape: Shape;
  /** The shape without new axes. */
  readonly inner: Shape;
}

type Purpose = 'read' | 'write';

/** Positions counted from the front. */
export const fromFront = (at: NDArray, extent: number): NDArray =>
  select(lt(at, like(at, 0)), add(at, like(at, extent)), at);

const isInside = ({ at, extent }: Column): NDArray => and(ge(at, like(at, 0)), lt(at, like(at, extent)));

/** What stands for values out of range: NaN, the least int, the largest unsigned integer, true; as in JAX. */
export const fills: { readonly [D in DType]: number } = {
  float32: NaN,
  float64: NaN,
  int32: -2147483648,
  uint32: 4294967295,
  uint8: 255,
  bool: 1,
};

const every = (conditions: readonly NDArray[]): NDArray | null =>
  conditions.length === 0 ? null : conditions.reduce((a, b) => and(...aligned(a, b)));
const aligned = (a: NDArray, b: NDArray): readonly [NDArray, NDArray] => {
  const shape = broadcastShapes('index', [a, b]);
  return [broadcastTo(a, shape), broadcastTo(b, shape)];
};

interface Found {
  readonly columns: readonly Column[];
  readonly gaps: readonly Gap[];
}

const maskColumns = (name: string, slot: Slot & { kind: 'mask' }, options: IndexOptions, purpose: Purpose): Found => {
  const { mask, axis } = slot;
  const { at, real } = trueAt(reshape(mask, [mask.size]), sizeFor(name, mask, options.size));
  const isExact = options.size === undefined;
  const columns = unravel(at, mask.shape).map((column, i) => ({
    axis: axis + i,
    extent: mask.shape[i] ?? 0,
    // Writes behind the last that the mask selects are dropped.
    at: isExact || purpose === 'read' ? column : select(real, column, like(column, -1)),
  }));
  return { columns, gaps: isExact ? [] : [{ real, value: options.fillValue ?? 0 }] };
};

const positionColumns = (
  name: string,
  slot: Slot & { kind: 'positions' },
  type: ArrayType,
  { mode, fillValue }: IndexOptions,
  purpose: Purpose,
): Found => {
  const extent = type.shape[slot.axis] ?? 0;
  const at = fromFront(slot.at, extent);
  const column = { axis: slot.axis, extent, at };
  if (purpose === 'read' && (mode === 'fill' || mode === 'drop'))
    return { columns: [column], gaps: [{ real: isInside(column), value: fillValue ?? fills[type.dtype] }] };
  if (purpose === 'read' && extent === 0 && at.size > 0)
    throw new IndexError(
      `${name}: expected an axis with elements to read at positions, got axis ${slot.axis} of ${showType(type)}. Give { mode: 'fill' } to read what stands for elements out of range.`,
      'index.range',
    );
  const isClipped = purpose === 'write' && mode === 'clip';
  return {
    columns: [isClipped ? { ...column, at: min(max(at, like(at, 0)), like(at, extent - 1)) } : column],
    gaps: [],
  };
};

const foundBy = (name: string, { slots, options }: Expression, type: ArrayType, purpose: Purpose): Found => {
  const found = slots.map((slot): Found => {
    if (slot.kind === 'mask') return maskColumns(name, slot, options, purpose);
    return slot.kind === 'positions' ? positionColumns(name, slot, type, options, purpose) : { columns: [], gaps: [] };
  });
  return { columns: found.flatMap((f) => f.columns), gaps: found.flatMap((f) => f.gaps) };
};

/** What to cut out: numbers and slices, and computed single positions unless they are looked up. */
const partOf = (slots: readonly Slot[], type: ArrayType, isLookup: boolean): Part =>
  slots.flatMap((slot): Part => {
    if (slot.kind === 'span') return [{ ...slot, keep: true }];
    if (slot.kind === 'number') return [{ start: slot.at, count: 1, step: 1, keep: false }];
    const whole = (axis: number): Part[number] => ({ start: 0, count: type.shape[axis] ?? 0, step: 1, keep: true });
    if (slot.kind === 'mask') return slot.mask.shape.map((_, i) => whole(slot.axis + i));
    if (slot.kind === 'new') return [];
    const start = fromFront(slot.at, type.shape[slot.axis] ?? 0);
    return [isLookup ? whole(slot.axis) : { start, count: 1, step: 1, keep: false }];
  });

/** The order of axes as written: those of the positions stand where these are, or in front if something stands between them. */
const layout = (
  slots: readonly Slot[],
  common: Shape,
  rest: Shape,
): { readonly order: readonly number[]; readonly shape: Shape; readonly inner: Shape } => {
  const advanced = slots.flatMap((slot, i) => (slot.kind === 'span' || slot.kind === 'new' ? [] : [i]));
  const [first = 0, last = 0] = [advanced[0], advanced.at(-1)];
  const isTogether = last - first === advanced.length - 1;
  const place = isTogether ? first : 0;
  let next = common.length;
  // For each axis of the result the one that it was, and -1 for a new one.
  const entries: number[] = [];
  slots.forEach((slot, i) => {
    if (i === place) entries.push(...axesOf(common));
    if (slot.kind === 'new') entries.push(-1);
    if (slot.kind === 'span') entries.push(next++);
  });
  if (slots.length === 0) entries.push(...axesOf(common));
  const extents = [...common, ...rest];
  const order = entries.filter((axis) => axis >= 0);
  return {
    order,
    shape: entries.map((axis) => (axis < 0 ? 1 : (extents[axis] ?? 1))),
    inner: order.map((axis) => extents[axis] ?? 1),
  };
};

/** The columns side by side, and the order of the axes of the part that has theirs in front. */
const lookupOf = (found: Found, part: Part, common: Shape): Plan['lookup'] => {
  const { columns, gaps } = found;
  const at = columns.map((column) => reshape(broadcastTo(column.at, common), [...common, 1]));
  // Where each axis of the array stands in the part.
  const places = part.map((_, axis) => part.slice(0, axis).filter(({ keep }) => keep).length);
  const front = columns.map(({ axis }) => places[axis] ?? 0);
  const kept = places.filter((_, axis) => part[axis]?.keep === true);
  return {
    at: concatenate(at, common.length),
    order: [...front, ...kept.filter((place) => !front.includes(place))],
    gaps: gaps.map(({ real, value }) => ({ real: broadcastTo(real, common), value })),
  };
};

/** What an index expression asks of an array of some type. */
export const planOf = (name: string, type: ArrayType, expression: Expression, purpose: Purpose): Plan => {
  const { slots, options } = expression;
  const { mode = purpose === 'read' ? 'clip' : 'drop' } = options;
  const drops = mode === 'fill' || mode === 'drop';
  const isLookup = slots.some(
    (slot) =>
      slot.kind === 'mask' ||
      (slot.kind === 'positions' && (slot.at.ndim > 0 || type.shape[slot.axis] === 0 || (purpose === 'read' && drops))),
  );
  const found = foundBy(name, expression, type, purpose);
  const common = isLookup
    ? broadcastShapes(
        name,
        found.columns.map(({ at }) => at),
      )
    : [];
  const part = partOf(slots, type, isLookup);
  const rest = slots.flatMap((slot) => (slot.kind === 'span' ? [slot.count] : []));
  return {
    part,
    inside: isLookup || !drops ? null : every(found.columns.map(isInside)),
    lookup: isLookup ? lookupOf(found, part, common) : null,
    ...layout(slots, common, rest),
  };
};

/** What was looked up, in the order and shape that the expression asks for. */
export const arranged = (found: NDArray, { order, shape }: Plan): NDArray => reshape(transpose(found, order), shape);

/** The inverse of `arranged`. */
export const disarranged = (values: NDArray, { order, inner }: Plan): NDArray =>
  transpose(
    reshape(values, inner),
    order.map((_, axis) => order.indexOf(axis)),
  );

/** What was looked up, with other values in its gaps. */
export const filled = (found: NDArray, gaps: readonly Gap[]): NDArray =>
  gaps.reduce((x, { real, value }) => {
    const shape = [...real.shape, ...x.shape.slice(real.ndim).map(() => 1)];
    return select(broadcastTo(reshape(real, shape), x.shape), x, splat(x.type, value));
  }, found);
