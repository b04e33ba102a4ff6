/** Expressions inside a loop nest: what its emitters share, and how a value is computed at the present place. */
import { bytesOf } from '../../array/dtype.ts';
import type { Scalars } from '../../kernels/scalars.ts';
import type { FunctionCode } from '../encode.ts';
import type { Expression } from '../expression.ts';
import type { Held } from './lanes.ts';
import { loadLanes, loadScalar, loadSplat, loadVector } from './access.ts';
import { placeKey, type Mover, type Place } from './loops.ts';

export type Algebra = Scalars<Held>;
/** How a place is read in one kind of lanes. */
export type Reader = (place: Place) => Held;

/** What the emitters of a nest share. */
export interface NestPlan {
  readonly f: FunctionCode;
  readonly shape: readonly number[];
  /** Where kept axes end, in a fold. */
  readonly boundary: number;
  readonly places: ReadonlyMap<string, number>;
  readonly movers: readonly Mover[];
  readonly strides: readonly (readonly number[])[];
  readonly units: readonly number[];
  readonly starts: readonly number[];
  readonly lanes: 'four' | 'two' | 'one';
  /** Operations of one round. */
  readonly operations: number;
  /** Movers of the targets stand first. */
  readonly values: readonly Expression[];
  readonly scalar: Algebra;
  readonly vector: Algebra;
}

/** Evaluate an expression; each shared part once. */
export const evaluate = (
  s: Algebra,
  read: Reader,
  expression: Expression,
  seen: Map<Expression, Held> = new Map(),
): Held => {
  const known = seen.get(expression);
  if (known !== undefined) return known;
  const made = ((): Held => {
    if (expression.kind === 'constant') return s.constant(expression.dtype, expression.value);
    if (expression.kind !== 'map') return read(expression);
    const results = expression.formula(
      s,
      expression.inputs.map((x) => evaluate(s, read, x, seen)),
    );
    return results[expression.output] ?? s.constant(expression.dtype, 0);
  })();
  seen.set(expression, made);
  return made;
};

/** Read one element at each mover's present place. Reads of one place are shared within a round. */
export const scalarReader = ({ f, places, scalar }: NestPlan, locals: readonly number[]): Reader => {
  const read = new Map<string, Held>();
  return (place) => {
    const key = placeKey(place);
    const known = read.get(key);
    if (known !== undefined) return known;
    const mover = locals[places.get(key) ?? 0] ?? 0;
    if (place.kind === 'iota') return scalar.convert(place.dtype, { dtype: 'int32', local: mover });
    const local = f.local(place.dtype === 'float32' ? 'f32' : place.dtype === 'float64' ? 'f64' : 'i32');
    loadScalar(f.body, place.dtype, mover).set(local);
    const held: Held = { dtype: place.dtype, local };
    read.set(key, held);
    return held;
  };
};

/** Elements of a vector of a nest. */
export const widthOf = ({ lanes }: NestPlan): number => (lanes === 'four' ? 4 : 2);

/** Read a vector along `axis` at each mover's present place, or `ahead` vectors further. */
export const vectorReader = (plan: NestPlan, locals: readonly number[], axis: number, ahead = 0): Reader => {
  const { f, places, strides } = plan;
  const read = new Map<string, Held>();
  const walker = f.local('i32');
  return (place) => {
    const key = placeKey(place);
    const known = read.get(key);
    if (known !== undefined) return known;
    const at = places.get(key) ?? 0;
    const stride = strides[at]?.[axis] ?? 0;
    const mover = locals[at] ?? 0;
    const skipped = ahead * widthOf(plan) * stride;
    if (place.kind === 'iota') return vectorCount(plan, place, mover, stride, skipped);
    const local = f.local('v128');
    const bytes = bytesOf(place.dtype);
    if (stride === 1) loadVector(f.body, place.dtype, mover, skipped * bytes);
    else if (stride === 0) loadSplat(f.body, place.dtype, mover);
    else loadLanes(f.body, place.dtype, mover, stride * bytes, walker, skipped * bytes);
    f.body.set(local);
    const held: Held = { dtype: place.dtype, local };
    read.set(key, held);
    return held;
  };
};

/** Counts in lanes: the present count, and a stride more in each further lane. */
const vectorCount = (
  { f, lanes, vector }: NestPlan,
  place: Place,
  mover: number,
  stride: number,
  skipped: number,
): Held => {
  const local = f.local('v128');
  f.body.get(mover).op('i32x4.splat');
  const steps = new Int32Array(4).map((_, i) => i * stride + skipped);
  f.body.v128(new Uint8Array(steps.buffer)).op('i32x4.add');
  if (lanes === 'two') f.body.op('f64x2.convert_low_i32x4_s');
  f.body.set(local);
  return lanes === 'two' ? { dtype: 'float64', local } : vector.convert(place.dtype, { dtype: 'int32', local });
};

/** Locals of their own for the movers that walk an axis, set to where they are. */
export const walkers = (f: FunctionCode, outer: readonly number[], along: readonly number[]): readonly number[] => {
  const own = outer.map((local, m) => (along[m] === 0 ? local : f.local('i32')));
  own.forEach((local, m) => {
    if (local !== outer[m]) f.body.get(outer[m] ?? 0).set(local);
  });
  return own;
};

/** The parts of the values that stay the same along some axes: computed once, before the loop over them. */
export const invariants = (
  plan: NestPlan,
  axes: readonly number[],
  s: Algebra,
  read: Reader,
): Map<Expression, Held> => {
  const { values, places, strides } = plan;
  const known = new Map<Expression, boolean>();
  const isFixed = (e: Expression): boolean => {
    const found = known.get(e);
    if (found !== undefined) return found;
    const at = e.kind === 'load' || e.kind === 'iota' ? (strides[places.get(placeKey(e)) ?? 0] ?? []) : [];
    const made = e.kind === 'map' ? e.inputs.every(isFixed) : axes.every((axis) => (at[axis] ?? 0) === 0);
    known.set(e, made);
    return made;
  };
  const held = new Map<Expression, Held>();
  const seen = new Set<Expression>();
  const walk = (e: Expression): void => {
    if (seen.has(e) || e.kind === 'constant') return;
    seen.add(e);
    if (isFixed(e)) evaluate(s, read, e, held);
    else if (e.kind === 'map') e.inputs.forEach(walk);
  };
  values.forEach(walk);
  return held;
};
