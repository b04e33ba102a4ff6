/** log, log1p: `x = 2^k (1 + f)` with 1 + f from sqrt(1/2) below sqrt(2), then fdlibm's e_log.c (float64), e_logf.c in musl (float32). */
import type { Basic, Special } from '../scalars.ts';
import { makeExponentials } from './exponential.ts';
import { toolsFor } from './polynomial.ts';

const seriesDouble = [
  0.14798198605116586, 0.15313837699209373, 0.1818357216161805, 0.22222198432149784, 0.2857142874366239,
  0.3999999999940942, 0.6666666666666735,
];
const seriesSingle = [0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693];

/** A positive normal number taken apart: `x = 2^power * mantissa`, mantissa from sqrt(1/2) below sqrt(2). */
interface Parts<E> {
  readonly power: E;
  readonly mantissa: E;
}

/** The bits of sqrt(1/2) in float32; counted from there, the exponent field is the power. */
const rootHalf = 0x3f3504f3;

const singleParts = <E>(s: Basic<E>, x: E): Parts<E> => {
  const int = (value: number): E => s.constant('int32', value);
  const above = s.sub(s.bitcast('int32', x), int(rootHalf));
  const power = s.convert('float32', s.shiftRightArithmetic(above, int(23)));
  const mantissa = s.bitcast('float32', s.add(s.and(above, int(0x7fffff)), int(rootHalf)));
  return { power, mantissa };
};

const doubleParts = <E>(s: Basic<E>, x: E): Parts<E> => {
  const { constant } = toolsFor(s, x);
  const [raw, exponent] = [s.mantissaOf(x), s.exponentOf(x)];
  const isHigh = s.gt(raw, constant(Math.SQRT2));
  const mantissa = s.select(isHigh, s.mul(raw, constant(0.5)), raw);
  return { power: s.select(isHigh, s.add(exponent, constant(1)), exponent), mantissa };
};

const normalParts = <E>(s: Basic<E>, x: E): Parts<E> =>
  s.dtypeOf(x) === 'float64' ? doubleParts(s, x) : singleParts(s, x);

/** The parts of any positive finite number: denormal ones are lifted first. Others give some number, never a trap. */
export const partsOf = <E>(s: Basic<E>, x: E): Parts<E> => {
  const { constant, pick } = toolsFor(s, x);
  const lift = pick(54, 25);
  const isTiny = s.lt(x, constant(pick(2 ** -1022, 2 ** -126)));
  const { power, mantissa } = normalParts(s, s.select(isTiny, s.mul(x, constant(2 ** lift)), x));
  return { power: s.select(isTiny, s.sub(power, constant(lift)), power), mantissa };
};

/** `power ln 2 + log(1 + f)`. */
const logOf = <E>(s: Basic<E>, power: E, f: E): E => {
  const { constant, pick, polynomial } = toolsFor(s, f);
  const q = s.div(f, s.add(f, constant(2)));
  const z = s.mul(q, q);
  const r = s.mul(z, polynomial(z, pick(seriesDouble, seriesSingle)));
  const halfSquare = s.mul(s.mul(f, f), constant(0.5));
  const low = s.add(
    s.mul(q, s.add(halfSquare, r)),
    s.mul(power, constant(pick(1.9082149292705877e-10, 9.0580006145e-6))),
  );
  return s.add(s.mul(power, constant(pick(0.6931471803691238, 6.9313812256e-1))), s.sub(f, s.sub(halfSquare, low)));
};

const log = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const { power, mantissa } = partsOf(s, x);
  const value = logOf(s, power, s.sub(mantissa, constant(1)));
  const finite = s.select(s.eq(x, constant(Infinity)), x, value);
  return s.select(s.gt(x, constant(0)), finite, s.select(s.eq(x, constant(0)), constant(-Infinity), constant(NaN)));
};

/** The binary logarithm, exact at powers of two. */
export const log2 = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const { power, mantissa } = partsOf(s, x);
  const zero = constant(0);
  const value = s.add(power, s.mul(logOf(s, zero, s.sub(mantissa, constant(1))), constant(Math.LOG2E)));
  const finite = s.select(s.eq(x, constant(Infinity)), x, value);
  return s.select(s.gt(x, zero), finite, s.select(s.eq(x, zero), constant(-Infinity), constant(NaN)));
};

/** `log(exp(x) + exp(y))` without overflow; of two equal infinities that infinity. */
export const logaddexp = <E>(s: Basic<E>, x: E, y: E): E => {
  const { constant } = toolsFor(s, x);
  const top = s.max(x, y);
  const distance = s.select(s.eq(x, y), constant(0), s.abs(s.sub(x, y)));
  const sum = s.add(top, log1p(s, makeExponentials(s).exp(s.neg(distance))));
  return s.select(s.eq(s.abs(top), constant(Infinity)), top, sum);
};

const log1p = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const one = constant(1);
  const u = s.add(x, one);
  // What the sum lost, exactly (Knuth), is added to f. It is nothing beside a large u, whose 2^-power would be out of range.
  const part = s.sub(u, x);
  const lost = s.add(s.sub(x, s.sub(u, part)), s.sub(one, part));
  const { power, mantissa } = normalParts(s, u);
  const capped = s.select(s.gt(power, constant(64)), constant(-64), s.neg(power));
  const f = s.add(s.sub(mantissa, one), s.mul(lost, toolsFor(s, x).powerOfTwo(capped)));
  const isItself = s.or(s.eq(x, constant(0)), s.eq(x, constant(Infinity)));
  const inside = s.select(isItself, x, logOf(s, power, f));
  return s.select(s.gt(x, constant(-1)), inside, s.select(s.eq(x, constant(-1)), constant(-Infinity), constant(NaN)));
};

/** The functions of this family over `s`. */
export const makeLogarithms = <E>(s: Basic<E>): Pick<Special<E>, 'log' | 'log1p'> => ({
  log: (x) => log(s, x),
  log1p: (x) => log1p(s, x),
});
