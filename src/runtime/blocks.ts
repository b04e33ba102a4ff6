/**
 * Element by element operations outside of programs. Their code does not depend on the shape: it is compiled for a few block sizes,
 * and an array of any size is gone through in blocks, the last one padded. So no new shape ever compiles anything.
 */
import { bytesOf, type DType } from '../array/dtype.ts';
import { cellAsIs, isSplat, type NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import { memoryViews } from './memory.ts';
import { mirrorOf } from './mirror.ts';
import { load, type Entry } from './run.ts';
import { enter, leave } from './scratch.ts';
import { copyIn, copyOut, viewFor } from './transfer.ts';

/** Elements in a block, smallest first. Reading a block past the last element stays inside the grain of the heap. */
const sizes = [16, 256, 4096] as const;
const unit = sizes[0];

interface Tier {
  readonly size: number;
  readonly entry: Entry;
  readonly stack: number;
}

/** Code for operands of these element types, for arrays of any size. */
export interface Blocks {
  /** Results of `size` elements; their types, and strides of such arrays, as given. */
  readonly run: (
    inputs: readonly NDArray[],
    size: number,
    outputs: readonly ArrayType[],
    strides: readonly number[],
  ) => readonly NDArray[];
}

interface Work {
  readonly tiers: Tier[];
  readonly graphFor: (length: number) => Graph;
  /** Bytes of an element of each operand and result. */
  readonly widths: readonly number[];
  readonly tableBytes: number;
  /** Addresses of the operands and results at the first block, and bytes from one element to the next. No other call comes between. */
  readonly starts: number[];
  readonly steps: number[];
}

/** Blocks of the program that `graphFor` gives for vectors of a length. */
export const makeBlocks = (
  inputs: readonly DType[],
  outputs: readonly DType[],
  graphFor: (length: number) => Graph,
): Blocks => {
  const widths = [...inputs, ...outputs].map(bytesOf);
  const work: Work = {
    tiers: [],
    graphFor,
    widths,
    tableBytes: alignUp(4 * widths.length),
    starts: widths.map(() => 0),
    steps: widths.map(() => 0),
  };
  return { run: (given, size, types, strides) => run(work, given, size, types, strides) };
};

const alignUp = (bytes: number): number => Math.ceil(bytes / 128) * 128;

const tier = ({ tiers, graphFor }: Work, level: number): Tier => {
  const known = tiers[level];
  if (known !== undefined) return known;
  const size = sizes[level] ?? unit;
  const { compiled, entry } = load(graphFor(size));
  const made: Tier = { size, entry, stack: compiled.stack };
  tiers[level] = made;
  return made;
};

/** The largest block that is not larger than the array; the smallest for what is smaller. */
const topLevel = (size: number): number => (size >= sizes[2] ? 2 : size >= sizes[1] ? 1 : 0);

const stackFor = (work: Work, top: number): number => {
  let most = 0;
  for (let level = 0; level <= top; level++) most = Math.max(most, tier(work, level).stack);
  return most;
};

const goThrough = (work: Work, size: number, top: number, base: number, free: number): void => {
  const { starts, steps } = work;
  const words = base / 4;
  const { u32 } = memoryViews();
  let level = top;
  for (let done = 0; done < size;) {
    while (level > 0 && size - done < (sizes[level] ?? 0)) level--;
    const { entry, size: length } = tier(work, level);
    for (let k = 0; k < starts.length; k++) u32[words + k] = (starts[k] ?? 0) + done * (steps[k] ?? 0);
    entry(free, base);
    done += length;
  }
};

const run = (
  work: Work,
  given: readonly NDArray[],
  size: number,
  types: readonly ArrayType[],
  strides: readonly number[],
): readonly NDArray[] => {
  const { widths, tableBytes, starts, steps } = work;
  const top = topLevel(size);
  const room = Math.ceil(size / unit) * unit;
  const stack = alignUp(stackFor(work, top));
  let total = tableBytes + stack;
  for (const width of widths) total += alignUp(room * width);
  const base = enter(total);
  try {
    let at = base + total;
    for (let k = widths.length - 1; k >= 0; k--) {
      const width = widths[k] ?? 4;
      const x = given[k];
      at -= alignUp(room * width);
      starts[k] = at;
      steps[k] = width;
      if (x !== undefined) place(work, x, k, sizes[top] ?? unit);
    }
    goThrough(work, size, top, base, base + tableBytes);
    const results = new Array<NDArray>(types.length);
    for (let i = 0; i < types.length; i++) {
      const type = types[i];
      if (type !== undefined) results[i] = copyOut(type, strides, starts[given.length + i] ?? 0);
    }
    return results;
  } finally {
    leave(base);
  }
};

/** Put an operand in its place. A splat takes one block, the largest that is used, which is read again and again. */
const place = ({ starts, steps, widths }: Work, x: NDArray, k: number, block: number): void => {
  const at = starts[k] ?? 0;
  if (isSplat(x)) {
    const view = viewFor(memoryViews(), x.dtype);
    const first = at / (widths[k] ?? 4);
    view.fill(cellAsIs(x).value, first, first + block);
    steps[k] = 0;
    return;
  }
  const standing = mirrorOf(x);
  if (standing === 0) copyIn(x, at);
  else starts[k] = standing;
};
