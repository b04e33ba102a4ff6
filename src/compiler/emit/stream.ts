/**
 * Products with few rows and a right operand larger than the caches: it is read once, row after row as it lies, and the output, which is small, is
 * added to on each pass. A tile would walk down its columns and touch a new page at each step.
 */
import { bytesOf } from '../../array/dtype.ts';
import { makeFunction, type Code, type FunctionCode } from '../encode.ts';
import { hasRelaxedSimd } from '../relaxed.ts';
import type { Multiply } from '../step.ts';
import { thresholds } from '../thresholds.ts';
import { countLoop } from './loops.ts';
import { copyOf, lanesOf, move } from './tile.ts';

/** Rows of the right operand that one pass adds up. */
const together = 4;
const mostRows = 3;

/** Whether a product is better streamed than tiled. Rows are reached by offsets in the instructions, which are unsigned. */
export const isStreamed = ({ dtype, extents, right }: Multiply): boolean =>
  !right.panels &&
  right.depth >= 0 &&
  extents.rows <= mostRows &&
  extents.columns >= thresholds().streamedColumns &&
  extents.depth * extents.columns * bytesOf(dtype) > thresholds().streamedBytes;

const addProduct = (c: Code, isSingle: boolean, factor: number, pushValue: () => void, sum: number): void => {
  const shape = isSingle ? 'f32x4' : 'f64x2';
  c.get(factor);
  pushValue();
  if (hasRelaxedSimd()) c.get(sum).op(`${shape}.relaxed_madd`);
  else c.op(`${shape}.mul`).get(sum).op(`${shape}.add`);
  c.set(sum);
};

/** One pass over the columns: the output row plus `count` rows of the right operand times their factors, one by one for what fills no vector. */
const pass = (f: FunctionCode, step: Multiply, factors: readonly number[], right: number, output: number): void => {
  const isSingle = step.dtype === 'float32';
  const [bytes, width] = [bytesOf(step.dtype), lanesOf(isSingle)];
  const [b, out, sum] = [copyOf(f, right), copyOf(f, output), f.local('v128')];
  const rowBytes = step.right.depth * bytes;
  countLoop(f, Math.floor(step.extents.columns / width), () => {
    f.body.get(out).memory('v128.load').set(sum);
    factors.forEach((factor, k) =>
      addProduct(f.body, isSingle, factor, () => f.body.get(b).memory('v128.load', k * rowBytes), sum),
    );
    f.body.get(out).get(sum).memory('v128.store');
    move(f, b, 16);
    move(f, out, 16);
  });
  const rest = step.extents.columns % width;
  if (rest === 0) return;
  const load = isSingle ? 'v128.load32_splat' : 'v128.load64_splat';
  countLoop(f, rest, () => {
    f.body.get(out).memory(load).set(sum);
    factors.forEach((factor, k) =>
      addProduct(f.body, isSingle, factor, () => f.body.get(b).memory(load, k * rowBytes), sum),
    );
    f.body
      .get(out)
      .get(sum)
      .memoryLane(isSingle ? 'v128.store32_lane' : 'v128.store64_lane', 0, 0);
    move(f, b, bytes);
    move(f, out, bytes);
  });
};

/** A function of (left, right, output) for one row: zero, then pass after pass. */
export const streamCode = (step: Multiply): FunctionCode => {
  const { extents, left, right, dtype } = step;
  const f = makeFunction(['i32', 'i32', 'i32']);
  const bytes = bytesOf(dtype);
  f.body
    .get(2)
    .i32(0)
    .i32(extents.columns * bytes)
    .memoryFill();
  const passOver = (count: number): void => {
    const factors = Array.from({ length: count }, () => {
      const local = f.local('v128');
      f.body
        .get(0)
        .memory(dtype === 'float32' ? 'v128.load32_splat' : 'v128.load64_splat')
        .set(local);
      move(f, 0, left.depth * bytes);
      return local;
    });
    pass(f, step, factors, 1, 2);
    move(f, 1, count * right.depth * bytes);
  };
  countLoop(f, Math.floor(extents.depth / together), () => passOver(together));
  if (extents.depth % together > 0) passOver(extents.depth % together);
  return f;
};
