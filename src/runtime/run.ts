/** Executables: operands in place or copied in, one call, results copied out. */
import { InternalError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { byteSize, rowMajor, sameType, showType, type ArrayType } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import { memoryViews, release, reserve, wasmMemory } from './memory.ts';
import { mirrored, settle } from './mirror.ts';
import { compile, type Compiled, type HostCall } from '../compiler/program.ts';
import { variant } from '../compiler/variant.ts';
import { enter, leave } from './scratch.ts';
import { copyIn, copyOut } from './transfer.ts';

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Code of a program: takes the base of its scratch and the address of a table of pointers to inputs, then outputs. */
export type Entry = (base: number, table: number) => void;

/** Code ready to be called, and what it was made from. */
export interface Loaded {
  readonly compiled: Compiled;
  readonly entry: Entry;
}

export interface Executable {
  readonly compiled: Compiled;
  /** The way of compiling that was in force when it was made. */
  readonly variant: number;
  readonly run: (inputs: readonly NDArray[]) => readonly NDArray[];
  /** As `run`, but the marked outputs stay in WebAssembly memory until somebody reads them. */
  readonly runKeeping: (inputs: readonly NDArray[], kept: readonly boolean[]) => readonly NDArray[];
}

const counts = { modules: 0 };
/** How many modules have been compiled since the start; laws watch it. */
export const moduleCount = (): number => counts.modules;

/** What is told of the progress of a call: -1 at the begin of a routine, the number of each step before it, -2 at the end. */
export type Mark = (number: number) => void;

/** Compile a program and instantiate it; with `mark`, it tells what it is doing. */
export const load = (graph: Graph, mark?: Mark): Loaded => {
  counts.modules++;
  const compiled = compile(graph, mark === undefined ? 'plain' : 'with marks');
  const module = new WebAssembly.Module(compiled.bytes);
  const instance = new WebAssembly.Instance(module, {
    env: { memory: wasmMemory(), host: hostImport(compiled.hosts), ...(mark === undefined ? {} : { mark }) },
  });
  // Sound: every module exports `run` of this type.
  return { compiled, entry: instance.exports['run'] as Entry };
};

/** Code with the places of the table, the operands, the results and its stack in the scratch of a call. */
interface Ready extends Loaded {
  readonly ins: readonly number[];
  readonly outs: readonly number[];
  /** Of each output as a row-major array. */
  readonly strides: readonly (readonly number[])[];
  readonly stack: number;
  readonly total: number;
}

const readyFor = (loaded: Loaded): Ready => {
  const { inputs, outputs, stack } = loaded.compiled;
  let at = align(4 * (inputs.length + outputs.length));
  const place = (type: ArrayType): number => {
    const here = at;
    at += align(byteSize(type));
    return here;
  };
  const [ins, outs] = [inputs.map(place), outputs.map(place)];
  return { ...loaded, ins, outs, strides: outputs.map((t) => rowMajor(t.shape)), stack: at, total: at + stack };
};

/** Compile a program and make it ready to run. */
export const makeExecutable = (graph: Graph, mark?: Mark): Executable => {
  const made = variant();
  const ready = readyFor(load(graph, mark));
  return {
    compiled: ready.compiled,
    variant: made,
    run: (inputs) => run(ready, inputs),
    runKeeping: (inputs, kept) => runKeeping(ready, inputs, kept),
  };
};

/** Put the operands in their places, or find them where they stand, and note it in the table. */
const placeInputs = ({ ins }: Ready, given: readonly NDArray[], base: number): void => {
  for (let i = 0; i < ins.length; i++) {
    const x = given[i];
    if (x === undefined) throw new InternalError(`run: expected ${ins.length} operands, got ${i}.`);
    let at = mirrored(x);
    if (at === 0) {
      at = base + (ins[i] ?? 0);
      copyIn(x, at);
    }
    memoryViews().u32[base / 4 + i] = at;
  }
};

const takeOut = ({ compiled, outs, strides }: Ready, i: number, base: number): NDArray => {
  const type = compiled.outputs[i];
  if (type === undefined) throw new InternalError(`run: expected an output ${i}, got none.`);
  return copyOut(type, strides[i] ?? [], base + (outs[i] ?? 0));
};

const run = (ready: Ready, given: readonly NDArray[]): readonly NDArray[] => {
  const { ins, outs } = ready;
  const base = enter(ready.total);
  try {
    placeInputs(ready, given, base);
    const { u32 } = memoryViews();
    for (let i = 0; i < outs.length; i++) u32[base / 4 + ins.length + i] = base + (outs[i] ?? 0);
    ready.entry(base + ready.stack, base);
    const results = new Array<NDArray>(outs.length);
    for (let i = 0; i < outs.length; i++) results[i] = takeOut(ready, i, base);
    return results;
  } finally {
    leave(base);
  }
};

/** Blocks for the marked outputs, 0 for the others. */
const reserveOutputs = (outputs: readonly ArrayType[], kept: readonly boolean[]): number[] => {
  const blocks: number[] = [];
  try {
    outputs.forEach((type, i) => blocks.push(kept[i] === true ? reserve(byteSize(type)) : 0));
  } catch (error) {
    releaseOutputs(outputs, blocks);
    throw error;
  }
  return blocks;
};
const releaseOutputs = (outputs: readonly ArrayType[], blocks: readonly number[]): void =>
  outputs.forEach((type, i) => {
    const block = blocks[i] ?? 0;
    if (block !== 0) release(block, byteSize(type));
  });

/** Fresh blocks take the marked outputs, so that nothing is lost if a callback throws. */
const runKeeping = (ready: Ready, given: readonly NDArray[], kept: readonly boolean[]): readonly NDArray[] => {
  const { outs, ins, compiled } = ready;
  const { outputs } = compiled;
  const blocks = reserveOutputs(outputs, kept);
  let base: number | null = null;
  try {
    base = enter(ready.total);
    placeInputs(ready, given, base);
    const { u32 } = memoryViews();
    for (let i = 0; i < outs.length; i++) {
      const block = blocks[i] ?? 0;
      u32[base / 4 + ins.length + i] = block === 0 ? base + (outs[i] ?? 0) : block;
    }
    ready.entry(base + ready.stack, base);
  } catch (error) {
    releaseOutputs(outputs, blocks);
    if (base !== null) leave(base);
    throw error;
  }
  const here = base;
  const results = outputs.map((type, i) => {
    const block = blocks[i] ?? 0;
    return block === 0 ? takeOut(ready, i, here) : settle(type, block);
  });
  leave(here);
  return results;
};

/** What the module calls for callbacks: operands are copied out, results are checked and copied in. */
const hostImport =
  (hosts: readonly HostCall[]) =>
  (number: number, table: number): void => {
    const host = hosts[number];
    if (host === undefined) throw new InternalError(`host: expected a callback ${number}, got none.`);
    const address = (i: number): number => memoryViews().u32[(table >>> 0) / 4 + i] ?? 0;
    const results = host.callback(host.inputs.map((type, i) => copyOut(type, rowMajor(type.shape), address(i))));
    if (results.length !== host.outputs.length || results.some((y, i) => !sameType(y.type, host.outputs[i] ?? y.type)))
      throw new ShapeError(
        `callback: expected results of types (${host.outputs.map(showType).join(', ')}), got (${results.map((y) => showType(y.type)).join(', ')}). Return what was announced.`,
        'callback',
      );
    results.forEach((y, i) => copyIn(y, address(host.inputs.length + i)));
  };
