/** Running one primitive on concrete arrays: views at once, everything else through an executable. */
import { byteSize, rowMajor, type ArrayType } from '../array/type.ts';
import { cellOf, copyElements, fromStore, isSplat, splat, strided, type NDArray } from '../array/ndarray.ts';
import type { Executor } from '../core/executor.ts';
import type { Graph, Variable } from '../core/graph.ts';
import { equationKey } from '../core/key.ts';
import type { Primitive } from '../core/primitive.ts';
import { freshVariable } from '../core/supply.ts';
import type { ViewKernel } from '../kernels/kernel.ts';
import { executableFor, executableOf } from './cache.ts';
import { reshapeStrides } from './expression.ts';

/** A program of one equation. */
const single = (
  primitive: Primitive,
  params: unknown,
  inputs: readonly ArrayType[],
  outputs: readonly ArrayType[],
): Graph => {
  const ins: readonly Variable[] = inputs.map(freshVariable);
  const outs: readonly Variable[] = outputs.map(freshVariable);
  return {
    name: primitive.name,
    inputs: ins,
    equations: [{ primitive, params, inputs: ins, outputs: outs, origin: null }],
    outputs: outs,
  };
};

/** A view of a concrete array; a small part of a large store is copied, so that it does not keep all of it. */
const viewed = (x: NDArray, { axes, starts }: ViewKernel, type: ArrayType): NDArray => {
  if (isSplat(x)) return splat(type, cellOf(x).value);
  const { data, strides, offset } = cellOf(x);
  if (data === null) return x;
  const start = starts.reduce((sum, s, axis) => sum + s * (strides[axis] ?? 0), offset);
  const made = strided(
    type,
    data,
    axes.map((axis) => (axis === null ? 0 : (strides[axis.axis] ?? 0) * axis.step)),
    start,
  );
  return axes.every((axis) => axis !== null) && byteSize(type) * 8 < data.byteLength
    ? fromStore(type, copyElements(made))
    : made;
};

const reshaped = (x: NDArray, type: ArrayType): NDArray => {
  if (isSplat(x)) return splat(type, cellOf(x).value);
  const { data, strides, offset } = cellOf(x);
  if (data === null || x.size === 0) return fromStore(type, copyElements(x));
  const kept = reshapeStrides(strides, x.shape, type.shape);
  return kept === null ? strided(type, copyElements(x), rowMajor(type.shape)) : strided(type, data, kept, offset);
};

export const compiler: Executor = {
  name: 'compiler',
  run: (primitive, params, inputs, outputs) => {
    const types = inputs.map((x) => x.type);
    const kernel = primitive.kernel(params, types, outputs);
    const [x] = inputs;
    const [type] = outputs;
    if (x !== undefined && type !== undefined && kernel.kind === 'view') return [viewed(x, kernel, type)];
    if (x !== undefined && type !== undefined && kernel.kind === 'reshape') return [reshaped(x, type)];
    if (kernel.kind === 'call') return executableOf(kernel.graph).run(inputs);
    return executableFor(equationKey(primitive, params, types), () => single(primitive, params, types, outputs)).run(
      inputs,
    );
  },
};
