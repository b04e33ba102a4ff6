/** Kernels that look positions up: gather, scatter, dynamic slices. */
import { bytesOf, isFloat, type DType } from '../../array/dtype.ts';
import { sizeOf, type ArrayType } from '../../array/type.ts';
import type { GatherKernel, ScatterKernel } from '../../kernels/kernel.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import { scalarLanes } from './scalar-lanes.ts';
import { type Held } from './lanes.ts';
import {
  byteStrides,
  clampLocal,
  copyBytes,
  elementAt,
  forEach,
  forEachIndex,
  keep,
  pointers,
  pushAddress,
  pushInside,
  putElement,
} from './index-code.ts';

/** How a gather or scatter walks: `batch` outer, then positions, then a slice of `size` elements. */
interface Walk {
  readonly batch: number;
  readonly positions: number;
  readonly depth: number;
  /** Indexed extents and their strides in bytes. */
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  readonly sliceBytes: number;
  readonly size: number;
  readonly batchBytes: number;
}

const walkOf = (operand: ArrayType, indices: ArrayType, batch: number): Walk => {
  const depth = indices.shape.at(-1) ?? 0;
  const bytes = bytesOf(operand.dtype);
  const rest = operand.shape.slice(batch + depth);
  const size = sizeOf(rest);
  return {
    batch: sizeOf(operand.shape.slice(0, batch)),
    positions: sizeOf(indices.shape.slice(batch, -1)),
    depth,
    extents: operand.shape.slice(batch, batch + depth),
    strides: byteStrides(operand).slice(batch, batch + depth),
    size,
    sliceBytes: size * bytes,
    batchBytes: sizeOf(operand.shape.slice(batch)) * bytes,
  };
};

/** Reads the index vector at `indices`; gives the byte offset of the slice and whether all of it is in range. */
const locate = (
  f: FunctionCode,
  { depth, extents, strides }: Walk,
  indices: number,
  clip: boolean,
): { readonly offset: number; readonly inside: number } => {
  const offset = keep(f, (c) => c.i32(0));
  const inside = keep(f, (c) => c.i32(1));
  for (let d = 0; d < depth; d++) {
    const index = f.local('i32');
    f.body
      .get(indices)
      .memory('i32.load', d * 4)
      .set(index);
    const extent = extents[d] ?? 1;
    if (clip) clampLocal(f, index, Math.max(0, extent - 1));
    if (!clip || extent === 0) pushInside(f.body, index, extent).get(inside).op('i32.and').set(inside);
    f.body
      .get(offset)
      .get(index)
      .i32(strides[d] ?? 0)
      .op('i32.mul')
      .op('i32.add')
      .set(offset);
  }
  return { offset, inside };
};

export const emitGather = (
  { batch, mode }: GatherKernel,
  [operand, indices]: readonly [ArrayType, ArrayType],
): FunctionCode => {
  const f = makeFunction(pointers(2, 1));
  const walk = walkOf(operand, indices, batch);
  const missing = mode === 'fill' && isFloat(operand.dtype) ? NaN : 0;
  const [data, index, out] = [0, 1, 2];
  const step = (local: number, bytes: number): void => void f.body.get(local).i32(bytes).op('i32.add').set(local);
  forEach(f, walk.batch, () => {
    forEach(f, walk.positions, () => {
      const { offset, inside } = locate(f, walk, index, mode === 'clip');
      const from = keep(f, (c) => c.get(data).get(offset).op('i32.add'));
      f.body.get(inside).block('if');
      copySlice(f, out, from, walk, operand.dtype);
      f.body.op('else');
      fillElements(f, out, operand.dtype, walk.size, missing);
      f.body.op('end');
      step(index, walk.depth * 4);
      step(out, walk.sliceBytes);
    });
    step(data, walk.batchBytes);
  });
  return f;
};

/** Copy one slice; one element goes without the cost of a bulk copy. */
const copySlice = (f: FunctionCode, to: number, from: number, { size, sliceBytes }: Walk, dtype: DType): void =>
  size === 1 ? putElement(f, to, elementAt(f, dtype, from)) : copyBytes(f, to, from, sliceBytes);

const fillElements = (f: FunctionCode, to: number, dtype: DType, size: number, value: number): void => {
  if (size === 1) return putElement(f, to, scalarLanes(f).constant(dtype, value));
  if (value === 0) {
    if (size > 0)
      f.body
        .get(to)
        .i32(0)
        .i32(size * bytesOf(dtype))
        .memoryFill();
    return;
  }
  const held = scalarLanes(f).constant(dtype, value);
  forEach(f, size, (i) => {
    const at = keep(f, (c) => pushAddress(c, to, [i], [bytesOf(dtype)]));
    putElement(f, at, held);
  });
};

