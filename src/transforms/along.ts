/** Programs that are linear in their last inputs, where some of these are zero. */
import type { Graph, Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import { forward } from './forward.ts';
import { prune } from './prune.ts';

export interface Along {
  /** Takes what the program takes (in place of the last inputs anything), then those that are not zero; gives the first outputs, then the others that can be nonzero. */
  readonly graph: Graph;
  /** Which of the other outputs can be nonzero. */
  readonly moving: Mask;
}

/**
 * What a program gives that is linear in its last inputs, of which only some are not zero (`moves`). The first `fixed` outputs do not
 * depend on them, the others are linear in them. So the program is its own derivative along them, wherever that is taken, and forward
 * mode leaves out what is zero.
 */
export const along = remember(
  (moves: Mask, fixed: number) => `${maskKey(moves)}/${fixed}`,
  (graph: Graph, moves: Mask, fixed: number): Along => {
    const still = graph.inputs.slice(moves.length).map(() => false);
    const derivative = forward(graph, [...still, ...moves]);
    const tangents = derivative.moving.flatMap((m, i) => (m ? [i >= fixed] : []));
    const used = [...graph.outputs.map((_, i) => i < fixed), ...tangents];
    return { graph: prune(derivative.graph, used, true).graph, moving: derivative.moving.slice(fixed) };
  },
);
