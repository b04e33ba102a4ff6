/** From a program to a module: each graph a routine, each step a call of a kernel or code of its own, one entry. */
import { copyElements, type NDArray } from '../array/ndarray.ts';
import type { Graph } from '../core/graph.ts';
import { keyOf } from '../core/key.ts';
import type { HostKernel } from '../kernels/kernel.ts';
import {
  emitBranch,
  emitHost,
  emitScan,
  emitWhile,
  hostScratch,
  scanScratch,
  whileScratch,
  type Callee,
  type Frame,
} from './emit/control.ts';
import { emitConvolve } from './emit/convolution/code.ts';
import { emitDynamicSlice, emitDynamicUpdate, emitGather, emitScatter } from './emit/gather.ts';
import { keep } from './emit/index-code.ts';
import { emitMultiply } from './emit/multiply.ts';
import { emitNest, emitRows, type Emitted } from './emit/nest.ts';
import { emitAffineContract, emitArgReduce, emitCumulate } from './emit/running.ts';
import { emitSort, sortScratch } from './emit/sort.ts';
import { emitWindowArg } from './emit/window.ts';
import { makeFunction, type FunctionCode } from './encode.ts';
import { makeModule, type ModuleCode } from './module.ts';
import type { Buffer } from './expression.ts';
import { fuse } from './fuse.ts';
import { place, type Placement } from './plan.ts';
import type { Plain, Routine, Scan, Step } from './step.ts';
import { InternalError } from '../array/errors.ts';
import type { ArrayType } from '../array/type.ts';

/** A callback that the module calls by number. */
export interface HostCall {
  readonly callback: HostKernel<NDArray>['callback'];
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
}

export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of scratch that a call needs. */
  readonly stack: number;
  readonly hosts: readonly HostCall[];
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
  readonly main: Routine;
  /** Where the scratch buffers of the main routine stand. */
  readonly placement: Placement;
  /** Of a program compiled with marks, the steps by their numbers. */
  readonly marked: readonly Step[];
}

interface Made extends Callee {
  readonly stack: number;
  readonly routine: Routine;
  readonly placement: Placement;
}

interface Work {
  readonly module: ModuleCode;
  readonly hostImport: number;
  readonly hosts: HostCall[];
  readonly made: Map<string | Routine, Made>;
  readonly marks: Marks | null;
}

/** Puts what a step calls into the module. */
type Calls = (inner: Graph | Routine) => Callee;

/** Calls of `env.mark` for a profiler: -1 at the begin of a routine, the number of each step before it, -2 at the end. */
interface Marks {
  readonly mark: number;
  readonly steps: Step[];
}

/** Begin a routine, a step, or end a routine, if somebody is to know. */
const mark = ({ marks }: Work, f: FunctionCode, place: Step | 'begin' | 'end'): void => {
  if (marks === null) return;
  const number = place === 'begin' ? -1 : place === 'end' ? -2 : marks.steps.push(place) - 1;
  f.body.i32(number).call(marks.mark);
};

/**
 * Compile a program; the entry takes the base of its scratch and the address of a table of pointers to inputs, then outputs. With `marks` it
 * tells what it is doing.
 */
export const compile = (graph: Graph, marks: 'with marks' | 'plain' = 'plain'): Compiled => {
  const module = makeModule();
  const work: Work = {
    module,
    hostImport: module.importFunction({ name: 'host', parameters: ['i32', 'i32', 'i32'], results: [] }),
    hosts: [],
    made: new Map(),
    marks:
      marks === 'plain'
        ? null
        : { mark: module.importFunction({ name: 'mark', parameters: ['i32'], results: [] }), steps: [] },
  };
  const main = routine(work, graph);
  const entry = makeFunction(['i32', 'i32']);
  entry.body.get(0);
  [...main.inputs, ...main.outputs].forEach((_, i) => entry.body.get(1).memory('i32.load', 4 * i));
  entry.body.call(main.index);
  const index = module.add(entry);
  return {
    bytes: module.bytes({ run: index }),
    stack: main.stack,
    hosts: work.hosts,
    inputs: main.inputs,
    outputs: main.outputs,
    main: main.routine,
    placement: main.placement,
    marked: work.marks?.steps ?? [],
  };
};

const routine = (work: Work, inner: Graph | Routine): Made => {
  const key = 'steps' in inner ? inner : keyOf(inner);
  const known = work.made.get(key);
  if (known !== undefined) return known;
  const steps = 'steps' in inner ? inner : fuse(inner);
  let deepest = 0;
  const callee: Calls = (inner) => {
    const made = routine(work, inner);
    deepest = Math.max(deepest, made.stack);
    return made;
  };
  const placement = place(
    steps.steps,
    steps.steps.map((step) => scratchOf(step, callee)),
  );
  const f = writeRoutine(work, steps, placement, callee);
  const made: Made = {
    index: work.module.add(f),
    inputs: steps.inputs,
    outputs: steps.outputs,
    stack: placement.size + deepest,
    routine: steps,
    placement,
  };
  work.made.set(key, made);
  return made;
};

/** Bytes of scratch that a step needs besides its buffers. */
const scratchOf = (step: Step, callee: Calls): number => {
  if (step.kind === 'scan') return scanScratch(step.loop, callee(step.body));
  if (step.kind !== 'plain') return 0;
  const { kernel } = step;
  switch (kernel.kind) {
    case 'sort':
      return sortScratch(kernel, step.inputTypes[0] ?? { dtype: 'float32', shape: [] });
    case 'while':
      return whileScratch(kernel, callee(kernel.body));
    case 'host':
      return hostScratch(step.inputs.length, step.outputs.length);
    default:
      return 0;
  }
};

