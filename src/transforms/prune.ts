/** Dead code elimination: the part of a program that the used outputs need. */
import { either, where, type Equation, type Graph, type Mask, type Variable } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';

export interface Pruned {
  readonly graph: Graph;
  /** Which inputs the program still has. */
  readonly inputs: Mask;
}

/** Drop the outputs not used and all that only they needed; ordered effects stay. `keepInputs` leaves the inputs as they are. */
export const prune = remember(
  (used: Mask, keepInputs?: boolean) => `${maskKey(used)}${keepInputs === true ? 'k' : ''}`,
  (graph: Graph, used: Mask, keepInputs = false): Pruned => {
    const outputs = where(graph.outputs, used);
    const wanted = new Set<Variable>();
    for (const atom of outputs) if (atom.kind === 'variable') wanted.add(atom);
    const kept: Equation[] = [];
    for (const equation of graph.equations.toReversed()) {
      const mask = equation.outputs.map((v) => wanted.has(v));
      const smaller = shrink(equation, mask);
      if (smaller === null) continue;
      kept.push(smaller);
      for (const atom of smaller.inputs) if (atom.kind === 'variable') wanted.add(atom);
    }
    const mask = graph.inputs.map((v) => keepInputs || wanted.has(v));
    return {
      graph: { name: graph.name, inputs: where(graph.inputs, mask), equations: kept.reverse(), outputs },
      inputs: mask,
    };
  },
);

/** The equation as far as it is needed; `null` if it is not. */
const shrink = (equation: Equation, used: Mask): Equation | null => {
  const isEffect = equation.primitive.effect(equation.params) === 'ordered';
  if (!used.includes(true)) return isEffect ? equation : null;
  if (used.every(Boolean)) return equation;
  const smaller = equation.primitive.prune(equation, used);
  if (smaller === null) return equation;
  return {
    primitive: smaller.primitive,
    params: smaller.params,
    inputs: where(equation.inputs, smaller.inputs),
    outputs: where(equation.outputs, either(smaller.outputs, used)),
    origin: equation.origin,
  };
};

/** The program whose inputs are followed by the results of the operations that `policy` names, as far as it reads them: what is kept of it, and the rest. */
export const saving = (
  graph: Graph,
  policy: (operation: string) => boolean,
): { readonly kept: readonly Variable[]; readonly rest: Graph } => {
  const isSaved = ({ primitive }: Equation): boolean => policy(primitive.name);
  const results = graph.equations.filter(isSaved).flatMap((equation) => equation.outputs);
  const equations = graph.equations.filter((equation) => !isSaved(equation));
  const smaller = prune(
    { ...graph, inputs: results, equations },
    graph.outputs.map(() => true),
  );
  const kept = where(results, smaller.inputs);
  return { kept, rest: { ...smaller.graph, inputs: [...graph.inputs, ...kept] } };
};
