/** Packing the right operand of a product: columns side by side in panels of two vectors, one after the other along depth. */
import { bytesOf } from '../../../array/dtype.ts';
import { mergeLoops } from './lower.ts';
import { makeFunction, type FunctionCode } from '../../encode.ts';
import type { Loop } from '../../step.ts';
import { countLoop } from '../loops.ts';
import { move } from '../tile.ts';

interface Packing {
  readonly f: FunctionCode;
  readonly bytes: number;
  readonly isSingle: boolean;
  /** Bytes between columns of the source. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly walker: number;
}

/** `columns` elements side by side, then zeros up to `width` bytes. */
const copyRow = (p: Packing, columns: number, width: number): void => {
  const { f, bytes, isSingle, column, from, to, walker } = p;
  const c = f.body;
  const vectors = column === bytes ? Math.floor((columns * bytes) / 16) : 0;
  for (let v = 0; v < vectors; v++)
    c.get(to)
      .get(from)
      .memory('v128.load', v * 16)
      .memory('v128.store', v * 16);
  const first = (vectors * 16) / bytes;
  const [load, store] = isSingle ? (['i32.load', 'i32.store'] as const) : (['i64.load', 'i64.store'] as const);
  c.get(from)
    .i32(first * column)
    .op('i32.add')
    .set(walker);
  for (let i = first; i < columns; i++) {
    c.get(to)
      .get(walker)
      .memory(load)
      .memory(store, i * bytes);
    if (i + 1 < columns) move(f, walker, column);
  }
  for (let i = columns; i * bytes < width; i++)
    if (isSingle)
      c.get(to)
        .i32(0)
        .memory('i32.store', i * bytes);
    else
      c.get(to)
        .i64(0)
        .memory('i64.store', i * bytes);
  move(f, to, width);
};

/** One panel: every step of depth; the source address is put back. */
const copyPanel = (p: Packing, depth: readonly Loop[], columns: number, width: number): void => {
  const [loop, ...inner] = depth;
  if (loop === undefined) return copyRow(p, columns, width);
  countLoop(p.f, loop.extent, () => {
    copyPanel(p, inner, columns, width);
    move(p.f, p.from, loop.right * p.bytes);
  });
  move(p.f, p.from, -loop.right * p.bytes * loop.extent);
};

/** A function of (source, panels) that packs all columns of one block of depth. The last panel is one vector wide if that is enough. */
export const packPanels = (dtype: 'float32' | 'float64', depth: readonly Loop[], columns: Loop): FunctionCode => {
  const f = makeFunction(['i32', 'i32']);
  const bytes = bytesOf(dtype);
  const p: Packing = {
    f,
    bytes,
    isSingle: dtype === 'float32',
    column: columns.right * bytes,
    from: 0,
    to: 1,
    walker: f.local('i32'),
  };
  const loops = mergeLoops(depth, ['right']);
  const perPanel = 32 / bytes;
  const whole = Math.floor(columns.extent / perPanel);
  countLoop(f, whole, () => {
    copyPanel(p, loops, perPanel, 32);
    move(f, p.from, perPanel * p.column);
  });
  const rest = columns.extent % perPanel;
  if (rest > 0) copyPanel(p, loops, rest, rest * bytes > 16 ? 32 : 16);
  return f;
};
