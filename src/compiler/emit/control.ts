/** Programs inside programs: scan, while, branch as loops and choices around calls of routines; callbacks as calls of JavaScript. */
import { bytesOf } from '../../array/dtype.ts';
import { byteSize, sizeOf, type ArrayType } from '../../array/type.ts';
import { InternalError } from '../../array/errors.ts';
import type { Graph } from '../../core/graph.ts';
import type { BranchKernel, WhileKernel } from '../../kernels/kernel.ts';
import type { FunctionCode } from '../encode.ts';
import type { ScanLoop } from '../step.ts';
import { byteStrides, clampLocal, copyBytes, forEach, forEachIndex, keep, pushAddress } from './index-code.ts';

/** A routine of the module: its index, what it gives, and the scratch that it and those it calls need. */
export interface Callee {
  readonly index: number;
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
}

/** The routine being written, as control steps see it. Locals hold addresses. */
export interface Frame {
  readonly f: FunctionCode;
  /** Local with the first free byte behind this routine's own scratch: the base of callees. */
  readonly free: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Local with the address of this step's own scratch. */
  readonly scratch: number;
  readonly routine: (graph: Graph) => Callee;
}

const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

const callRoutine = (
  { f, free }: Frame,
  callee: Callee,
  inputs: readonly number[],
  outputs: readonly number[],
): void => {
  f.body.get(free);
  for (const local of [...inputs, ...outputs]) f.body.get(local);
  f.body.call(callee.index);
};

/** Addresses of consecutive aligned blocks in the step's scratch, from `first` on. */
const blocks = (
  { f, scratch }: Frame,
  types: readonly ArrayType[],
  first = 0,
): { readonly locals: readonly number[]; readonly end: number } => {
  let at = first;
  const locals = types.map((type) => {
    const local = keep(f, (c) => c.get(scratch).i32(at).op('i32.add'));
    at += align(byteSize(type));
    return local;
  });
  return { locals, end: at };
};

const blockBytes = (types: readonly ArrayType[]): number => types.reduce((sum, type) => sum + align(byteSize(type)), 0);

/** Locals with where the carries of a loop are read, written, and written after that. */
interface Carries {
  readonly now: readonly number[];
  readonly next: readonly number[];
  readonly spare: readonly number[];
  /** The first free byte of the step's scratch behind them. */
  readonly end: number;
}

const carrySets = (frame: Frame, types: readonly ArrayType[], starts: readonly number[], first = 0): Carries => {
  const even = blocks(frame, types, first);
  const odd = blocks(frame, types, even.end);
  const copies = (locals: readonly number[]): readonly number[] =>
    locals.map((local) => keep(frame.f, (c) => c.get(local)));
  return { now: copies(starts), next: copies(even.locals), spare: copies(odd.locals), end: odd.end };
};

/** What was written is read next, and the other set is written. */
const turnCarries = ({ body }: FunctionCode, { now, next, spare }: Carries): void =>
  now.forEach((local, i) => {
    const [written, free] = [next[i] ?? 0, spare[i] ?? 0];
    body.get(written).set(local).get(free).set(written).get(local).set(free);
  });

/** Scratch of a scan: two sets of carries, and a block for each slice that is not contiguous. */
export const scanScratch = ({ constants, carry }: ScanLoop, callee: Callee): number => {
  return (
    2 * blockBytes(callee.inputs.slice(constants, constants + carry)) +
    blockBytes(callee.inputs.slice(constants + carry)) +
    blockBytes(callee.outputs.slice(carry))
  );
};

/** Copy slice `at` of an axis of a whole array from (to) a row-major block. */
const copySlice = (
  f: FunctionCode,
  whole: number,
  slice: ArrayType,
  axis: number,
  length: number,
  at: number,
  block: number,
  intoWhole: boolean,
): void => {
  const shape = [...slice.shape.slice(0, axis), length, ...slice.shape.slice(axis)];
  const strides = byteStrides({ dtype: slice.dtype, shape });
  const own = byteStrides(slice);
  const rowBytes = sizeOf(slice.shape.slice(axis)) * bytesOf(slice.dtype);
  if (sizeOf(slice.shape) === 0) return;
  forEachIndex(f, slice.shape.slice(0, axis), (index) => {
    const w = keep(f, (c) => pushAddress(c, whole, [...index, at], [...strides.slice(0, axis), strides[axis] ?? 0]));
    const b = keep(f, (c) => pushAddress(c, block, index, own.slice(0, axis)));
    copyBytes(f, intoWhole ? w : b, intoWhole ? b : w, rowBytes);
  });
};

