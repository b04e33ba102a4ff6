/** Turn a program of one example into a program of a batch, its axis in front. */
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { interpret, zipExact, type Equation, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import { withOrigin } from '../core/origin.ts';
import type { AxisName } from '../core/primitive.ts';
import { identityOf } from '../core/supply.ts';
import { build, rebind } from '../core/trace.ts';

export interface Vectorized {
  readonly graph: Graph;
  /** Which outputs carry the batch axis. */
  readonly mapped: Mask;
}

interface Lane {
  readonly value: NDArray;
  readonly mapped: boolean;
}

const withAxis = (type: ArrayType, size: number): ArrayType => ({ dtype: type.dtype, shape: [size, ...type.shape] });

/** The program on `size` examples at once; `mapped` marks the inputs that differ between them. */
export const vectorize = remember(
  (mapped: Mask, size: number, axis: AxisName | null) =>
    `${maskKey(mapped)} ${size} ${axis === null ? '' : identityOf(axis)}`,
  (graph: Graph, mapped: Mask, size: number, axis: AxisName | null): Vectorized => {
    let outMapped: Mask = [];
    const types = zipExact(graph.inputs, mapped).map(([{ type }, m]) => (m ? withAxis(type, size) : type));
    const made = build(graph.name, types, (values) => {
      const lanes = zipExact(values, mapped).map(([value, m]): Lane => ({ value, mapped: m }));
      const outputs = interpret<Lane>(graph, lanes, {
        literal: (value) => ({ value, mapped: false }),
        apply: (equation, inputs) => applyBatch(equation, inputs, size, axis),
      });
      outMapped = outputs.map((lane) => lane.mapped);
      return outputs.map((lane) => lane.value);
    });
    return { graph: made, mapped: outMapped };
  },
);

const applyBatch = (
  equation: Equation,
  lanes: readonly Lane[],
  size: number,
  axis: AxisName | null,
): readonly Lane[] => {
  const inputs = lanes.map((lane) => lane.value);
  const mapped = lanes.map((lane) => lane.mapped);
  const { primitive, params, origin } = equation;
  if (!mapped.includes(true) && !speaksOf(equation, axis))
    return rebind(equation, inputs).map((value) => ({ value, mapped: false }));
  const result = withOrigin(origin, () => primitive.batch({ inputs, mapped, size, axis, params }));
  return zipExact(result.outputs, result.mapped).map(([value, m]) => ({ value, mapped: m }));
};

const speaks = new WeakMap<Graph, Set<AxisName>>();

/** The axis names that a program's collectives speak of. */
const axesSpoken = (graph: Graph): ReadonlySet<AxisName> => {
  const known = speaks.get(graph);
  if (known !== undefined) return known;
  const found = new Set<AxisName>();
  for (const { params, primitive } of graph.equations) {
    if (isCollective(params)) found.add(params.axisName);
    for (const inner of primitive.graphs(params)) for (const axis of axesSpoken(inner)) found.add(axis);
  }
  speaks.set(graph, found);
  return found;
};

const isCollective = (params: unknown): params is { readonly axisName: AxisName } =>
  typeof params === 'object' && params !== null && 'axisName' in params;

/** Whether an equation is a collective over this axis, or holds one. */
const speaksOf = ({ params, primitive }: Equation, axis: AxisName | null): boolean =>
  axis !== null &&
  ((isCollective(params) && params.axisName === axis) ||
    primitive.graphs(params).some((graph) => axesSpoken(graph).has(axis)));
