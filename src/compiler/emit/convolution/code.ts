/** Products with several loops in each role: convolutions and their derivatives, straight from padded arrays, without a matrix of patches. */
import { bytesOf } from '../../../array/dtype.ts';
import { sizeOf } from '../../../array/type.ts';
import { mergeLoops } from './lower.ts';
import { makeFunction, type FunctionCode } from '../../encode.ts';
import { hasRelaxedSimd } from '../../relaxed.ts';
import type { Convolve, Loop } from '../../step.ts';
import { thresholds } from '../../thresholds.ts';
import { countLoop } from '../loops.ts';
import type { Emitted } from '../nest.ts';
import { packPanels } from './panels.ts';
import { copyOf, emitTile, lanesOf, move, registersFor, vectorBytes, type Layout, type Registers } from '../tile.ts';

const tileRows = 4;

/** Emit `body` for every index of the loops; `pointers` are locals, each with its strides in bytes. They are put back. */
const emitWalk = (
  f: FunctionCode,
  loops: readonly { readonly extent: number; readonly steps: readonly number[] }[],
  pointers: readonly number[],
  body: () => void,
): void => {
  const [loop, ...inner] = loops;
  if (loop === undefined) return body();
  countLoop(f, loop.extent, () => {
    emitWalk(f, inner, pointers, body);
    pointers.forEach((p, i) => move(f, p, loop.steps[i] ?? 0));
  });
  pointers.forEach((p, i) => move(f, p, -(loop.steps[i] ?? 0) * loop.extent));
};

/** How the columns fall into panels of two vectors. */
interface Panels {
  readonly whole: number;
  /** Columns of the last panel, which is one vector wide if that is enough. */
  readonly rest: number;
  readonly lanes: number;
  /** Bytes of one whole panel. */
  readonly bytes: number;
}

/** A function of (left, panels, output) being written: all columns of a run of rows. */
interface Run {
  readonly f: FunctionCode;
  readonly layout: Layout;
  readonly registers: Registers;
  readonly panels: Panels;
  readonly accumulate: boolean;
  /** Steps of the innermost loop of depth. */
  readonly depth: number;
}

/** One tile at addresses in locals, over `vectors` whole vectors or the last `lanes` of them. */
const tileAt = (
  run: Run,
  rows: number,
  vectors: number,
  lanes: number,
  places: readonly [number, number, number],
): void => {
  const { f, layout, registers, accumulate, depth } = run;
  const isNarrow = vectors === 1;
  const own: Layout = isNarrow ? { ...layout, rightDepth: vectorBytes } : layout;
  emitTile(f, own, { rows, vectors, lanes, depth, accumulate }, registers, ...places);
};

/** For each panel `column`, given its vectors, the lanes of the last, and the addresses of left, panel and output; `together` whole panels at once. */
const eachPanel = (
  { f, panels, layout }: Run,
  together: 1 | 2,
  column: (vectors: number, lanes: number, left: number, right: number, output: number) => void,
): void => {
  const [b, out] = [copyOf(f, 1), copyOf(f, 2)];
  const a = layout.lanesLeft ? copyOf(f, 0) : 0;
  const whole = (count: 1 | 2): void => {
    column(2 * count, 0, a, b, out);
    move(f, b, count * panels.bytes);
    move(f, out, count * 2 * vectorBytes);
    if (layout.lanesLeft) move(f, a, count * 2 * vectorBytes);
  };
  countLoop(f, Math.floor(panels.whole / together), () => whole(together));
  if (panels.whole % together > 0) whole(1);
  if (panels.rest > 0) column(panels.rest > panels.lanes ? 2 : 1, panels.rest % panels.lanes, a, b, out);
};

