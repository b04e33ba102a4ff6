/** Loop nests as functions: element by element loops in vectors along the innermost axis, and folds. */
import { bytesOf } from '../../array/dtype.ts';
import { special } from '../../kernels/special.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import type { Buffer, Expression } from '../expression.ts';
import { scalarLanes } from './scalar-lanes.ts';
import type { Nest, Rows } from '../step.ts';
import { vectorLanes } from './vector-lanes.ts';
import type { NestPlan } from './evaluate.ts';
import { emitFold } from './fold.ts';
import { collapse, emitLoops, placeKey, targetUnit, type Mover, type Place } from './loops.ts';
import { emitMap } from './map.ts';
import { probe } from './probe.ts';

/** A function, and for each of its parameters the buffer and the byte offset that it takes. */
export interface Emitted {
  readonly code: FunctionCode;
  readonly parameters: readonly { readonly buffer: Buffer; readonly offset: number }[];
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

interface Moving {
  readonly movers: readonly Mover[];
  readonly index: ReadonlyMap<string, number>;
  readonly parameters: Emitted['parameters'];
}

/** What moves through memory in a nest: its targets first, then each place that is read, by its key. */
const moversOf = (writes: Nest['writes']): Moving => {
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
  for (const [key, place] of placesOf(writes.map((w) => w.value))) {
    index.set(key, movers.length);
    const unit = place.kind === 'load' ? bytesOf(place.dtype) : 1;
    movers.push({
      strides: place.strides,
      unit,
      start:
        place.kind === 'load' ? pointer(place.buffer, place.offset * unit) : { kind: 'number', value: place.offset },
    });
  }
  return { movers, index, parameters };
};

/** Locals with where the movers start; `first` is the parameter of the first that is an address. */
const startsOf = (f: FunctionCode, movers: readonly Mover[], first: number): readonly number[] =>
  movers.map((m) => {
    if (m.start.kind === 'parameter') return first + m.start.index;
    const local = f.local('i32');
    f.body.i32(m.start.value).set(local);
    return local;
  });

/** Emit a nest from where its movers are, over its axes behind the first `skipped`. */
const emitFrom = (
  f: FunctionCode,
  { shape, writes, reduce }: Nest,
  { movers, index }: Moving,
  starts: readonly number[],
  skipped: number,
): void => {
  const values = writes.map((w) => w.value);
  const inner = movers.map((m): Mover => ({ ...m, strides: m.strides.slice(skipped) }));
  const merged = collapse(shape.slice(skipped), inner, (reduce?.kept ?? shape.length) - skipped);
  const { lanes, operations } = probe(values);
  const [scalarBasic, vectorBasic] = [scalarLanes(f), vectorLanes(f, lanes === 'two')];
  const plan: NestPlan = {
    f,
    ...merged,
    places: index,
    movers: inner,
    units: movers.map((m) => m.unit),
    starts,
    lanes,
    operations,
    values,
    scalar: { ...scalarBasic, ...special(scalarBasic) },
    vector: { ...vectorBasic, ...special(vectorBasic) },
  };
  if (reduce !== null) emitFold(plan, reduce.monoid);
  else emitMap(plan);
};

export const emitNest = (nest: Nest): Emitted => {
  const moving = moversOf(nest.writes);
  const f = makeFunction(moving.parameters.map(() => 'i32'));
  emitFrom(f, nest, moving, startsOf(f, moving.movers, 0), 0);
  return { code: f, parameters: moving.parameters };
};

/** One loop over the outer axes around all nests. */
export const emitRows = ({ outer, nests }: Rows): Emitted => {
  const all = nests.map((nest) => moversOf(nest.writes));
  const parameters = all.flatMap((m) => m.parameters);
  const f = makeFunction(parameters.map(() => 'i32'));
  let first = 0;
  const starts = all.flatMap((m) => {
    const own = startsOf(f, m.movers, first);
    first += m.parameters.length;
    return own;
  });
  const movers = all.flatMap((m) => m.movers);
  const units = movers.map((m) => m.unit);
  const strides = movers.map((m) => m.strides);
  emitLoops(f, outer, strides, units, starts, 0, (locals) => {
    let at = 0;
    nests.forEach((nest, i) => {
      const moving = all[i];
      if (moving === undefined) return;
      emitFrom(f, nest, moving, locals.slice(at, (at += moving.movers.length)), outer.length);
    });
  });
  return { code: f, parameters };
};
