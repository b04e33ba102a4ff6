/** Matrix products: one register tile of 4 rows and 2 vectors, remainders exact. Operands are read in place at their strides. */
import { bytesOf } from '../../array/dtype.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import type { Multiply } from '../step.ts';
import { countLoop } from './loops.ts';
import type { Emitted } from './nest.ts';

const tileRows = 4;
const tileVectors = 2;

interface Layout {
  readonly f: FunctionCode;
  readonly shape: 'f32x4' | 'f64x2';
  readonly scalar: 'f32' | 'f64';
  readonly width: number;
  readonly bytes: number;
  readonly depth: number;
  /** Strides in bytes. */
  readonly leftRow: number;
  readonly leftDepth: number;
  readonly rightDepth: number;
  readonly outputRow: number;
}

const move = (f: FunctionCode, local: number, bytes: number): void =>
  void f.body.get(local).i32(bytes).op('i32.add').set(local);
const copyOf = (f: FunctionCode, local: number): number => {
  const made = f.local('i32');
  f.body.get(local).set(made);
  return made;
};

/** How values of a tile are held: vectors, or single ones where it has no vectors. */
const unitsOf = ({ shape, scalar }: Layout, vectors: number) =>
  vectors === 0
    ? ({
        type: scalar,
        unit: scalar,
        load: `${scalar}.load`,
        repeat: `${scalar}.load`,
        store: `${scalar}.store`,
      } as const)
    : ({
        type: 'v128',
        unit: shape,
        load: 'v128.load',
        repeat: scalar === 'f32' ? 'v128.load32_splat' : 'v128.load64_splat',
        store: 'v128.store',
      } as const);

/** `rows` by `vectors` results at once; with no vectors, `rows` single ones. */
const tile = (layout: Layout, rows: number, vectors: number, left: number, right: number, output: number): void => {
  const { f, scalar, width, bytes, depth } = layout;
  const { type, unit, load, repeat, store } = unitsOf(layout, vectors);
  const columns = Math.max(1, vectors);
  const sums = Array.from({ length: rows * columns }, () => f.local(type));
  const held = Array.from({ length: columns }, () => f.local(type));
  const one = f.local(type);
  const [a, b] = [copyOf(f, left), copyOf(f, right)];
  const c = f.body;
  for (const sum of sums) {
    if (type === 'v128') c.v128(new Uint8Array(16)).set(sum);
    else c[scalar](0).set(sum);
  }
  countLoop(f, depth, () => {
    held.forEach((local, v) =>
      c
        .get(b)
        .memory(load, v * width * bytes)
        .set(local),
    );
    for (let r = 0; r < rows; r++) {
      c.get(a)
        .memory(repeat, r * layout.leftRow)
        .set(one);
      held.forEach((local, v) => {
        const sum = sums[r * columns + v] ?? 0;
        c.get(sum).get(one).get(local).op(`${unit}.mul`).op(`${unit}.add`).set(sum);
      });
    }
    move(f, a, layout.leftDepth);
    move(f, b, layout.rightDepth);
  });
  sums.forEach((sum, i) => {
    const [r, v] = [Math.floor(i / columns), i % columns];
    c.get(output)
      .get(sum)
      .memory(store, r * layout.outputRow + v * width * bytes);
  });
};

/** All rows of one panel of columns. */
const panel = (layout: Layout, rows: number, vectors: number, left: number, right: number, output: number): void => {
  const { f } = layout;
  const [a, out] = [copyOf(f, left), copyOf(f, output)];
  countLoop(f, Math.floor(rows / tileRows), () => {
    tile(layout, tileRows, vectors, a, right, out);
    move(f, a, tileRows * layout.leftRow);
    move(f, out, tileRows * layout.outputRow);
  });
  if (rows % tileRows > 0) tile(layout, rows % tileRows, vectors, a, right, out);
};

/** One product of matrices: panels of two vectors of columns, then one vector, then single columns. */
const panels = (layout: Layout, rows: number, columns: number): void => {
  const { f, width, bytes } = layout;
  const [b, out] = [copyOf(f, 1), copyOf(f, 2)];
  const take = (vectors: number): void => {
    panel(layout, rows, vectors, 0, b, out);
    const step = (vectors === 0 ? 1 : vectors * width) * bytes;
    move(f, b, step);
    move(f, out, step);
  };
  countLoop(f, Math.floor(columns / (tileVectors * width)), () => take(tileVectors));
  const rest = columns % (tileVectors * width);
  if (rest >= width) take(1);
  countLoop(f, rest % width, () => take(0));
};

export const emitMultiply = ({ extents, left, right, output }: Multiply): Emitted => {
  const { batch, rows, columns, depth } = extents;
  const bytes = bytesOf(left.dtype);
  const isSingle = left.dtype === 'float32';
  const f = makeFunction(['i32', 'i32', 'i32']);
  const [leftBatch = 0, leftRow = 0, leftDepth = 0] = left.strides.map((s) => s * bytes);
  const [rightBatch = 0, rightDepth = 0] = right.strides.map((s) => s * bytes);
  const layout: Layout = {
    f,
    shape: isSingle ? 'f32x4' : 'f64x2',
    scalar: isSingle ? 'f32' : 'f64',
    width: isSingle ? 4 : 2,
    bytes,
    depth,
    leftRow,
    leftDepth,
    rightDepth,
    outputRow: columns * bytes,
  };
  countLoop(f, batch, () => {
    panels(layout, rows, columns);
    move(f, 0, leftBatch);
    move(f, 1, rightBatch);
    move(f, 2, rows * columns * bytes);
  });
  return {
    code: f,
    parameters: [
      { buffer: left.buffer, offset: left.offset * bytes },
      { buffer: right.buffer, offset: right.offset * bytes },
      { buffer: output, offset: 0 },
    ],
  };
};
