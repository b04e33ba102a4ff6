/** The plainest reading of a program: apply its equations to values, recording or running as the case may be. */
import type { NDArray } from '../array/ndarray.ts';
import { interpret, type Graph } from './graph.ts';
import { rebind } from './trace.ts';

/** Apply a program to values. Outside every scope it runs equation by equation; inside it is copied into the scope. */
export const replay = (graph: Graph, inputs: readonly NDArray[]): readonly NDArray[] =>
  interpret<NDArray>(graph, inputs, { literal: (value) => value, apply: rebind });
