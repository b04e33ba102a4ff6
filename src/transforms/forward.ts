/** Forward mode: from the program of `x -> y` to that of `(x, dx) -> (y, dy)`. */
import type { NDArray } from '../array/ndarray.ts';
import { inputTypes, interpret, where, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import { withOrigin } from '../core/origin.ts';
import type { Tangent } from '../core/primitive.ts';
import { build, rebind } from '../core/trace.ts';

export interface Forward {
  /** Inputs: those of the original, then a tangent for each moving one. Outputs: those of the original, then the tangents that can be nonzero. */
  readonly graph: Graph;
  /** Which outputs move. */
  readonly moving: Mask;
}

interface Dual {
  readonly primal: NDArray;
  readonly tangent: Tangent;
}

const still = (primal: NDArray): Dual => ({ primal, tangent: null });

/** The derivative of a program in the direction of the inputs that move. */
export const forward = remember(maskKey, (graph: Graph, moving: Mask): Forward => {
  let outMoving: Mask = [];
  const types = [...inputTypes(graph), ...where(inputTypes(graph), moving)];
  const made = build(graph.name, types, (values) => {
    let next = graph.inputs.length;
    const duals = graph.inputs.map((_, i): Dual => {
      // Sound: `types` has a place for each input and for each moving one.
      const primal = values[i] as NDArray;
      return { primal, tangent: moving[i] === true ? (values[next++] as NDArray) : null };
    });
    const outputs = interpret<Dual>(graph, duals, { literal: still, apply: applyForward });
    outMoving = outputs.map((d) => d.tangent !== null);
    return [...outputs.map((d) => d.primal), ...outputs.flatMap((d) => d.tangent ?? [])];
  });
  return { graph: made, moving: outMoving };
});

const applyForward = (equation: Graph['equations'][number], duals: readonly Dual[]): readonly Dual[] => {
  const primals = duals.map((d) => d.primal);
  let outputs: readonly NDArray[] | null = null;
  const evaluate = (): readonly NDArray[] => (outputs ??= rebind(equation, primals));
  if (duals.every((d) => d.tangent === null)) return evaluate().map(still);
  const tangents = duals.map((d) => d.tangent);
  const { primitive, params, origin } = equation;
  const result = withOrigin(origin, () => primitive.jvp({ primals, tangents, params, outputs: evaluate }));
  // Sound: rules give one tangent per output (a law checks each primitive).
  return result.outputs.map((primal, i) => ({ primal, tangent: result.tangents[i] as Tangent }));
};
