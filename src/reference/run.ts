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
  const results = resultsOf(kernel, inputs, outputs);
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

/** The list of kernels, one line each; the compiler sees to it that none is left out. */
const resultsOf = (
  kernel: Kernel<Graph, NDArray>,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
): readonly NDArray[] => {
  const input = (i: number): NDArray => nth(inputs, i);
  const type = (): ArrayType => nth(outputs, 0);
  switch (kernel.kind) {
    case 'map':
      return runMap(kernel, inputs, outputs);
    case 'generate':
      return [runGenerate(kernel, type())];
    case 'view':
      return [runView(kernel, input(0), type())];
    case 'reshape':
      return [runReshape(input(0), type())];
    case 'pad':
      return [runPad(kernel, input(0), input(1), type())];
    case 'concatenate':
      return [runConcatenate(kernel, inputs, type())];
    case 'dynamicSlice':
      return [runDynamicSlice(input(0), inputs.slice(1), type())];
    case 'dynamicUpdate':
      return [runDynamicUpdate(input(0), input(1), inputs.slice(2))];
    case 'reduce':
      return [runReduce(kernel, input(0), type())];
    case 'argReduce':
      return [runArgReduce(kernel, input(0), type())];
    case 'cumulate':
      return [runCumulate(kernel, input(0), type())];
    case 'contract':
      return [runContract(kernel, input(0), input(1), type())];
    case 'window':
      return [runWindow(kernel, input(0), type())];
    case 'windowArg':
      return [runWindowArg(kernel, input(0), type())];
    case 'gather':
      return [runGather(kernel, input(0), input(1), type())];
    case 'scatter':
      return [runScatter(kernel, input(0), input(1), input(2))];
    case 'sort':
      return runSort(kernel, inputs);
    case 'scan':
      return runScan(kernel, inputs, outputs, runGraph);
    case 'while':
      return runWhile(kernel, inputs, runGraph);
    case 'branch':
      return runBranch(kernel, input(0), inputs.slice(1), runGraph);
    case 'call':
    case 'program':
      return runGraph(kernel.graph, inputs);
    case 'host':
      return runHost(kernel, inputs, outputs);
    case 'barrier':
      return inputs;
  }
};
