/** What elementwise primitives do at zeros, infinities and the ends of the integers. */
import { lax, np, special } from 'fluxion';
import { bind, primitives } from 'fluxion/extend';
import { bools, corner, f32, f64, i32, u32, u8, type Corner } from './corner.ts';

const [low, high, all] = [-2147483648, 2147483647, 4294967295];

const integers: readonly Corner[] = [
  corner('div', 'integers by 0 give all ones', () => lax.div(i32(5, -5, 0), i32(0, 0, 0)), [-1, -1, -1]),
  corner('div', 'unsigned by 0 give all ones', () => lax.div(u32(5), u32(0)), [all]),
  corner('div', 'bytes by 0 give all ones', () => lax.div(u8(5), u8(0)), [255]),
  corner('div', 'MIN / -1 is MIN', () => lax.div(i32(low), i32(-1)), [low]),
  corner('div', 'towards zero', () => lax.div(i32(7, -7), i32(2, 2)), [3, -3]),
  corner('rem', 'integers by 0 are left', () => lax.rem(i32(5, -5), i32(0, 0)), [5, -5]),
  corner('rem', 'the sign of the dividend', () => lax.rem(i32(5, -5, low), i32(-3, 3, -1)), [2, -2, 0]),
  corner(
    'rem',
    'floats by 0 are NaN, zeros keep their sign',
    () => lax.rem(f64(1, -0, 5, -7), f64(0, 3, Infinity, 3)),
    [NaN, -0, 5, -1],
  ),
  corner('mul', 'the low bits are kept', () => lax.mul(i32(high), i32(high)), [1]),
  corner('neg', '-MIN is MIN', () => lax.neg(i32(low)), [low]),
  corner('abs', '|MIN| is MIN', () => lax.abs(i32(low)), [low]),
  corner(
    'shiftLeft',
    'by the width, by more, by less than 0: nothing is left',
    () => lax.shiftLeft(i32(1, 1, 1), i32(32, 33, -1)),
    [0, 0, 0],
  ),
  corner(
    'shiftRightLogical',
    'by the width and more nothing is left',
    () => lax.shiftRightLogical(i32(-1, -1), i32(32, 33)),
    [0, 0],
  ),
  corner(
    'shiftRightArithmetic',
    'by the width and more the sign is left',
    () => lax.shiftRightArithmetic(i32(-8, 8), i32(33, 33)),
    [-1, 0],
  ),
  corner('convert', 'floats saturate, NaN is 0', () => lax.convertElementType(f32(NaN, 1e20, -1e20, -1.9), 'int32'), [
    0,
    high,
    low,
    -1,
  ]),
  corner('convert', 'floats to unsigned saturate too', () => lax.convertElementType(f64(NaN, 1e20, -1), 'uint32'), [
    0,
    all,
    0,
  ]),
  corner(
    'convert',
    'floats to bytes saturate too',
    () => lax.convertElementType(f64(NaN, 300, -1), 'uint8'),
    [0, 255, 0],
  ),
  corner('convert', 'integers wrap', () => lax.convertElementType(i32(300, -1), 'uint8'), [44, 255]),
  corner('convert', 'anything but 0 is true', () => lax.convertElementType(f64(NaN, -0, 0.1), 'bool'), [1, 0, 1]),
  corner(
    'iota',
    'bytes wrap',
    () => lax.slice(lax.iota({ dtype: 'uint8', shape: [258] }, 0), [255], [258]),
    [255, 0, 1],
  ),
];

