/** What a program is: an immutable list of equations over primitives, and the one fold over it. */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import type { Atom, Equation, Graph, Mask, Variable } from './primitive.ts';

// A program holds primitives and the params of a primitive may hold programs, so that both types stand in one file.
export type { Atom, Equation, Graph, Literal, Mask, Variable } from './primitive.ts';

/** Whether plain data is a program. */
export const isGraph = (value: object): value is Graph =>
  'equations' in value && 'inputs' in value && 'outputs' in value;

export const atomType = (atom: Atom): ArrayType => (atom.kind === 'variable' ? atom.type : atom.value.type);
export const inputTypes = (graph: Graph): readonly ArrayType[] => graph.inputs.map((v) => v.type);
export const outputTypes = (graph: Graph): readonly ArrayType[] => graph.outputs.map(atomType);
/** The items that the mask marks. */
export const where = <A>(items: readonly A[], mask: Mask): readonly A[] => items.filter((_, i) => mask[i] === true);
export const negate = (mask: Mask): Mask => mask.map((m) => !m);
export const either = (a: Mask, b: Mask): Mask => zipExact(a, b).map(([x, y]) => x || y);

/** Pairs of two lists of one length; lists of unequal length never pair. */
export const zipExact = <A, B>(as: readonly A[], bs: readonly B[]): readonly (readonly [A, B])[] => {
  if (as.length !== bs.length)
    throw new InternalError(`zipExact: expected lists of one length, got ${as.length} and ${bs.length}.`);
  // Sound: the lengths are equal, so that `bs[i]` exists.
  return as.map((a, i) => [a, bs[i] as B] as const);
};

/** Spread `some` over the marked places of the mask; `otherwise` elsewhere. The inverse of `where`. */
export const spread = <A>(some: readonly A[], mask: Mask, otherwise: A): readonly A[] => {
  let next = 0;
  const out = mask.map((m) => (m ? (some[next++] ?? otherwise) : otherwise));
  if (next !== some.length) throw new InternalError(`spread: expected ${next} items, got ${some.length}.`);
  return out;
};

/** Cut a list into consecutive parts of the given lengths; they must add up. */
export const cut = <A>(items: readonly A[], ...lengths: readonly number[]): readonly (readonly A[])[] => {
  let at = 0;
  const parts = lengths.map((n) => items.slice(at, (at += n)));
  if (at !== items.length) throw new InternalError(`cut: expected ${at} items, got ${items.length}.`);
  return parts;
};

/** What a value means (`A`), and what an equation does to such meanings. */
export interface Algebra<A> {
  literal(value: NDArray): A;
  apply(equation: Equation, inputs: readonly A[]): readonly A[];
}

/** Fold a graph with an algebra: the one loop that every reader of programs shares. A meaning is dropped after its last use. */
export const interpret = <A>(graph: Graph, inputs: readonly A[], algebra: Algebra<A>): readonly A[] => {
  const meanings = new Map<Variable, A>(zipExact(graph.inputs, inputs));
  const meaning = (atom: Atom): A => {
    if (atom.kind === 'literal') return algebra.literal(atom.value);
    const found = meanings.get(atom);
    if (found === undefined) throw new InternalError(`interpret: variable ${atom.id} is not bound.`);
    return found;
  };
  const last = lastUses(graph);
  graph.equations.forEach((equation, i) => {
    const outputs = algebra.apply(equation, equation.inputs.map(meaning));
    for (const [variable, output] of zipExact(equation.outputs, outputs)) meanings.set(variable, output);
    for (const dead of last[i] ?? []) meanings.delete(dead);
  });
  return graph.outputs.map(meaning);
};

const uses = new WeakMap<Graph, readonly (readonly Variable[])[]>();

/** For each equation, the variables that nothing reads after it. */
const lastUses = (graph: Graph): readonly (readonly Variable[])[] => {
  const known = uses.get(graph);
  if (known !== undefined) return known;
  const seen = new Set<Atom>(graph.outputs);
  const result = graph.equations.map((): Variable[] => []);
  for (let i = graph.equations.length - 1; i >= 0; i--) {
    const equation = graph.equations[i];
    for (const atom of equation === undefined ? [] : [...equation.inputs, ...equation.outputs]) {
      if (atom.kind === 'literal' || seen.has(atom)) continue;
      seen.add(atom);
      result[i]?.push(atom);
    }
  }
  uses.set(graph, result);
  return result;
};
