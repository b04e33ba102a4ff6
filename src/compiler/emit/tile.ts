/**
 * The register tile of matrix products: `rows` by `vectors` running sums held in registers over the loops of depth.
 *
 * What decides the size: V8 11 and 12 hoist all loads of one step above its arithmetic, so that rows + vectors + rows * vectors values live at
 * once and must fit 15 registers. One step of depth per round, since unrolling would hoist the loads of all steps (measured: half the speed).
 */
import type { Code, FunctionCode } from '../encode.ts';
import { countLoop } from './loops.ts';

/** How a product lies in memory, in bytes. */
export interface Layout {
  readonly isSingle: boolean;
  /** Whether to fuse each product with its sum; the result then differs in the last bits. */
  readonly fused: boolean;
  readonly leftRow: number;
  readonly leftDepth: number;
  readonly rightDepth: number;
  readonly outputRow: number;
  /** Loops of depth around the innermost run, outermost first; the right operand goes straight on. */
  readonly around: readonly { readonly extent: number; readonly left: number }[];
  /** From one panel of two vectors to the next; 0 if all vectors of the right operand are neighbours. */
  readonly panel: number;
  /** Whether the left operand has an element for each column, side by side, rather than one for all. */
  readonly lanesLeft: boolean;
}

/** A tile: its extents, and how many lanes of the last vector are stored (all if `lanes` is 0). */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  readonly lanes: number;
  readonly depth: number;
  /** Whether to add to what stands in the output. */
  readonly accumulate: boolean;
}

/** Bytes of a vector. */
export const vectorBytes = 16;
/** Lanes of a vector. */
export const lanesOf = (isSingle: boolean): number => (isSingle ? 4 : 2);

/** Move an address in a local. */
export const move = (f: FunctionCode, local: number, bytes: number): void => {
  if (bytes !== 0) f.body.get(local).i32(bytes).op('i32.add').set(local);
};
/** A copy of an address in a fresh local. */
export const copyOf = (f: FunctionCode, local: number, bytes = 0): number => {
  const made = f.local('i32');
  f.body.get(local);
  if (bytes !== 0) f.body.i32(bytes).op('i32.add');
  f.body.set(made);
  return made;
};

/** The locals of the largest tile, shared by all tiles of a function. */
export interface Registers {
  readonly sums: readonly number[];
  readonly right: readonly number[];
  readonly left: number;
  readonly a: number;
  readonly b: number;
}

/** Registers for tiles of up to `rows` by `vectors`. */
export const registersFor = (f: FunctionCode, rows: number, vectors: number): Registers => {
  const vector = (): number => f.local('v128');
  return {
    sums: Array.from({ length: rows * vectors }, vector),
    right: Array.from({ length: vectors }, vector),
    left: vector(),
    a: f.local('i32'),
    b: f.local('i32'),
  };
};

/** Emit one tile; `left`, `right` and `output` are locals with the addresses of its corners. */
export const emitTile = (
  f: FunctionCode,
  layout: Layout,
  tile: Tile,
  registers: Registers,
  left: number,
  right: number,
  output: number,
): void => {
  const { rows, vectors, depth } = tile;
  const { a, b } = registers;
  const c = f.body;
  const sums = registers.sums.slice(0, rows * vectors);
  for (const sum of sums) c.v128(new Uint8Array(vectorBytes)).set(sum);
  c.get(left).set(a).get(right).set(b);
  const run = (): void =>
    countLoop(f, depth, () => {
      multiplyStep(c, layout, tile, registers);
      move(f, a, layout.leftDepth);
      move(f, b, layout.rightDepth);
    });
  const { walk } = layout.around.reduceRight(
    (inner, { extent, left }) => ({
      moved: extent * left,
      walk: () =>
        countLoop(f, extent, () => {
          inner.walk();
          move(f, a, left - inner.moved);
        }),
    }),
    { moved: depth * layout.leftDepth, walk: run },
  );
  walk();
  store(c, layout, tile, sums, registers.left, output);
};

/** Add the product of two vectors to a sum. */
const addProduct = (c: Code, { isSingle, fused }: Layout, x: number, y: number, sum: number): void => {
  c.get(x).get(y);
  if (fused) c.get(sum).op(isSingle ? 'f32x4.relaxed_madd' : 'f64x2.relaxed_madd');
  else
    c.op(isSingle ? 'f32x4.mul' : 'f64x2.mul')
      .get(sum)
      .op(isSingle ? 'f32x4.add' : 'f64x2.add');
  c.set(sum);
};

/** One step of depth: every load before the arithmetic. */
const multiplyStep = (
  c: Code,
  layout: Layout,
  { rows, vectors }: Tile,
  { sums, right, left, a, b }: Registers,
): void => {
  const { isSingle, lanesLeft, leftRow, panel } = layout;
  const held = right.slice(0, vectors);
  const rightAt = (v: number): number =>
    panel === 0 ? v * vectorBytes : (v % 2) * vectorBytes + Math.floor(v / 2) * panel;
  held.forEach((local, v) => c.get(b).memory('v128.load', rightAt(v)).set(local));
  const one = isSingle ? 'v128.load32_splat' : 'v128.load64_splat';
  for (let r = 0; r < rows; r++) {
    if (!lanesLeft)
      c.get(a)
        .memory(one, r * leftRow)
        .set(left);
    held.forEach((local, v) => {
      if (lanesLeft)
        c.get(a)
          .memory('v128.load', r * leftRow + v * vectorBytes)
          .set(left);
      addProduct(c, layout, left, local, sums[r * vectors + v] ?? 0);
    });
  }
};

/** Write the sums, added to what is there if the tile accumulates; of the last vector only the lanes that belong to the output. */
const store = (c: Code, layout: Layout, tile: Tile, sums: readonly number[], spare: number, output: number): void => {
  const { isSingle, outputRow } = layout;
  sums.forEach((sum, i) => {
    const v = i % tile.vectors;
    const at = Math.floor(i / tile.vectors) * outputRow + v * vectorBytes;
    const isPart = tile.lanes > 0 && v === tile.vectors - 1;
    const value = tile.accumulate ? spare : sum;
    if (tile.accumulate)
      c.get(output)
        .memory('v128.load', at)
        .get(sum)
        .op(isSingle ? 'f32x4.add' : 'f64x2.add')
        .set(spare);
    if (!isPart) c.get(output).get(value).memory('v128.store', at);
    else storeLanes(c, isSingle, tile.lanes, value, output, at);
  });
};

const storeLanes = (c: Code, isSingle: boolean, lanes: number, value: number, output: number, at: number): void => {
  if (!isSingle) return void c.get(output).get(value).memoryLane('v128.store64_lane', at, 0);
  if (lanes >= 2) c.get(output).get(value).memoryLane('v128.store64_lane', at, 0);
  if (lanes % 2 === 1)
    c.get(output)
      .get(value)
      .memoryLane('v128.store32_lane', at + (lanes - 1) * 4, lanes - 1);
};
