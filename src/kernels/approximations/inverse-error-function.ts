/** The inverse of erf: M. Giles, "Approximating the erfinv function" (2010), the polynomials that XLA and JAX use. */
import type { Basic, Special } from '../scalars.ts';
import { makeLogarithms } from './logarithm.ts';
import { toolsFor, type Coefficients } from './polynomial.ts';

/** Of w below 5, in `w - 2.5`, and beyond, in `sqrt(w) - 3`. */
const nearSingle = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const farSingle = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** Of w below 6.25, in `w - 3.125`. */
const nearDouble = [
  -3.64441206401782e-21, -1.6850591381820166e-19, 1.28584807152564e-18, 1.1157877678025181e-17, -1.333171662854621e-16,
  2.0972767875968562e-17, 6.637638134358324e-15, -4.054566272975207e-14, -8.151934197605472e-14, 2.6335093153082323e-12,
  -1.2975133253453532e-11, -5.415412054294628e-11, 1.0512122733215323e-9, -4.112633980346984e-9, -2.9070369957882005e-8,
  4.2347877827932404e-7, -1.3654692000834678645e-6, -0.000013882523362786469, 0.00018673420803405714,
  -0.000740702534166267, -0.006033670871430149, 0.24015818242558962, 1.6536545626831027,
];
/** Of w below 16, in `sqrt(w) - 3.25`. */
const middleDouble = [
  2.2137376921775787e-9, 9.075656193888539e-8, -2.7517406297064545e-7, 1.8239629214389228e-8, 1.5027403968909827627e-6,
  -4.013867526981545969e-6, 2.9234449089955446044e-6, 0.000012475304481671779, -0.000047318229009055734,
  0.00006828485145957318, 0.000024031110387097894, -0.0003550375203628475, 0.0009532893797373805,
  -0.0016882755560235047, 0.002491442096107851, -0.003751208507569241, 0.005370914553590064, 1.0052589676941592,
  3.0838856104922208,
];
/** Of larger w, in `sqrt(w) - 5`. */
const farDouble: Coefficients = [
  -2.7109920616438573e-11, -2.555641816996525e-10, 1.5076572693500548e-9, -3.789465440126737e-9, 7.61570120807834e-9,
  -1.496002662714924e-8, 2.914795345090108e-8, -6.771199775845234e-8, 2.2900482228026655e-7, -9.9298272942317e-7,
  0.000004526062597223154, -0.00001968177810553167, 0.00007599527703001776, -0.00021503011930044477,
  -0.00013871931833623122, 1.0103004648645344, 4.849906401408584,
];

const inSingle = <E>(s: Basic<E>, w: E): E => {
  const { constant, eitherPolynomial } = toolsFor(s, w);
  const isNear = s.lt(w, constant(5));
  const at = s.select(isNear, s.sub(w, constant(2.5)), s.sub(s.sqrt(w), constant(3)));
  return eitherPolynomial(isNear, at, nearSingle, farSingle);
};

const inDouble = <E>(s: Basic<E>, w: E): E => {
  const { constant, polynomial, eitherPolynomial } = toolsFor(s, w);
  const root = s.sqrt(w);
  const isMiddle = s.lt(w, constant(16));
  const at = s.sub(root, s.select(isMiddle, constant(3.25), constant(5)));
  const outer = eitherPolynomial(isMiddle, at, middleDouble, [0, 0, ...farDouble]);
  return s.select(s.lt(w, constant(6.25)), polynomial(s.sub(w, constant(3.125)), nearDouble), outer);
};

/**
 * `x p(w)`. In float32 `w = -log1p(-x^2)`, to the letter as in XLA: the rounding of `x^2` costs digits near 1. In float64
 * `w = -log((1 - x) (1 + x))`, as Giles has it, since `1 - x` is exact there.
 */
const erfInv = <E>(s: Basic<E>, x: E): E => {
  const { isDouble, constant } = toolsFor(s, x);
  const { log, log1p } = makeLogarithms(s);
  const [one, infinity] = [constant(1), constant(Infinity)];
  const value = isDouble
    ? inDouble(s, s.neg(log(s.mul(s.sub(one, x), s.add(one, x)))))
    : inSingle(s, s.neg(log1p(s.neg(s.mul(x, x)))));
  return s.mul(s.select(s.eq(s.abs(x), one), infinity, value), x);
};

/** The function of this family over `s`. */
export const makeInverseErrorFunction = <E>(s: Basic<E>): Pick<Special<E>, 'erfInv'> => ({
  erfInv: (x) => erfInv(s, x),
});