const floats: readonly Corner[] = [
  corner('max', 'NaN wins, -0 is below 0', () => lax.max(f64(NaN, 1, -0), f64(1, NaN, 0)), [NaN, NaN, 0]),
  corner('min', 'NaN wins, -0 is below 0', () => lax.min(f64(NaN, 1, 0), f64(1, NaN, -0)), [NaN, NaN, -0]),
  corner('sign', 'NaN and zeros are left', () => lax.sign(f64(NaN, -0, 0, -5)), [NaN, -0, 0, -1]),
  corner('round', 'halves to even', () => lax.round(f64(0.5, 1.5, 2.5, -0.5)), [0, 2, 2, -0]),
  corner('div', 'by zeros of either sign', () => lax.div(f32(1, 1, 0), f32(0, -0, 0)), [Infinity, -Infinity, NaN]),
  corner('sqrt', 'of -0 it is -0, of less NaN', () => lax.sqrt(f32(-0, -1)), [-0, NaN]),
  corner('rsqrt', 'of zeros it is infinite', () => lax.rsqrt(f64(0, -0)), [Infinity, -Infinity]),
  corner(
    'isFinite',
    'not of NaN or infinities',
    () => lax.isFinite(f64(NaN, Infinity, -Infinity, 1e308)),
    [0, 0, 0, 1],
  ),
  corner('log', 'of zeros it is -infinite, of less NaN', () => lax.log(f64(0, -0, -1, Infinity)), [
    -Infinity,
    -Infinity,
    NaN,
    Infinity,
  ]),
  corner('log1p', 'keeps the sign of zero', () => lax.log1p(f64(-0, -1, -2)), [-0, -Infinity, NaN]),
  corner('exp', 'overflows to infinity, underflows to 0', () => lax.exp(f32(89, -104, -Infinity)), [Infinity, 0, 0]),
  corner('expm1', 'keeps the sign of zero', () => lax.expm1(f64(-0, -Infinity)), [-0, -1]),
  corner('tanh', 'ends at 1, keeps the sign of zero', () => lax.tanh(f32(Infinity, -50, -0)), [1, -1, -0]),
  corner('logistic', 'ends at 0 and 1', () => lax.logistic(f64(-Infinity, Infinity, 0)), [0, 1, 0.5]),
  corner('sin', 'of infinities it is NaN', () => lax.sin(f64(Infinity, -0)), [NaN, -0]),
  corner('cos', 'of infinities it is NaN', () => lax.cos(f64(-Infinity, 0)), [NaN, 1]),
  corner('tan', 'of infinities it is NaN', () => lax.tan(f64(Infinity, -0)), [NaN, -0]),
  corner('atan', 'keeps the sign of zero', () => lax.atan(f64(-0, Infinity)), [-0, Math.PI / 2]),
  corner('pow', 'as in C', () => lax.pow(f64(1, NaN, -1, -0, -8), f64(NaN, 0, Infinity, -1, 1 / 3)), [
    1,
    1,
    1,
    -Infinity,
    NaN,
  ]),
  corner('erf', 'ends at 1', () => lax.erf(f64(Infinity, -30, -0)), [1, -1, -0]),
  corner('erfc', 'ends at 0 and 2', () => lax.erfc(f64(Infinity, -30)), [0, 2]),
  corner('erfInv', 'is infinite at the ends, NaN beyond', () => lax.erfInv(f64(1, -1, 2, -0)), [
    Infinity,
    -Infinity,
    NaN,
    -0,
  ]),
  corner(
    'lgamma',
    'is infinite at 0, -1, ... and the ends, 0 at 1 and 2',
    () => lax.lgamma(f64(0, -3, 1, 2, -Infinity)),
    [Infinity, Infinity, 0, 0, Infinity],
  ),
  corner('polygamma', 'of order 0 is NaN at 0, -1, ...', () => lax.digamma(f32(0, -0, -3, Infinity, -Infinity)), [
    NaN,
    NaN,
    NaN,
    Infinity,
    NaN,
  ]),
  corner('polygamma', 'of order 1 is infinite at 0, -1, ...', () => lax.polygamma(1, f64(0, -3, Infinity)), [
    Infinity,
    Infinity,
    0,
  ]),
  corner('ndtri', 'is infinite at 0 and 1, NaN beyond', () => special.ndtri(f64(0, 1, 0.5, -0.1, 1.1)), [
    -Infinity,
    Infinity,
    0,
    NaN,
    NaN,
  ]),
  corner('besselI0e', 'ends at 0, is 1 at 0', () => lax.besselI0e(f64(Infinity, -Infinity, 0)), [0, 0, 1]),
  corner(
    'besselI1e',
    'keeps the sign of zero, ends at 0',
    () => lax.besselI1e(f64(0, -0, Infinity, -Infinity)),
    [0, -0, 0, -0],
  ),
];

const logic: readonly Corner[] = [
  corner('eq', 'NaN equals nothing, zeros are equal', () => lax.eq(f64(NaN, 0), f64(NaN, -0)), [0, 1]),
  corner('ne', 'NaN differs from itself', () => lax.ne(f64(NaN, 0), f64(NaN, -0)), [1, 0]),
  corner('select', 'the other side may be NaN', () => lax.select(bools(1, 0), f64(1, NaN), f64(NaN, 2)), [1, 2]),
  corner('not', 'of a boolean it is the other', () => lax.bitwiseNot(bools(0, 1)), [1, 0]),
];

const threefry = primitives.find(({ name }) => name === 'threefry2x32');
const cipher = (given: readonly number[], wanted: readonly number[]): Corner =>
  corner(
    'threefry2x32',
    `the known answer for ${given.map((n) => n.toString(16)).join(' ')}`,
    () =>
      np.concatenate(
        threefry === undefined
          ? []
          : bind(
              threefry,
              null,
              given.map((n) => u32(n)),
            ),
      ),
    wanted,
  );
/** Random123's known answers for threefry2x32 of 20 rounds: counters of nothing, of all ones, of the digits of pi. */
const ciphers: readonly Corner[] = [
  cipher([0, 0, 0, 0], [0x6b200159, 0x99ba4efe]),
  cipher([all, all, all, all], [0x1cb996fc, 0xbb002be7]),
  cipher([0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]),
];

const readings: readonly Corner[] = [
  corner('bitcast', 'the bits of floats', () => lax.bitcastConvertType(f32(1, -0), 'uint32'), [0x3f800000, 0x80000000]),
  corner('bitcast', 'floats of bits', () => lax.bitcastConvertType(i32(0x40490fdb), 'float32'), [Math.fround(Math.PI)]),
  corner('integerPow', 'a negative power is a reciprocal', () => lax.integerPow(f64(2, -4), -2), [0.25, 0.0625]),
  corner('integerPow', 'integers wrap', () => lax.integerPow(i32(3, 65536), 5), [243, 0]),
];

/** The corners of elementwise primitives. */
export const elementCorners: readonly Corner[] = [integers, floats, logic, ciphers, readings].flat();
