/**
 * What a primitive computes, as data. Two consumers read it independently: the reference interpreter (plain loops) and
 * the compiler. Operands are dense arrays of static type; nothing broadcasts implicitly. The list is closed.
 *
 * `G` is the type of a program (`core/graph.ts` fixes it; kernels know no more of it).
 */
import type { DType } from '../array/dtype.ts';
import type { Shape } from '../array/type.ts';
import type { Formula } from './scalars.ts';

/** Element by element; every input and output has the same shape. */
export interface MapKernel {
  readonly kind: 'map';
  readonly formula: Formula;
}

/** No inputs: counts along one axis (iota; wraps in uint8, 0 1 1 ... in bool), or one value everywhere. */
export interface GenerateKernel {
  readonly kind: 'generate';
  readonly source:
    | { readonly kind: 'iota'; readonly axis: number }
    | { readonly kind: 'splat'; readonly value: number };
}

/**
 * Output axis `j` walks input axis `axes[j].axis` by `step` (which may be negative); `null` repeats (broadcast). Input axis `a`
 * starts at `starts[a]`; an input axis that no output axis walks stays there.
 */
export interface ViewKernel {
  readonly kind: 'view';
  readonly axes: readonly ({ readonly axis: number; readonly step: number } | null)[];
  readonly starts: readonly number[];
}

/** The same elements in row-major order under another shape. */
export interface ReshapeKernel {
  readonly kind: 'reshape';
}

/** Inputs: the array and a scalar. `low`/`high` may be negative (cutting after the interior is put in); `interior` zeros between neighbours. */
export interface PadKernel {
  readonly kind: 'pad';
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
}

export interface ConcatenateKernel {
  readonly kind: 'concatenate';
  readonly axis: number;
}

/** Inputs: the array, then one int32 scalar start per axis, clamped so that the slice (the output's shape) fits. */
export interface DynamicSliceKernel {
  readonly kind: 'dynamicSlice';
}

/** Inputs: the array, the update, then one int32 scalar start per axis, clamped as above. Output: the array with the update put in. */
export interface DynamicUpdateKernel {
  readonly kind: 'dynamicUpdate';
}

/** For bool operands `sum` and `max` are "or", `prod` and `min` are "and". Integers wrap. Float `max`/`min` give NaN if any element is NaN. Every reduction starts from its neutral element: 0, 1, lowest, highest (of floats: -inf, inf); so the sum of -0 alone is 0, and -0 is below 0 in `max`/`min`. */
export type Monoid = 'sum' | 'prod' | 'max' | 'min';

/** Along `axes`, which vanish. */
export interface ReduceKernel {
  readonly kind: 'reduce';
  readonly monoid: Monoid;
  readonly axes: readonly number[];
}

/** The int32 position along `axis`, which vanishes, of the first largest (smallest) element; the first NaN wins; -0 equals 0. The axis is not empty. */
export interface ArgReduceKernel {
  readonly kind: 'argReduce';
  readonly extremum: 'max' | 'min';
  readonly axis: number;
}

/** Running reduction along one axis, inclusive; from the end if `reverse`. */
export interface CumulateKernel {
  readonly kind: 'cumulate';
  readonly monoid: Monoid;
  readonly axis: number;
  readonly reverse: boolean;
}

/** The position along one axis of an operand: `offset + sum of factor * label`. */
export interface AffineIndex {
  readonly offset: number;
  readonly terms: readonly { readonly label: number; readonly factor: number }[];
}
/** A label stands for the affine index that is just this label. */
export type AxisIndex = number | AffineIndex;

/**
 * For every assignment of the labels `0 .. extents.length - 1` (label `l` runs below `extents[l]`):
 * `output[output indices] += left[left indices] * right[right indices]`, from zero; terms with any index out of range are left out (or
 * count as 0 times the other operand, which differs where that is not finite).
 * With plain labels this is einsum of two operands; a convolution has `stride * o + dilation * k - pad` on its input. Swapping the output with an operand
 * gives the derivative, so that the form is closed under differentiation and batching. bool is not allowed.
 */
export interface ContractKernel {
  readonly kind: 'contract';
  readonly extents: readonly number[];
  readonly left: readonly AxisIndex[];
  readonly right: readonly AxisIndex[];
  readonly output: readonly AxisIndex[];
}

/** One entry per axis after the `batch` leading axes. The window of output position `o` covers `o * stride + k * dilation - low`, `k < size`; what lies outside is left out. */
export interface WindowShape {
  readonly batch: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}
/** Reduce each window with a monoid; a window with no element inside gives the neutral element. */
export interface WindowKernel extends WindowShape {
  readonly kind: 'window';
  readonly monoid: Monoid;
}
/**
 * The int32 row-major position, among the axes after the leading `batch`, of the first largest (smallest) element of each window; the
 * first NaN wins; -0 equals 0. A window with no element inside gives -1.
 */
export interface WindowArgKernel extends WindowShape {
  readonly kind: 'windowArg';
  readonly extremum: 'max' | 'min';
}

