/** Executables: copy in, one call, copy out. */
import { bytesOf, type TypedArray } from '../array/dtype.ts';
import { InternalError, ShapeError } from '../array/errors.ts';
import { cellOf, eachRow, isRowMajor, splat, strided, type NDArray } from '../array/ndarray.ts';
import { byteSize, rowMajor, sameType, showType, sizeOf, type ArrayType } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import { memoryViews, wasmMemory, withScratch, type Views } from './memory.ts';
import { compile, type Compiled, type HostCall } from './program.ts';
import { freshStore } from './slab.ts';

const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

const viewFor = (views: Views, type: ArrayType): TypedArray => {
  switch (type.dtype) {
    case 'float32':
      return views.f32;
    case 'float64':
      return views.f64;
    case 'int32':
      return views.i32;
    case 'uint32':
      return views.u32;
    case 'uint8':
    case 'bool':
      return views.u8;
  }
};

/** Copy the elements of an array to an address. */
const copyIn = (x: NDArray, address: number): void => {
  const view = viewFor(memoryViews(), x.type);
  const at = address / bytesOf(x.dtype);
  const { data, value, offset } = cellOf(x);
  const size = x.size;
  if (data === null) view.fill(value, at, at + size);
  else if (isRowMajor(x))
    view.set(offset === 0 && data.length === size ? data : data.subarray(offset, offset + size), at);
  else {
    let to = at;
    eachRow(x, (position, count, stride) => {
      for (let i = 0, p = position; i < count; i++, p += stride) view[to++] = data[p] ?? 0;
    });
  }
};

/** The array at an address, copied out. Scalars take no store. */
const copyOut = (type: ArrayType, address: number): NDArray => {
  const view = viewFor(memoryViews(), type);
  const at = address / bytesOf(type.dtype);
  const size = sizeOf(type.shape);
  if (type.shape.length === 0) return splat(type, view[at] ?? 0);
  const { data, offset } = freshStore(type.dtype, size);
  data.set(view.subarray(at, at + size), offset);
  return strided(type, data, rowMajor(type.shape), offset);
};

export interface Executable {
  readonly compiled: Compiled;
  readonly run: (inputs: readonly NDArray[]) => readonly NDArray[];
}

/** Compile a program and make it ready to run. */
export const makeExecutable = (graph: Graph): Executable => {
  const compiled = compile(graph);
  const module = new WebAssembly.Module(compiled.bytes);
  const instance = new WebAssembly.Instance(module, {
    env: { memory: wasmMemory(), host: hostImport(compiled.hosts) },
  });
  // Sound: every module exports `run` of this type.
  const entry = instance.exports['run'] as (base: number, table: number) => void;
  return { compiled, run: runner(compiled, entry) };
};

const runner = ({ inputs, outputs, stack }: Compiled, entry: (base: number, table: number) => void) => {
  const places: number[] = [];
  let at = align(4 * (inputs.length + outputs.length));
  for (const type of [...inputs, ...outputs]) {
    places.push(at);
    at += align(byteSize(type));
  }
  const total = at + stack;
  const scratch = at;
  return (given: readonly NDArray[]): readonly NDArray[] =>
    withScratch(total, (base) => {
      const { i32 } = memoryViews();
      for (let i = 0; i < places.length; i++) i32[base / 4 + i] = base + (places[i] ?? 0);
      for (let i = 0; i < given.length; i++) {
        const x = given[i];
        if (x !== undefined) copyIn(x, base + (places[i] ?? 0));
      }
      entry(base + scratch, base);
      return outputs.map((type, i) => copyOut(type, base + (places[inputs.length + i] ?? 0)));
    });
};

/** What the module calls for callbacks: operands are copied out, results are checked and copied in. */
const hostImport =
  (hosts: readonly HostCall[]) =>
  (number: number, table: number): void => {
    const host = hosts[number];
    if (host === undefined) throw new InternalError(`host: expected a callback ${number}, got none.`);
    const address = (i: number): number => memoryViews().i32[table / 4 + i] ?? 0;
    const results = host.callback(host.inputs.map((type, i) => copyOut(type, address(i))));
    if (results.length !== host.outputs.length || results.some((y, i) => !sameType(y.type, host.outputs[i] ?? y.type)))
      throw new ShapeError(
        `callback: expected results of types (${host.outputs.map(showType).join(', ')}), got (${results.map((y) => showType(y.type)).join(', ')}). Return what was announced.`,
        'callback',
      );
    results.forEach((y, i) => copyIn(y, address(host.inputs.length + i)));
  };
