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
  p: [
    -2.37630166566501626084e-5, -5.77027029648944159157e-3, -2.84817495755985104766e-2, -3.2504210724700149937e-1,
    1.28379167095512558561e-1,
  ],
  q: [
    -3.9602282787753681232e-6, 1.32494738004321644526e-4, 5.08130628187576562776e-3, 6.50222499887672944485e-2,
    3.97917223959155352819e-1, 1,
  ],
};
/** `erf(x) - erfOne` in `|x| - 1`, up to 1.25. */
const aroundOne: Rational = {
  p: [
    -2.166375594868790843e-3, 3.54783043256182359371e-2, -1.10894694282396677476e-1, 3.18346619901161753674e-1,
    -3.72207876035701323847e-1, 4.14856118683748331666e-1, -2.36211856075265944077e-3,
  ],
  q: [
    1.1984499846799107417e-2, 1.36370839120290507362e-2, 1.26171219808761642112e-1, 7.18286544141962662868e-2,
    5.40397917702171048937e-1, 1.06420880400844228286e-1, 1,
  ],
};
/** `log(x erfc(x)) + x^2 + 0.5625` in `1 / x^2`, up to 1 / 0.35 and beyond. */
const middle: Rational = {
  p: [
    -9.81432934416914548592, -8.12874355063065934246e1, -1.84605092906711035994e2, -1.62396669462573470355e2,
    -6.23753324503260060396e1, -1.05586262253232909814e1, -6.93858572707181764372e-1, -9.86494403484714822705e-3,
  ],
  q: [
    -6.04244152148580987438e-2, 6.57024977031928170135, 1.08635005541779435134e2, 4.29008140027567833386e2,
    6.45387271733267880336e2, 4.34565877475229228821e2, 1.376577541435190426e2, 1.96512716674392571292e1, 1,
  ],
};
const far: Rational = {
  p: [
    0, -4.83519191608651397019e2, -1.02509513161107724954e3, -6.37566443368389627722e2, -1.60636384855821916062e2,
    -1.77579549177547519889e1, -7.99283237680523006574e-1, -9.86494292470009928597e-3,
  ],
  q: [
    0, -2.24409524465858183362e1, 4.74528541206955367215e2, 2.55305040643316442583e3, 3.19985821950859553908e3,
    1.53672958608443695994e3, 3.25792512996573918826e2, 3.03380607434824582924e1, 1,
  ],
};
/** erf(1) rounded to 24 bits. */
const erfOne = 8.45062911510467529297e-1;

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
    [2.2905065861350646e-4, 3.4082910107109506e-3, 5.0955695062380861e-2, 1.8520832239976145e-1, 1.128379143519084],
  );
  const q = polynomial(
    z,
    [
      -1.1791602954361697e-7, 2.3547966471313185e-5, 1.0179625278914885e-3, 1.4070470171167667e-2,
      1.1098505178285362e-1, 4.9746925110067538e-1, 1,
    ],
  );
  return withSign(s.div(s.mul(capped, p), q), x);
};

/** `erf(x) / x - 1` for |x| < 1, and `x exp(x^2) erfc(x)` up to 2 and beyond, in `1 / x^2`. */
const innerSingle = [
  7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2, 1.128358514861418e-1,
  -3.7612625824233e-1, 0.12837916572671,
];
const nearSingle = [
  2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1, 6.210004621745983e-1,
  -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1,
];
const farSingle = [
  0, -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503, 2.921019019210786, -1.0152652792027,
  4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
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
