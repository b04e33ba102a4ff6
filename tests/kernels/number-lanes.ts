/** `Basic` read with single JavaScript numbers: each float32 operation is rounded, bits go through a DataView, and types are checked. */
import { isFloat, type DType } from '../../src/array/dtype.ts';
import type { Basic } from '../../src/kernels/scalars.ts';

export interface Lane {
  readonly dtype: DType;
  readonly value: number;
}

const bytes = new DataView(new ArrayBuffer(8));

const roundTo = (dtype: DType, value: number): number => {
  if (dtype === 'float64') return value;
  if (dtype === 'float32') return Math.fround(value);
  return dtype === 'bool' ? Number(value !== 0) : value | 0;
};

const read = (dtype: DType): number => (dtype === 'float32' ? bytes.getFloat32(0) : bytes.getInt32(0));
const write = ({ dtype, value }: Lane): void =>
  dtype === 'float32' ? bytes.setFloat32(0, value) : bytes.setInt32(0, value);

const recast = (dtype: DType, x: Lane): Lane => {
  write(x);
  return { dtype, value: read(dtype) };
};

const lane = (dtype: DType, value: number): Lane => ({ dtype, value: roundTo(dtype, value) });

const same = (x: Lane, y: Lane): DType => {
  if (x.dtype !== y.dtype) throw new Error(`operands of one type, got ${x.dtype} and ${y.dtype}`);
  return x.dtype;
};

const floats = (x: Lane): 'float32' | 'float64' => {
  if (!isFloat(x.dtype)) throw new Error(`a float, got ${x.dtype}`);
  return x.dtype;
};

const integers = (x: Lane): DType => {
  if (isFloat(x.dtype)) throw new Error(`an integer or bool, got ${x.dtype}`);
  return x.dtype;
};

const one =
  (f: (x: number) => number) =>
  (x: Lane): Lane =>
    lane(floats(x), f(x.value));
const two =
  (f: (x: number, y: number) => number) =>
  (x: Lane, y: Lane): Lane =>
    lane(same(x, y), f(x.value, y.value));
const bits =
  (f: (x: number, y: number) => number) =>
  (x: Lane, y: Lane): Lane =>
    lane(integers(x) && same(x, y), f(x.value, y.value));
const compare =
  (f: (x: number, y: number) => boolean) =>
  (x: Lane, y: Lane): Lane => (same(x, y), lane('bool', Number(f(x.value, y.value))));

const halfToEven = (x: number): number => {
  const rounded = Math.round(x);
  const even = rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
  return even === 0 && (x < 0 || Object.is(x, -0)) ? -0 : even;
};

/** The bits of a float64 as an integer; of a float32 likewise. */
const bitsOf = (x: Lane): bigint => {
  if (floats(x) === 'float32') return (bytes.setFloat32(0, x.value), BigInt(bytes.getUint32(0)));
  return (bytes.setFloat64(0, x.value), bytes.getBigUint64(0));
};

const ofBits = (dtype: 'float32' | 'float64', value: bigint): Lane => {
  if (dtype === 'float32')
    return (bytes.setUint32(0, Number(BigInt.asUintN(32, value))), { dtype, value: bytes.getFloat32(0) });
  return (bytes.setBigUint64(0, BigInt.asUintN(64, value)), { dtype, value: bytes.getFloat64(0) });
};

const formats = {
  float32: { fraction: 23n, bias: 127, width: 8n },
  float64: { fraction: 52n, bias: 1023, width: 11n },
};

/** As the instructions do it: the sum with a large constant leaves `n` in the low bits, which are shifted into place. */
const powerOfTwo = (n: Lane): Lane => {
  const { fraction, bias } = formats[floats(n)];
  const magic = lane(n.dtype, 1.5 * 2 ** Number(fraction) + bias);
  return ofBits(floats(n), bitsOf(two((x, y) => x + y)(n, magic)) << fraction);
};

const exponentOf = (x: Lane): Lane => {
  const { fraction, bias, width } = formats[floats(x)];
  return lane(x.dtype, Number((bitsOf(x) >> fraction) & ((1n << width) - 1n)) - bias);
};

const mantissaOf = (x: Lane): Lane => {
  const { fraction, bias } = formats[floats(x)];
  return ofBits(floats(x), (bitsOf(x) & ((1n << fraction) - 1n)) | (BigInt(bias) << fraction));
};

/** The reading of one number at a time. */
export const numberLanes: Basic<Lane> = {
  constant: lane,
  dtypeOf: (x) => x.dtype,
  add: two((x, y) => x + y),
  sub: two((x, y) => x - y),
  mul: (x, y) => (same(x, y) === 'int32' ? lane('int32', Math.imul(x.value, y.value)) : two((a, b) => a * b)(x, y)),
  div: (x, y) => lane(floats(x) && same(x, y), x.value / y.value),
  rem: (x, y) => lane(floats(x) && same(x, y), x.value % y.value),
  neg: one((x) => -x),
  abs: one(Math.abs),
  min: two(Math.min),
  max: two(Math.max),
  sqrt: one(Math.sqrt),
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  trunc: one(Math.trunc),
  round: one(halfToEven),
  powerOfTwo,
  exponentOf,
  mantissaOf,
  and: bits((x, y) => x & y),
  or: bits((x, y) => x | y),
  xor: bits((x, y) => x ^ y),
  not: (x) => lane(integers(x), x.dtype === 'bool' ? 1 - x.value : ~x.value),
  shiftLeft: bits((x, by) => x << by),
  shiftRightLogical: bits((x, by) => x >>> by),
  shiftRightArithmetic: bits((x, by) => x >> by),
  eq: compare((x, y) => x === y),
  ne: compare((x, y) => x !== y),
  lt: compare((x, y) => x < y),
  le: compare((x, y) => x <= y),
  gt: compare((x, y) => x > y),
  ge: compare((x, y) => x >= y),
  select: (condition, x, y) => {
    if (condition.dtype !== 'bool') throw new Error(`a bool condition, got ${condition.dtype}`);
    return lane(same(x, y), condition.value === 1 ? x.value : y.value);
  },
  convert: (dtype, x) => lane(dtype, x.value),
  bitcast: recast,
};
