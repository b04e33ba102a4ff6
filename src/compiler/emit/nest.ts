/** Loop nests as functions: element by element loops in vectors along the innermost axis, and folds. */
import { bytesOf } from '../../array/dtype.ts';
import { special } from '../../kernels/special.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import type { Buffer, Expression } from '../expression.ts';
import { scalarLanes } from './scalar-lanes.ts';
import type { Nest } from '../step.ts';
import { vectorLanes } from './vector-lanes.ts';
import type { NestPlan } from './evaluate.ts';
import { emitFold } from './fold.ts';
import { collapse, placeKey, targetUnit, type Mover, type Place } from './loops.ts';
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

/** What moves through memory in a nest: its targets first, then each place that is read, by its key. */
const moversOf = (
  writes: Nest['writes'],
): {
  readonly movers: readonly Mover[];
  readonly index: ReadonlyMap<string, number>;
  readonly parameters: Emitted['parameters'];
} => {
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

export const emitNest = ({ shape, writes, reduce }: Nest): Emitted => {
  const values = writes.map((w) => w.value);
  const { movers, index, parameters } = moversOf(writes);
  const merged = collapse(shape, movers, reduce?.kept ?? shape.length);
  const f = makeFunction(parameters.map(() => 'i32'));
  const starts = movers.map((m) => {
    if (m.start.kind === 'parameter') return m.start.index;
    const local = f.local('i32');
    f.body.i32(m.start.value).set(local);
    return local;
  });
  const { lanes, operations } = probe(values);
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
    operations,
    values,
    scalar: { ...scalarBasic, ...special(scalarBasic) },
    vector: { ...vectorBasic, ...special(vectorBasic) },
  };
  if (reduce !== null) emitFold(plan, reduce.monoid);
  else emitMap(plan);
  return { code: f, parameters };
};
