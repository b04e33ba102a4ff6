/**
 * The inverse of the normal distribution: by erfInv in the middle, and where p or 1 - p is below exp(-2) by
 * `log(x)/x - x + z h(z)` with `x = sqrt(-2 log p)`, `z = 1/x`, the form of Cephes' ndtri.c; h expanded in Chebyshev's polynomials from 40 digits.
 */
import type { Scalars } from '../scalars.ts';
import { chebyshev, toolsFor } from './polynomial.ts';

/** h on [1/8, 1/2] and on [1/39, 1/8]. */
const near = {
  double: [
    2.2853938553279492e-17, -7.661633112480508e-17, 2.5802053530051287e-16, -8.732286753112015e-16,
    2.9712387491616964e-15, -1.016977628033468e-14, 3.503610653766156e-14, -1.2157759092208812e-13,
    4.2525805368601176e-13, -1.5005386530215092e-12, 5.3451947625850664e-12, -1.923711457746276e-11,
    7.002080033211766e-11, -2.5822724711374293e-10, 9.67966568445924e-10, -3.706647235699129e-9, 1.4585713938895267e-8,
    -5.918235741573259e-8, 2.464825866558015e-7, -1.035141917428997e-6, 4.24074817680432e-6, -1.6126373143885156e-5,
    5.264914442301038e-5, -0.00011057060922319904, -0.001044276659135336, 0.07255464837448264, 1.0323738340148971,
  ],
  single: [
    1.4585713938895267e-8, -5.918235741573259e-8, 2.464825866558015e-7, -1.035141917428997e-6, 4.24074817680432e-6,
    -1.6126373143885156e-5, 5.264914442301038e-5, -0.00011057060922319904, -0.001044276659135336, 0.07255464837448264,
    1.0323738340148971,
  ],
};
const far = {
  double: [
    -1.3438221832117831e-17, 3.9860819203070763e-17, -1.1876536136755674e-16, 3.555790166497286e-16,
    -1.0702134886066553e-15, 3.239690245157707e-15, -9.869080008745924e-15, 3.02738762731192e-14,
    -9.358369807294226e-14, 2.917765711103e-13, -9.184669581901678e-13, 2.922598843842292e-12, -9.414662630848983e-12,
    3.075717015142403e-11, -1.0212974508072818e-10, 3.4563981358255003e-10, -1.1964487762869803e-9,
    4.255583291906423e-9, -1.5648477754539142e-8, 5.998506228765458e-8, -2.4251786371273223e-7, 1.051816927912304e-6,
    -5.005776598510126e-6, 2.6526119575358915e-5, -0.00015037155811074615, 0.0007035938899497011, 0.017887876571325387,
    0.9404963800703603,
  ],
  single: [
    -1.5648477754539142e-8, 5.998506228765458e-8, -2.4251786371273223e-7, 1.051816927912304e-6, -5.005776598510126e-6,
    2.6526119575358915e-5, -0.00015037155811074615, 0.0007035938899497011, 0.017887876571325387, 0.9404963800703603,
  ],
};

/** For p up to exp(-2). */
const tail = <E>(s: Scalars<E>, p: E): E => {
  const { constant, pick } = toolsFor(s, p);
  const x = s.sqrt(s.mul(constant(-2), s.log(p)));
  const z = s.div(constant(1), x);
  const on = (low: number, high: number, coefficients: readonly number[]): E =>
    chebyshev(s, s.sub(s.mul(z, constant(2 / (high - low))), constant((high + low) / (high - low))), coefficients);
  const h = s.select(
    s.lt(z, constant(1 / 8)),
    on(1 / 39, 1 / 8, pick(far.double, far.single)),
    on(1 / 8, 1 / 2, pick(near.double, near.single)),
  );
  return s.sub(s.mul(z, s.add(s.log(x), h)), x);
};

/** The x below which a standard normal number is with probability p; infinite at 0 and 1, NaN beyond. */
export const inverseNormal = <E>(s: Scalars<E>, p: E): E => {
  const { constant } = toolsFor(s, p);
  const one = constant(1);
  const isUpper = s.gt(p, constant(0.5));
  const small = s.select(isUpper, s.sub(one, p), p);
  const outer = s.select(s.eq(small, constant(0)), constant(-Infinity), tail(s, small));
  const middle = s.mul(constant(Math.SQRT2), s.erfInv(s.sub(s.add(p, p), one)));
  const signed = s.select(isUpper, s.neg(outer), outer);
  return s.select(s.gt(small, constant(Math.exp(-2))), middle, signed);
};
