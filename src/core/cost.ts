/** How much arithmetic and traffic a program is. */
import { atomType, type Graph } from './graph.ts';
import type { Cost } from './primitive.ts';

/** The sum of costs. */
export const addCosts = (costs: readonly Cost[]): Cost => ({
  flops: costs.reduce((sum, c) => sum + c.flops, 0),
  bytes: costs.reduce((sum, c) => sum + c.bytes, 0),
});
/** The cost of a program: the sum over its equations. */
export const costOf = (graph: Graph): Cost =>
  addCosts(
    graph.equations.map(({ primitive, params, inputs, outputs }) =>
      primitive.cost(
        params,
        inputs.map(atomType),
        outputs.map((v) => v.type),
      ),
    ),
  );
