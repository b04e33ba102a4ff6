/** What the names of instructions say, by the specification of WebAssembly, in JavaScript: kept apart from how they are encoded. */
import { laneShape, low, recast, signed, type Lane, type LaneShape } from './lanes.ts';

export interface Meaning {
  readonly operands: readonly LaneShape[];
  readonly result: LaneShape;
  /** `null` where the instruction must trap. */
  readonly run: (...operands: readonly (readonly Lane[])[]) => readonly Lane[] | null;
  /** Whether the specification leaves part of it open, so that only operands without rounding, and lanes of all ones or none, tell what it does. */
  readonly isRelaxed?: boolean;
}

type Unary = (a: bigint, width: number) => bigint;
type Binary = (a: bigint, b: bigint, width: number) => bigint | null;
type Compare = (a: bigint, b: bigint, width: number) => boolean;

const bitsOf = (a: bigint, width: number): string => a.toString(2).padStart(width, '0');
const sizeOf = (a: bigint): bigint => (a < 0n ? -a : a);

const integerUnary: { readonly [op: string]: Unary } = {
  abs: (a, w) => low(w, sizeOf(signed(w, a))),
  neg: (a, w) => low(w, -a),
  clz: (a, w) => BigInt(bitsOf(a, w).indexOf('1') < 0 ? w : bitsOf(a, w).indexOf('1')),
  ctz: (a, w) => BigInt(a === 0n ? w : w - 1 - bitsOf(a, w).lastIndexOf('1')),
  popcnt: (a, w) => BigInt(bitsOf(a, w).replaceAll('0', '').length),
};

const lowest = (w: number): bigint => -(1n << BigInt(w - 1));
const integerBinary: { readonly [op: string]: Binary } = {
  add: (a, b, w) => low(w, a + b),
  sub: (a, b, w) => low(w, a - b),
  mul: (a, b, w) => low(w, a * b),
  div_s: (a, b, w) =>
    b === 0n || (signed(w, a) === lowest(w) && signed(w, b) === -1n) ? null : low(w, signed(w, a) / signed(w, b)),
  div_u: (a, b) => (b === 0n ? null : a / b),
  rem_s: (a, b, w) => (b === 0n ? null : low(w, signed(w, a) % signed(w, b))),
  rem_u: (a, b) => (b === 0n ? null : a % b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b, w) => low(w, a << (b % BigInt(w))),
  shr_s: (a, b, w) => low(w, signed(w, a) >> (b % BigInt(w))),
  shr_u: (a, b, w) => a >> (b % BigInt(w)),
  min_s: (a, b, w) => (signed(w, a) < signed(w, b) ? a : b),
  min_u: (a, b) => (a < b ? a : b),
  max_s: (a, b, w) => (signed(w, a) > signed(w, b) ? a : b),
  max_u: (a, b) => (a > b ? a : b),
};
const shifts = ['shl', 'shr_s', 'shr_u'];

const integerCompare: { readonly [op: string]: Compare } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt_s: (a, b, w) => signed(w, a) < signed(w, b),
  lt_u: (a, b) => a < b,
  gt_s: (a, b, w) => signed(w, a) > signed(w, b),
  gt_u: (a, b) => a > b,
  le_s: (a, b, w) => signed(w, a) <= signed(w, b),
  le_u: (a, b) => a <= b,
  ge_s: (a, b, w) => signed(w, a) >= signed(w, b),
  ge_u: (a, b) => a >= b,
};

/** The even one of the two nearest whole numbers where both are as near. */
const nearest = (x: number): number => {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const below = Math.floor(x);
  const over = x - below;
  const whole = over < 0.5 || (over === 0.5 && below % 2 === 0) ? below : below + 1;
  return whole === 0 && (x < 0 || Object.is(x, -0)) ? -0 : whole;
};
const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

const floatUnary: { readonly [op: string]: (a: number) => number } = {
  abs: Math.abs,
  neg: (a) => -a,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
  sqrt: Math.sqrt,
};
const floatBinary: { readonly [op: string]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  pmin: (a, b) => (b < a ? b : a),
  pmax: (a, b) => (a < b ? b : a),
  copysign: (a, b) => (isNegative(a) === isNegative(b) ? a : -a),
};
const floatCompare: { readonly [op: string]: (a: number, b: number) => boolean } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

const round = (width: number, value: number): number => (width === 32 ? Math.fround(value) : value);
const i32 = laneShape('i32');

/** A comparison of scalars gives 1 or 0, of vectors all ones or none in each lane. */
const compared = (shape: LaneShape, test: (a: Lane, b: Lane) => boolean): Meaning => {
  const isScalar = shape.count === 1;
  const yes = isScalar ? 1n : low(shape.width, -1n);
  return {
    operands: [shape, shape],
    result: isScalar ? i32 : { ...shape, kind: 'i' },
    run: (as = [], bs = []) => as.map((a, i) => (test(a, bs[i] ?? 0) ? yes : 0n)),
  };
};

