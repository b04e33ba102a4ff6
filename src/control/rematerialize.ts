/** `checkpoint`: a call that keeps its inputs and computes the rest again when the derivative needs it. */
import type { NDArray } from '../array/ndarray.ts';
import { cut, negate, spread, where, type Graph, type Mask } from '../core/graph.ts';
import { silent } from '../core/silence.ts';
import type { Primitive, Split, Tangent } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { barrier } from '../primitives/barrier.ts';
import { partition } from '../transforms/partition.ts';
import { prune, saving } from '../transforms/prune.ts';
import { call, callLike, type Call } from './call.ts';
import { present } from '../core/tangent.ts';

/** Whether what an operation of this name gives is kept too. */
type Policy = (operation: string) => boolean;

/** Early: the known outputs and what the policy keeps. Later: the rest of the known part once more behind a barrier, which no pass merges with the first. */
const recompute =
  (policy: Policy) =>
  (graph: Graph, known: Mask): Split => {
    const parts = partition(graph, known);
    const count = where(graph.outputs, parts.knownOutputs).length;
    const isOutput = parts.early.outputs.map((_, i) => i < count);
    const { kept, rest } = saving(prune(parts.early, negate(isOutput), true).graph, policy);
    const all = { ...parts.early, outputs: [...where(parts.early.outputs, isOutput), ...kept] };
    const first = prune(
      all,
      all.outputs.map(() => true),
      true,
    ).graph;
    // Effects have happened with the outputs.
    const again = silent(rest);
    return {
      knownOutputs: parts.knownOutputs,
      early: (inputs) => {
        const values = present(where(inputs, known));
        const [outputs = [], saved = []] = cut(call(first, values), count, kept.length);
        return { outputs: spread<Tangent>(outputs, parts.knownOutputs, null), residuals: [...values, ...saved] };
      },
      later: (residuals, inputs) => {
        const values = call(again, residuals.length === 0 ? [] : barrier(residuals));
        return spread<Tangent>(
          call(parts.later, [...values, ...present(where(inputs, negate(known)))]),
          negate(parts.knownOutputs),
          null,
        );
      },
    };
  };

/** The policy of a plain checkpoint. */
export const keepNothing: Policy = () => false;
export const checkpointPrimitive = callLike('checkpoint', 'call', recompute(keepNothing));

/** One primitive for each policy, which is a rule of the primitive. */
const primitives = new WeakMap<Policy, Primitive<Call>>([[keepNothing, checkpointPrimitive]]);
const primitiveFor = (policy: Policy): Primitive<Call> => {
  const made = primitives.get(policy) ?? callLike('checkpoint', 'call', recompute(policy));
  primitives.set(policy, made);
  return made;
};

/** Run a program as one equation whose residuals are computed again instead of kept, but for those that the policy keeps. */
export const rematerialized = (
  graph: Graph,
  inputs: readonly NDArray[],
  policy: Policy = keepNothing,
): readonly NDArray[] => bind(primitiveFor(policy), { graph }, inputs);
