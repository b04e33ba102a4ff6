/** What a compiled function does: a list of steps over buffers. */
import type { ArrayType, Shape } from '../array/type.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Graph } from '../core/graph.ts';
import type { Kernel, Monoid, ScanKernel } from '../kernels/kernel.ts';
import { loadsOf, type Buffer, type Expression, type Load } from './expression.ts';

/** Where a loop writes: position of an index is `offset + sum of index * stride`. */
export interface Target {
  readonly buffer: Buffer;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A loop over `shape`; each target gets its expression. With `reduce`, the last axes (from `kept` on) are folded away. */
export interface Nest {
  readonly kind: 'nest';
  readonly shape: Shape;
  readonly writes: readonly { readonly target: Target; readonly value: Expression }[];
  readonly reduce: { readonly monoid: Monoid; readonly kept: number } | null;
}

/** Nests whose shapes begin with `outer`, run one after another for each index of it. Folds keep just these axes. */
export interface Rows {
  readonly kind: 'rows';
  readonly outer: Shape;
  readonly nests: readonly Nest[];
}

/**
 * An operand of a product: element `(b, l, k)` at batch b, line l (a row of the left operand, a column of the right one) and depth k stands at
 * `offset + b * batch + l * line + k * depth`. In panels, lines stand in groups of a tile's width: line `g * width + i` of depth k at
 * `offset + b * batch + (g * extent of depth + k) * width + i`, so that `depth` is the width and `line` is 1.
 */
export interface Matrix {
  readonly buffer: Buffer;
  readonly offset: number;
  /** One stride for each batch axis. */
  readonly batch: readonly number[];
  readonly line: number;
  readonly depth: number;
  readonly panels: boolean;
}

/** `output[b, m, n] = sum over k of left[b, m, k] * right[b, k, n]`; the output is row-major, `right.line` is 1. */
export interface Multiply {
  readonly kind: 'multiply';
  readonly dtype: 'float32' | 'float64';
  readonly extents: { readonly batch: Shape; readonly rows: number; readonly columns: number; readonly depth: number };
  readonly left: Matrix;
  readonly right: Matrix;
  readonly output: Buffer;
}

/** One loop of a product: how far each array moves. */
export interface Loop {
  readonly extent: number;
  readonly left: number;
  readonly right: number;
  readonly output: number;
}

/**
 * A product with any number of loops in each role, so that windows may overlap in the left operand: for every index of `batch`, `rows` and `columns`,
 * `output = sum over blocks and depth of left * right`. The columns of each block of depth are first packed into `panels`.
 */
export interface Convolve {
  readonly kind: 'convolve';
  readonly dtype: 'float32' | 'float64';
  readonly left: Pick<Load, 'buffer' | 'offset'>;
  readonly right: Pick<Load, 'buffer' | 'offset'>;
  readonly output: Buffer;
  readonly panels: Buffer;
  readonly batch: readonly Loop[];
  /** Outer loops of depth: blocks that are added up in the output. */
  readonly blocks: readonly Loop[];
  readonly depth: readonly Loop[];
  /** Innermost last, with positive strides. */
  readonly rows: readonly Loop[];
  /** Neighbours in the output; those of a depthwise convolution are neighbours in the left operand too. */
  readonly columns: Loop;
}

/** A kernel over row-major buffers that is written on its own. */
export interface Plain {
  readonly kind: 'plain';
  readonly kernel: Kernel<Graph, NDArray>;
  readonly inputs: readonly Buffer[];
  /** The types as the kernel sees them; a buffer may have been made under another shape. */
  readonly inputTypes: readonly ArrayType[];
  readonly outputs: readonly Buffer[];
}

/** A loop over slices around a routine; see `ScanKernel`. */
export interface ScanLoop extends Omit<ScanKernel<Graph>, 'kind' | 'body'> {}
export interface Scan {
  readonly kind: 'scan';
  readonly loop: ScanLoop;
  readonly body: Routine;
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}

/** A small array from the program itself. */
export interface Data {
  readonly kind: 'data';
  readonly value: NDArray;
  readonly output: Buffer;
}

export type Step = Nest | Rows | Multiply | Convolve | Scan | Plain | Data;

/** A function: what it takes and gives, and its steps. */
export interface Routine {
  readonly name: string;
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
  readonly steps: readonly Step[];
}

/** The buffers that a step reads and writes. */
export interface Touched {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
}

export const touchedBy = (step: Step): Touched => {
  switch (step.kind) {
    case 'nest':
      return {
        reads: new Set(loadsOf(step.writes.map((w) => w.value)).map((l) => l.buffer)),
        writes: new Set(step.writes.map((w) => w.target.buffer)),
      };
    case 'rows': {
      const all = step.nests.map(touchedBy);
      return {
        reads: new Set(all.flatMap((t) => [...t.reads])),
        writes: new Set(all.flatMap((t) => [...t.writes])),
      };
    }
    case 'multiply':
      return { reads: new Set([step.left.buffer, step.right.buffer]), writes: new Set([step.output]) };
    case 'convolve':
      return { reads: new Set([step.left.buffer, step.right.buffer]), writes: new Set([step.output, step.panels]) };
    case 'scan':
    case 'plain':
      return { reads: new Set(step.inputs), writes: new Set(step.outputs) };
    case 'data':
      return { reads: new Set(), writes: new Set([step.output]) };
  }
};

const meet = (a: ReadonlySet<Buffer>, b: ReadonlySet<Buffer>): boolean => {
  for (const x of a) if (b.has(x)) return true;
  return false;
};

/** Whether two steps may change places. */
export const commute = (a: Touched, b: Touched): boolean =>
  !meet(a.writes, b.reads) && !meet(a.writes, b.writes) && !meet(a.reads, b.writes);