const integerMeaning = (shape: LaneShape, op: string): Meaning | null => {
  const { width, count } = shape;
  const [unary, binary, compare] = [integerUnary[op], integerBinary[op], integerCompare[op]];
  if (op === 'eqz') return { operands: [shape], result: i32, run: ([a] = []) => [a === 0n ? 1n : 0n] };
  if (unary !== undefined)
    return { operands: [shape], result: shape, run: (as = []) => as.map((a) => unary(BigInt(a), width)) };
  if (compare !== undefined) return compared(shape, (a, b) => compare(BigInt(a), BigInt(b), width));
  if (binary === undefined) return null;
  const isShift = count > 1 && shifts.includes(op);
  return {
    operands: [shape, isShift ? i32 : shape],
    result: shape,
    run: (as = [], bs = []) => {
      const lanes = as.map((a, i) => binary(BigInt(a), BigInt((isShift ? bs[0] : bs[i]) ?? 0), width));
      return lanes.some((lane) => lane === null) ? null : lanes.map((lane) => lane ?? 0n);
    },
  };
};

const floatMeaning = (shape: LaneShape, op: string): Meaning | null => {
  const { width } = shape;
  const [unary, binary, compare] = [floatUnary[op], floatBinary[op], floatCompare[op]];
  if (unary !== undefined)
    return { operands: [shape], result: shape, run: (as = []) => as.map((a) => round(width, unary(Number(a)))) };
  if (compare !== undefined) return compared(shape, (a, b) => compare(Number(a), Number(b)));
  if (binary === undefined) return null;
  return {
    operands: [shape, shape],
    result: shape,
    run: (as = [], bs = []) => as.map((a, i) => round(width, binary(Number(a), Number(bs[i] ?? 0)))),
  };
};

/** Saturating: NaN is 0, everything else the nearest whole number of the range, towards zero. */
const saturated = (width: 32 | 64, isSigned: boolean, x: number): bigint => {
  if (Number.isNaN(x)) return 0n;
  const [least, most] = isSigned ? [lowest(width), -lowest(width) - 1n] : [0n, low(width, -1n)];
  if (x <= Number(least)) return low(width, least);
  return x >= Number(most) ? low(width, most) : low(width, BigInt(Math.trunc(x)));
};

const floatOf = (width: number, isSigned: boolean, a: Lane): number =>
  isSigned ? Number(signed(width, a)) : Number(a);

/** One lane to one, with zeros in the lanes that the result has more. */
const converted = (from: string, to: string, f: (a: Lane) => Lane): Meaning => {
  const [source, result] = [laneShape(from), laneShape(to)];
  const zero = result.kind === 'f' ? 0 : 0n;
  return {
    operands: [source],
    result,
    run: (as = []) => Array.from({ length: result.count }, (_, i) => (i < source.count ? f(as[i] ?? zero) : zero)),
  };
};

const reread = (from: string, to: string): Meaning => ({
  operands: [laneShape(from)],
  result: laneShape(to),
  run: (as = []) => recast(laneShape(from), laneShape(to), as),
});

const bitwise = (count: number, f: (a: bigint, b: bigint, c: bigint) => bigint): Meaning => {
  const shape = laneShape('v128');
  return {
    operands: Array.from({ length: count }, () => shape),
    result: shape,
    run: (as = [], bs = [], cs = []) => as.map((a, i) => low(64, f(BigInt(a), BigInt(bs[i] ?? 0), BigInt(cs[i] ?? 0)))),
  };
};

const clamp = (value: bigint, least: bigint, most: bigint): bigint =>
  value < least ? least : value > most ? most : value;

/** Two vectors of wide lanes as one of half as wide ones. */
const narrowed = (from: string, to: string, least: bigint, most: bigint): Meaning => {
  const [source, result] = [laneShape(from), laneShape(to)];
  return {
    operands: [source, source],
    result,
    run: (as = [], bs = []) =>
      [...as, ...bs].map((a) => low(result.width, clamp(signed(source.width, a), least, most))),
  };
};

const splatted = (from: string, to: string): Meaning => ({
  operands: [laneShape(from)],
  result: laneShape(to),
  run: ([a = 0n] = []) => Array.from({ length: laneShape(to).count }, () => kept(laneShape(to), a)),
});
const kept = ({ kind, width }: LaneShape, a: Lane): Lane => (kind === 'f' ? a : low(width, BigInt(a)));

const truncated = (from: string, to: string, suffix: string): Meaning =>
  converted(from, to, (a) => saturated(laneShape(to).width === 64 ? 64 : 32, suffix === 's', Number(a)));
const floated = (from: string, to: string, suffix: string): Meaning =>
  converted(from, to, (a) => round(laneShape(to).width, floatOf(laneShape(from).width, suffix === 's', a)));