/**
 * `operand: [B..., D1..Dk, rest...]`, `indices: int32 [B..., n..., k]` with `batch` leading axes shared;
 * output `[B..., n..., rest...]`: the slices at those positions. Out of range: `clip` moves the index to the nearest valid, `fill` gives `NaN`
 * (floats) or 0 or false, `zero` gives 0 or false. Negative indices are out of range. If some indexed extent is 0, `clip` gives zeros.
 */
export interface GatherKernel {
  readonly kind: 'gather';
  readonly batch: number;
  readonly mode: 'clip' | 'fill' | 'zero';
}

/**
 * The inverse of gather: inputs `operand`, `indices`, `updates: [B..., n..., rest...]`; combines each update into the operand at its position, in
 * row-major order of the updates (so that for `set` the last duplicate wins). Out of range updates are dropped.
 */
export interface ScatterKernel {
  readonly kind: 'scatter';
  readonly batch: number;
  readonly combine: 'set' | 'add' | 'mul' | 'min' | 'max';
}

/** `k` operands of one shape, sorted together along `axis` by the first `keys` of them, stable, ascending; -0 equals 0, NaN last. */
export interface SortKernel {
  readonly kind: 'sort';
  readonly axis: number;
  readonly keys: number;
}

/**
 * Inputs `[constants..., carry..., xs...]`, outputs `[carry..., ys...]`. The body maps `[constants..., carry..., x...]` to `[carry..., y...]`. Step `t` of
 * `length` (from the end if `reverse`) reads position `t` of axis `xsAxes[i]` of each x, and writes position `t` of axis `ysAxes[i]` of each y.
 */
export interface ScanKernel<G> {
  readonly kind: 'scan';
  readonly body: G;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
  readonly xsAxes: readonly number[];
  readonly ysAxes: readonly number[];
}

/**
 * Inputs `[condition constants..., body constants..., carry...]`, outputs `[carry...]`. While `condition(conditionConstants, carry)` (a bool scalar) holds,
 * `carry = body(bodyConstants, carry)`.
 */
export interface WhileKernel<G> {
  readonly kind: 'while';
  readonly condition: G;
  readonly body: G;
  readonly conditionConstants: number;
  readonly bodyConstants: number;
}

/** Inputs `[index, operands...]`: runs `branches[clamp(index)]` on the operands. */
export interface BranchKernel<G> {
  readonly kind: 'branch';
  readonly branches: readonly G[];
}

/** Runs a program on the inputs. `program` is a primitive whose meaning is a graph; `call` is a jitted function. */
export interface CallKernel<G> {
  readonly kind: 'call' | 'program';
  readonly graph: G;
}

/** Calls JavaScript with the operands; the results are checked against the output types. */
export interface HostKernel<A> {
  readonly kind: 'host';
  readonly callback: (inputs: readonly A[]) => readonly A[];
}

/** The operands unchanged, but no pass may look through it. */
export interface BarrierKernel {
  readonly kind: 'barrier';
}

export type Kernel<G, A> =
  | MapKernel
  | GenerateKernel
  | ViewKernel
  | ReshapeKernel
  | PadKernel
  | ConcatenateKernel
  | DynamicSliceKernel
  | DynamicUpdateKernel
  | ReduceKernel
  | ArgReduceKernel
  | CumulateKernel
  | ContractKernel
  | WindowKernel
  | WindowArgKernel
  | GatherKernel
  | ScatterKernel
  | SortKernel
  | ScanKernel<G>
  | WhileKernel<G>
  | BranchKernel<G>
  | CallKernel<G>
  | HostKernel<A>
  | BarrierKernel;

/** A fixed list of positions with their extents: what `label` runs over. Used by readers of `ContractKernel`. */
export const affine = (index: AxisIndex): AffineIndex =>
  typeof index === 'number' ? { offset: 0, terms: [{ label: index, factor: 1 }] } : index;

/** The neutral element of a monoid in an element type, as a number. */
export const neutral = (monoid: Monoid, dtype: DType): number => {
  if (monoid === 'sum') return 0;
  if (monoid === 'prod') return 1;
  const sign = monoid === 'max' ? -1 : 1;
  switch (dtype) {
    case 'float32':
    case 'float64':
      return sign * Infinity;
    case 'int32':
      return sign < 0 ? -2147483648 : 2147483647;
    case 'uint32':
      return sign < 0 ? 0 : 4294967295;
    case 'uint8':
      return sign < 0 ? 0 : 255;
    case 'bool':
      return sign < 0 ? 0 : 1;
  }
};

/** The shape of a window reduction's output. */
export const windowOutput = (shape: Shape, w: WindowShape): Shape => [
  ...shape.slice(0, w.batch),
  ...shape.slice(w.batch).map((extent, i) => {
    const span = ((w.size[i] ?? 1) - 1) * (w.dilation[i] ?? 1) + 1;
    return Math.max(0, Math.floor((extent + (w.low[i] ?? 0) + (w.high[i] ?? 0) - span) / (w.stride[i] ?? 1)) + 1);
  }),
];
