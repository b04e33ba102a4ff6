/** Loop nests as functions: element by element loops in vectors along the innermost axis, and folds. */
import { bytesOf } from '../../array/dtype.ts';
import type { Scalars } from '../../kernels/scalars.ts';
import { special } from '../../kernels/special.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import type { Buffer, Expression } from '../expression.ts';
import { scalarLanes, type Held } from '../scalar-lanes.ts';
import type { Nest } from '../step.ts';
import { vectorLanes } from '../vector-lanes.ts';
import { loadLanes, loadScalar, loadSplat, loadVector, storeScalar, storeVector } from './access.ts';
import { emitFold } from './fold.ts';
import { advance, collapse, countLoop, emitLoops, placeKey, targetUnit, type Mover, type Place } from './loops.ts';
import { lanesFor } from './probe.ts';

/** A function, and for each of its parameters the buffer and the byte offset that it takes. */
export interface Emitted {
  readonly code: FunctionCode;
  readonly parameters: readonly { readonly buffer: Buffer; readonly offset: number }[];
}

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
  /** Movers of the targets stand first. */
  readonly values: readonly Expression[];
  readonly scalar: Algebra;
  readonly vector: Algebra;
}

const placesOf = (values: readonly Expression[]): ReadonlyMap<string, Place> => {
  const found = new Map<string, Place>();
  const seen = new Set<Expression>();
  const walk = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'load' || e.kind === 'iota') found.set(placeKey(e), e);
    else if (e.kind === 'map') e.inputs.forEach(walk);
  };
  values.forEach(walk);
  return found;
};

export const emitNest = ({ shape, writes, reduce }: Nest): Emitted => {
  const values = writes.map((w) => w.value);
  const places = [...placesOf(values).entries()];
  const parameters: { readonly buffer: Buffer; readonly offset: number }[] = [];
  const pointer = (buffer: Buffer, offset: number): Mover['start'] => ({
    kind: 'parameter',
    index: parameters.push({ buffer, offset }) - 1,
  });
  const movers: Mover[] = writes.map(({ target }) => ({
    strides: target.strides,
    unit: targetUnit(target),
    start: pointer(target.buffer, target.offset * targetUnit(target)),
  }));
  const index = new Map<string, number>();
  for (const [key, place] of places) {
    index.set(key, movers.length);
    const unit = place.kind === 'load' ? bytesOf(place.dtype) : 1;
    movers.push({
      strides: place.strides,
      unit,
      start:
        place.kind === 'load' ? pointer(place.buffer, place.offset * unit) : { kind: 'number', value: place.offset },
    });
  }
  const merged = collapse(shape, movers, reduce?.kept ?? shape.length);
  const f = makeFunction(parameters.map(() => 'i32'));
  const starts = movers.map((m) => {
    if (m.start.kind === 'parameter') return m.start.index;
    const local = f.local('i32');
    f.body.i32(m.start.value).set(local);
    return local;
  });
  const lanes = lanesFor(values);
  const scalarBasic = scalarLanes(f);
  const vectorBasic = vectorLanes(f, lanes === 'two');
  const plan: NestPlan = {
    f,
    ...merged,
    places: index,
    movers,
    units: movers.map((m) => m.unit),
    starts,
    lanes,
    values,
    scalar: { ...scalarBasic, ...special(scalarBasic) },
    vector: { ...vectorBasic, ...special(vectorBasic) },
  };
  if (reduce !== null) emitFold(plan, reduce.monoid);
  else emitMap(plan);
  return { code: f, parameters };
};

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

/** Read a vector along `axis` at each mover's present place. */
export const vectorReader = (plan: NestPlan, locals: readonly number[], axis: number): Reader => {
  const { f, places, strides, vector } = plan;
  const read = new Map<string, Held>();
  const walker = f.local('i32');
  return (place) => {
    const key = placeKey(place);
    const known = read.get(key);
    if (known !== undefined) return known;
    const at = places.get(key) ?? 0;
    const stride = strides[at]?.[axis] ?? 0;
    const mover = locals[at] ?? 0;
    if (place.kind === 'iota') return vectorCount(plan, place, mover, stride);
    const local = f.local('v128');
    if (stride === 1) loadVector(f.body, place.dtype, mover);
    else if (stride === 0) loadSplat(f.body, place.dtype, mover);
    else loadLanes(f.body, place.dtype, mover, stride * bytesOf(place.dtype), walker);
    f.body.set(local);
    const held: Held = { dtype: place.dtype, local };
    read.set(key, held);
    return held;
  };
};

/** Counts in lanes: the present count, and a stride more in each further lane. */
const vectorCount = ({ f, lanes, vector }: NestPlan, place: Place, mover: number, stride: number): Held => {
  const local = f.local('v128');
  f.body.get(mover).op('i32x4.splat');
  const steps = new Int32Array(4).map((_, i) => i * stride);
  f.body.v128(new Uint8Array(steps.buffer)).op('i32x4.add');
  if (lanes === 'two') f.body.op('f64x2.convert_low_i32x4_s');
  f.body.set(local);
  return lanes === 'two' ? { dtype: 'float64', local } : vector.convert(place.dtype, { dtype: 'int32', local });
};

const emitMap = (plan: NestPlan): void => {
  const { f, shape, strides, units, starts, values, lanes } = plan;
  const inner = shape.length - 1;
  const targets = values.map((_, i) => i);
  const width = lanes === 'four' ? 4 : 2;
  const canVector =
    lanes !== 'one' && inner >= 0 && targets.every((t) => strides[t]?.[inner] === 1) && (shape[inner] ?? 1) >= width;
  const writeScalar = (locals: readonly number[]): void => {
    const reader = scalarReader(plan, locals);
    const seen = new Map<Expression, Held>();
    const results = values.map((v) => evaluate(plan.scalar, reader, v, seen));
    results.forEach((value, t) => storeScalar(f.body, locals[t] ?? 0, value));
  };
  if (!canVector) return emitLoops(f, shape, strides, units, starts, 0, writeScalar);
  const extent = shape[inner] ?? 1;
  const along = strides.map((s) => s[inner] ?? 0);
  emitLoops(f, shape.slice(0, inner), strides, units, starts, 0, (outer) => {
    const own = outer.map((local, m) => (along[m] === 0 ? local : f.local('i32')));
    own.forEach((local, m) => {
      if (local !== outer[m]) f.body.get(outer[m] ?? 0).set(local);
    });
    countLoop(f, Math.floor(extent / width), () => {
      const reader = vectorReader(plan, own, inner);
      const seen = new Map<Expression, Held>();
      const results = values.map((v) => evaluate(plan.vector, reader, v, seen));
      results.forEach((value, t) => storeVector(f.body, own[t] ?? 0, value));
      advance(f, own, outer, along, units, width);
    });
    countLoop(f, extent % width, () => {
      writeScalar(own);
      advance(f, own, outer, along, units, 1);
    });
  });
};