/** Puts the address of a buffer on the stack of a routine. */
const pusher =
  (f: FunctionCode, placement: Placement, inputs: number) =>
  (buffer: Buffer, offset: number): void => {
    const { role } = buffer;
    const local = role.kind === 'input' ? 1 + role.index : role.kind === 'output' ? 1 + inputs + role.index : 0;
    const total = offset + (role.kind === 'scratch' ? (placement.offsets.get(buffer) ?? 0) : 0);
    f.body.get(local);
    if (total !== 0) f.body.i32(total).op('i32.add');
  };

/** Parameters: base, inputs, outputs. */
const writeRoutine = (
  work: Work,
  { steps, inputs, outputs }: Routine,
  placement: Placement,
  callee: Calls,
): FunctionCode => {
  const f = makeFunction(new Array<'i32'>(1 + inputs.length + outputs.length).fill('i32'));
  const free = keep(f, (c) => c.get(0).i32(placement.size).op('i32.add'));
  const push = pusher(f, placement, inputs.length);
  const callEmitted = ({ code, parameters }: Emitted): void => {
    for (const { buffer, offset } of parameters) push(buffer, offset);
    f.body.call(work.module.add(code));
  };
  mark(work, f, 'begin');
  steps.forEach((step, at) => {
    mark(work, f, step);
    if (step.kind === 'nest') callEmitted(emitNest(step));
    else if (step.kind === 'rows') callEmitted(emitRows(step));
    else if (step.kind === 'multiply') callEmitted(emitMultiply(step, work.module.add));
    else if (step.kind === 'convolve') callEmitted(emitConvolve(step, work.module.add));
    else if (step.kind === 'data') writeData(f, step.value, () => push(step.output, 0));
    else {
      const kernel = step.kind === 'plain' ? emitPlain(step) : null;
      if (step.kind === 'scan' || kernel === null)
        return writeControl(work, f, step, free, placement.scratch[at] ?? 0, push, callee);
      for (const buffer of [...step.inputs, ...step.outputs]) push(buffer, 0);
      f.body
        .get(0)
        .i32(placement.scratch[at] ?? 0)
        .op('i32.add')
        .call(work.module.add(kernel));
    }
  });
  mark(work, f, 'end');
  return f;
};

/** The bytes of a small array, written by code. */
const writeData = (f: FunctionCode, value: NDArray, push: () => void): void => {
  const data = copyElements(value);
  const bytes = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const words = new Int32Array(bytes.buffer);
  const at = f.local('i32');
  push();
  f.body.set(at);
  const whole = Math.floor(data.byteLength / 4);
  words.forEach((word, i) => {
    if (i < whole)
      f.body
        .get(at)
        .i32(word)
        .memory('i32.store', 4 * i);
  });
  for (let i = whole * 4; i < data.byteLength; i++)
    f.body
      .get(at)
      .i32(bytes[i] ?? 0)
      .memory('i32.store8', i);
};

/** The function of a kernel that is one on its own; `null` for those that call routines. */
const emitPlain = ({ kernel, inputTypes, outputs }: Plain): FunctionCode | null => {
  const [a, b, c] = inputTypes;
  const y = outputs[0]?.type;
  if (kernel.kind === 'sort') return emitSort(kernel, inputTypes);
  if (a === undefined || y === undefined) return null;
  switch (kernel.kind) {
    case 'cumulate':
      return emitCumulate(kernel, a);
    case 'argReduce':
      return emitArgReduce(kernel, a);
    case 'windowArg':
      return emitWindowArg(kernel, a, y);
    case 'dynamicSlice':
      return emitDynamicSlice(inputTypes, y);
    case 'dynamicUpdate':
      return emitDynamicUpdate(inputTypes);
    case 'gather':
      return b === undefined ? null : emitGather(kernel, [a, b]);
    case 'scatter':
      return b === undefined || c === undefined ? null : emitScatter(kernel, [a, b, c]);
    case 'contract':
      return b === undefined ? null : emitAffineContract(kernel, [a, b, y]);
    default:
      return null;
  }
};

const writeControl = (
  work: Work,
  f: FunctionCode,
  step: Plain | Scan,
  free: number,
  scratchOffset: number,
  push: (buffer: Buffer, offset: number) => void,
  callee: Calls,
): void => {
  const localOf = (buffer: Buffer): number => keep(f, () => push(buffer, 0));
  const frame: Frame = {
    f,
    free,
    inputs: step.inputs.map(localOf),
    outputs: step.outputs.map(localOf),
    routine: callee,
    scratch: keep(f, (c) => c.get(0).i32(scratchOffset).op('i32.add')),
  };
  if (step.kind === 'scan') return emitScan(frame, step.loop, callee(step.body));
  const { kernel } = step;
  switch (kernel.kind) {
    case 'while':
      return emitWhile(frame, kernel);
    case 'branch':
      return emitBranch(frame, kernel);
    case 'host': {
      work.hosts.push({ callback: kernel.callback, inputs: step.inputTypes, outputs: step.outputs.map((b) => b.type) });
      return emitHost(frame, work.hosts.length - 1, work.hostImport);
    }
    default:
      throw new InternalError(`compile: expected a kernel that can be compiled, got ${kernel.kind}.`);
  }
};
