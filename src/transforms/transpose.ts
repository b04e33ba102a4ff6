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
  const bound = new Map<Variable, NDArray>(zipExact(fixed, values.slice(0, fixed.length)));
  const isKnown = (atom: Atom): boolean => atom.kind === 'literal' || bound.has(atom);
  const moving: Equation[] = [];
  for (const equation of graph.equations) {
    if (!equation.inputs.every(isKnown)) {
      moving.push(equation);
      continue;
    }
    const outputs = rebind(
      equation,
      equation.inputs.map((atom) => knownValue(bound, atom)).flatMap((x) => x ?? []),
    );
    for (const [variable, value] of zipExact(equation.outputs, outputs)) bound.set(variable, value);
  }
  const cotangents = new Map<Variable, NDArray>();
  for (const [atom, ct] of zipExact(where(graph.outputs, given), values.slice(fixed.length)))
    accumulate(cotangents, atom, ct);
  for (const equation of moving.reverse()) step(equation, bound, cotangents);
  return where(graph.inputs, linear).map((variable) => cotangents.get(variable) ?? null);
};

const knownValue = (bound: ReadonlyMap<Variable, NDArray>, atom: Atom): NDArray | null =>
  atom.kind === 'literal' ? atom.value : (bound.get(atom) ?? null);

const accumulate = (cotangents: Map<Variable, NDArray>, atom: Atom, ct: NDArray): void => {
  // A constant output has no one to send its cotangent to.
  if (atom.kind === 'literal') return;
  const before = cotangents.get(atom);
  cotangents.set(atom, before === undefined ? ct : add(before, ct));
};

/** Send the cotangents of an equation's outputs to its inputs. */
const step = (
  { primitive, params, inputs, outputs, origin }: Equation,
  bound: ReadonlyMap<Variable, NDArray>,
  cotangents: Map<Variable, NDArray>,
): void => {
  const cts = outputs.map((variable) => cotangents.get(variable) ?? null);
  for (const variable of outputs) cotangents.delete(variable);
  if (cts.every((ct) => ct === null)) return;
  const known = inputs.map((atom) => knownValue(bound, atom));
  const sent = withOrigin(origin, () =>
    primitive.transpose({ cotangents: cts, known, inputs: inputs.map(atomType), params }),
  );
  for (const [atom, ct] of zipExact(inputs, sent)) {
    if (ct === null) continue;
    if (knownValue(bound, atom) !== null)
      throw new InternalError(`${primitive.name}: expected no cotangent for a known input, got one.`);
    accumulate(cotangents, atom, ct);
  }
};