/** Those whose operands and results are of different types. */
const particular: { readonly [name: string]: Meaning } = {
  'i32.wrap_i64': converted('i64', 'i32', (a) => low(32, BigInt(a))),
  'i64.extend_i32_s': converted('i32', 'i64', (a) => low(64, signed(32, a))),
  'i64.extend_i32_u': converted('i32', 'i64', (a) => a),
  'f32.demote_f64': converted('f64', 'f32', (a) => Math.fround(Number(a))),
  'f64.promote_f32': converted('f32', 'f64', (a) => a),
  'i32.reinterpret_f32': reread('f32', 'i32'),
  'i64.reinterpret_f64': reread('f64', 'i64'),
  'f32.reinterpret_i32': reread('i32', 'f32'),
  'f64.reinterpret_i64': reread('i64', 'f64'),
  'i8x16.splat': splatted('i32', 'i8x16'),
  'i32x4.splat': splatted('i32', 'i32x4'),
  'i64x2.splat': splatted('i64', 'i64x2'),
  'f32x4.splat': splatted('f32', 'f32x4'),
  'f64x2.splat': splatted('f64', 'f64x2'),
  'v128.not': bitwise(1, (a) => ~a),
  'v128.and': bitwise(2, (a, b) => a & b),
  'v128.andnot': bitwise(2, (a, b) => a & ~b),
  'v128.or': bitwise(2, (a, b) => a | b),
  'v128.xor': bitwise(2, (a, b) => a ^ b),
  'v128.bitselect': bitwise(3, (a, b, c) => (a & c) | (b & ~c)),
  'v128.any_true': {
    operands: [laneShape('v128')],
    result: i32,
    run: (as = []) => [as.some((a) => a !== 0n) ? 1n : 0n],
  },
  'f32x4.demote_f64x2_zero': converted('f64x2', 'f32x4', (a) => Math.fround(Number(a))),
  'f64x2.promote_low_f32x4': converted('f32x4', 'f64x2', (a) => a),
  'i16x8.extend_low_i8x16_u': converted('i8x16', 'i16x8', (a) => a),
  'i32x4.extend_low_i16x8_u': converted('i16x8', 'i32x4', (a) => a),
  'i64x2.extend_low_i32x4_s': converted('i32x4', 'i64x2', (a) => low(64, signed(32, a))),
  'i8x16.narrow_i16x8_u': narrowed('i16x8', 'i8x16', 0n, 255n),
  'i16x8.narrow_i32x4_s': narrowed('i32x4', 'i16x8', -32768n, 32767n),
};

/** Conversions between whole numbers and floats: both types and the sign stand in the name. */
const conversion = (name: string): Meaning | null => {
  const [, to, from, suffix] = /^(\w+)\.(?:trunc_sat|convert)(?:_low)?_(\w+?)_([su])(?:_zero)?$/.exec(name) ?? [];
  if (to === undefined || from === undefined || suffix === undefined) return null;
  return laneShape(to).kind === 'i' ? truncated(from, to, suffix) : floated(from, to, suffix);
};

/** `a * b + c`, or `c - a * b`. */
const fused = (name: string): Meaning | null => {
  const [, shape, sign] = /^(f\w+)\.relaxed_(n?)madd$/.exec(name) ?? [];
  if (shape === undefined) return null;
  const lanes = laneShape(shape);
  return {
    operands: [lanes, lanes, lanes],
    result: lanes,
    run: (as = [], bs = [], cs = []) =>
      as.map((a, i) => Number(cs[i]) + (sign === 'n' ? -1 : 1) * Number(a) * Number(bs[i])),
    isRelaxed: true,
  };
};

/** The first where the mask has its top bit, else the second; the specification says so only of masks of all ones or none. */
const chosen = (name: string): Meaning | null => {
  const [, shape] = /^(i\w+)\.relaxed_laneselect$/.exec(name) ?? [];
  if (shape === undefined) return null;
  const lanes = laneShape(shape);
  return {
    operands: [lanes, lanes, lanes],
    result: lanes,
    run: (as = [], bs = [], cs = []) => as.map((a, i) => (signed(lanes.width, cs[i] ?? 0n) < 0n ? a : (bs[i] ?? 0n))),
    isRelaxed: true,
  };
};

/** What an instruction without immediates does. Throws for a name that says nothing. */
export const meaningOf = (name: string): Meaning => {
  const known = particular[name] ?? conversion(name) ?? fused(name) ?? chosen(name);
  if (known !== null) return known;
  const [shape = '', op = ''] = name.split('.');
  const lanes = laneShape(shape);
  const found = lanes.kind === 'i' ? integerMeaning(lanes, op) : floatMeaning(lanes, op);
  if (found === null) throw new Error(`expected an instruction, got ${name}`);
  return found;
};
