/** One of several programs, chosen by an index: the primitive and its rules. */
import { DTypeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { cut, inputTypes, negate, outputTypes, spread, where, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import type { Backwards, Batched, Moving, Primitive, Split, Tangent } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { bind, build } from '../core/trace.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { le, select } from '../primitives/logic.ts';
import { define, nth } from '../primitives/record.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { forward } from '../transforms/forward.ts';
import { prune } from '../transforms/prune.ts';
import { transpose } from '../transforms/transpose.ts';
import { vectorize } from '../transforms/vectorize.ts';
import { checkInputs, effectOf } from './call.ts';
import { addCosts, costOf } from '../core/cost.ts';
import { isMoving, present } from '../core/tangent.ts';
import { anyMask, partsOf } from '../transforms/branch-split.ts';
import { extended, filled, mappedBody } from '../transforms/loop-body.ts';

interface Branch {
  readonly branches: readonly Graph[];
  /** Whether branch 0 hands on what it is given: then a batch runs branch 1 only if an example needs it. */
  readonly skips: boolean;
}

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
  params: { branches, skips },
}: Moving<Branch>): { outputs: readonly NDArray[]; tangents: readonly Tangent[] } => {
  const moving = isMoving(tangents).slice(1);
  const out = anyMask(branches.map((graph) => forward(graph, moving).moving));
  const operands = primals.slice(1);
  // One group of inputs and one of outputs, each followed by its tangents.
  const wider = branches.map((graph) => extended(graph, [moving], [out]));
  const results = bind(branchPrimitive, { branches: wider, skips }, [
    nth(primals, 0),
    ...operands,
    ...present(tangents),
  ]);
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

const transposeBranch = ({ cotangents, known, params: { branches, skips } }: Backwards<Branch>): readonly Tangent[] => {
  const linear = known.slice(1).map((x) => x === null);
  const given = isMoving(cotangents);
  const asked = anyMask(branches.map((graph) => transpose(graph, linear, given).produced));
  const results = bind(
    branchPrimitive,
    { skips, branches: branches.map((graph) => back(graph, linear, given, asked)) },
    [...present(known), ...present(cotangents)],
  );
  return [null, ...spread<Tangent>(spread<Tangent>(results, asked, null), linear, null)];
};

const batch = ({
  inputs,
  mapped,
  size,
  axis,
  params: { branches, skips },
}: Batched<Branch>): { outputs: readonly NDArray[]; mapped: Mask } => {
  const lanes = mapped.slice(1);
  const isChosenApart = mapped[0] === true;
  const out = isChosenApart
    ? nth(branches, 0).outputs.map(() => true)
    : anyMask(branches.map((graph) => vectorize(graph, lanes, size, axis).mapped));
  const batched = branches.map((graph) => mappedBody(graph, lanes, size, axis, out));
  if (!isChosenApart) return { outputs: bind(branchPrimitive, { branches: batched, skips }, inputs), mapped: out };
  return { outputs: (skips ? chooseIfAny : chooseEach)(batched, inputs), mapped: out };
};

/** The choice differs between examples: all branches run, and each example takes its own. */
const chooseEach = (branches: readonly Graph[], [index, ...operands]: readonly NDArray[]): readonly NDArray[] => {
  const number = nth(present([index ?? null]), 0);
  const results = branches.map((graph) => replay(graph, operands));
  const last = nth(results, results.length - 1);
  const choose = (i: number): NDArray =>
    results.slice(0, -1).reduceRight(
      (rest, mine, n) => {
        const y = nth(mine, i);
        return select(broadcast(le(number, splat(number.type, n)), y.shape, [0]), y, rest);
      },
      nth(last, i),
    );
  return last.map((_, i) => choose(i));
};

/** Unless all examples skip: a choice for all between skipping and each taking its own. */
const chooseIfAny = (branches: readonly Graph[], inputs: readonly NDArray[]): readonly NDArray[] => {
  const types = inputs.map((x) => x.type);
  const skip = build('skip', types, (values) => replay(nth(branches, 0), values.slice(1)));
  const each = build('step', types, (values) => chooseEach(branches, values));
  return bind(branchPrimitive, { branches: [skip, each], skips: true }, [reduceMax(nth(inputs, 0), [0]), ...inputs]);
};

const split = ({ branches, skips }: Branch, mask: Mask): Split | null => {
  if (mask[0] !== true) return null;
  const known = mask.slice(1);
  const parts = partsOf(branches, known);
  const count = where(parts.knownOutputs, parts.knownOutputs).length;
  return {
    knownOutputs: parts.knownOutputs,
    early: ([index, ...operands]) => {
      const values = present(where(operands, known));
      const results = bind(branchPrimitive, { branches: parts.early, skips }, [...present([index ?? null]), ...values]);
      const [outputs = [], computed = []] = cut(results, count, results.length - count);
      let next = 0;
      const residuals = parts.passed.flatMap((input) => (input < 0 ? computed[next++] : values[input]) ?? []);
      return {
        outputs: spread<Tangent>(outputs, parts.knownOutputs, null),
        residuals: [...present([index ?? null]), ...residuals],
      };
    },
    later: ([index, ...residuals], [, ...operands]) => {
      const results = bind(branchPrimitive, { branches: parts.later, skips }, [
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
  partition: ({ params }, known) => split(params as Branch, known), // sound: params of this primitive
  prune: ({ params }, used) => {
    const { branches, skips } = params as Branch; // sound: as above
    const inputs = anyMask(branches.map((graph) => prune(graph, used).inputs));
    const smaller = branches.map((graph): Graph => ({
      ...prune(graph, used).graph,
      inputs: where(graph.inputs, inputs),
    }));
    return {
      primitive: branchPrimitive as Primitive,
      params: { branches: smaller, skips },
      inputs: [true, ...inputs],
      outputs: used,
    };
  },
  effect: ({ branches }) => (branches.some((graph) => effectOf(graph) === 'ordered') ? 'ordered' : 'none'),
  cost: ({ branches }) => addCosts(branches.map(costOf)),
  graphs: ({ branches }) => branches,
});
