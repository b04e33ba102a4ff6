/** A program as one equation: jitted functions, and what is built like them. Each transformation of a call is a call of the transformed program. */
import { DTypeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import {
  cut,
  inputTypes,
  negate,
  outputTypes,
  spread,
  where,
  type Equation,
  type Graph,
  type Mask,
} from '../core/graph.ts';
import type { Backwards, Batched, Moving, Primitive, Split, Tangent } from '../core/primitive.ts';
import { costOf } from '../core/cost.ts';
import { isMoving, present } from '../core/tangent.ts';
import { bind } from '../core/trace.ts';
import { define } from '../primitives/record.ts';
import { forward } from '../transforms/forward.ts';
import { partition } from '../transforms/partition.ts';
import { prune } from '../transforms/prune.ts';
import { transpose } from '../transforms/transpose.ts';
import { vectorize } from '../transforms/vectorize.ts';

export interface Call {
  readonly graph: Graph;
}

/** The types given must be those that the program takes. */
export const checkInputs = (name: string, graph: Graph, inputs: readonly ArrayType[]): void => {
  const expected = inputTypes(graph);
  if (expected.length !== inputs.length || expected.some((t, i) => !sameType(t, inputs[i] ?? t)))
    throw new DTypeError(
      `${name}: expected ${expected.map(showType).join(', ')}, got ${inputs.map(showType).join(', ')}. Trace the function for these types.`,
    );
};

const effects = new WeakMap<Graph, 'none' | 'ordered'>();
/** Whether a program, or one inside it, has an effect. */
export const effectOf = (graph: Graph): 'none' | 'ordered' => {
  const known = effects.get(graph);
  if (known !== undefined) return known;
  const found = graph.equations.some((e) => e.primitive.effect(e.params) === 'ordered') ? 'ordered' : 'none';
  effects.set(graph, found);
  return found;
};

type RunGraph = (graph: Graph, inputs: readonly NDArray[]) => readonly NDArray[];

/** The call of the program of values and tangents; its results are both. */
const moveCall =
  (run: RunGraph): Primitive<Call>['jvp'] =>
  ({ primals, tangents, params: { graph } }: Moving<Call>) => {
    const moved = forward(graph, isMoving(tangents));
    const results = run(moved.graph, [...primals, ...present(tangents)]);
    const count = graph.outputs.length;
    return { outputs: results.slice(0, count), tangents: spread<Tangent>(results.slice(count), moved.moving, null) };
  };

/** The call of the transposed program. */
const transposeCall =
  (run: RunGraph): Primitive<Call>['transpose'] =>
  ({ cotangents, known, params: { graph } }: Backwards<Call>) => {
    const linear = known.map((x) => x === null);
    const back = transpose(graph, linear, isMoving(cotangents));
    const results = run(back.graph, [...present(known), ...present(cotangents)]);
    return spread<Tangent>(spread<Tangent>(results, back.produced, null), linear, null);
  };

/** A primitive whose meaning is a program; `split` says how it parts. */
export const callLike = (
  name: string,
  kind: 'call' | 'program',
  split: (graph: Graph, known: Mask) => Split,
): Primitive<Call> => {
  const run: RunGraph = (graph, inputs) => bind(primitive, { graph }, inputs);
  const primitive: Primitive<Call> = define<Call>({
    name,
    infer: (inputs, { graph }) => {
      checkInputs(name, graph, inputs);
      return outputTypes(graph);
    },
    kernel: ({ graph }) => ({ kind, graph }),
    jvp: moveCall(run),
    transpose: transposeCall(run),
    batch: ({ inputs, mapped, size, axis, params: { graph } }: Batched<Call>) => {
      const batched = vectorize(graph, mapped, size, axis);
      return { outputs: run(batched.graph, inputs), mapped: batched.mapped };
    },
    partition: ({ params }: Equation, known) => split((params as Call).graph, known), // sound: params of this primitive
    prune: ({ params }, used) => {
      const smaller = prune((params as Call).graph, used); // sound: params of this primitive
      return {
        primitive: primitive as Primitive,
        params: { graph: smaller.graph },
        inputs: smaller.inputs,
        outputs: used,
      };
    },
    effect: ({ graph }) => effectOf(graph),
    cost: ({ graph }) => costOf(graph),
    graphs: ({ graph }) => [graph],
  });
  return primitive;
};

/** The known part runs early and keeps what the rest needs. */
const keepResiduals = (graph: Graph, known: Mask): Split => {
  const parts = partition(graph, known);
  const count = where(graph.outputs, parts.knownOutputs).length;
  return {
    knownOutputs: parts.knownOutputs,
    early: (inputs) => {
      const [outputs = [], residuals = []] = cut(
        call(parts.early, present(where(inputs, known))),
        count,
        parts.residuals,
      );
      return { outputs: spread<Tangent>(outputs, parts.knownOutputs, null), residuals };
    },
    later: (residuals, inputs) =>
      spread<Tangent>(
        call(parts.later, [...residuals, ...present(where(inputs, negate(known)))]),
        negate(parts.knownOutputs),
        null,
      ),
  };
};

export const callPrimitive = callLike('call', 'call', keepResiduals);
/** A primitive of the library whose kernel is itself a program. */
export const programPrimitive = callLike('program', 'program', keepResiduals);

/** Run a program as one equation. */
export const call = (graph: Graph, inputs: readonly NDArray[]): readonly NDArray[] =>
  bind(callPrimitive, { graph }, inputs);
