/** Contractions as matrix products: which operand gives rows and which columns, and how each is laid out for the tile. */
import { bytesOf } from '../array/dtype.ts';
import { rowMajor, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import { copyNest, type Builder, type Value } from './builder.ts';
import { isComputed, loadAll, through, type Buffer, type Expression, type Load } from './expression.ts';
import type { Matrix } from './step.ts';
import { thresholds } from './thresholds.ts';

export type Labels = readonly number[];

/** A contraction of two operands over plain labels, none twice on one side. */
export interface Einsum {
  readonly left: Labels;
  readonly right: Labels;
  readonly output: Labels;
  readonly extents: Shape;
}

export interface Lowered {
  readonly expression: Expression;
  /** Row-major, if the result is in one. */
  readonly buffer: Buffer | null;
}

/** The expression with its axes in the order of `labels`; labels it lacks are repeated. */
const arranged = (expression: Expression, own: Labels, labels: Labels): Expression =>
  through(expression, {
    axes: labels.map((l) => (own.includes(l) ? { axis: own.indexOf(l), step: 1 } : null)),
    starts: own.map(() => 0),
  });

const sizesOf = (labels: Labels, extents: Shape): Shape => labels.map((l) => extents[l] ?? 1);

/** One stride for a run of labels, if the strides are those of one axis. */
const mergedStride = (operand: Load, own: Labels, run: Labels, extents: Shape): number | null => {
  let stride: number | null = null;
  let size = 1;
  for (const label of run.toReversed()) {
    const extent = extents[label] ?? 1;
    if (extent === 1) continue;
    const mine = operand.strides[own.indexOf(label)] ?? 0;
    if (stride === null) stride = mine;
    else if (mine !== stride * size) return null;
    size *= extent;
  }
  return stride ?? 0;
};

/** The runs of labels of one operand: batch, lines (rows or columns), depth. */
interface Runs {
  readonly batch: Labels;
  readonly lines: Labels;
  readonly depth: Labels;
}

interface Operand {
  readonly value: Value;
  readonly own: Labels;
  readonly runs: Runs;
}

/** The operand as it stands, if each run has one stride. */
const inPlace = (builder: Builder, { value, own, runs }: Operand, extents: Shape): Matrix | null => {
  if (isComputed(builder.expressionOf(value))) builder.dense(value);
  const expression = builder.expressionOf(value);
  if (expression.kind !== 'load') return null;
  const [line = null, depth = null] = [runs.lines, runs.depth].map((run) =>
    mergedStride(expression, own, run, extents),
  );
  if (line === null || depth === null) return null;
  const batch = runs.batch.map((label) => expression.strides[own.indexOf(label)] ?? 0);
  return { buffer: expression.buffer, offset: expression.offset, batch, line, depth, panels: false };
};

/** The operand copied to `[batch, lines, depth]` or `[batch, depth, lines]`. */
const copied = (builder: Builder, { value, own, runs }: Operand, extents: Shape, depthLast: boolean): Matrix => {
  const order = depthLast
    ? [...runs.batch, ...runs.lines, ...runs.depth]
    : [...runs.batch, ...runs.depth, ...runs.lines];
  const type: ArrayType = { dtype: value.type.dtype, shape: sizesOf(order, extents) };
  const buffer = builder.scratch(type);
  builder.emit(copyNest(arranged(builder.expressionOf(value), own, order), buffer, type));
  const [lines, depth] = [sizeOf(sizesOf(runs.lines, extents)), sizeOf(sizesOf(runs.depth, extents))];
  const batch = rowMajor(sizesOf(runs.batch, extents)).map((stride) => stride * lines * depth);
  const common = { buffer, offset: 0, batch, panels: false };
  return depthLast ? { ...common, line: depth, depth: 1 } : { ...common, line: 1, depth: lines };
};

/** A matrix in panels of `width` lines, by loops that copy; the last panel may hold fewer. */
const packed = (builder: Builder, matrix: Matrix, sizes: Sizes, width: number): Matrix => {
  const { batch, lines, depth } = sizes;
  const total = Math.ceil(lines / width) * width * depth;
  const place = [matrix.buffer.id, matrix.offset, ...matrix.batch, matrix.line, matrix.depth];
  const name = `panels ${[...place, ...batch, lines, depth, width].join(' ')}`;
  const buffer = builder.once(name, () => fillPanels(builder, matrix, sizes, width, total));
  return {
    buffer,
    offset: 0,
    batch: rowMajor(batch).map((stride) => stride * total),
    line: 1,
    depth: width,
    panels: true,
  };
};

const fillPanels = (
  builder: Builder,
  matrix: Matrix,
  { batch, lines, depth }: Sizes,
  width: number,
  total: number,
): Buffer => {
  const { dtype } = matrix.buffer.type;
  const buffer = builder.scratch({ dtype, shape: [...batch, total] });
  const part = (panels: number, first: number, own: number): void => {
    if (panels === 0 || own === 0) return;
    const strides = [...matrix.batch, width * matrix.line, matrix.depth, matrix.line];
    const steps = rowMajor(batch).map((stride) => stride * total);
    const offset = matrix.offset + first * matrix.line;
    builder.emit({
      kind: 'nest',
      shape: [...batch, panels, depth, own],
      reduce: null,
      writes: [
        {
          target: { buffer, strides: [...steps, width * depth, width, 1], offset: first * depth },
          value: { kind: 'load', dtype, buffer: matrix.buffer, strides, offset },
        },
      ],
    });
  };
  const whole = Math.floor(lines / width);
  part(whole, 0, width);
  part(1, whole * width, lines % width);
  return buffer;
};

interface Sizes {
  readonly batch: Shape;
  readonly lines: number;
  readonly depth: number;
}

/** Lines of a panel: the rows, and the columns, of the tile. */
const panelRows = 4;
const panelColumns = { float32: 8, float64: 4 } as const;

/** Rows: read in place along depth, in panels where neighbouring rows are neighbours in memory. */
const rowsOperand = (builder: Builder, operand: Operand, extents: Shape, sizes: Sizes): Matrix => {
  const matrix = inPlace(builder, operand, extents);
  if (matrix === null) return copied(builder, operand, extents, true);
  // Rows are reached by offsets in the instructions, which are unsigned.
  if (sizes.lines === 1 || (matrix.depth === 1 && matrix.line >= 0)) return matrix;
  return packed(builder, matrix, sizes, panelRows);
};

/** Columns: neighbours in memory, in panels unless small or used too little. */
const columnsOperand = (builder: Builder, operand: Operand, extents: Shape, sizes: Sizes, rows: number): Matrix => {
  const dtype = operand.value.type.dtype === 'float64' ? 'float64' : 'float32';
  const matrix = inPlace(builder, operand, extents) ?? copied(builder, operand, extents, false);
  const isUnit = matrix.line === 1 || sizes.lines === 1;
  const { inPlaceBytes, inPlaceRows } = thresholds();
  const isSmall = sizes.lines * sizes.depth * bytesOf(dtype) <= inPlaceBytes;
  if (isUnit && (isSmall || rows <= inPlaceRows)) return matrix;
  return packed(builder, matrix, sizes, panelColumns[dtype]);
};

/** The labels of a product by their part in it; `null` if some label is summed over one operand alone. */
const runsOf = ({
  left,
  right,
  output,
  extents,
}: Einsum): { readonly [run in 'batch' | 'rows' | 'columns' | 'depth']: Labels } | null => {
  const isOdd = (l: number): boolean =>
    (!left.includes(l) && !right.includes(l)) || (!output.includes(l) && !(left.includes(l) && right.includes(l)));
  if (extents.some((_, l) => isOdd(l))) return null;
  return {
    batch: output.filter((l) => left.includes(l) && right.includes(l)),
    rows: output.filter((l) => left.includes(l) && !right.includes(l)),
    columns: output.filter((l) => right.includes(l) && !left.includes(l)),
    depth: left.filter((l) => !output.includes(l)),
  };
};

/** As `[batch, rows, depth] x [batch, depth, columns]`, columns from `right`; `null` if the labels or extents do not suit. */
export const asProduct = (builder: Builder, einsum: Einsum, x: Value, y: Value, type: ArrayType): Lowered | null => {
  const { dtype } = type;
  const { left, right, output, extents } = einsum;
  const runs = runsOf(einsum);
  if (runs === null || (dtype !== 'float32' && dtype !== 'float64')) return null;
  const extent = (run: Labels): number => sizeOf(sizesOf(run, extents));
  const batch = sizesOf(runs.batch, extents);
  const [rows, columns, depth] = [extent(runs.rows), extent(runs.columns), extent(runs.depth)];
  // The result stands with its rows before its columns; the last label of the output tells which operand gives the columns.
  const givesColumns = output.length === 0 || runs.columns.includes(output.at(-1) ?? -1) || runs.rows.length === 0;
  const { tiledColumns, tiledWork } = thresholds();
  if (!givesColumns || columns < tiledColumns || depth === 1 || depth * rows * columns < tiledWork) return null;
  const a: Operand = { value: x, own: left, runs: { ...runs, lines: runs.rows } };
  const b: Operand = { value: y, own: right, runs: { ...runs, lines: runs.columns } };
  const order = [...runs.batch, ...runs.rows, ...runs.columns];
  const buffer = builder.scratch({ dtype, shape: sizesOf(order, extents) });
  builder.emit({
    kind: 'multiply',
    dtype,
    extents: { batch, rows, columns, depth },
    left: rowsOperand(builder, a, extents, { batch, lines: rows, depth }),
    right: columnsOperand(builder, b, extents, { batch, lines: columns, depth }, rows),
    output: buffer,
  });
  const isOrdered = order.every((l, i) => l === output[i]);
  return { expression: arranged(loadAll(buffer), order, output), buffer: isOrdered ? buffer : null };
};

/** Multiply and fold: right for every set of labels, and the quickest for small or thin ones. */
export const foldedProduct = (
  builder: Builder,
  { left, right, output, extents }: Einsum,
  x: Value,
  y: Value,
  type: ArrayType,
): Lowered => {
  const folded = extents.map((_, l) => l).filter((l) => !output.includes(l));
  const order = [...output, ...folded];
  // What is repeated along an axis is computed once, beforehand.
  const isRepeated = (own: Labels): boolean => order.some((l) => !own.includes(l) && extents[l] !== 1);
  if (isRepeated(left) && isComputed(builder.expressionOf(x))) builder.dense(x);
  if (isRepeated(right) && isComputed(builder.expressionOf(y))) builder.dense(y);
  const value: Expression = {
    kind: 'map',
    dtype: type.dtype,
    output: 0,
    formula: (s, [a, b]) => (a === undefined || b === undefined ? [] : [s.mul(a, b)]),
    inputs: [arranged(builder.expressionOf(x), left, order), arranged(builder.expressionOf(y), right, order)],
  };
  if (folded.length === 0) return { expression: value, buffer: null };
  const buffer = builder.scratch(type);
  builder.emit({
    kind: 'nest',
    shape: sizesOf(order, extents),
    reduce: { monoid: 'sum', kept: output.length },
    writes: [{ target: { buffer, strides: [...rowMajor(type.shape), ...folded.map(() => 0)], offset: 0 }, value }],
  });
  return { expression: loadAll(buffer), buffer };
};
