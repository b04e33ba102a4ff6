/** One of several programs, chosen by an index: the primitive and its rules. */
import { DTypeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { cut, either, inputTypes, negate, outputTypes, spread, where, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import type { Backwards, Batched, Moving, Primitive, Split, Tangent } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { bind, build } from '../core/trace.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { le, select } from '../primitives/logic.ts';
import { define, nth } from '../primitives/record.ts';
import { forward } from '../transforms/forward.ts';
import { partition } from '../transforms/partition.ts';
import { prune } from '../transforms/prune.ts';
import { transpose } from '../transforms/transpose.ts';
import { vectorize } from '../transforms/vectorize.ts';
import { checkInputs, effectOf } from './call.ts';
import { addCosts, costOf } from '../core/cost.ts';
import { isMoving, present } from '../core/tangent.ts';
import { extended, filled, mappedBody, passedOn } from '../transforms/loop-body.ts';

interface Branch {
  readonly branches: readonly Graph[];
}

const anyMask = (masks: readonly Mask[]): Mask => masks.reduce(either);

const infer = (inputs: readonly ArrayType[], { branches }: Branch): readonly ArrayType[] => {
  const [index, ...operands] = inputs;
  if (index?.dtype !== 'int32' || index.shape.length !== 0)
    throw new DTypeError(
      `switch: expected an int32 scalar index, got ${index === undefined ? 'nothing' : showType(index)}. Convert it, or use where for many choices at once.`,
    );
  const first = outputTypes(nth(branches, 0));
  branches.forEach((graph, i) => {
    checkInputs(`branch ${i}`, graph, operands);
    const types = outputTypes(graph);
    if (types.length !== first.length || types.some((t, n) => !sameType(t, nth(first, n))))
      throw new DTypeError(
        `cond: expected all branches to give ${first.map(showType).join(', ')}, got ${types.map(showType).join(', ')} from branch ${i}. Make the results alike.`,
      );
  });
  return first;
};

const jvp = ({
  primals,
  tangents,
  params: { branches },
}: Moving<Branch>): { outputs: readonly NDArray[]; tangents: readonly Tangent[] } => {
  const moving = isMoving(tangents).slice(1);
  const out = anyMask(branches.map((graph) => forward(graph, moving).moving));
  const operands = primals.slice(1);
  // One group of inputs and one of outputs, each followed by its tangents.
  const wider = branches.map((graph) => extended(graph, [moving], [out]));
  const results = bind(branchPrimitive, { branches: wider }, [nth(primals, 0), ...operands, ...present(tangents)]);
  const count = out.length;
  return { outputs: results.slice(0, count), tangents: spread<Tangent>(results.slice(count), out, null) };
};

const back = remember(
  (linear: Mask, given: Mask, asked: Mask) => [linear, given, asked].map(maskKey).join('/'),
  (graph: Graph, linear: Mask, given: Mask, asked: Mask): Graph => {
    const { graph: reversed, produced } = transpose(graph, linear, given);
    return filled(reversed, produced, asked, where(inputTypes(graph), linear));
  },
);

const transposeBranch = ({ cotangents, known, params: { branches } }: Backwards<Branch>): readonly Tangent[] => {
  const linear = known.slice(1).map((x) => x === null);
  const given = isMoving(cotangents);
  const asked = anyMask(branches.map((graph) => transpose(graph, linear, given).produced));
  const results = bind(branchPrimitive, { branches: branches.map((graph) => back(graph, linear, given, asked)) }, [
    ...present(known),
    ...present(cotangents),
  ]);
  return [null, ...spread<Tangent>(spread<Tangent>(results, asked, null), linear, null)];
};

const batch = ({
  inputs,
  mapped,
  size,
  axis,
  params: { branches },
}: Batched<Branch>): { outputs: readonly NDArray[]; mapped: Mask } => {
  const operands = inputs.slice(1);
  const lanes = mapped.slice(1);
  const index = nth(inputs, 0);
  if (mapped[0] !== true) {
    const out = anyMask(branches.map((graph) => vectorize(graph, lanes, size, axis).mapped));
    const results = bind(
      branchPrimitive,
      { branches: branches.map((graph) => mappedBody(graph, lanes, size, axis, out)) },
      inputs,
    );
    return { outputs: results, mapped: out };
  }
  // The choice differs between examples: all branches run, and each example takes its own.
  const all = nth(branches, 0).outputs.map(() => true);
  const results = branches.map((graph) => replay(mappedBody(graph, lanes, size, axis, all), operands));
  const last = nth(results, results.length - 1);
  const first = nth(results, 0);
  const choose = (i: number): NDArray =>
    results.slice(0, -1).reduceRight(
      (rest, mine, n) => {
        const y = nth(mine, i);
        return select(broadcast(le(index, splat(index.type, n)), y.shape, [0]), y, rest);
      },
      nth(last, i),
    );
  return { outputs: first.map((_, i) => choose(i)), mapped: all };
};

interface Parts {
  readonly knownOutputs: Mask;
  readonly early: readonly Graph[];
  readonly later: readonly Graph[];
  /** For each residual: the known operand that it is, or -1 if the branch computes it. */
  readonly passed: readonly number[];
}

/** Each branch parted; the residuals of all stand side by side, zeros where another branch ran. */
const partsOf = (branches: readonly Graph[], known: Mask): Parts => {
  const unknownOutputs = anyMask(branches.map((graph) => negate(partition(graph, known).knownOutputs)));
  const parts = branches.map((graph) => partition(graph, known, unknownOutputs));
  const count = where(unknownOutputs, negate(unknownOutputs)).length;
  const passed = parts.map((p) => passedOn(p.early, count));
  const types = parts.map((p) => outputTypes(p.early).slice(count));
  const allTypes = types.flat();
  const isMine = (b: number): Mask => types.flatMap((own, other) => own.map(() => other === b));
  const stacked = passed.flat().map((input) => input < 0);
  const early = parts.map((p, b) => {
    const produced = [...p.early.outputs.slice(0, count).map(() => true), ...isMine(b)];
    return filled(
      p.early,
      produced,
      [...p.early.outputs.slice(0, count).map(() => true), ...stacked],
      [...outputTypes(p.early).slice(0, count), ...allTypes],
    );
  });
  const later = parts.map((p, b): Graph => {
    const own = where(
      p.later.inputs,
      p.later.inputs.map((_, i) => i >= p.residuals),
    );
    return build('branch', [...allTypes, ...own.map((v) => v.type)], (values) =>
      replay(p.later, [...where(values.slice(0, allTypes.length), isMine(b)), ...values.slice(allTypes.length)]),
    );
  });
  return { knownOutputs: negate(unknownOutputs), early, later, passed: passed.flat() };
};

const split = (branches: readonly Graph[], mask: Mask): Split | null => {
  if (mask[0] !== true) return null;
  const known = mask.slice(1);
  const parts = partsOf(branches, known);
  const count = where(parts.knownOutputs, parts.knownOutputs).length;
  return {
    knownOutputs: parts.knownOutputs,
    early: ([index, ...operands]) => {
      const values = present(where(operands, known));
      const results = bind(branchPrimitive, { branches: parts.early }, [...present([index ?? null]), ...values]);
      const [outputs = [], computed = []] = cut(results, count, results.length - count);
      let next = 0;
      const residuals = parts.passed.flatMap((input) => (input < 0 ? computed[next++] : values[input]) ?? []);
      return {
        outputs: spread<Tangent>(outputs, parts.knownOutputs, null),
        residuals: [...present([index ?? null]), ...residuals],
      };
    },
    later: ([index, ...residuals], [, ...operands]) => {
      const results = bind(branchPrimitive, { branches: parts.later }, [
        ...present([index ?? null]),
        ...residuals,
        ...present(where(operands, negate(known))),
      ]);
      return spread<Tangent>(results, negate(parts.knownOutputs), null);
    },
  };
};

export const branchPrimitive: Primitive<Branch> = define<Branch>({
  name: 'branch',
  infer,
  kernel: ({ branches }) => ({ kind: 'branch', branches }),
  jvp,
  transpose: transposeBranch,
  batch,
  partition: ({ params }, known) => split((params as Branch).branches, known), // sound: params of this primitive
  prune: ({ params }, used) => {
    const { branches } = params as Branch; // sound: as above
    const inputs = anyMask(branches.map((graph) => prune(graph, used).inputs));
    const smaller = branches.map((graph): Graph => ({
      ...prune(graph, used).graph,
      inputs: where(graph.inputs, inputs),
    }));
    return {
      primitive: branchPrimitive as Primitive,
      params: { branches: smaller },
      inputs: [true, ...inputs],
      outputs: used,
    };
  },
  effect: ({ branches }) => (branches.some((graph) => effectOf(graph) === 'ordered') ? 'ordered' : 'none'),
  cost: ({ branches }) => addCosts(branches.map(costOf)),
  graphs: ({ branches }) => branches,
});
