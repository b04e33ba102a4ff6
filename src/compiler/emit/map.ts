/** Loops that write each element on its own: in vectors along the innermost axis, a few at a time, what does not change computed before. */
import type { Expression } from '../expression.ts';
import type { Held } from './lanes.ts';
import { storeScalar, storeVector } from './access.ts';
import { evaluate, invariants, scalarReader, vectorReader, walkers, widthOf, type NestPlan } from './evaluate.ts';
import { advance, countLoop, emitLoops } from './loops.ts';
import { turnedAxis, turnedRows } from './turned.ts';

/** Up to so many vectors a loop is written out. */
const straight = 4;
/** Two vectors a round hide the latency of a formula; heavier ones would only spill registers. */
const rounds = 2;
const heavy = 300;

/** How many vectors a round of the loop handles. */
const unrollOf = ({ operations }: NestPlan, vectors: number): number => {
  if (operations > heavy) return 1;
  return vectors <= straight ? Math.max(1, vectors) : rounds;
};

/** One element of each value, by scalars. */
const writeScalars = (plan: NestPlan, locals: readonly number[]): void => {
  const reader = scalarReader(plan, locals);
  const seen = new Map<Expression, Held>();
  const results = plan.values.map((v) => evaluate(plan.scalar, reader, v, seen));
  results.forEach((value, t) => storeScalar(plan.f.body, locals[t] ?? 0, value));
};

/** The loop along the innermost axis. */
const writeRow = (plan: NestPlan, outer: readonly number[], inner: number): void => {
  const { f, shape, strides, units, values } = plan;
  const [extent, width] = [shape[inner] ?? 1, widthOf(plan)];
  const along = strides.map((s) => s[inner] ?? 0);
  const own = walkers(f, outer, along);
  const fixed = invariants(plan, [inner], plan.vector, vectorReader(plan, own, inner));
  const write = (count: number): void => {
    for (let ahead = 0; ahead < count; ahead++) {
      const reader = vectorReader(plan, own, inner, ahead);
      const seen = new Map(fixed);
      const results = values.map((v) => evaluate(plan.vector, reader, v, seen));
      results.forEach((value, t) => storeVector(f.body, own[t] ?? 0, value, ahead * width * (units[t] ?? 1)));
    }
    advance(f, own, outer, along, units, count * width);
  };
  const vectors = Math.floor(extent / width);
  const unroll = unrollOf(plan, vectors);
  countLoop(f, Math.floor(vectors / unroll), () => write(unroll));
  countLoop(f, vectors % unroll, () => write(1));
  countLoop(f, extent % width, () => {
    writeScalars(plan, own);
    advance(f, own, outer, along, units, 1);
  });
};

/** The loop with `outer` as its last but one axis, in blocks of four of its rows. */
const writeTurned = (plan: NestPlan, outer: number): void => {
  const { f, shape, strides, units, starts } = plan;
  const inner = shape.length - 1;
  const order = [...shape.map((_, axis) => axis).filter((axis) => axis !== outer && axis !== inner), outer, inner];
  const pick = <A>(list: readonly A[]): readonly A[] => order.flatMap((axis) => list[axis] ?? []);
  const turned: NestPlan = { ...plan, shape: pick(shape), strides: strides.map(pick) };
  const row = inner - 1;
  const across = turned.strides.map((s) => s[row] ?? 0);
  emitLoops(f, turned.shape.slice(0, row), turned.strides, units, starts, 0, (locals) => {
    const own = walkers(f, locals, across);
    countLoop(f, Math.floor((turned.shape[row] ?? 1) / 4), () => {
      turnedRows(turned, row, own, (places) => writeScalars(turned, places));
      advance(f, own, locals, across, units, 4);
    });
    countLoop(f, (turned.shape[row] ?? 1) % 4, () => {
      writeRow(turned, own, inner);
      advance(f, own, locals, across, units, 1);
    });
  });
};

/** Write every value at every index. */
export const emitMap = (plan: NestPlan): void => {
  const { f, shape, strides, units, starts, values, lanes } = plan;
  const inner = shape.length - 1;
  const canVector =
    lanes !== 'one' &&
    inner >= 0 &&
    values.every((_, t) => strides[t]?.[inner] === 1) &&
    (shape[inner] ?? 1) >= widthOf(plan);
  if (!canVector) return emitLoops(f, shape, strides, units, starts, 0, (locals) => writeScalars(plan, locals));
  const turned = turnedAxis(plan);
  if (turned !== null) return writeTurned(plan, turned);
  emitLoops(f, shape.slice(0, inner), strides, units, starts, 0, (outer) => writeRow(plan, outer, inner));
};