export const emitScan = (frame: Frame, loop: ScanLoop, callee: Callee): void => {
  const { f, inputs, outputs } = frame;
  const { constants, carry, length, reverse, xsAxes, ysAxes } = loop;
  const carryTypes = callee.inputs.slice(constants, constants + carry);
  const [xTypes, yTypes] = [callee.inputs.slice(constants + carry), callee.outputs.slice(carry)];
  const carries = carrySets(frame, carryTypes, inputs.slice(constants, constants + carry));
  const { now, next } = carries;
  const xBlocks = blocks(frame, xTypes, carries.end);
  const yBlocks = blocks(frame, yTypes, xBlocks.end);
  forEach(f, length, (count) => {
    const at = reverse
      ? keep(f, (c) =>
          c
            .i32(length - 1)
            .get(count)
            .op('i32.sub'),
        )
      : count;
    const slice = (whole: number, type: ArrayType, axis: number, block: number): number =>
      axis === 0 ? keep(f, (c) => pushAddress(c, whole, [at], [sizeOf(type.shape) * bytesOf(type.dtype)])) : block;
    const xs = xTypes.map((type, i) => {
      const [whole, block, axis] = [inputs[constants + carry + i] ?? 0, xBlocks.locals[i] ?? 0, xsAxes[i] ?? 0];
      if (axis !== 0) copySlice(f, whole, type, axis, length, at, block, false);
      return slice(whole, type, axis, block);
    });
    const ys = yTypes.map((type, i) => slice(outputs[carry + i] ?? 0, type, ysAxes[i] ?? 0, yBlocks.locals[i] ?? 0));
    callRoutine(frame, callee, [...inputs.slice(0, constants), ...now, ...xs], [...next, ...ys]);
    yTypes.forEach((type, i) => {
      if ((ysAxes[i] ?? 0) !== 0)
        copySlice(f, outputs[carry + i] ?? 0, type, ysAxes[i] ?? 0, length, at, yBlocks.locals[i] ?? 0, true);
    });
    turnCarries(f, carries);
  });
  carryTypes.forEach((type, i) => copyBytes(f, outputs[i] ?? 0, now[i] ?? 0, byteSize(type)));
};

/** Scratch of a while: the predicate and two sets of carries. */
export const whileScratch = ({ bodyConstants }: WhileKernel<Graph>, body: Callee): number =>
  16 + 2 * blockBytes(body.inputs.slice(bodyConstants));

export const emitWhile = (frame: Frame, kernel: WhileKernel<Graph>): void => {
  const { f, inputs, outputs, scratch } = frame;
  const { conditionConstants, bodyConstants } = kernel;
  const [condition, body] = [frame.routine(kernel.condition), frame.routine(kernel.body)];
  const carryTypes = body.inputs.slice(bodyConstants);
  const carries = carrySets(frame, carryTypes, inputs.slice(conditionConstants + bodyConstants), 16);
  const { now, next } = carries;
  f.body.block('block').block('loop');
  callRoutine(frame, condition, [...inputs.slice(0, conditionConstants), ...now], [scratch]);
  f.body.get(scratch).memory('i32.load8_u').op('i32.eqz').brIf(1);
  callRoutine(frame, body, [...inputs.slice(conditionConstants, conditionConstants + bodyConstants), ...now], next);
  turnCarries(f, carries);
  f.body.br(0).op('end').op('end');
  carryTypes.forEach((type, i) => copyBytes(f, outputs[i] ?? 0, now[i] ?? 0, byteSize(type)));
};

export const emitBranch = (frame: Frame, { branches }: BranchKernel<Graph>): void => {
  const { f, inputs, outputs } = frame;
  const [index, ...operands] = inputs;
  if (index === undefined) throw new InternalError('branch: expected an index.');
  const at = keep(f, (c) => c.get(index).memory('i32.load'));
  clampLocal(f, at, branches.length - 1);
  branches.forEach((graph, i) => {
    f.body.get(at).i32(i).op('i32.eq').block('if');
    callRoutine(frame, frame.routine(graph), operands, outputs);
    f.body.op('end');
  });
};

/** Scratch of a callback: a table of addresses. */
export const hostScratch = (inputs: number, outputs: number): number => 4 * (inputs + outputs);

/** Call JavaScript with the number of the callback, the table of addresses, and where memory is free. */
export const emitHost = ({ f, free, inputs, outputs, scratch }: Frame, number: number, imported: number): void => {
  [...inputs, ...outputs].forEach((local, i) =>
    f.body
      .get(scratch)
      .get(local)
      .memory('i32.store', 4 * i),
  );
  f.body.i32(number).get(scratch).get(free).call(imported);
};
