/** Folds: reductions along the last axes of a nest. float32 sums and products are carried in float64 and rounded once. */
import type { DType } from '../../array/dtype.ts';
import { neutral, type Monoid } from '../../kernels/kernel.ts';
import type { FunctionCode } from '../encode.ts';
import { scalarType, type Held } from './lanes.ts';
import { laneOf, storeScalar, storeVector } from './access.ts';
import { advance, countLoop, emitLoops } from './loops.ts';
import {
  evaluate,
  invariants,
  scalarReader,
  vectorReader,
  walkers,
  widthOf,
  type Algebra,
  type NestPlan,
} from './evaluate.ts';
import type { Expression } from '../expression.ts';

/** How a fold carries its running value. */
const carried = (dtype: DType, monoid: Monoid): DType =>
  dtype === 'float32' && (monoid === 'sum' || monoid === 'prod') ? 'float64' : dtype;

const combine = (s: Algebra, monoid: Monoid, x: Held, y: Held): Held => {
  switch (monoid) {
    case 'sum':
      return s.add(x, y);
    case 'prod':
      return s.mul(x, y);
    case 'max':
      return s.max(x, y);
    case 'min':
      return s.min(x, y);
  }
};

const assign = (f: FunctionCode, to: Held, from: Held): void => void f.body.get(from.local).set(to.local);

export const emitFold = (plan: NestPlan, monoid: Monoid): void => {
  const { shape, boundary, strides, lanes } = plan;
  const [lastFolded, lastKept] = [shape.length - 1, boundary - 1];
  const width = lanes === 'four' ? 4 : 2;
  const isUnit = (axis: number): boolean =>
    plan.movers.every((m, i) => i === 0 || m.start.kind === 'number' || [0, 1].includes(strides[i]?.[axis] ?? 0));
  const some = (axis: number): boolean => strides.some((s, i) => i > 0 && s[axis] === 1);
  if (
    lanes !== 'one' &&
    lastFolded >= boundary &&
    (shape[lastFolded] ?? 0) >= width &&
    isUnit(lastFolded) &&
    (some(lastFolded) || !(lastKept >= 0 && some(lastKept)))
  )
    return foldAlong(plan, monoid);
  if (
    lanes !== 'one' &&
    lastKept >= 0 &&
    (shape[lastKept] ?? 0) >= width &&
    isUnit(lastKept) &&
    strides[0]?.[lastKept] === 1
  )
    return foldAcross(plan, monoid);
  emitLoops(plan.f, shape.slice(0, boundary), strides, plan.units, plan.starts, 0, (locals) =>
    foldOne(plan, monoid, locals),
  );
};

/** One element of the result, by scalars. */
const foldOne = (plan: NestPlan, monoid: Monoid, outer: readonly number[]): void => {
  const { f, shape, boundary, strides, units, scalar, values } = plan;
  const [value] = values;
  if (value === undefined) return;
  const kind = carried(value.dtype, monoid);
  const total: Held = { dtype: kind, local: f.local(scalarType(kind)) };
  assign(f, total, scalar.constant(kind, neutral(monoid, kind)));
  const folded = strides.map((s) => s.slice(boundary));
  emitLoops(f, shape.slice(boundary), folded, units, outer, 0, (locals) => {
    const x = scalar.convert(kind, evaluate(scalar, scalarReader(plan, locals), value));
    assign(f, total, combine(scalar, monoid, total, x));
  });
  storeScalar(f.body, outer[0] ?? 0, scalar.convert(value.dtype, total));
};

/** Running values in vectors: one, or two of float64 for four lanes of float32. */
interface Totals {
  readonly parts: readonly Held[];
  readonly dtype: DType;
}

const startTotals = ({ f, vector }: NestPlan, dtype: DType, monoid: Monoid): Totals => {
  const kind = carried(dtype, monoid);
  const parts = (kind === dtype ? [0] : [0, 1]).map((): Held => ({ dtype: kind, local: f.local('v128') }));
  for (const part of parts) {
    const value = neutral(monoid, kind);
    if (kind === 'float64') f.body.f64(value).op('f64x2.splat').set(part.local);
    else assign(f, part, vector.constant(kind, value));
  }
  return { parts, dtype };
};

const addToTotals = ({ f, vector }: NestPlan, { parts, dtype }: Totals, monoid: Monoid, x: Held): void => {
  const [low, high] = parts;
  if (low === undefined) return;
  if (high === undefined || dtype !== 'float32') return assign(f, low, combine(vector, monoid, low, x));
  const op = monoid === 'sum' ? 'f64x2.add' : 'f64x2.mul';
  f.body.get(low.local).get(x.local).op('f64x2.promote_low_f32x4').op(op).set(low.local);
  f.body
    .get(high.local)
    .get(x.local)
    .get(x.local)
    .shuffle32(2, 3, 2, 3)
    .op('f64x2.promote_low_f32x4')
    .op(op)
    .set(high.local);
};

/** The second totals taken into the first. */
const mergeTotals = ({ f, vector }: NestPlan, into: Totals, from: Totals, monoid: Monoid): void =>
  into.parts.forEach((part, i) => assign(f, part, combine(vector, monoid, part, from.parts[i] ?? part)));

/** Folds that run side by side, so that none waits for the one before. */
const sideBySide = 4;
/** Formulas heavier than this fill the wait themselves. */
const heavy = 60;

