/**
 * Matrix products: blocks of depth and of rows around one register tile (`tile.ts`), remainders exact. Operands are read in place at their
 * strides, or from panels that the program packed before.
 */
import { bytesOf } from '../../array/dtype.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import { hasRelaxedSimd } from '../relaxed.ts';
import type { Multiply } from '../step.ts';
import { thresholds } from '../thresholds.ts';
import { countLoop } from './loops.ts';
import type { Emitted } from './nest.ts';
import { isStreamed, streamCode } from './stream.ts';
import { copyOf, emitTile, lanesOf, move, registersFor, type Layout, type Registers, type Tile } from './tile.ts';

/** Emits a call of an inner function with the addresses given by locals; hot loops live in functions that are entered often. */
export type Inner = (code: FunctionCode) => number;

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Rows and vectors of the tile: more vectors where there are few rows, so that enough sums run side by side. */
const tileFor = ({ right }: Multiply, rows: number): readonly [rows: number, vectors: number] => {
  if (right.panels) return [4, 2];
  return rows === 1 ? [1, 6] : rows === 2 ? [2, 4] : [4, 2];
};

interface Block {
  readonly f: FunctionCode;
  readonly step: Multiply;
  readonly layout: Layout;
  readonly registers: Registers;
  readonly accumulate: boolean;
  readonly sizes: Sizes;
  readonly bytes: number;
}

/** All tiles of one panel of columns, from the addresses in locals 0 (left), `right` and `output`. */
const column = (block: Block, vectors: number, lanes: number, right: number, output: number): void => {
  const { f, step, layout, registers, accumulate, sizes, bytes } = block;
  const [tileRows] = tileFor(step, sizes.rows);
  const [a, out] = [copyOf(f, 0), copyOf(f, output)];
  const emit = (rows: number): void => {
    const tile: Tile = { rows, vectors, lanes, depth: sizes.depth, accumulate };
    emitTile(f, layout, tile, registers, a, right, out);
  };
  countLoop(f, Math.floor(sizes.rows / tileRows), () => {
    emit(tileRows);
    move(f, a, tileRows * (step.left.panels ? step.extents.depth * bytes : layout.leftRow));
    move(f, out, tileRows * layout.outputRow);
  });
  if (sizes.rows % tileRows > 0) emit(sizes.rows % tileRows);
};

/** A function of (left, right, output) for a block of rows and depth and all columns. */
const blockCode = (step: Multiply, sizes: Sizes, accumulate: boolean): FunctionCode => {
  const { left, right, extents } = step;
  const f = makeFunction(['i32', 'i32', 'i32']);
  const bytes = bytesOf(step.dtype);
  const isSingle = step.dtype === 'float32';
  const [, tileVectors] = tileFor(step, sizes.rows);
  const width = tileVectors * lanesOf(isSingle);
  const layout: Layout = {
    isSingle,
    fused: hasRelaxedSimd(),
    leftRow: left.line * bytes,
    leftDepth: left.depth * bytes,
    rightDepth: right.depth * bytes,
    outputRow: extents.columns * bytes,
    around: [],
    panel: 0,
    lanesLeft: false,
  };
  const registers = registersFor(f, Math.min(4, sizes.rows), tileVectors);
  const block: Block = { f, step, layout, registers, accumulate, sizes, bytes };
  const [b, out] = [copyOf(f, 1), copyOf(f, 2)];
  countLoop(f, Math.floor(sizes.columns / width), () => {
    column(block, tileVectors, 0, b, out);
    move(f, b, right.panels ? width * extents.depth * bytes : width * bytes);
    move(f, out, width * bytes);
  });
  const rest = sizes.columns % width;
  if (rest > 0) {
    const vectors = Math.ceil(rest / lanesOf(isSingle));
    column(block, vectors, rest % lanesOf(isSingle), b, out);
  }
  return f;
};

/** Calls for one block of depth: over blocks of rows. */
const emitDepth = (f: FunctionCode, step: Multiply, from: number, depth: number, inner: Inner): void => {
  const { left, right, extents } = step;
  const bytes = bytesOf(step.dtype);
  const call = (rows: number, a: number, b: number, out: number): void => {
    const code = blockCode(step, { rows, columns: extents.columns, depth }, from > 0);
    f.body.get(a).get(b).get(out).call(inner(code));
  };
  const a = copyOf(f, 0, from * left.depth * bytes);
  const b = copyOf(f, 1, from * right.depth * bytes);
  const out = copyOf(f, 2);
  const { rowBlock } = thresholds();
  countLoop(f, Math.floor(extents.rows / rowBlock), () => {
    call(rowBlock, a, b, out);
    move(f, a, rowBlock * (left.panels ? extents.depth : left.line) * bytes);
    move(f, out, rowBlock * extents.columns * bytes);
  });
  if (extents.rows % rowBlock > 0) call(extents.rows % rowBlock, a, b, out);
};

/** Few rows: one call of the streaming function for each. */
const emitStream = (f: FunctionCode, step: Multiply, inner: Inner): void => {
  const { extents, left } = step;
  const bytes = bytesOf(step.dtype);
  const a = copyOf(f, 0);
  countLoop(f, extents.rows, () => {
    f.body
      .get(a)
      .get(1)
      .get(2)
      .call(inner(streamCode(step)));
    move(f, a, left.line * bytes);
    move(f, 2, extents.columns * bytes);
  });
};

/** The loops over batch axes around one product, from the axis `at` on; locals 0 and 1 move as the axes say and come back. */
const emitBatch = (f: FunctionCode, step: Multiply, at: number, inner: Inner): void => {
  const { extents, left, right } = step;
  const bytes = bytesOf(step.dtype);
  const extent = extents.batch[at];
  if (extent === undefined && isStreamed(step)) return emitStream(f, step, inner);
  if (extent === undefined) {
    const { depthBlock } = thresholds();
    for (let from = 0; from < extents.depth; from += depthBlock)
      emitDepth(f, step, from, Math.min(depthBlock, extents.depth - from), inner);
    return move(f, 2, extents.rows * extents.columns * bytes);
  }
  const [a, b] = [(left.batch[at] ?? 0) * bytes, (right.batch[at] ?? 0) * bytes];
  countLoop(f, extent, () => {
    emitBatch(f, step, at + 1, inner);
    move(f, 0, a);
    move(f, 1, b);
  });
  move(f, 0, -extent * a);
  move(f, 1, -extent * b);
};

/** A product as a function of the addresses of left, right and output; `inner` puts functions into the module. */
export const emitMultiply = (step: Multiply, inner: Inner): Emitted => {
  const { left, right, output } = step;
  const bytes = bytesOf(step.dtype);
  const f = makeFunction(['i32', 'i32', 'i32']);
  emitBatch(f, step, 0, inner);
  return {
    code: f,
    parameters: [
      { buffer: left.buffer, offset: left.offset * bytes },
      { buffer: right.buffer, offset: right.offset * bytes },
      { buffer: output, offset: 0 },
    ],
  };
};
