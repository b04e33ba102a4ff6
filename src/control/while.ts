/** A loop of unknown length: the primitive and its rules. It differentiates forwards, not backwards. */
import { DTypeError, UnsupportedError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { cut, inputTypes, outputTypes, spread, where, zipExact, type Graph, type Mask } from '../core/graph.ts';
import { remember } from '../core/memo.ts';
import type { Batched, Moving, Primitive, Split, Tangent } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { bind, build } from '../core/trace.ts';
import type { WhileKernel } from '../kernels/kernel.ts';
import { broadcast, repeatBatch } from '../primitives/broadcast.ts';
import { select } from '../primitives/logic.ts';
import { define, nth } from '../primitives/record.ts';
import { reduceOr } from '../primitives/reduction.ts';
import { forward } from '../transforms/forward.ts';
import { partition } from '../transforms/partition.ts';
import { prune } from '../transforms/prune.ts';
import { vectorize } from '../transforms/vectorize.ts';
import { effectOf } from './call.ts';
import { addCosts, costOf } from '../core/cost.ts';
import { denseAt, isMoving, present } from '../core/tangent.ts';
import { extended, growMask, mappedBody, shrinkMask } from '../transforms/loop-body.ts';

/** What `WhileKernel` says, without its kind. */
export type While = Omit<WhileKernel<Graph>, 'kind'>;

const sizesOf = ({ conditionConstants, bodyConstants, body }: While): readonly [number, number, number] => [
  conditionConstants,
  bodyConstants,
  body.inputs.length - bodyConstants,
];

const infer = (inputs: readonly ArrayType[], params: While): readonly ArrayType[] => {
  const [cc = [], bc = [], carry = []] = cut(inputs, ...sizesOf(params));
  const { condition, body } = params;
  const fits = (graph: Graph, given: readonly ArrayType[]): boolean =>
    graph.inputs.length === given.length && zipExact(inputTypes(graph), given).every(([a, b]) => sameType(a, b));
  const predicate = outputTypes(condition)[0];
  if (predicate?.dtype !== 'bool' || predicate.shape.length !== 0)
    throw new DTypeError(
      `whileLoop: expected the condition to give a bool scalar, got ${predicate === undefined ? 'nothing' : showType(predicate)}. Reduce it with all or any.`,
    );
  if (!fits(condition, [...cc, ...carry]) || !fits(body, [...bc, ...carry]))
    throw new DTypeError(
      `whileLoop: expected a carry of ${inputTypes(body).slice(bc.length).map(showType).join(', ')}, got ${carry.map(showType).join(', ')}. The carry has one type from step to step.`,
    );
  const drift = outputTypes(body).findIndex((t, i) => !sameType(t, carry[i] ?? t));
  if (drift >= 0)
    throw new DTypeError(
      `whileLoop: expected carry ${drift} to stay ${showType(nth(carry, drift))}, got ${showType(nth(outputTypes(body), drift))}. Convert it in the body.`,
    );
  return carry;
};

/** The condition of a loop whose carry has further parts after its own. */
const widerCondition = remember(
  (extra: readonly ArrayType[]) => extra.map(showType).join(' '),
  (condition: Graph, extra: readonly ArrayType[]): Graph =>
    build(condition.name, [...inputTypes(condition), ...extra], (values) =>
      replay(condition, values.slice(0, condition.inputs.length)),
    ),
);

const jvp = ({
  primals,
  tangents,
  params,
}: Moving<While>): { outputs: readonly NDArray[]; tangents: readonly Tangent[] } => {
  const [conditionCount, bodyCount, carry] = sizesOf(params);
  const [, mb = [], start = []] = cut(isMoving(tangents), conditionCount, bodyCount, carry);
  const moving = growMask(start, (mask) => forward(params.body, [...mb, ...mask]).moving);
  const [pc = [], pb = [], pi = []] = cut(primals, conditionCount, bodyCount, carry);
  const [, tb = [], ti = []] = cut(tangents, conditionCount, bodyCount, carry);
  const init = denseAt(where(ti, moving), where(pi, moving));
  const results = bind(
    whilePrimitive,
    {
      condition: widerCondition(
        params.condition,
        init.map((x) => x.type),
      ),
      body: extended(params.body, [mb, moving], [moving]),
      conditionConstants: conditionCount,
      bodyConstants: bodyCount + present(tb).length,
    },
    [...pc, ...pb, ...present(tb), ...pi, ...init],
  );
  return { outputs: results.slice(0, carry), tangents: spread<Tangent>(results.slice(carry), moving, null) };
};

const batch = (batched: Batched<While>): { outputs: readonly NDArray[]; mapped: Mask } => {
  const { inputs, mapped, size, axis, params } = batched;
  const [mc = [], mb = [], start = []] = cut(mapped, ...sizesOf(params));
  const mask = growMask(start, (m) => vectorize(params.body, [...mb, ...m], size, axis).mapped);
  if (vectorize(params.condition, [...mc, ...mask], size, axis).mapped[0] === true) return batchMasked(batched);
  const results = bind(
    whilePrimitive,
    {
      ...params,
      condition: vectorize(params.condition, [...mc, ...mask], size, axis).graph,
      body: mappedBody(params.body, [...mb, ...mask], size, axis, mask),
    },
    inputs.map((x, i) => ([...mc, ...mb, ...mask][i] === true && mapped[i] !== true ? repeatBatch(x, size) : x)),
  );
  return { outputs: results, mapped: mask };
};

/** Examples end at different times: the loop runs until all have, and those that have keep their carry. */
const batchMasked = ({
  inputs,
  mapped,
  size,
  axis,
  params,
}: Batched<While>): { outputs: readonly NDArray[]; mapped: Mask } => {
  const [conditionCount, bodyCount, carry] = sizesOf(params);
  const all = new Array<boolean>(carry).fill(true);
  const [mc = [], mb = []] = cut(mapped, conditionCount, bodyCount, carry);
  const condition = vectorize(params.condition, [...mc, ...all], size, axis).graph;
  const body = mappedBody(params.body, [...mb, ...all], size, axis, all);
  const isAnyRunning = build(condition.name, inputTypes(condition), (values) => [
    reduceOr(nth(replay(condition, values), 0), [0]),
  ]);
  const [cc, bc] = [inputTypes(condition).slice(0, conditionCount), inputTypes(body).slice(0, bodyCount)];
  const step = build(body.name, [...cc, ...bc, ...inputTypes(body).slice(bodyCount)], (values) => {
    const [c = [], b = [], before = []] = cut(values, conditionCount, bodyCount, carry);
    const running = nth(replay(condition, [...c, ...before]), 0);
    const after = replay(body, [...b, ...before]);
    return zipExact(before, after).map(([x, y]) => select(broadcast(running, y.shape, [0]), y, x));
  });
  const [c = [], b = [], i = []] = cut(inputs, conditionCount, bodyCount, carry);
  const start = i.map((x, n) => (mapped[conditionCount + bodyCount + n] === true ? x : repeatBatch(x, size)));
  const results = bind(
    whilePrimitive,
    {
      condition: isAnyRunning,
      body: step,
      conditionConstants: conditionCount,
      bodyConstants: conditionCount + bodyCount,
    },
    [...c, ...c, ...b, ...start],
  );
  return { outputs: results, mapped: all };
};

/** A program from its known inputs to those of its outputs that are used, which are known. */
const knownPart = (graph: Graph, known: Mask, used: Mask): Graph => {
  const { early, knownOutputs } = partition(graph, known);
  const wanted = where(used, knownOutputs);
  return prune(
    early,
    early.outputs.map((_, i) => wanted[i] === true),
    true,
  ).graph;
};

/** The carries known all the way run in a loop of their own early; the later loop runs everything again, as nothing says how many steps to keep. */
const split = (params: While, known: Mask): Split | null => {
  const [conditionCount, bodyCount, carry] = sizesOf(params);
  const [kc = [], kb = [], start = []] = cut(known, conditionCount, bodyCount, carry);
  const kept = shrinkMask(start, (mask) => partition(params.body, [...kb, ...mask]).knownOutputs);
  if (!kept.includes(true) || !partition(params.condition, [...kc, ...kept]).knownOutputs.every(Boolean)) return null;
  // By partition, not by pruning: a call inside may be handed what it does not read.
  const condition = knownPart(params.condition, [...kc, ...kept], [true]);
  const body = knownPart(params.body, [...kb, ...kept], kept);
  return {
    knownOutputs: kept,
    early: (inputs) => {
      const [c = [], b = [], i = []] = cut(inputs, conditionCount, bodyCount, carry);
      const [cs, bs] = [present(where(c, kc)), present(where(b, kb))];
      const results = bind(
        whilePrimitive,
        { condition, body, conditionConstants: cs.length, bodyConstants: bs.length },
        [...cs, ...bs, ...present(where(i, kept))],
      );
      return { outputs: spread<Tangent>(results, kept, null), residuals: present(where(inputs, known)) };
    },
    later: (residuals, inputs) => {
      const given = spread<Tangent>(residuals, known, null).map((x, i) => x ?? inputs[i] ?? null);
      return bind(whilePrimitive, params, present(given)).map((y, i) => (kept[i] === true ? null : y));
    },
  };
};

export const whilePrimitive: Primitive<While> = define<While>({
  name: 'while',
  infer,
  kernel: (params) => ({ kind: 'while', ...params }),
  jvp,
  batch,
  transpose: () => {
    throw new UnsupportedError(
      'whileLoop: expected a loop of known length for a reverse derivative, got one that ends by a condition. Use scan, or foriLoop with static bounds.',
      'unsupported.whileReverse',
    );
  },
  partition: ({ params }, known) => split(params as While, known), // sound: params of this primitive
  prune: ({ params }, used) => pruneWhile(params as While, used), // sound: as above
  effect: ({ condition, body }) => (effectOf(condition) === 'ordered' ? 'ordered' : effectOf(body)),
  cost: ({ condition, body }) => addCosts([costOf(condition), costOf(body)]),
  graphs: ({ condition, body }) => [condition, body],
});

const pruneWhile = (params: While, used: Mask): ReturnType<Primitive['prune']> => {
  const [conditionCount, bodyCount] = sizesOf(params);
  const condition = prune(params.condition, [true]);
  const kept = growMask(used, (mask) =>
    zipExact(prune(params.body, mask).inputs.slice(bodyCount), condition.inputs.slice(conditionCount)).map(
      ([a, b]) => a || b,
    ),
  );
  if (kept.every(Boolean)) return null;
  const body = prune(params.body, kept);
  const [cc, bc] = [condition.inputs.slice(0, conditionCount), body.inputs.slice(0, bodyCount)];
  return {
    primitive: whilePrimitive as Primitive, // sound: a primitive takes back its own params
    params: {
      condition: { ...condition.graph, inputs: where(params.condition.inputs, [...cc, ...kept]) },
      body: { ...body.graph, inputs: where(params.body.inputs, [...bc, ...kept]) },
      conditionConstants: where(cc, cc).length,
      bodyConstants: where(bc, bc).length,
    },
    inputs: [...cc, ...bc, ...kept],
    outputs: kept,
  };
};
