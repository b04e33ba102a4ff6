/** Where the special functions are tried: everywhere that their values are neither infinite nor constant, and close to their corners. */
import type { FloatType } from './exact.ts';

/** From one number below 1 to a point: `u` walks evenly. */
type Walk = (u: number) => number;

const even =
  (from: number, to: number): Walk =>
  (u) =>
    from + (to - from) * u;
/** Sizes from `2^from` to `2^to`, of either sign. */
const sizes =
  (from: number, to: number): Walk =>
  (u) =>
    (u < 0.5 ? -1 : 1) * 2 ** (from + (to - from) * ((2 * u) % 1));
const positive =
  (from: number, to: number): Walk =>
  (u) =>
    2 ** (from + (to - from) * u);
const around =
  (center: number, walk: Walk): Walk =>
  (u) =>
    center + walk(u);

const walks = (single: readonly Walk[], double: readonly Walk[] = single) => ({ float32: single, float64: double });

const turns = (reach: number): readonly Walk[] => [
  even(-10, 10),
  even(-1000, 1000),
  even(-reach, reach),
  sizes(-40, 0),
];
const circular = walks(turns(1e5), turns(1.6e6));

const places: { readonly [name: string]: { readonly [D in FloatType]: readonly Walk[] } } = {
  exp: walks([even(-104, 89), even(-2, 2), sizes(-30, 0)], [even(-746, 710), even(-2, 2), sizes(-60, 0)]),
  expm1: walks([even(-20, 89), even(-2, 2), sizes(-140, 0)], [even(-40, 710), even(-2, 2), sizes(-1000, 0)]),
  log: walks([positive(-149, 127), around(1, sizes(-20, -2))], [positive(-1074, 1023), around(1, sizes(-50, -2))]),
  log1p: walks(
    [sizes(-140, -1), positive(-3, 127), around(-1, positive(-23, -1))],
    [sizes(-1000, -1), positive(-3, 1023), around(-1, positive(-52, -1))],
  ),
  sin: circular,
  cos: circular,
  tan: circular,
  atan: walks([sizes(-60, 60), even(-3, 3)]),
  tanh: walks([even(-10, 10), sizes(-140, 0)], [even(-20, 20), sizes(-1000, 0)]),
  logistic: walks([even(-100, 20), even(-2, 2)], [even(-740, 40), even(-2, 2)]),
  pow: walks([positive(-20, 20), around(1, sizes(-10, -2))]),
  erf: walks([even(-4, 4), sizes(-120, 0)], [even(-6, 6), sizes(-1000, 0)]),
  erfc: walks([even(-4, 10), sizes(-30, 0)], [even(-6, 27), sizes(-60, 0)]),
  erfInv: walks(
    [even(-0.999, 0.999), sizes(-120, -1), around(1, (u) => -(2 ** even(-24, -1)(u)))],
    [even(-0.999, 0.999), sizes(-1000, -1), around(1, (u) => -(2 ** even(-53, -1)(u)))],
  ),
  ndtri: walks([even(0.001, 0.999), positive(-140, -1)], [even(0.001, 0.999), positive(-1000, -1)]),
  lgamma: walks([positive(-120, 60), even(0.01, 12), around(1, sizes(-20, -2)), around(2, sizes(-20, -2))]),
  digamma: walks([even(2, 30), positive(1, 60), positive(-60, 0)]),
  trigamma: walks([positive(-60, 60), even(0.01, 20)]),
  besselI0e: walks([even(-20, 20), sizes(-60, 6)]),
  besselI1e: walks([even(-20, 20), sizes(-60, 6)]),
  rsqrt: walks([positive(-149, 127)], [positive(-1074, 1023)]),
};

/** The point that two numbers below 1 choose: the walk, and the place on it. */
export const pointOf = (name: string, dtype: FloatType, choice: number, u: number): number => {
  const list = places[name]?.[dtype] ?? [];
  const walk = list[Math.floor(choice * list.length)];
  if (walk === undefined) throw new Error(`expected points for ${name}`);
  const x = walk(u);
  return dtype === 'float32' ? Math.fround(x) : x;
};

/** An exponent whose power is in range: `|y log2 x|` up to what the type holds. */
export const exponentFor = (dtype: FloatType, x: number, u: number): number => {
  const log = Math.log2(x);
  const most = dtype === 'float32' ? 149 : 1074;
  const y = log === 0 ? u : (most * (2 * u - 1)) / log;
  const near = u < 0.2 ? Math.round(y) : y;
  return dtype === 'float32' ? Math.fround(near) : near;
};
