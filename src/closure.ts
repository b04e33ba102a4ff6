/** Closures of control flow: the functions handed to one loop or branch close over different values, but their programs must take the same ones. */
import type { NDArray } from './array/ndarray.ts';
import type { Graph, Variable } from './core/graph.ts';
import { freshVariable } from './core/supply.ts';
import { settled } from './core/trace.ts';

interface Closed {
  readonly graph: Graph;
  readonly captured: readonly NDArray[];
}

/** The programs with the captured values of all in front, each once; they read only their own. */
export const shareCaptures = (
  closures: readonly Closed[],
): { readonly graphs: readonly Graph[]; readonly captured: readonly NDArray[] } => {
  const captured = [...new Set(closures.flatMap((c) => c.captured))];
  const graphs = closures.map(({ graph, captured: own }) => {
    const front = captured.map((x): Variable => {
      const place = own.indexOf(x);
      return (place < 0 ? undefined : graph.inputs[place]) ?? freshVariable(x.type);
    });
    return settled({ ...graph, inputs: [...front, ...graph.inputs.slice(own.length)] });
  });
  return { graphs, captured };
};
