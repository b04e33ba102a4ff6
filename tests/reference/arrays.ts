/** Arrays and kernels by hand, for the tests of the reference. */
import { allocate, type DType } from '../../src/array/dtype.ts';
import { copyElements, fromStore, strided, type NDArray } from '../../src/array/ndarray.ts';
import { sizeOf, typeOf, type ArrayType, type Shape } from '../../src/array/type.ts';
import type { Graph, Variable } from '../../src/core/graph.ts';
import type { Primitive } from '../../src/core/primitive.ts';
import { freshVariable } from '../../src/core/supply.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import type { Formula } from '../../src/kernels/scalars.ts';
import { runKernel } from '../../src/reference/run.ts';

/** A row-major array; without a shape, of rank 1. */
export const array = (dtype: DType, values: readonly number[], shape: Shape = [values.length]): NDArray => {
  const store = allocate(dtype, values.length);
  store.set(values);
  return fromStore(typeOf(dtype, shape), store);
};

export const scalar = (dtype: DType, value: number): NDArray => array(dtype, [value], []);
export const f32 = (...values: readonly number[]): NDArray => array('float32', values);
export const f64 = (...values: readonly number[]): NDArray => array('float64', values);
export const i32 = (...values: readonly number[]): NDArray => array('int32', values);
/** 0, 1, 2, ... in a shape. */
export const counting = (dtype: DType, shape: Shape): NDArray =>
  array(
    dtype,
    Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );

/** The values of `x` laid out backwards in memory: every stride is negative. */
export const backwards = (x: NDArray): NDArray => {
  const data = copyElements(x).reverse();
  const strides = x.shape.map((_, axis) => -sizeOf(x.shape.slice(axis + 1)));
  return strided(x.type, data, strides, Math.max(0, x.size - 1));
};

export const values = (x: NDArray): readonly number[] => Array.from(copyElements(x));

/** Run a kernel with one output of a given type and list its elements. */
export const run = (
  kernel: Kernel<Graph, NDArray>,
  inputs: readonly NDArray[],
  dtype: DType,
  shape: Shape,
): readonly number[] => runKernel(kernel, inputs, [typeOf(dtype, shape)]).flatMap(values);

const unused = (): never => {
  throw new Error('the reference asks a primitive for its kernel alone');
};

/** A primitive of which only the kernel matters. */
export const primitive = (kernel: Kernel<Graph, NDArray>): Primitive => ({
  name: kernel.kind,
  infer: unused,
  kernel: () => kernel,
  jvp: unused,
  transpose: unused,
  batch: unused,
  partition: unused,
  prune: unused,
  effect: () => 'none',
  cost: unused,
  graphs: () => [],
});

/** A program of one elementwise equation: inputs of the given types, outputs of the others. */
export const program = (inputs: readonly ArrayType[], outputs: readonly ArrayType[], formula: Formula): Graph => {
  const [ins, outs] = [inputs.map(freshVariable), outputs.map(freshVariable)];
  return graph(ins, [{ kernel: { kind: 'map', formula }, inputs: ins, outputs: outs }], outs);
};

interface Step {
  readonly kernel: Kernel<Graph, NDArray>;
  readonly inputs: readonly Variable[];
  readonly outputs: readonly Variable[];
}

export const graph = (inputs: readonly Variable[], steps: readonly Step[], outputs: readonly Variable[]): Graph => ({
  name: 'test',
  inputs,
  equations: steps.map((step) => ({
    primitive: primitive(step.kernel),
    params: null,
    inputs: step.inputs,
    outputs: step.outputs,
    origin: null,
  })),
  outputs,
});
