/** `checkpoint`: a call that keeps its inputs and computes the rest again when the derivative needs it. */
import type { NDArray } from '../array/ndarray.ts';
import { cut, negate, spread, where, type Graph, type Mask } from '../core/graph.ts';
import { silent } from '../core/silence.ts';
import type { Split, Tangent } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { barrier } from '../primitives/barrier.ts';
import { partition } from '../transforms/partition.ts';
import { prune } from '../transforms/prune.ts';
import { call, callLike } from './call.ts';
import { present } from '../core/tangent.ts';

/** Early: the known outputs alone. Later: the known part once more behind a barrier, which no pass merges with the first. */
const recompute = (graph: Graph, known: Mask): Split => {
  const parts = partition(graph, known);
  const count = where(graph.outputs, parts.knownOutputs).length;
  const isOutput = parts.early.outputs.map((_, i) => i < count);
  const outputsOnly = prune(parts.early, isOutput, true).graph;
  // Effects have happened with the outputs.
  const residualsOnly = silent(prune(parts.early, negate(isOutput), true).graph);
  return {
    knownOutputs: parts.knownOutputs,
    early: (inputs) => {
      const values = present(where(inputs, known));
      return { outputs: spread<Tangent>(call(outputsOnly, values), parts.knownOutputs, null), residuals: values };
    },
    later: (residuals, inputs) => {
      const [again = []] = cut(call(residualsOnly, residuals.length === 0 ? [] : barrier(residuals)), parts.residuals);
      return spread<Tangent>(
        call(parts.later, [...again, ...present(where(inputs, negate(known)))]),
        negate(parts.knownOutputs),
        null,
      );
    },
  };
};

export const checkpointPrimitive = callLike('checkpoint', 'call', recompute);

/** Run a program as one equation whose residuals are computed again instead of kept. */
export const rematerialized = (graph: Graph, inputs: readonly NDArray[]): readonly NDArray[] =>
  bind(checkpointPrimitive, { graph }, inputs);
