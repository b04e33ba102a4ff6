/** Floating-point numbers of 200 bits, in BigInt: exact references for the special functions in float64. */

/** `m * 2^e`. */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const precision = 200;

const lengthOf = (m: bigint): number => {
  const digits = (m < 0n ? -m : m).toString(16);
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
};

const rounded = (m: bigint, e: number): Big => {
  const excess = lengthOf(m) - precision;
  return excess <= 0 ? { m, e } : { m: m >> BigInt(excess), e: e + excess };
};

export const whole = (n: number): Big => ({ m: BigInt(n), e: 0 });

/** Every finite double is a whole number times a power of two. */
export const big = (x: number): Big => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const fraction = bits & ((1n << 52n) - 1n);
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { m: bits >> 63n === 1n ? -m : m, e: Math.max(exponent, 1) - 1075 };
};

export const neg = ({ m, e }: Big): Big => ({ m: -m, e });
export const abs = (a: Big): Big => (a.m < 0n ? neg(a) : a);
export const shift = ({ m, e }: Big, by: number): Big => ({ m, e: e + by });

export const add = (a: Big, b: Big): Big => {
  const [low, high] = a.e < b.e ? [a, b] : [b, a];
  return rounded(low.m + (high.m << BigInt(high.e - low.e)), low.e);
};

export const sub = (a: Big, b: Big): Big => add(a, neg(b));
export const mul = (a: Big, b: Big): Big => rounded(a.m * b.m, a.e + b.e);

export const div = (a: Big, b: Big): Big => {
  const by = Math.max(0, precision + lengthOf(b.m) - lengthOf(a.m));
  return rounded((a.m << BigInt(by)) / b.m, a.e - by - b.e);
};

/** Rounded towards zero to 53 bits or more, near enough for a first guess. */
export const toNumber = ({ m, e }: Big): number => {
  const excess = Math.max(0, lengthOf(m) - 60);
  const power = e + excess;
  // In two steps, as the power alone may be out of range.
  return Number(m >> BigInt(excess)) * 2 ** Math.trunc(power / 2) * 2 ** (power - Math.trunc(power / 2));
};

/** The exponent of the leading bit. */
export const exponentOf = ({ m, e }: Big): number => lengthOf(m) - 1 + e;

const isNegligible = (term: Big, sum: Big): boolean =>
  term.m === 0n || (sum.m !== 0n && exponentOf(term) < exponentOf(sum) - precision);

/** `first + first * ratio(1) + first * ratio(1) * ratio(2) + ...` until the terms vanish. */
const series = (first: Big, ratio: (n: number) => Big): Big => {
  let term = first;
  let sum = first;
  for (let n = 1; !isNegligible(term, sum); n++) {
    term = mul(term, ratio(n));
    sum = add(sum, term);
  }
  return sum;
};

/** atan(1/n) by its series. */
const atanOfInverse = (n: number): Big =>
  series(div(whole(1), whole(n)), (k) => div(whole(1 - 2 * k), whole((2 * k + 1) * n * n)));

/** Machin's formula, and `2 atanh(1/3)`. */
export const pi = sub(shift(atanOfInverse(5), 4), shift(atanOfInverse(239), 2));
const ln2 = shift(
  series(div(whole(1), whole(3)), (k) => div(whole(2 * k - 1), whole((2 * k + 1) * 9))),
  1,
);

export const expm1 = (x: Big): Big => {
  if (x.m === 0n || exponentOf(x) < -30) return series(x, (n) => div(x, whole(n + 1)));
  return sub(exp(x), whole(1));
};

export const exp = (x: Big): Big => {
  const n = Math.round(toNumber(x) * Math.LOG2E);
  const r = shift(sub(x, mul(whole(n), ln2)), -8);
  let value = series(whole(1), (k) => div(r, whole(k)));
  for (let i = 0; i < 8; i++) value = mul(value, value);
  return shift(value, n);
};

/** Newton's method on `exp`, from a guess near 0 that is good to 50 bits; cubic, so that two steps do. */
const logNear1 = (x: Big): Big => {
  let y = big(Math.log(toNumber(x)));
  for (let step = 0; step < 2; step++) {
    const e = exp(y);
    y = add(y, shift(div(sub(x, e), add(x, e)), 1));
  }
  return y;
};

