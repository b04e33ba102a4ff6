/**
 * sin, cos, tan: `x = q pi/2 + r` by Cody and Waite, then the polynomials of fdlibm's k_sin.c and k_cos.c (float64) or Cephes'
 * sinf.c (float32). atan: Cephes' atan.c (float64), SLEEF's atanf (float32).
 */
import type { Basic, Special } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';

/**
 * pi/2 in parts. In float32 all but the last have 8 bits, so that their products with q < 2^16 are exact; in float64 33 bits, for
 * q < 2^20 (fdlibm's e_rem_pio2.c). What is subtracted from what remains then rounds only relative to the result.
 */
const single = [
  1.5703125, 4.825592041015625e-4, 1.2665987014770508e-6, 9.89530235528946e-10, 2.5579538487363607e-12,
  5.390302529957765e-15,
] as const;
const double = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;

const residueSingle = <E>(s: Basic<E>, x: E, q: E): E => {
  const times = (part: number): E => s.mul(q, s.constant('float32', part));
  const high = s.sub(s.sub(x, times(single[0])), times(single[1]));
  const third = times(single[2]);
  const near = s.sub(high, third);
  const lost = s.sub(s.sub(high, near), third);
  const rest = s.add(near, s.sub(lost, times(single[3])));
  return s.sub(s.sub(rest, times(single[4])), times(single[5]));
};

const residueDouble = <E>(s: Basic<E>, x: E, q: E): E => {
  const [first, second, third, fourth] = double.map((part) => s.mul(q, s.constant('float64', part)));
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) return x;
  const high = s.sub(x, first);
  const near = s.sub(high, second);
  const lost = s.sub(s.sub(high, near), second);
  return s.sub(s.add(near, s.sub(lost, third)), fourth);
};

/** Where x lies: past an odd number of quarter turns, past an odd number of half turns. */
interface Quadrant<E> {
  readonly isOdd: E;
  readonly isBehind: E;
}

const quadrantOf = <E>(s: Basic<E>, q: E): Quadrant<E> => {
  if (s.dtypeOf(q) === 'float64') {
    const half = s.mul(q, s.constant('float64', 0.5));
    const turns = s.floor(half);
    const pairs = s.mul(turns, s.constant('float64', 0.5));
    return { isOdd: s.ne(half, turns), isBehind: s.ne(pairs, s.floor(pairs)) };
  }
  const int = (value: number): E => s.constant('int32', value);
  // Adding 1.5 * 2^23 leaves q modulo 4 in the low bits.
  const bits = s.bitcast('int32', s.add(q, s.constant('float32', 12582912)));
  const has = (bit: number): E => s.ne(s.and(bits, int(bit)), int(0));
  return { isOdd: has(1), isBehind: has(2) };
};

const nearZero = <E>(s: Basic<E>, r: E): { readonly sine: E; readonly cosine: E } => {
  const { constant, pick, polynomial } = toolsFor(s, r);
  const z = s.mul(r, r);
  const p = polynomial(
    z,
    pick(
      [
        1.58969099521155e-10, -2.5050760253406863e-8, 0.0000027557313707070068, -0.0001984126982985795,
        0.00833333333332249, -0.16666666666666632,
      ],
      [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1],
    ),
  );
  const q = polynomial(
    z,
    pick(
      [
        -1.1359647557788195e-11, 2.087572321298175e-9, -2.7557314351390663e-7, 0.00002480158728947673,
        -0.001388888888887411, 0.0416666666666666,
      ],
      [2.443315711809948e-5, -1.388731625493765e-3, 0.04166664568298827],
    ),
  );
  const sine = s.add(r, s.mul(s.mul(r, z), p));
  const cosine = s.add(s.sub(constant(1), s.mul(z, constant(0.5))), s.mul(s.mul(z, z), q));
  return { sine, cosine };
};

interface Turned<E> extends Quadrant<E> {
  readonly sine: E;
  readonly cosine: E;
}

/** Sine and cosine of the residue. Beyond the range of the reduction the residue is taken as 0; that of infinity is NaN. */
const turn = <E>(s: Basic<E>, x: E): Turned<E> => {
  const { isDouble, constant } = toolsFor(s, x);
  const q = s.round(s.mul(x, constant(2 / Math.PI)));
  const residue = isDouble ? residueDouble(s, x, q) : residueSingle(s, x, q);
  const r = s.select(s.gt(s.abs(residue), constant(0.8)), constant(0), residue);
  return { ...nearZero(s, r), ...quadrantOf(s, q) };
};

const negatedIf = <E>(s: Basic<E>, condition: E, x: E): E => s.select(condition, s.neg(x), x);
const keepingZero = <E>(s: Basic<E>, x: E, value: E): E => s.select(s.eq(x, toolsFor(s, x).constant(0)), x, value);

const sin = <E>(s: Basic<E>, x: E): E => {
  const { sine, cosine, isOdd, isBehind } = turn(s, x);
  return keepingZero(s, x, negatedIf(s, isBehind, s.select(isOdd, cosine, sine)));
};

const cos = <E>(s: Basic<E>, x: E): E => {
  const { sine, cosine, isOdd, isBehind } = turn(s, x);
  return negatedIf(s, s.xor(isOdd, isBehind), s.select(isOdd, sine, cosine));
};

const tan = <E>(s: Basic<E>, x: E): E => {
  const { sine, cosine, isOdd } = turn(s, x);
  const ratio = s.div(s.select(isOdd, cosine, sine), s.select(isOdd, sine, cosine));
  return keepingZero(s, x, negatedIf(s, isOdd, ratio));
};

const atanSingle = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const isBig = s.gt(size, constant(1));
  const t = s.div(s.select(isBig, constant(-1), size), s.select(isBig, size, constant(1)));
  const z = s.mul(t, t);
  const p = polynomial(
    z,
    [
      2.8236389625e-3, -1.5956902876e-2, 4.2504988611e-2, -7.4890092015e-2, 1.0634793341e-1, -1.4202736318e-1,
      1.9992695749e-1, -3.3333101869e-1,
    ],
  );
  return withSign(s.add(s.select(isBig, constant(Math.PI / 2), constant(0)), s.add(t, s.mul(s.mul(t, z), p))), x);
};

const atanDouble = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, withSign } = toolsFor(s, x);
  const [size, one] = [s.abs(x), constant(1)];
  const isBig = s.gt(size, constant(2.414213562373095));
  const isMiddle = s.gt(size, constant(0.66));
  const choose = (big: E, middle: E, small: E): E => s.select(isBig, big, s.select(isMiddle, middle, small));
  const t = s.div(choose(constant(-1), s.sub(size, one), size), choose(size, s.add(size, one), one));
  const z = s.mul(t, t);
  const p = polynomial(
    z,
    [-0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025],
  );
  const q = polynomial(
    z,
    [1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614],
  );
  const behind = choose(constant(6.123233995736766e-17), constant(3.061616997868383e-17), constant(0));
  const small = s.add(s.mul(t, s.div(s.mul(z, p), q)), behind);
  return withSign(s.add(choose(constant(Math.PI / 2), constant(Math.PI / 4), constant(0)), s.add(t, small)), x);
};

/** The functions of this family over `s`. */
export const makeTrigonometric = <E>(s: Basic<E>): Pick<Special<E>, 'sin' | 'cos' | 'tan' | 'atan'> => ({
  sin: (x) => sin(s, x),
  cos: (x) => cos(s, x),
  tan: (x) => tan(s, x),
  atan: (x) => (s.dtypeOf(x) === 'float64' ? atanDouble(s, x) : atanSingle(s, x)),
});