export const emitScatter = (
  { batch, combine }: ScatterKernel,
  [operand, indices]: readonly [ArrayType, ArrayType, ArrayType],
): FunctionCode => {
  const f = makeFunction(pointers(3, 1));
  const walk = walkOf(operand, indices, batch);
  const [data, index, updates, out] = [0, 1, 2, 3];
  const s = scalarLanes(f);
  const join = (x: Held, y: Held): Held =>
    combine === 'add' ? s.add(x, y) : combine === 'mul' ? s.mul(x, y) : combine === 'min' ? s.min(x, y) : s.max(x, y);
  const step = (local: number, bytes: number): void => void f.body.get(local).i32(bytes).op('i32.add').set(local);
  copyBytes(f, out, data, walk.batch * walk.batchBytes);
  forEach(f, walk.batch, () => {
    forEach(f, walk.positions, () => {
      const { offset, inside } = locate(f, walk, index, false);
      const to = keep(f, (c) => c.get(out).get(offset).op('i32.add'));
      f.body.get(inside).block('if');
      if (combine === 'set') copySlice(f, to, updates, walk, operand.dtype);
      else if (walk.size === 1)
        putElement(f, to, join(elementAt(f, operand.dtype, to), elementAt(f, operand.dtype, updates)));
      else
        forEach(f, walk.size, (i) => {
          const bytes = bytesOf(operand.dtype);
          const at = keep(f, (c) => pushAddress(c, to, [i], [bytes]));
          const from = keep(f, (c) => pushAddress(c, updates, [i], [bytes]));
          putElement(f, at, join(elementAt(f, operand.dtype, at), elementAt(f, operand.dtype, from)));
        });
      f.body.op('end');
      step(index, walk.depth * 4);
      step(updates, walk.sliceBytes);
    });
    step(out, walk.batchBytes);
  });
  return f;
};

/** The clamped byte offset of a slice whose starts stand in parameters from `first` on. */
const startOffset = (f: FunctionCode, whole: ArrayType, part: ArrayType, first: number): number => {
  const strides = byteStrides(whole);
  const offset = keep(f, (c) => c.i32(0));
  whole.shape.forEach((extent, axis) => {
    const start = f.local('i32');
    f.body
      .get(first + axis)
      .memory('i32.load')
      .set(start);
    clampLocal(f, start, Math.max(0, extent - (part.shape[axis] ?? 0)));
    f.body
      .get(offset)
      .get(start)
      .i32(strides[axis] ?? 0)
      .op('i32.mul')
      .op('i32.add')
      .set(offset);
  });
  return offset;
};

/** Copy between a part at an offset of a whole and a row-major part. */
const copyPart = (
  f: FunctionCode,
  whole: ArrayType,
  part: ArrayType,
  wholeBase: number,
  partBase: number,
  intoWhole: boolean,
): void => {
  if (sizeOf(part.shape) === 0) return;
  const outer = part.shape.slice(0, -1);
  const rowBytes = (part.shape.at(-1) ?? 1) * bytesOf(part.dtype);
  const [wholeStrides, partStrides] = [byteStrides(whole), byteStrides(part)];
  forEachIndex(f, outer, (index) => {
    const w = keep(f, (c) => pushAddress(c, wholeBase, index, wholeStrides));
    const p = keep(f, (c) => pushAddress(c, partBase, index, partStrides));
    copyBytes(f, intoWhole ? w : p, intoWhole ? p : w, rowBytes);
  });
};

export const emitDynamicSlice = (inputs: readonly ArrayType[], output: ArrayType): FunctionCode => {
  const f = makeFunction(pointers(inputs.length, 1));
  const whole = inputs[0] ?? output;
  const offset = startOffset(f, whole, output, 1);
  const base = keep(f, (c) => c.get(0).get(offset).op('i32.add'));
  copyPart(f, whole, output, base, inputs.length, false);
  return f;
};

export const emitDynamicUpdate = (inputs: readonly ArrayType[]): FunctionCode => {
  const f = makeFunction(pointers(inputs.length, 1));
  const [whole, part] = inputs;
  if (whole === undefined || part === undefined) return f;
  copyBytes(f, inputs.length, 0, sizeOf(whole.shape) * bytesOf(whole.dtype));
  const offset = startOffset(f, whole, part, 2);
  const base = keep(f, (c) => c.get(inputs.length).get(offset).op('i32.add'));
  copyPart(f, whole, part, base, 1, true);
  return f;
};
