/** Programs without their effects: what is run again must not print again. */
import { isNDArray } from '../array/ndarray.ts';
import { isGraph, type Equation, type Graph } from './graph.ts';
import { remember } from './memo.ts';

/** The equation without the effects that programs in its params have; nothing if it is an effect itself. */
export const quiet = (equation: Equation): readonly Equation[] => {
  const { primitive, params, outputs } = equation;
  if (primitive.effect(params) !== 'ordered') return [equation];
  if (primitive.graphs(params).length > 0) return [{ ...equation, params: quietData(params) }];
  return outputs.length > 0 ? [equation] : [];
};

/** The program without its effects; one that gives a result is kept. */
export const silent = remember(
  () => '',
  (graph: Graph): Graph => ({ ...graph, equations: graph.equations.flatMap(quiet) }),
);

/** Params are plain data around programs. */
const quietData = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || isNDArray(value)) return value;
  if (isGraph(value)) return silent(value);
  if (Array.isArray(value)) return value.map(quietData);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, quietData(item)]));
};