/** Fold along the innermost folded axis in vectors, several side by side, then over these and over the lanes. */
const foldAlong = (plan: NestPlan, monoid: Monoid): void => {
  const { f, shape, boundary, strides, units, starts, scalar, values } = plan;
  const [value] = values;
  if (value === undefined) return;
  const inner = shape.length - 1;
  const kind = carried(value.dtype, monoid);
  emitLoops(f, shape.slice(0, boundary), strides, units, starts, 0, (kept) => {
    const vectors = Math.floor((shape[inner] ?? 1) / widthOf(plan));
    const count = plan.operations > heavy ? 1 : Math.min(sideBySide, Math.max(1, vectors));
    const all = Array.from({ length: count }, () => startTotals(plan, value.dtype, monoid));
    const rest: Held = { dtype: kind, local: f.local(scalarType(kind)) };
    assign(f, rest, scalar.constant(kind, neutral(monoid, kind)));
    const folded = strides.map((s) => s.slice(boundary, inner));
    emitLoops(f, shape.slice(boundary, inner), folded, units, kept, 0, (outer) =>
      foldRow(plan, monoid, value, all, rest, outer),
    );
    const [first, ...others] = all;
    if (first === undefined) return;
    for (const other of others) mergeTotals(plan, first, other, monoid);
    const lanes = first.parts.flatMap((part) =>
      Array.from({ length: kind === 'float64' ? 2 : 4 }, (_, i) => laneOf(f, part, i)),
    );
    const total = lanes.reduce((sum, lane) => combine(scalar, monoid, sum, lane), rest);
    storeScalar(f.body, kept[0] ?? 0, scalar.convert(value.dtype, total));
  });
};

/** One pass along the innermost axis: vectors into the totals in turn, what is left into `rest`. */
const foldRow = (
  plan: NestPlan,
  monoid: Monoid,
  value: Expression,
  all: readonly Totals[],
  rest: Held,
  outer: readonly number[],
): void => {
  const { f, shape, strides, units, scalar } = plan;
  const inner = shape.length - 1;
  const [extent, width] = [shape[inner] ?? 1, widthOf(plan)];
  const along = strides.map((s) => s[inner] ?? 0);
  const own = walkers(f, outer, along);
  const fixed = invariants(plan, [inner], plan.vector, vectorReader(plan, own, inner));
  const take = (totals: readonly Totals[]): void => {
    totals.forEach((total, ahead) =>
      addToTotals(
        plan,
        total,
        monoid,
        evaluate(plan.vector, vectorReader(plan, own, inner, ahead), value, new Map(fixed)),
      ),
    );
    advance(f, own, outer, along, units, width * totals.length);
  };
  const vectors = Math.floor(extent / width);
  countLoop(f, Math.floor(vectors / all.length), () => take(all));
  countLoop(f, vectors % all.length, () => take(all.slice(0, 1)));
  countLoop(f, extent % width, () => {
    const x = scalar.convert(rest.dtype, evaluate(scalar, scalarReader(plan, own), value));
    assign(f, rest, combine(scalar, monoid, rest, x));
    advance(f, own, outer, along, units, 1);
  });
};

/** Several neighbouring results at once, each lane its own fold; as many vectors as a cache line holds. */
const foldAcross = (plan: NestPlan, monoid: Monoid): void => {
  const { f, shape, boundary, strides, units, starts, values } = plan;
  const [value] = values;
  if (value === undefined) return;
  const width = widthOf(plan);
  const last = boundary - 1;
  const extent = shape[last] ?? 1;
  const across = strides.map((s) => s[last] ?? 0);
  const folded = strides.map((s) => s.slice(boundary));
  emitLoops(f, shape.slice(0, last), strides, units, starts, 0, (outer) => {
    const own = walkers(f, outer, across);
    const strip = (count: number): void => {
      const all = Array.from({ length: count }, () => startTotals(plan, value.dtype, monoid));
      emitLoops(f, shape.slice(boundary), folded, units, own, 0, (locals) =>
        all.forEach((totals, ahead) =>
          addToTotals(plan, totals, monoid, evaluate(plan.vector, vectorReader(plan, locals, last, ahead), value)),
        ),
      );
      all.forEach((totals, ahead) =>
        storeVector(f.body, own[0] ?? 0, packed(plan, totals), ahead * width * (units[0] ?? 1)),
      );
      advance(f, own, outer, across, units, width * count);
    };
    const vectors = Math.floor(extent / width);
    const count = plan.operations > heavy ? 1 : Math.min(sideBySide, vectors);
    countLoop(f, Math.floor(vectors / count), () => strip(count));
    countLoop(f, vectors % count, () => strip(1));
    countLoop(f, extent % width, () => {
      foldOne(plan, monoid, own);
      advance(f, own, outer, across, units, 1);
    });
  });
};

/** The totals as one vector of the element type. */
const packed = ({ f }: NestPlan, { parts, dtype }: Totals): Held => {
  const [low, high] = parts;
  if (low === undefined || high === undefined) return low ?? { dtype, local: 0 };
  const local = f.local('v128');
  f.body
    .get(low.local)
    .op('f32x4.demote_f64x2_zero')
    .get(high.local)
    .op('f32x4.demote_f64x2_zero')
    .shuffle32(0, 1, 4, 5)
    .set(local);
  return { dtype, local };
};
