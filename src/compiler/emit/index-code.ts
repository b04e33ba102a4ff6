/** Small pieces of code for kernels that are written on their own: counted loops with the count at hand, addresses, element copies. */
import { bytesOf, type DType } from '../../array/dtype.ts';
import { rowMajor, type ArrayType, type Shape } from '../../array/type.ts';
import type { Code, FunctionCode } from '../encode.ts';
import { scalarType, type Held } from './lanes.ts';
import { loadScalar, storeScalar } from './access.ts';

/** Emit `body` for a count from 0 below `rounds`; the count stands in the local that it is given. */
export const forEach = (f: FunctionCode, rounds: number, body: (count: number) => void): void => {
  if (rounds <= 0) return;
  const count = f.local('i32');
  f.body.i32(0).set(count).block('loop');
  body(count);
  f.body.get(count).i32(1).op('i32.add').tee(count).i32(rounds).op('i32.lt_u').brIf(0).op('end');
};

/** Emit `body` for every index of a shape, outermost first. */
export const forEachIndex = (
  f: FunctionCode,
  shape: Shape,
  body: (index: readonly number[]) => void,
  index: readonly number[] = [],
): void => {
  if (index.length === shape.length) return body(index);
  forEach(f, shape[index.length] ?? 0, (count) => forEachIndex(f, shape, body, [...index, count]));
};

/** Push `base + sum of index * stride + offset`, all in bytes; `base` is a local or nothing. */
export const pushAddress = (
  c: Code,
  base: number | null,
  index: readonly number[],
  strides: readonly number[],
  offset = 0,
): Code => {
  if (base === null) c.i32(offset);
  else {
    c.get(base);
    if (offset !== 0) c.i32(offset).op('i32.add');
  }
  index.forEach((local, i) => {
    const stride = strides[i] ?? 0;
    if (stride !== 0) c.get(local).i32(stride).op('i32.mul').op('i32.add');
  });
  return c;
};

/** The result of what `write` pushes, in a fresh local. */
export const keep = (f: FunctionCode, write: (c: Code) => void): number => {
  write(f.body);
  const local = f.local('i32');
  f.body.set(local);
  return local;
};

/** Strides of a row-major array in bytes. */
export const byteStrides = ({ shape, dtype }: ArrayType): readonly number[] =>
  rowMajor(shape).map((s) => s * bytesOf(dtype));

/** The element at an address held in a local. */
export const elementAt = (f: FunctionCode, dtype: DType, pointer: number): Held => {
  const local = f.local(scalarType(dtype));
  loadScalar(f.body, dtype, pointer).set(local);
  return { dtype, local };
};
export const putElement = (f: FunctionCode, pointer: number, value: Held): void =>
  void storeScalar(f.body, pointer, value);

/** Copy `bytes` bytes. */
export const copyBytes = (f: FunctionCode, to: number, from: number, bytes: number): void => {
  if (bytes > 0) f.body.get(to).get(from).i32(bytes).memoryCopy();
};

/** Push 1 if `0 <= value < limit`, for an int32 in a local. */
export const pushInside = (c: Code, value: number, limit: number): Code => c.get(value).i32(limit).op('i32.lt_u');

/** Bring an int32 in a local into `0 .. high` (`high` at least 0). */
export const clampLocal = (f: FunctionCode, value: number, high: number): void =>
  void f.body
    .i32(0)
    .get(value)
    .get(value)
    .i32(0)
    .op('i32.lt_s')
    .op('select')
    .set(value)
    .i32(high)
    .get(value)
    .get(value)
    .i32(high)
    .op('i32.gt_s')
    .op('select')
    .set(value);

/** Values of a map as a plain function parameter list: inputs, then outputs, then one scratch block. */
export const pointers = (inputs: number, outputs: number): readonly 'i32'[] =>
  new Array<'i32'>(inputs + outputs + 1).fill('i32');
