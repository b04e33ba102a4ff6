/** erf, erfc (fdlibm s_erf.c) and the inverse of erf (M. Giles, "Approximating the erfinv function", 2010, as in XLA). */
import type { Basic, Special } from '../scalars.ts';
import type { Exponentials } from './exponential.ts';
import { toolsFor } from './polynomial.ts';

const near0 = {
  p: [-2.37630166566501626084e-5, -5.77027029648944159157e-3, -2.84817495755985104766e-2, -3.2504210724700149937e-1, 1.28379167095512558561e-1],
  q: [-3.9602282787753681232e-6, 1.32494738004321644526e-4, 5.08130628187576562776e-3, 6.50222499887672944485e-2, 3.97917223959155352819e-1, 1],
};
const near1 = {
  p: [-2.166375594868790843e-3, 3.54783043256182359371e-2, -1.10894694282396677476e-1, 3.18346619901161753674e-1, -3.72207876035701323847e-1, 4.14856118683748331666e-1, -2.36211856075265944077e-3],
  q: [1.1984499846799107417e-2, 1.36370839120290507362e-2, 1.26171219808761642112e-1, 7.18286544141962662868e-2, 5.40397917702171048937e-1, 1.06420880400844228286e-1, 1],
};
const middle = {
  p: [-9.81432934416914548592, -8.12874355063065934246e1, -1.84605092906711035994e2, -1.62396669462573470355e2, -6.23753324503260060396e1, -1.05586262253232909814e1, -6.93858572707181764372e-1, -9.86494403484714822705e-3],
  q: [-6.04244152148580987438e-2, 6.57024977031928170135, 1.08635005541779435134e2, 4.29008140027567833386e2, 6.45387271733267880336e2, 4.34565877475229228821e2, 1.376577541435190426e2, 1.96512716674392571292e1, 1],
};
const far = {
  p: [-4.83519191608651397019e2, -1.02509513161107724954e3, -6.37566443368389627722e2, -1.60636384855821916062e2, -1.77579549177547519889e1, -7.99283237680523006574e-1, -9.86494292470009928597e-3],
  q: [-2.24409524465858183362e1, 4.74528541206955367215e2, 2.55305040643316442583e3, 3.19985821950859553908e3, 1.53672958608443695994e3, 3.25792512996573918826e2, 3.03380607434824582924e1, 1],
};
/** erf(1) rounded to single. */
const erfOne = 8.45062911510467529297e-1;

export const makeErrorFunctions = <E>(s: Basic<E>, { exp, log1p }: Exponentials<E>): Pick<Special<E>, 'erf' | 'erfc' | 'erfInv'> => {
  const ratio = (at: E, { p, q }: { readonly p: readonly number[]; readonly q: readonly number[] }): E => {
    const { polynomial } = toolsFor(s, at);
    return s.div(polynomial(at, p), polynomial(at, q));
  };
  /** erfc for arguments of at least 1.25: exp(-x^2) is taken apart, as x^2 rounded would lose digits. */
  const tail = (size: E): E => {
    const { isDouble, constant, pick } = toolsFor(s, size);
    const x = s.min(s.max(size, constant(1.25)), constant(pick(28, 11)));
    const inverse = s.div(constant(1), s.mul(x, x));
    const fraction = s.select(s.lt(x, constant(1 / 0.35)), ratio(inverse, middle), ratio(inverse, far));
    const short = isDouble ? s.convert('float64', s.convert('float32', x)) : s.bitcast('float32', s.and(s.bitcast('int32', x), s.constant('int32', -4096)));
    const first = exp(s.sub(s.neg(s.mul(short, short)), constant(0.5625)));
    const second = exp(s.add(s.mul(s.sub(short, x), s.add(short, x)), fraction));
    return s.div(s.mul(first, second), x);
  };
  const erf = (x: E): E => {
    const { constant } = toolsFor(s, x);
    const size = s.abs(x);
    const small = s.add(x, s.mul(x, ratio(s.mul(x, x), near0)));
    const aroundOne = s.add(constant(erfOne), ratio(s.sub(size, constant(1)), near1));
    const large = s.select(s.lt(size, constant(1.25)), aroundOne, s.sub(constant(1), tail(size)));
    const signed = s.select(s.lt(x, constant(0)), s.neg(large), large);
    return s.select(s.ne(x, x), x, s.select(s.lt(size, constant(0.84375)), small, signed));
  };
  const erfc = (x: E): E => {
    const { constant, pick } = toolsFor(s, x);
    const size = s.abs(x);
    const y = ratio(s.mul(x, x), near0);
    const small = s.select(s.lt(x, constant(0.25)), s.sub(constant(1), s.add(x, s.mul(x, y))), s.sub(constant(0.5), s.add(s.sub(x, constant(0.5)), s.mul(x, y))));
    const around = ratio(s.sub(size, constant(1)), near1);
    const aroundOne = s.select(s.lt(x, constant(0)), s.add(constant(1), s.add(constant(erfOne), around)), s.sub(constant(1 - erfOne), around));
    const gone = s.select(s.gt(size, constant(pick(28, 11))), constant(0), tail(size));
    const large = s.select(s.lt(x, constant(0)), s.sub(constant(2), gone), gone);
    const inside = s.select(s.lt(size, constant(0.84375)), small, s.select(s.lt(size, constant(1.25)), aroundOne, large));
    return s.select(s.ne(x, x), x, inside);
  };
  const erfInv = (x: E): E => {
    const { isDouble, constant } = toolsFor(s, x);
    const w = s.neg(log1p(s.neg(s.mul(x, x))));
    const value = isDouble ? giles64(s, w) : giles32(s, w);
    const edge = s.mul(x, s.constant(s.dtypeOf(x), Infinity));
    return s.select(s.eq(s.abs(x), constant(1)), edge, s.mul(value, x));
  };
  return { erf, erfc, erfInv };
};

