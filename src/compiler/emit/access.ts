/** Reading and writing elements, one or a vector at a time. */
import { bytesOf, type DType } from '../../array/dtype.ts';
import type { Code, FunctionCode } from '../encode.ts';
import { scalarType, type Held } from './lanes.ts';

/** Push the element at the address in a local. */
export const loadScalar = (c: Code, dtype: DType, pointer: number, offset = 0): Code => {
  c.get(pointer);
  switch (dtype) {
    case 'float32':
      return c.memory('f32.load', offset);
    case 'float64':
      return c.memory('f64.load', offset);
    case 'int32':
    case 'uint32':
      return c.memory('i32.load', offset);
    case 'uint8':
    case 'bool':
      return c.memory('i32.load8_u', offset);
  }
};

/** Write a value to the address in a local. */
export const storeScalar = (c: Code, pointer: number, value: Held, offset = 0): Code => {
  c.get(pointer).get(value.local);
  switch (value.dtype) {
    case 'float32':
      return c.memory('f32.store', offset);
    case 'float64':
      return c.memory('f64.store', offset);
    case 'int32':
    case 'uint32':
      return c.memory('i32.store', offset);
    case 'uint8':
    case 'bool':
      return c.memory('i32.store8', offset);
  }
};

/** Turn 0 and 1 in lanes into masks. */
const asMask = (c: Code): Code => c.op('i32x4.neg');

/** Push four (two of float64) neighbouring elements. */
export const loadVector = (c: Code, dtype: DType, pointer: number, offset = 0): Code => {
  c.get(pointer);
  if (bytesOf(dtype) > 1) return c.memory('v128.load', offset);
  c.memory('v128.load32_zero', offset).op('i16x8.extend_low_i8x16_u').op('i32x4.extend_low_i16x8_u');
  return dtype === 'bool' ? asMask(c) : c;
};

/** Push the same element in all lanes. */
export const loadSplat = (c: Code, dtype: DType, pointer: number): Code => {
  if (dtype === 'float64') return c.get(pointer).memory('v128.load64_splat');
  if (bytesOf(dtype) === 4) return c.get(pointer).memory('v128.load32_splat');
  loadScalar(c, dtype, pointer).op('i32x4.splat');
  return dtype === 'bool' ? asMask(c) : c;
};

/** Push elements that stand `stride` bytes apart. */
export const loadLanes = (c: Code, dtype: DType, pointer: number, stride: number, walker: number, offset = 0): Code => {
  const lanes = dtype === 'float64' ? 2 : 4;
  const shape = dtype === 'float64' ? 'f64x2' : dtype === 'float32' ? 'f32x4' : 'i32x4';
  c.get(pointer);
  if (offset !== 0) c.i32(offset).op('i32.add');
  c.set(walker);
  loadScalar(c, dtype, walker).op(`${shape}.splat`);
  for (let i = 1; i < lanes; i++) {
    c.get(walker).i32(stride).op('i32.add').set(walker);
    loadScalar(c, dtype, walker).lane(`${shape}.replace_lane`, i);
  }
  return dtype === 'bool' ? asMask(c) : c;
};

/** Write a vector of elements next to each other. */
export const storeVector = (c: Code, pointer: number, value: Held, offset = 0): Code => {
  c.get(pointer).get(value.local);
  if (bytesOf(value.dtype) > 1) return c.memory('v128.store', offset);
  if (value.dtype === 'bool') c.op('i32x4.neg');
  // The lanes are at most 255, so that narrowing twice puts the four bytes side by side in the lowest lane.
  return c
    .get(value.local)
    .op('i16x8.narrow_i32x4_s')
    .get(value.local)
    .op('i8x16.narrow_i16x8_u')
    .lane('i32x4.extract_lane', 0)
    .memory('i32.store', offset);
};

/** The value of one lane as a scalar in a fresh local; masks become 0 or 1. */
export const laneOf = (f: FunctionCode, value: Held, index: number): Held => {
  const local = f.local(scalarType(value.dtype));
  const c = f.body.get(value.local);
  if (value.dtype === 'float64') c.lane('f64x2.extract_lane', index);
  else if (value.dtype === 'float32') c.lane('f32x4.extract_lane', index);
  else c.lane('i32x4.extract_lane', index);
  if (value.dtype === 'bool') c.i32(1).op('i32.and');
  c.set(local);
  return { dtype: value.dtype, local };
};
