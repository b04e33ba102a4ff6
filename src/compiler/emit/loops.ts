/** Loops over collapsed axes with a running pointer for each array, and a running number for each counter. */
import { bytesOf } from '../../array/dtype.ts';
import type { Shape } from '../../array/type.ts';
import type { FunctionCode } from '../encode.ts';
import type { Expression } from '../expression.ts';
import type { Target } from '../step.ts';

/** Something that moves as the loop goes: an address or a count. `unit` is the bytes of one step of stride 1. */
export interface Mover {
  readonly strides: readonly number[];
  readonly unit: number;
  /** The parameter that holds its start, or for counters the start itself. */
  readonly start:
    | { readonly kind: 'parameter'; readonly index: number }
    | { readonly kind: 'number'; readonly value: number };
}

/** Merge neighbouring axes that every mover walks as one, and drop axes of extent 1. `boundary` keeps the axes before and after it apart. */
export const collapse = (
  shape: Shape,
  movers: readonly Mover[],
  boundary: number,
): { readonly shape: Shape; readonly strides: readonly (readonly number[])[]; readonly boundary: number } => {
  const axes: { extent: number; readonly at: number; readonly merged: number[] }[] = [];
  let kept = 0;
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const last = axes.at(-1);
    const fits =
      last !== undefined &&
      (axis < boundary || last.at >= boundary) &&
      movers.every((m) => (m.strides[last.merged.at(-1) ?? 0] ?? 0) === (m.strides[axis] ?? 0) * extent);
    if (fits) {
      last.extent *= extent;
      last.merged.push(axis);
    } else {
      axes.push({ extent, at: axis, merged: [axis] });
      if (axis < boundary) kept++;
    }
  });
  return {
    shape: axes.map((a) => a.extent),
    strides: movers.map((m) => axes.map((a) => m.strides[a.merged.at(-1) ?? 0] ?? 0)),
    boundary: kept,
  };
};

/** Emit `body` once for each index of `shape`; it is given the local of each mover. Movers that stand still on an axis keep their local. */
export const emitLoops = (
  f: FunctionCode,
  shape: Shape,
  strides: readonly (readonly number[])[],
  units: readonly number[],
  locals: readonly number[],
  axis: number,
  body: (locals: readonly number[]) => void,
): void => {
  if (axis === shape.length) return body(locals);
  const c = f.body;
  const own = locals.map((local, m) => ((strides[m]?.[axis] ?? 0) === 0 ? local : f.local('i32')));
  own.forEach((local, m) => {
    const before = locals[m];
    if (before !== undefined && local !== before) c.get(before).set(local);
  });
  countLoop(f, shape[axis] ?? 1, () => {
    emitLoops(f, shape, strides, units, own, axis + 1, body);
    advance(
      f,
      own,
      locals,
      strides.map((s) => s[axis] ?? 0),
      units,
      1,
    );
  });
};

/** Move every mover that has a local of its own by `steps` along an axis. */
export const advance = (
  f: FunctionCode,
  own: readonly number[],
  outer: readonly number[],
  strides: readonly number[],
  units: readonly number[],
  steps: number,
): void => {
  own.forEach((local, m) => {
    if (local !== outer[m])
      f.body
        .get(local)
        .i32((strides[m] ?? 0) * (units[m] ?? 1) * steps)
        .op('i32.add')
        .set(local);
  });
};

/** Emit a loop of a fixed number of rounds. */
export const countLoop = (f: FunctionCode, rounds: number, body: () => void): void => {
  if (rounds <= 0) return;
  if (rounds === 1) return body();
  const count = f.local('i32');
  f.body.i32(rounds).set(count).block('loop');
  body();
  f.body.get(count).i32(1).op('i32.sub').tee(count).brIf(0).op('end');
};

export type Place = Extract<Expression, { readonly kind: 'load' | 'iota' }>;

/** One text for places that are always at the same element. */
export const placeKey = (e: Place): string =>
  `${e.kind === 'load' ? e.buffer.id : 'i'}:${e.dtype}:${e.offset}:${e.strides.join()}`;
export const targetUnit = (t: Target): number => bytesOf(t.buffer.type.dtype);