/** A function of (left, panels, output) for a run of rows and all columns: panel by panel, so that one stays in the nearest cache. */
const rowsCode = (step: Convolve, row: Loop, extent: number, panels: Panels): FunctionCode => {
  const f = makeFunction(['i32', 'i32', 'i32']);
  const bytes = bytesOf(step.dtype);
  const loops = mergeLoops(step.depth, ['left']).map((l) => ({ extent: l.extent, left: l.left * bytes }));
  const inner = loops.at(-1) ?? { extent: 1, left: 0 };
  const layout: Layout = {
    isSingle: step.dtype === 'float32',
    fused: hasRelaxedSimd(),
    leftRow: row.left * bytes,
    leftDepth: inner.left,
    rightDepth: 2 * vectorBytes,
    outputRow: row.output * bytes,
    around: loops.slice(0, -1),
    panel: panels.bytes,
    lanesLeft: step.columns.left !== 0,
  };
  const registers = registersFor(f, 2, 4);
  const run: Run = { f, layout, registers, panels, accumulate: step.blocks.length > 0, depth: inner.extent };
  const tiles = Math.floor(extent / tileRows);
  if (tiles > 0)
    eachPanel(run, 1, (vectors, lanes, left, right, output) => {
      const [a, out] = [copyOf(f, left), copyOf(f, output)];
      countLoop(f, tiles, () => {
        tileAt(run, tileRows, vectors, lanes, [a, right, out]);
        move(f, a, tileRows * layout.leftRow);
        move(f, out, tileRows * layout.outputRow);
      });
    });
  const rest = extent % tileRows;
  move(f, 0, tiles * tileRows * layout.leftRow);
  move(f, 2, tiles * tileRows * layout.outputRow);
  // Few rows take two panels at once, so that enough sums run side by side.
  if (rest > 0)
    eachPanel(run, rest <= 2 ? 2 : 1, (vectors, lanes, left, right, output) =>
      tileAt(run, rest, vectors, lanes, [left, right, output]),
    );
  return f;
};

type Array3 = 'left' | 'right' | 'output';

/** How the columns of one block of depth are packed. */
const panelsOf = ({ dtype, depth, columns }: Convolve): Panels => {
  const lanes = lanesOf(dtype === 'float32');
  return {
    whole: Math.floor(columns.extent / (2 * lanes)),
    rest: columns.extent % (2 * lanes),
    lanes,
    bytes: sizeOf(depth.map((l) => l.extent)) * 2 * vectorBytes,
  };
};

/** Call the inner function for every row of the innermost loop, some rows at a time; left and output are locals 0 and 3. */
const emitRun = (f: FunctionCode, step: Convolve, row: Loop, inner: (code: FunctionCode) => number): void => {
  const panels = panelsOf(step);
  const call = (extent: number): void =>
    void f.body
      .get(0)
      .get(2)
      .get(3)
      .call(inner(rowsCode(step, row, extent, panels)));
  const { rowBlock } = thresholds();
  const whole = Math.floor(row.extent / rowBlock);
  const [a, out] = [row.left * bytesOf(step.dtype), row.output * bytesOf(step.dtype)];
  const shift = (rows: number): void => {
    move(f, 0, a * rows);
    move(f, 3, out * rows);
  };
  countLoop(f, whole, () => {
    call(rowBlock);
    shift(rowBlock);
  });
  if (row.extent % rowBlock > 0) call(row.extent % rowBlock);
  shift(-whole * rowBlock);
};

/** The step as a function of the addresses of left, right, panels and output; `inner` puts functions into the module. */
export const emitConvolve = (step: Convolve, inner: (code: FunctionCode) => number): Emitted => {
  const { left, right, output, panels, batch, blocks, depth, rows, columns } = step;
  const bytes = bytesOf(step.dtype);
  const f = makeFunction(['i32', 'i32', 'i32', 'i32']);
  if (blocks.length > 0)
    f.body
      .get(3)
      .i32(0)
      .i32(sizeOf(output.type.shape) * bytes)
      .memoryFill();
  const stepsOf = (loops: readonly Loop[], arrays: readonly Array3[]) =>
    loops.map((l) => ({ extent: l.extent, steps: arrays.map((array) => l[array] * bytes) }));
  const pack = inner(packPanels(step.dtype, depth, columns));
  const row = rows.at(-1) ?? { extent: 1, left: 0, right: 0, output: 0 };
  emitWalk(f, stepsOf(batch, ['left', 'right', 'output']), [0, 1, 3], () =>
    emitWalk(f, stepsOf(blocks, ['left', 'right']), [0, 1], () => {
      f.body.get(1).get(2).call(pack);
      emitWalk(f, stepsOf(rows.slice(0, -1), ['left', 'output']), [0, 3], () => emitRun(f, step, row, inner));
    }),
  );
  return {
    code: f,
    parameters: [
      { buffer: left.buffer, offset: left.offset * bytes },
      { buffer: right.buffer, offset: right.offset * bytes },
      { buffer: panels, offset: 0 },
      { buffer: output, offset: 0 },
    ],
  };
};