export const log = (x: Big): Big => {
  const n = exponentOf(x) + (toNumber(shift(x, -exponentOf(x))) > Math.SQRT2 ? 1 : 0);
  const fraction = sub(shift(x, -n), whole(1));
  // Near 1 Newton's difference cancels: the series of atanh keeps every digit.
  if (fraction.m === 0n) return mul(whole(n), ln2);
  const isNear = exponentOf(fraction) < -12;
  return add(mul(whole(n), ln2), isNear ? log1pSmall(fraction) : logNear1(shift(x, -n)));
};

const log1pSmall = (x: Big): Big => {
  const q = div(x, add(x, whole(2)));
  const square = mul(q, q);
  return shift(
    series(q, (k) => mul(square, div(whole(2 * k - 1), whole(2 * k + 1)))),
    1,
  );
};

export const log1p = (x: Big): Big => (x.m === 0n || exponentOf(x) < -12 ? log1pSmall(x) : log(add(whole(1), x)));

/** sin and cos by Taylor's series after taking away multiples of pi/2; exact for |x| below 2^60 or so. */
export const sinCos = (x: Big): readonly [Big, Big] => {
  const scaled = div(shift(x, 1), pi);
  const n = scaled.e >= 0 ? scaled.m << BigInt(scaled.e) : ((scaled.m >> BigInt(-scaled.e - 1)) + 1n) >> 1n;
  const r = sub(x, shift(mul({ m: n, e: 0 }, pi), -1));
  const square = neg(mul(r, r));
  const sin = series(r, (k) => div(square, whole(2 * k * (2 * k + 1))));
  const cos = series(whole(1), (k) => div(square, whole(2 * k * (2 * k - 1))));
  const quadrant = Number(((n % 4n) + 4n) % 4n);
  const turned: readonly (readonly [Big, Big])[] = [
    [sin, cos],
    [cos, neg(sin)],
    [neg(sin), neg(cos)],
    [neg(cos), sin],
  ];
  return turned[quadrant] ?? [sin, cos];
};

/** One exact turn back from a guess: `atan x - y = atan((x cos y - sin y) / (cos y + x sin y))`, whose argument is tiny. */
export const atan = (x: Big): Big => {
  if (x.m === 0n || exponentOf(x) < -30) return atanSmall(x);
  const y = big(Math.atan(toNumber(x)));
  const [sin, cos] = sinCos(y);
  return add(y, atanSmall(div(sub(mul(x, cos), sin), add(cos, mul(x, sin)))));
};

const atanSmall = (x: Big): Big => {
  const square = neg(mul(x, x));
  return series(x, (k) => mul(square, div(whole(2 * k - 1), whole(2 * k + 1))));
};

export const tanh = (x: Big): Big => {
  const grown = expm1(shift(x, 1));
  return div(grown, add(grown, whole(2)));
};

const sqrtOf = (x: Big): Big => {
  let y = big(Math.sqrt(toNumber(x)));
  for (let step = 0; step < 3; step++) y = shift(add(y, div(x, y)), -1);
  return y;
};
const twoOverRootPi = div(whole(2), sqrtOf(pi));

/** `2/sqrt(pi) exp(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ...)`: all terms positive (Abramowitz and Stegun 7.1.6). */
export const erf = (x: Big): Big => {
  const square = mul(x, x);
  const sum = series(x, (n) => div(shift(square, 1), whole(2 * n + 1)));
  return mul(mul(twoOverRootPi, exp(neg(square))), sum);
};

/** Laplace's continued fraction (7.1.14) from 2 on, where its 400 terms give 120 bits. */
export const erfc = (x: Big): Big => {
  if (toNumber(x) < 2) return sub(whole(1), erf(x));
  let rest = x;
  for (let n = 400; n > 0; n--) rest = add(x, div(shift(whole(n), -1), rest));
  return div(shift(mul(twoOverRootPi, exp(neg(mul(x, x)))), -1), rest);
};

/** Halley's method (Newton's, with the curvature `-2x`), from a guess good to 50 bits; on the complement where erf is near 1. */
export const erfInv = (y: Big, guess: number): Big => {
  let x = big(guess);
  for (let step = 0; step < 2; step++) {
    const slope = mul(twoOverRootPi, exp(neg(mul(x, x))));
    const excess = toNumber(y) < 0.5 ? sub(erf(x), y) : sub(sub(whole(1), y), erfc(x));
    const newton = div(excess, slope);
    x = sub(x, div(newton, add(whole(1), mul(x, newton))));
  }
  return x;
};
