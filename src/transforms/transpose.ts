/** Run a linear program backwards: from cotangents of its outputs to cotangents of its linear inputs. */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import {
  atomType,
  inputTypes,
  negate,
  outputTypes,
  where,
  zipExact,
  type Atom,
  type Equation,
  type Graph,
  type Mask,
  type Variable,
} from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import { withOrigin } from '../core/origin.ts';
import type { Tangent } from '../core/primitive.ts';
import { build, rebind } from '../core/trace.ts';
import { add } from '../primitives/arithmetic.ts';

export interface Transposed {
  /** Inputs: the inputs that are not linear, then a cotangent for each given output. Outputs: the cotangents that can be nonzero. */
  readonly graph: Graph;
  /** Among the linear inputs, which have a cotangent. */
  readonly produced: Mask;
}

/** `linear` marks the inputs in which the program is linear; `given` the outputs that have a cotangent. */
export const transpose = remember(
  (linear: Mask, given: Mask) => `${maskKey(linear)}/${maskKey(given)}`,
  (graph: Graph, linear: Mask, given: Mask): Transposed => {
    let produced: Mask = [];
    const types = [...where(inputTypes(graph), negate(linear)), ...where(outputTypes(graph), given)];
    const made = build(graph.name, types, (values) => {
      const outputs = backwards(graph, linear, given, values);
      produced = outputs.map((ct) => ct !== null);
      return outputs.flatMap((ct) => ct ?? []);
    });
    return { graph: made, produced };
  },
);

const backwards = (graph: Graph, linear: Mask, given: Mask, values: readonly NDArray[]): readonly Tangent[] => {
  const fixed = where(graph.inputs, negate(linear));
  const known = knownValues(graph, new Map(zipExact(fixed, values.slice(0, fixed.length))));
  const cotangents = new Map<Variable, NDArray>();
  for (const [atom, ct] of zipExact(where(graph.outputs, given), values.slice(fixed.length)))
    accumulate(cotangents, atom, ct);
  for (const equation of known.moving.reverse()) step(equation, known.value, cotangents);
  return where(graph.inputs, linear).map((variable) => cotangents.get(variable) ?? null);
};

/** The value of what does not depend on linear inputs; `null` for what does. */
type KnownValue = (atom: Atom) => NDArray | null;

/**
 * The values that do not depend on linear inputs, and the equations that do. A value is computed when it is first asked for: what a
 * checkpoint computes again stands just before the step that needs it, not before all steps. Effects come at once, in their order.
 */
const knownValues = (
  graph: Graph,
  bound: Map<Variable, NDArray>,
): { readonly moving: Equation[]; readonly value: KnownValue } => {
  const places = new Map<Variable, number>();
  const moving: Equation[] = [];
  const isKnown = (atom: Atom): boolean => atom.kind === 'literal' || bound.has(atom) || places.has(atom);
  const evaluate = (variable: Variable): void => {
    for (const place of neededFor(graph, variable, bound, places)) run(graph.equations[place]);
  };
  const value: KnownValue = (atom) => {
    if (atom.kind === 'literal') return atom.value;
    if (!bound.has(atom) && places.has(atom)) evaluate(atom);
    return bound.get(atom) ?? null;
  };
  const run = (equation: Equation | undefined): void => {
    if (equation === undefined) return;
    const outputs = rebind(
      equation,
      equation.inputs.flatMap((atom) => value(atom) ?? []),
    );
    for (const [variable, output] of zipExact(equation.outputs, outputs)) bound.set(variable, output);
  };
  graph.equations.forEach((equation, place) => {
    if (!equation.inputs.every(isKnown)) moving.push(equation);
    else if (equation.primitive.effect(equation.params) === 'ordered') run(equation);
    else for (const variable of equation.outputs) places.set(variable, place);
  });
  return { moving, value };
};

/** The places of the equations behind a variable that have not run, in order. */
const neededFor = (
  graph: Graph,
  variable: Variable,
  bound: ReadonlyMap<Variable, NDArray>,
  places: ReadonlyMap<Variable, number>,
): readonly number[] => {
  const needed = new Set<number>();
  const open: Variable[] = [variable];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const place = bound.has(next) ? undefined : places.get(next);
    if (place === undefined || needed.has(place)) continue;
    needed.add(place);
    for (const atom of graph.equations[place]?.inputs ?? []) if (atom.kind === 'variable') open.push(atom);
  }
  return [...needed].sort((a, b) => a - b);
};

const accumulate = (cotangents: Map<Variable, NDArray>, atom: Atom, ct: NDArray): void => {
  // A constant output has no one to send its cotangent to.
  if (atom.kind === 'literal') return;
  const before = cotangents.get(atom);
  cotangents.set(atom, before === undefined ? ct : add(before, ct));
};

/** Send the cotangents of an equation's outputs to its inputs. */
const step = (
  { primitive, params, inputs, outputs, origin }: Equation,
  value: KnownValue,
  cotangents: Map<Variable, NDArray>,
): void => {
  const cts = outputs.map((variable) => cotangents.get(variable) ?? null);
  for (const variable of outputs) cotangents.delete(variable);
  if (cts.every((ct) => ct === null)) return;
  const known = inputs.map(value);
  const sent = withOrigin(origin, () =>
    primitive.transpose({ cotangents: cts, known, inputs: inputs.map(atomType), params }),
  );
  for (const [atom, ct] of zipExact(inputs, sent)) {
    if (ct === null) continue;
    if (value(atom) !== null)
      throw new InternalError(`${primitive.name}: expected no cotangent for a known input, got one.`);
    accumulate(cotangents, atom, ct);
  }
};
