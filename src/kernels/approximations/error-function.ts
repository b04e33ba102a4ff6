/**
 * erf and erfc: fdlibm's s_erf.c (float64); in float32 the rational function of Eigen and XLA (erf) and the polynomials of Cephes'
 * ndtrf.c (erfc).
 */
import type { Basic, Special } from '../scalars.ts';
import { expBelow } from './exponential.ts';
import { square, sumInOrder } from './pair.ts';
import { toolsFor, type Coefficients } from './polynomial.ts';

interface Rational {
  readonly p: Coefficients;
  readonly q: Coefficients;
}

/** `erf(x) / x - 1` in `x^2`, for |x| < 0.84375. */
const small: Rational = {
  p: [-0.000023763016656650163, -0.005770270296489442, -0.02848174957559851, -0.3250421072470015, 0.12837916709551256],
  q: [
    -0.000003960228278775368, 0.00013249473800432164, 0.005081306281875766, 0.0650222499887673, 0.39791722395915535, 1,
  ],
};
/** `erf(x) - erfOne` in `|x| - 1`, up to 1.25. */
const aroundOne: Rational = {
  p: [
    -0.002166375594868791, 0.035478304325618236, -0.11089469428239668, 0.31834661990116175, -0.3722078760357013,
    0.41485611868374833, -0.0023621185607526594,
  ],
  q: [
    0.011984499846799107, 0.01363708391202905, 0.12617121980876164, 0.07182865441419627, 0.540397917702171,
    0.10642088040084423, 1,
  ],
};
/** `log(x erfc(x)) + x^2 + 0.5625` in `1 / x^2`, up to 1 / 0.35 and beyond. */
const middle: Rational = {
  p: [
    -9.814329344169145, -81.2874355063066, -184.60509290671104, -162.39666946257347, -62.375332450326006,
    -10.558626225323291, -0.6938585727071818, -0.009864944034847148,
  ],
  q: [
    -0.0604244152148581, 6.570249770319282, 108.63500554177944, 429.00814002756783, 645.3872717332679,
    434.56587747522923, 137.65775414351904, 19.651271667439257, 1,
  ],
};
const far: Rational = {
  p: [
    0, -483.5191916086514, -1025.0951316110772, -637.5664433683896, -160.63638485582192, -17.757954917754752,
    -0.799283237680523, -0.0098649429247001,
  ],
  q: [
    0, -22.44095244658582, 474.52854120695537, 2553.0504064331644, 3199.8582195085955, 1536.729586084437,
    325.7925129965739, 30.33806074348246, 1,
  ],
};
/** erf(1) rounded to 24 bits. */
const erfOne = 0.8450629115104675;

const ratio = <E>(s: Basic<E>, at: E, { p, q }: Rational): E => {
  const { polynomial } = toolsFor(s, at);
  return s.div(polynomial(at, p), polynomial(at, q));
};

/** erfc for sizes from 1.25 on. */
const tailDouble = <E>(s: Basic<E>, size: E): E => {
  const { constant, eitherPolynomial } = toolsFor(s, size);
  const whole = square(s, size);
  const at = s.div(constant(1), whole.high);
  const isMiddle = s.lt(size, constant(1 / 0.35));
  const bend = s.div(eitherPolynomial(isMiddle, at, middle.p, far.p), eitherPolynomial(isMiddle, at, middle.q, far.q));
  const exponent = sumInOrder(s, s.neg(whole.high), s.sub(bend, constant(0.5625)));
  return s.div(expBelow(s, exponent.high, s.sub(exponent.low, whole.low)), size);
};

const erfDouble = <E>(s: Basic<E>, x: E): E => {
  const { constant, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const inner = s.add(size, s.mul(size, ratio(s, s.mul(x, x), small)));
  const around = s.add(ratio(s, s.sub(size, constant(1)), aroundOne), constant(erfOne));
  const outer = s.select(s.ge(size, constant(1.25)), s.sub(constant(1), tailDouble(s, size)), around);
  return withSign(s.select(s.lt(size, constant(0.84375)), inner, outer), x);
};

/** `1 - (x + x y)` by way of 1/2, which keeps the digits where the result is small and loses none where it is not. */
const complementOf = <E>(s: Basic<E>, x: E, y: E): E => {
  const half = toolsFor(s, x).constant(0.5);
  return s.sub(half, s.add(s.sub(x, half), s.mul(x, y)));
};

const erfcDouble = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const size = s.abs(x);
  const isMinus = s.lt(x, constant(0));
  const inner = complementOf(s, x, ratio(s, s.mul(x, x), small));
  const around = s.sub(constant(1 - erfOne), ratio(s, s.sub(size, constant(1)), aroundOne));
  const outer = s.select(s.ge(size, constant(1.25)), tailDouble(s, size), around);
  return s.select(s.lt(size, constant(0.84375)), inner, s.select(isMinus, s.sub(constant(2), outer), outer));
};

const erfSingle = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const cap = constant(3.832506856900711);
  const capped = s.select(s.gt(size, cap), cap, size);
  const z = s.mul(capped, capped);
  const p = polynomial(
    z,
    [2.29050658613506e-4, 3.40829101071095e-3, 0.05095569506238086, 0.18520832239976145, 1.128379143519084],
  );
  const q = polynomial(
    z,
    [
      -1.1791602954361697e-7, 2.35479664713132e-5, 1.01796252789149e-3, 0.014070470171167667, 0.11098505178285362,
      0.49746925110067536, 1,
    ],
  );
  return withSign(s.div(s.mul(capped, p), q), x);
};

/** `erf(x) / x - 1` for |x| < 1, and `x exp(x^2) erfc(x)` up to 2 and beyond, in `1 / x^2`. */
const innerSingle = [
  7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -0.02685381193529856, 0.1128358514861418,
  -3.7612625824233e-1, 0.12837916572671,
];
const nearSingle = [
  0.02326819970068386, -0.1387039388740657, 0.3687424674597105, -0.5824733027278666, 0.6210004621745983,
  -0.4944515323274145, 0.3404879937665872, -0.2741127028184656, 0.5638259427386472,
];
const farSingle = [
  0, -10.47766399936249, 12.97719955372516, -7.495518717768503, 2.921019019210786, -1.0152652792027, 0.4218463358204948,
  -0.2820767439740514, 0.5641895067754075,
];

const erfcSingle = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, eitherPolynomial } = toolsFor(s, x);
  const size = s.abs(x);
  const inner = complementOf(s, x, polynomial(s.mul(x, x), innerSingle));
  const inverse = s.div(constant(1), size);
  const p = eitherPolynomial(s.lt(size, constant(2)), s.mul(inverse, inverse), nearSingle, farSingle);
  const whole = square(s, size);
  const tail = s.mul(expBelow(s, s.neg(whole.high), s.neg(whole.low)), s.mul(inverse, p));
  const outer = s.select(s.lt(x, constant(0)), s.sub(constant(2), tail), tail);
  return s.select(s.lt(size, constant(1)), inner, outer);
};

/** The functions of this family over `s`. */
export const makeErrorFunctions = <E>(s: Basic<E>): Pick<Special<E>, 'erf' | 'erfc'> => ({
  erf: (x) => (s.dtypeOf(x) === 'float64' ? erfDouble(s, x) : erfSingle(s, x)),
  erfc: (x) => (s.dtypeOf(x) === 'float64' ? erfcDouble(s, x) : erfcSingle(s, x)),
});
