/** Kernels that hold programs, and those that leave the library: scan, while, branch, host callbacks. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { cut, zipExact, type Graph } from '../core/graph.ts';
import type { BranchKernel, HostKernel, ScanKernel, WhileKernel } from '../kernels/kernel.ts';
import { arrayOf, clamp, copyInto, freshView, nth, viewOf } from './view.ts';

/** Runs a program; `run.ts` gives it, since programs hold kernels and kernels hold programs. */
export type RunGraph = (graph: Graph, inputs: readonly NDArray[]) => readonly NDArray[];

/** The slice at one position of an axis, which vanishes. */
const slot = (x: NDArray, axis: number, position: number): NDArray =>
  arrayOf(x.dtype, viewOf(x).pick(...x.shape.map((_, a) => (a === axis ? position : null))));

/** The carry goes from step to step; each step reads one slice of each x and writes one of each y. */
export const runScan = (
  kernel: ScanKernel<Graph>,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
  run: RunGraph,
): readonly NDArray[] => {
  const [constants = [], first = [], xs = []] = cut(inputs, kernel.constants, kernel.carry, kernel.xsAxes.length);
  const ys = zipExact(outputs.slice(kernel.carry), kernel.ysAxes).map(([type, axis]) => ({
    dtype: type.dtype,
    axis,
    view: freshView(type),
  }));
  let carry = first;
  for (let step = 0; step < kernel.length; step++) {
    const t = kernel.reverse ? kernel.length - 1 - step : step;
    const slices = zipExact(xs, kernel.xsAxes).map(([x, axis]) => slot(x, axis, t));
    const results = run(kernel.body, [...constants, ...carry, ...slices]);
    carry = results.slice(0, kernel.carry);
    for (const [y, { axis, view }] of zipExact(results.slice(kernel.carry), ys))
      copyInto(view.pick(...view.shape.map((_, a) => (a === axis ? t : null))), viewOf(y));
  }
  return [...carry, ...ys.map(({ dtype, view }) => arrayOf(dtype, view))];
};

/** The condition is asked before each step, so that there may be none. */
export const runWhile = (kernel: WhileKernel<Graph>, inputs: readonly NDArray[], run: RunGraph): readonly NDArray[] => {
  const carried = inputs.length - kernel.conditionConstants - kernel.bodyConstants;
  const [asking = [], stepping = [], first = []] = cut(
    inputs,
    kernel.conditionConstants,
    kernel.bodyConstants,
    carried,
  );
  let carry = first;
  while (viewOf(nth(run(kernel.condition, [...asking, ...carry]), 0)).get() !== 0)
    carry = run(kernel.body, [...stepping, ...carry]);
  return carry;
};

/** Runs one branch alone, the nearest to the index. */
export const runBranch = (
  { branches }: BranchKernel<Graph>,
  index: NDArray,
  operands: readonly NDArray[],
  run: RunGraph,
): readonly NDArray[] => run(nth(branches, clamp(viewOf(index).get(), 0, branches.length - 1)), operands);

/** Calls JavaScript, whose results are looked at before anybody relies on their types. */
export const runHost = (
  { callback }: HostKernel<NDArray>,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
): readonly NDArray[] => {
  const results = callback(inputs);
  const fits = results.length === outputs.length && results.every((x, i) => sameType(x.type, nth(outputs, i)));
  if (fits) return results;
  const [expected, got] = [outputs, results.map((x) => x.type)].map((types) => `(${types.map(showType).join(', ')})`);
  throw new ShapeError(
    `callback: expected results of types ${expected}, got ${got}. Return arrays of the declared types.`,
    'callback',
  );
};
