/** What an element of a loop is: loads from buffers at affine positions, constants, counters, formulas of these. Views and most reshapes are rewritten away. */
import type { DType } from '../array/dtype.ts';
import { rowMajor, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import type { ViewKernel } from '../kernels/kernel.ts';
import type { Formula } from '../kernels/scalars.ts';

/** A block of memory holding a row-major array. Where it stands is decided by the plan. */
export interface Buffer {
  readonly id: number;
  readonly type: ArrayType;
  /** A scratch buffer becomes an output when it turns out to be one. */
  role: { readonly kind: 'input' | 'output'; readonly index: number } | { readonly kind: 'scratch' };
}

export type Expression =
  | {
      readonly kind: 'load';
      readonly dtype: DType;
      readonly buffer: Buffer;
      readonly strides: readonly number[];
      readonly offset: number;
    }
  | { readonly kind: 'constant'; readonly dtype: DType; readonly value: number }
  | { readonly kind: 'iota'; readonly dtype: DType; readonly strides: readonly number[]; readonly offset: number }
  | {
      readonly kind: 'map';
      readonly dtype: DType;
      readonly formula: Formula;
      readonly inputs: readonly Expression[];
      readonly output: number;
    };

/** An operand read at affine positions. */
export type Load = Extract<Expression, { readonly kind: 'load' }>;

/** All elements of a buffer in order. */
export const loadAll = (buffer: Buffer): Expression => ({
  kind: 'load',
  dtype: buffer.type.dtype,
  buffer,
  strides: rowMajor(buffer.type.shape),
  offset: 0,
});

type Affine = Extract<Expression, { readonly strides: readonly number[] }>;

/** The same formulas with every affine position rewritten; `null` if `rewrite` cannot. Shared parts stay shared. */
export const rewriteAffine = (
  expression: Expression,
  rewrite: (at: Affine) => Pick<Affine, 'strides' | 'offset'> | null,
): Expression | null => {
  const seen = new Map<Expression, Expression | null>();
  const walk = (e: Expression): Expression | null => {
    const known = seen.get(e);
    if (known !== undefined) return known;
    const made = step(e);
    seen.set(e, made);
    return made;
  };
  const step = (e: Expression): Expression | null => {
    if (e.kind === 'constant') return e;
    if (e.kind !== 'map') {
      const at = rewrite(e);
      return at === null ? null : { ...e, ...at };
    }
    const inputs = e.inputs.map(walk);
    return inputs.every((x) => x !== null) ? { ...e, inputs } : null;
  };
  return walk(expression);
};

/** The expressions with loads replaced where `replace` gives something; what was shared stays shared. */
export const substitute = (
  expressions: readonly Expression[],
  replace: (load: Extract<Expression, { kind: 'load' }>) => Expression | null,
): readonly Expression[] => {
  const seen = new Map<Expression, Expression>();
  const walk = (e: Expression): Expression => {
    const known = seen.get(e);
    if (known !== undefined) return known;
    const made = e.kind === 'load' ? (replace(e) ?? e) : e.kind === 'map' ? { ...e, inputs: e.inputs.map(walk) } : e;
    seen.set(e, made);
    return made;
  };
  return expressions.map(walk);
};

/** The expression seen through a view. */
export const through = (expression: Expression, view: Pick<ViewKernel, 'axes' | 'starts'>): Expression =>
  rewriteAffine(expression, ({ strides, offset }) => ({
    strides: view.axes.map((axis) => (axis === null ? 0 : (strides[axis.axis] ?? 0) * axis.step)),
    offset: strides.reduce((sum, stride, axis) => sum + stride * (view.starts[axis] ?? 0), offset),
  })) ?? expression;

/** The expression under another shape of the same size; `null` if some position is not affine there. */
export const reshaped = (expression: Expression, from: Shape, to: Shape): Expression | null => {
  if (sizeOf(to) === 0) return null;
  return rewriteAffine(expression, (at) => {
    const strides = reshapeStrides(at.strides, from, to);
    return strides === null ? null : { strides, offset: at.offset };
  });
};

/** Strides for `to` that visit the same positions in the same order, if there are any (NumPy's rule). */
export const reshapeStrides = (strides: readonly number[], from: Shape, to: Shape): readonly number[] | null => {
  const axes = from.map((extent, i) => ({ extent, stride: strides[i] ?? 0 })).filter((a) => a.extent !== 1);
  const out = new Array<number>(to.length).fill(0);
  let next = 0;
  let at = 0;
  while (next < to.length) {
    if (to[next] === 1) {
      next++;
      continue;
    }
    const group = takeGroup(axes, at, to, next);
    if (group === null) return null;
    let stride = group.stride;
    for (let i = group.nextTo - 1; i >= next; i--) {
      out[i] = stride;
      stride *= to[i] ?? 1;
    }
    next = group.nextTo;
    at = group.nextFrom;
  }
  return out;
};

/** The smallest runs of axes on both sides with one size; `null` if the source run is not one progression. */
const takeGroup = (
  axes: readonly { readonly extent: number; readonly stride: number }[],
  from: number,
  to: Shape,
  start: number,
) => {
  let [nextFrom, nextTo] = [from + 1, start + 1];
  let [left, right] = [axes[from]?.extent ?? 1, to[start] ?? 1];
  while (left !== right) {
    if (left < right) left *= axes[nextFrom++]?.extent ?? Infinity;
    else right *= to[nextTo++] ?? Infinity;
    if (!Number.isFinite(left) || !Number.isFinite(right)) return null;
  }
  for (let i = from; i + 1 < nextFrom; i++) {
    const [outer, inner] = [axes[i], axes[i + 1]];
    if (outer === undefined || inner === undefined || outer.stride !== inner.stride * inner.extent) return null;
  }
  return { nextFrom, nextTo, stride: axes[nextFrom - 1]?.stride ?? 0 };
};

/** Every load in an expression, each once. */
export const loadsOf = (expressions: readonly Expression[]): readonly Extract<Expression, { kind: 'load' }>[] => {
  const found = new Set<Extract<Expression, { kind: 'load' }>>();
  const seen = new Set<Expression>();
  const walk = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'load') found.add(e);
    if (e.kind === 'map') e.inputs.forEach(walk);
  };
  expressions.forEach(walk);
  return [...found];
};

/** Whether anything is computed, and not only moved. */
export const isComputed = (e: Expression): boolean => e.kind === 'map';

/** How many formulas an expression holds; shared ones count once. */
export const weightOf = (expression: Expression): number => {
  const seen = new Set<Expression>();
  const walk = (e: Expression): number => {
    if (seen.has(e) || e.kind !== 'map') return 0;
    seen.add(e);
    return 1 + e.inputs.reduce((sum, x) => sum + walk(x), 0);
  };
  return walk(expression);
};
