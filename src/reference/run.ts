/** The reference interpreter: one kernel at a time, straight from its definition in kernels/kernel.ts. */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { interpret, zipExact, type Graph } from '../core/graph.ts';
import type { Primitive } from '../core/primitive.ts';
import type { Kernel } from '../kernels/kernel.ts';
import { runContract } from './contract.ts';
import { runBranch, runHost, runScan, runWhile } from './control.ts';
import { runGenerate, runMap } from './elementwise.ts';
import { runGather, runScatter } from './indexing.ts';
import { runConcatenate, runDynamicSlice, runDynamicUpdate, runPad, runReshape, runView } from './movement.ts';
import { runArgReduce, runCumulate, runReduce, runWindow, runWindowArg } from './reduce.ts';
import { runSort } from './sort.ts';
import { nth } from './view.ts';

/** Run a kernel on concrete arrays; the results have the given types, or it is a fault of the library. */
export const runKernel = (
  kernel: Kernel<Graph, NDArray>,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
): readonly NDArray[] => {
  const run = runners[kernel.kind] as Runner<AnyKernel>; // sound: the entry of this kernel's kind
  const results = run(kernel, inputs, outputs);
  for (const [result, type] of zipExact(results, outputs))
    if (!sameType(result.type, type))
      throw new InternalError(`${kernel.kind}: expected a result ${showType(type)}, got ${showType(result.type)}.`);
  return results;
};

/** Run a primitive on concrete arrays by way of its kernel. */
export const runPrimitive = (
  primitive: Primitive,
  params: unknown,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
): readonly NDArray[] =>
  runKernel(
    primitive.kernel(
      params,
      inputs.map((x) => x.type),
      outputs,
    ),
    inputs,
    outputs,
  );

/** Run a program equation by equation. */
export const runGraph = (graph: Graph, inputs: readonly NDArray[]): readonly NDArray[] =>
  interpret<NDArray>(graph, inputs, {
    literal: (value) => value,
    apply: ({ primitive, params, outputs }, operands) =>
      runPrimitive(
        primitive,
        params,
        operands,
        outputs.map((v) => v.type),
      ),
  });

type AnyKernel = Kernel<Graph, NDArray>;
type Runner<K> = (kernel: K, inputs: readonly NDArray[], outputs: readonly ArrayType[]) => readonly NDArray[];

/** The list of kernels, one line each; the compiler sees to it that none is left out. */
const runners: { readonly [Kind in AnyKernel['kind']]: Runner<Extract<AnyKernel, { readonly kind: Kind }>> } = {
  map: runMap,
  generate: (k, _, ts) => [runGenerate(k, nth(ts, 0))],
  view: (k, xs, ts) => [runView(k, nth(xs, 0), nth(ts, 0))],
  reshape: (_, xs, ts) => [runReshape(nth(xs, 0), nth(ts, 0))],
  pad: (k, xs, ts) => [runPad(k, nth(xs, 0), nth(xs, 1), nth(ts, 0))],
  concatenate: (k, xs, ts) => [runConcatenate(k, xs, nth(ts, 0))],
  dynamicSlice: (_, xs, ts) => [runDynamicSlice(nth(xs, 0), xs.slice(1), nth(ts, 0))],
  dynamicUpdate: (_, xs) => [runDynamicUpdate(nth(xs, 0), nth(xs, 1), xs.slice(2))],
  reduce: (k, xs, ts) => [runReduce(k, nth(xs, 0), nth(ts, 0))],
  argReduce: (k, xs, ts) => [runArgReduce(k, nth(xs, 0), nth(ts, 0))],
  cumulate: (k, xs, ts) => [runCumulate(k, nth(xs, 0), nth(ts, 0))],
  contract: (k, xs, ts) => [runContract(k, nth(xs, 0), nth(xs, 1), nth(ts, 0))],
  window: (k, xs, ts) => [runWindow(k, nth(xs, 0), nth(ts, 0))],
  windowArg: (k, xs, ts) => [runWindowArg(k, nth(xs, 0), nth(ts, 0))],
  gather: (k, xs, ts) => [runGather(k, nth(xs, 0), nth(xs, 1), nth(ts, 0))],
  scatter: (k, xs) => [runScatter(k, nth(xs, 0), nth(xs, 1), nth(xs, 2))],
  sort: runSort,
  scan: (k, xs, ts) => runScan(k, xs, ts, runGraph),
  while: (k, xs) => runWhile(k, xs, runGraph),
  branch: (k, xs) => runBranch(k, nth(xs, 0), xs.slice(1), runGraph),
  call: ({ graph }, xs) => runGraph(graph, xs),
  program: ({ graph }, xs) => runGraph(graph, xs),
  host: runHost,
  barrier: (_, xs) => xs,
};
