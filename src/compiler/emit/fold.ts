/** Folds: reductions along the last axes of a nest. float32 sums and products are carried in float64 and rounded once. */
import type { DType } from '../../array/dtype.ts';
import { neutral, type Monoid } from '../../kernels/kernel.ts';
import type { FunctionCode } from '../encode.ts';
import { scalarType, type Held } from '../lanes.ts';
import { laneOf, storeScalar, storeVector } from './access.ts';
import { advance, countLoop, emitLoops } from './loops.ts';
import { evaluate, scalarReader, vectorReader, type Algebra, type NestPlan } from './evaluate.ts';

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

/** Fold along the innermost folded axis in vectors, then over the lanes. */
const foldAlong = (plan: NestPlan, monoid: Monoid): void => {
  const { f, shape, boundary, strides, units, starts, scalar, values, lanes } = plan;
  const [value] = values;
  if (value === undefined) return;
  const width = lanes === 'four' ? 4 : 2;
  const inner = shape.length - 1;
  const extent = shape[inner] ?? 1;
  const along = strides.map((s) => s[inner] ?? 0);
  const kind = carried(value.dtype, monoid);
  emitLoops(f, shape.slice(0, boundary), strides, units, starts, 0, (kept) => {
    const totals = startTotals(plan, value.dtype, monoid);
    const rest: Held = { dtype: kind, local: f.local(scalarType(kind)) };
    assign(f, rest, scalar.constant(kind, neutral(monoid, kind)));
    const folded = strides.map((s) => s.slice(boundary, inner));
    emitLoops(f, shape.slice(boundary, inner), folded, units, kept, 0, (outer) => {
      const own = outer.map((local, m) => (along[m] === 0 ? local : f.local('i32')));
      own.forEach((local, m) => {
        if (local !== outer[m]) f.body.get(outer[m] ?? 0).set(local);
      });
      countLoop(f, Math.floor(extent / width), () => {
        addToTotals(plan, totals, monoid, evaluate(plan.vector, vectorReader(plan, own, inner), value));
        advance(f, own, outer, along, units, width);
      });
      countLoop(f, extent % width, () => {
        assign(
          f,
          rest,
          combine(scalar, monoid, rest, scalar.convert(kind, evaluate(scalar, scalarReader(plan, own), value))),
        );
        advance(f, own, outer, along, units, 1);
      });
    });
    const lanesOf = (part: Held): readonly Held[] =>
      Array.from({ length: kind === 'float64' ? 2 : 4 }, (_, i) => laneOf(f, part, i));
    const all = totals.parts.flatMap(lanesOf).reduce((sum, lane) => combine(scalar, monoid, sum, lane), rest);
    storeScalar(f.body, kept[0] ?? 0, scalar.convert(value.dtype, all));
  });
};

/** Several neighbouring results at once, each lane its own fold. */
const foldAcross = (plan: NestPlan, monoid: Monoid): void => {
  const { f, shape, boundary, strides, units, starts, values, lanes } = plan;
  const [value] = values;
  if (value === undefined) return;
  const width = lanes === 'four' ? 4 : 2;
  const last = boundary - 1;
  const extent = shape[last] ?? 1;
  const across = strides.map((s) => s[last] ?? 0);
  const folded = strides.map((s) => s.slice(boundary));
  emitLoops(f, shape.slice(0, last), strides, units, starts, 0, (outer) => {
    const own = outer.map((local, m) => (across[m] === 0 ? local : f.local('i32')));
    own.forEach((local, m) => {
      if (local !== outer[m]) f.body.get(outer[m] ?? 0).set(local);
    });
    countLoop(f, Math.floor(extent / width), () => {
      const totals = startTotals(plan, value.dtype, monoid);
      emitLoops(f, shape.slice(boundary), folded, units, own, 0, (locals) =>
        addToTotals(plan, totals, monoid, evaluate(plan.vector, vectorReader(plan, locals, last), value)),
      );
      storeVector(f.body, own[0] ?? 0, packed(plan, totals));
      advance(f, own, outer, across, units, width);
    });
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