const giles32 = <E>(s: Basic<E>, w: E): E => {
  const { constant } = toolsFor(s, w);
  const isNear = s.lt(w, constant(5));
  const at = s.select(isNear, s.sub(w, constant(2.5)), s.sub(s.sqrt(s.max(w, constant(0))), constant(3)));
  const pairs: readonly (readonly [number, number])[] = [
    [2.81022636e-8, -0.000200214257], [3.43273939e-7, 0.000100950558], [-3.5233877e-6, 0.00134934322], [-4.39150654e-6, -0.00367342844], [0.00021858087, 0.00573950773],
    [-0.00125372503, -0.0076224613], [-0.00417768164, 0.00943887047], [0.246640727, 1.00167406], [1.50140941, 2.83297682],
  ];
  const [first, ...rest] = pairs.map(([near, away]) => s.select(isNear, constant(near), constant(away)));
  return rest.reduce<E>((p, c) => s.add(c, s.mul(p, at)), first ?? constant(0));
};

const giles64 = <E>(s: Basic<E>, w: E): E => {
  const { constant, polynomial } = toolsFor(s, w);
  const root = s.sqrt(s.max(w, constant(0)));
  const near = polynomial(s.sub(w, constant(3.125)), [
    -3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18, 1.115787767802518096e-17, -1.333171662854620906e-16, 2.0972767875968561637e-17, 6.6376381343583238325e-15, -4.0545662729752068639e-14, -8.1519341976054721522e-14, 2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11, 1.051212273321532285e-9, -4.1126339803469836976e-9, -2.9070369957882005086e-8, 4.2347877827932403518e-7, -1.3654692000834678645e-6, -1.3882523362786468719e-5, 0.0001867342080340571352, -0.00074070253416626697512, -0.0060336708714301490533, 0.24015818242558961693, 1.6536545626831027356,
  ]);
  const middleRange = polynomial(s.sub(root, constant(3.25)), [
    2.2137376921775787049e-9, 9.0756561938885390979e-8, -2.7517406297064545428e-7, 1.8239629214389227755e-8, 1.5027403968909827627e-6, -4.013867526981545969e-6, 2.9234449089955446044e-6, 1.2475304481671778723e-5, -4.7318229009055733981e-5, 6.8284851459573175448e-5, 2.4031110387097893999e-5, -0.0003550375203628474796, 0.00095328937973738049703, -0.0016882755560235047313, 0.0024914420961078508066, -0.0037512085075692412107, 0.005370914553590063617, 1.0052589676941592334, 3.0838856104922207635,
  ]);
  const away = polynomial(s.sub(root, constant(5)), [
    -2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-9, -3.7894654401267369937e-9, 7.6157012080783393804e-9, -1.4960026627149240478e-8, 2.9147953450901080826e-8, -6.7711997758452339498e-8, 2.2900482228026654717e-7, -9.9298272942317002539e-7, 4.5260625972231537039e-6, -1.9681778105531670567e-5, 7.5995277030017761139e-5, -0.00021503011930044477347, -0.00013871931833623122026, 1.0103004648645343977, 4.8499064014085844221,
  ]);
  return s.select(s.lt(w, constant(6.25)), near, s.select(s.lt(w, constant(16)), middleRange, away));
};
