/** What a compiled function does: a list of steps over buffers. */
import type { ArrayType, Shape } from '../array/type.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Graph } from '../core/graph.ts';
import type { Kernel, Monoid } from '../kernels/kernel.ts';
import type { Buffer, Expression } from './expression.ts';

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

/** An operand read at affine positions. */
export type Operand = Extract<Expression, { kind: 'load' }>;

/** `output[b, m, n] = sum over k of left[b, m, k] * right[b, k, n]`; right and output are contiguous along `n`. */
export interface Multiply {
  readonly kind: 'multiply';
  readonly extents: { readonly batch: number; readonly rows: number; readonly columns: number; readonly depth: number };
  /** Strides: batch, rows, depth. */
  readonly left: Operand;
  /** Strides: batch, depth, columns (1). */
  readonly right: Operand;
  readonly output: Buffer;
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

/** A small array from the program itself. */
export interface Data {
  readonly kind: 'data';
  readonly value: NDArray;
  readonly output: Buffer;
}

export type Step = Nest | Multiply | Plain | Data;

/** A function: what it takes and gives, and its steps. */
export interface Routine {
  readonly name: string;
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
  readonly steps: readonly Step[];
}
