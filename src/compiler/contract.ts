/** Contractions: as matrix products where the labels allow it, as folded loops otherwise. */
import { InternalError } from '../array/errors.ts';
import { rowMajor, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import { affine, type AxisIndex, type ContractKernel } from '../kernels/kernel.ts';
import type { Scalars } from '../kernels/scalars.ts';
import { loadAll, through, type Buffer, type Expression } from './expression.ts';
import { copyNest, type Builder, type Value } from './builder.ts';
import type { Operand } from './step.ts';

type Labels = readonly number[];
const areLabels = (indices: readonly AxisIndex[]): indices is readonly number[] =>
  indices.every((i) => typeof i === 'number');

interface Lowered {
  readonly expression: Expression;
  /** Row-major, if the result is in one. */
  readonly buffer: Buffer | null;
}

export const lowerContract = (
  builder: Builder,
  kernel: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Lowered => {
  const [x, y] = inputs;
  if (x === undefined || y === undefined) throw new InternalError('contract: expected two operands.');
  const { left, right, output, extents } = kernel;
  const isPlain =
    areLabels(left) &&
    areLabels(right) &&
    areLabels(output) &&
    [left, right, output].every((l) => new Set(l).size === l.length);
  if (!isPlain || sizeOf(extents) === 0) return affineContract(builder, kernel, [x, y], type);
  const product =
    asProduct(builder, { left, right, output, extents }, x, y, type) ??
    asProduct(builder, { left: right, right: left, output, extents }, y, x, type);
  return product ?? foldedProduct(builder, { left, right, output, extents }, x, y, type);
};

const affineContract = (
  builder: Builder,
  kernel: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Lowered => {
  const buffer = builder.scratch(type);
  builder.emit({
    kind: 'plain',
    kernel: {
      ...kernel,
      left: kernel.left.map(affine),
      right: kernel.right.map(affine),
      output: kernel.output.map(affine),
    },
    inputs: inputs.map((v) => builder.dense(v)),
    inputTypes: inputs.map((v) => v.type),
    outputs: [buffer],
  });
  return { expression: loadAll(buffer), buffer };
};

interface Einsum {
  readonly left: Labels;
  readonly right: Labels;
  readonly output: Labels;
  readonly extents: Shape;
}

/** The expression with its axes in the order of `labels`; labels it lacks are repeated. */
const arranged = (expression: Expression, own: Labels, labels: Labels): Expression =>
  through(expression, {
    axes: labels.map((l) => (own.includes(l) ? { axis: own.indexOf(l), step: 1 } : null)),
    starts: own.map(() => 0),
  });

/** Multiply and fold: right for every set of labels, and the quickest for small or thin ones. */
const foldedProduct = (
  builder: Builder,
  { left, right, output, extents }: Einsum,
  x: Value,
  y: Value,
  type: ArrayType,
): Lowered => {
  const buffer = builder.scratch(type);
  const folded = extents.map((_, l) => l).filter((l) => !output.includes(l));
  const order = [...output, ...folded];
  const value: Expression = {
    kind: 'map',
    dtype: type.dtype,
    output: 0,
    formula: productFormula,
    inputs: [arranged(builder.expressionOf(x), left, order), arranged(builder.expressionOf(y), right, order)],
  };
  const shape = order.map((l) => extents[l] ?? 1);
  const target = { buffer, strides: [...rowMajor(type.shape), ...folded.map(() => 0)], offset: 0 };
  builder.emit({
    kind: 'nest',
    shape,
    reduce: folded.length === 0 ? null : { monoid: 'sum', kept: output.length },
    writes: [{ target, value }],
  });
  return { expression: loadAll(buffer), buffer };
};
const productFormula = <E>(s: Scalars<E>, [x, y]: readonly E[]): readonly E[] =>
  x === undefined || y === undefined ? [] : [s.mul(x, y)];

/** One stride for a run of labels, if the strides are those of one axis. */
const mergedStride = (operand: Operand, own: Labels, run: Labels, extents: Shape): number | null => {
  let stride = 0;
  for (let i = run.length - 1, size = 1; i >= 0; i--) {
    const label = run[i] ?? 0;
    const mine = operand.strides[own.indexOf(label)] ?? 0;
    if (i === run.length - 1) stride = mine;
    else if (mine !== stride * size) return null;
    size *= extents[label] ?? 1;
  }
  return stride;
};

/** An operand whose labels are in the runs given, each run one stride: as it stands, or copied in that order. */
const inRuns = (
  builder: Builder,
  value: Value,
  own: Labels,
  runs: readonly Labels[],
  extents: Shape,
  contiguousLast: boolean,
): Operand => {
  const expression = builder.expressionOf(value);
  if (expression.kind === 'load') {
    const strides = runs.map((run) => mergedStride(expression, own, run, extents));
    const lastRun = runs.at(-1) ?? [];
    // Rows are reached by offsets in the instructions, which are unsigned.
    if (
      strides.every((s): s is number => s !== null && s >= 0) &&
      (!contiguousLast || strides.at(-1) === 1 || lastRun.every((l) => extents[l] === 1))
    )
      return { ...expression, strides };
  }
  const order = runs.flat();
  const type: ArrayType = { dtype: value.type.dtype, shape: order.map((l) => extents[l] ?? 1) };
  const buffer = builder.scratch(type);
  builder.emit(copyNest(arranged(expression, own, order), buffer, type));
  const sizes = runs.map((run) => sizeOf(run.map((l) => extents[l] ?? 1)));
  return { kind: 'load', dtype: type.dtype, buffer, strides: rowMajor(sizes), offset: 0 };
};

/** As `[batch, rows, depth] x [batch, depth, columns]`, unless it is too thin for that; the columns come from `right`. */
const asProduct = (
  builder: Builder,
  { left, right, output, extents }: Einsum,
  x: Value,
  y: Value,
  type: ArrayType,
): Lowered | null => {
  if (type.dtype !== 'float32' && type.dtype !== 'float64') return null;
  const all = extents.map((_, l) => l);
  if (
    all.some((l) => !left.includes(l) && !right.includes(l)) ||
    all.some((l) => !output.includes(l) && !(left.includes(l) && right.includes(l)))
  )
    return null;
  const batch = output.filter((l) => left.includes(l) && right.includes(l));
  const rows = output.filter((l) => left.includes(l) && !right.includes(l));
  const columns = output.filter((l) => right.includes(l) && !left.includes(l));
  const depth = left.filter((l) => !output.includes(l));
  const sizes = [batch, rows, depth, columns].map((run) => sizeOf(run.map((l) => extents[l] ?? 1)));
  const [batches = 1, rowCount = 1, depthCount = 1, columnCount = 1] = sizes;
  // The result stands with its rows before its columns; the last label of the output tells which operand gives the columns.
  const wantsColumns = output.length === 0 || columns.includes(output.at(-1) ?? -1) || rows.length === 0;
  if (!wantsColumns || columnCount < 4 || depthCount * rowCount * columnCount < 512) return null;
  const a = inRuns(builder, x, left, [batch, rows, depth], extents, false);
  const b = inRuns(builder, y, right, [batch, depth, columns], extents, true);
  const order = [...batch, ...rows, ...columns];
  const isOrdered = order.every((l, i) => l === output[i]);
  const buffer = builder.scratch({ dtype: type.dtype, shape: order.map((l) => extents[l] ?? 1) });
  builder.emit({
    kind: 'multiply',
    extents: { batch: batches, rows: rowCount, columns: columnCount, depth: depthCount },
    left: a,
    right: b,
    output: buffer,
  });
  return { expression: arranged(loadAll(buffer), order, output), buffer: isOrdered ? buffer : null };
};
