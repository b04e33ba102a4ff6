/** Memo tables: what a transformation made of a program, kept for as long as the program lives. */
import type { Graph } from './graph.ts';

const counts = { transforms: 0 };

/** How many programs have been transformed anew since the start; laws watch it. */
export const transformCount = (): number => counts.transforms;

/** The same function of a program and further plain data, computed once for each. `key` writes the data as text. */
export const remember = <Rest extends readonly unknown[], A>(
  key: (...rest: Rest) => string,
  compute: (graph: Graph, ...rest: Rest) => A,
): ((graph: Graph, ...rest: Rest) => A) => {
  const table = new WeakMap<Graph, Map<string, A>>();
  return (graph, ...rest) => {
    const row = table.get(graph) ?? new Map<string, A>();
    table.set(graph, row);
    const name = key(...rest);
    const known = row.get(name);
    if (known !== undefined) return known;
    counts.transforms++;
    const made = compute(graph, ...rest);
    row.set(name, made);
    return made;
  };
};

/** A mask as text. */
export const maskKey = (mask: readonly boolean[]): string => mask.map((m) => (m ? '1' : '0')).join('');
