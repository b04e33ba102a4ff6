/** What a legal program is: every variable bound once and before use, every equation typed as its primitive says. */
import { InternalError } from '../array/errors.ts';
import { sameType, showType } from '../array/type.ts';
import { atomType, type Graph, type Variable } from './graph.ts';

/** Throws an `InternalError` naming the first fault; gives the program back if it is legal, programs inside included. */
export const verify = (graph: Graph): Graph => {
  const bound = new Set<Variable>();
  const define = (variable: Variable, by: string): void => {
    if (bound.has(variable))
      throw new InternalError(`verify: expected variable ${variable.id} to be bound once, got it again from ${by}.`);
    bound.add(variable);
  };
  const use = (variable: Variable, by: string): void => {
    if (!bound.has(variable))
      throw new InternalError(`verify: expected variable ${variable.id} to be bound before ${by}, got no binding.`);
  };
  for (const input of graph.inputs) define(input, 'the inputs');
  for (const { primitive, params, inputs, outputs } of graph.equations) {
    for (const atom of inputs) if (atom.kind === 'variable') use(atom, primitive.name);
    const types = primitive.infer(inputs.map(atomType), params);
    if (types.length !== outputs.length)
      throw new InternalError(`verify: expected ${types.length} outputs of ${primitive.name}, got ${outputs.length}.`);
    outputs.forEach((variable, i) => {
      const type = types[i];
      if (type === undefined || !sameType(type, variable.type))
        throw new InternalError(
          `verify: expected output ${i} of ${primitive.name} to be ${type === undefined ? 'absent' : showType(type)}, got ${showType(variable.type)}.`,
        );
      define(variable, primitive.name);
    });
    for (const inner of primitive.graphs(params)) verify(inner);
  }
  for (const atom of graph.outputs) if (atom.kind === 'variable') use(atom, 'the outputs');
  return graph;
};
