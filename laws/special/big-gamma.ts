/** The gamma and Bessel functions in 200 bits, by Stirling's series far out and by power series. */
import {
  abs,
  add,
  div,
  exp,
  exponentOf,
  log,
  mul,
  neg,
  pi,
  shift,
  sub,
  toNumber,
  whole,
  type Big,
} from './big-float.ts';

const one = whole(1);

/** The tangent numbers 1, 2, 16, 272, ..., exact (Knuth and Buckholtz 1967). */
const tangents = (count: number): readonly bigint[] => {
  const t = Array.from({ length: count }, () => 1n);
  for (let k = 1; k < count; k++) t[k] = BigInt(k) * (t[k - 1] ?? 0n);
  for (let k = 1; k < count; k++)
    for (let j = k; j < count; j++) t[j] = BigInt(j - k) * (t[j - 1] ?? 0n) + BigInt(j - k + 2) * (t[j] ?? 0n);
  return t;
};

/** B2, B4, ..., B50: `B2n = (-1)^(n-1) 2n T_n / (4^n (4^n - 1))`. */
const bernoulli: readonly Big[] = tangents(25).map((t, i) => {
  const n = i + 1;
  const four = 4n ** BigInt(n);
  const size = div({ m: BigInt(2 * n) * t, e: 0 }, { m: four * (four - 1n), e: 0 });
  return n % 2 === 0 ? neg(size) : size;
});

/** The operands x, x + 1, ... below 60, and where the steps end: from there 25 terms of the series give 200 bits. */
const climb = (x: Big): { readonly steps: readonly Big[]; readonly end: Big } => {
  const count = Math.max(0, Math.ceil(60 - toNumber(x)));
  return { steps: Array.from({ length: count }, (_, k) => add(x, whole(k))), end: add(x, whole(count)) };
};
const sum = (terms: readonly Big[]): Big => terms.reduce(add, whole(0));

/** `sum of B2k / divisor(k) / x^(2k - 1)`. */
const series = (x: Big, divisor: (k: number) => number): Big => {
  const square = mul(x, x);
  let power = x;
  return sum(
    bernoulli.map((b, i) => {
      const term = div(b, mul(whole(divisor(i + 1)), power));
      power = mul(power, square);
      return term;
    }),
  );
};

/** For positive operands (Abramowitz and Stegun 6.1.41). */
export const lgamma = (x: Big): Big => {
  const { steps, end } = climb(x);
  const lead = sub(mul(sub(end, shift(one, -1)), log(end)), end);
  const total = add(
    add(lead, shift(log(shift(pi, 1)), -1)),
    series(end, (k) => 2 * k * (2 * k - 1)),
  );
  return steps.length === 0 ? total : sub(total, log(steps.reduce(mul, one)));
};

/** For positive operands (6.3.18). */
export const digamma = (x: Big): Big => {
  const { steps, end } = climb(x);
  const rest = add(
    div(one, shift(end, 1)),
    div(
      series(end, (k) => 2 * k),
      end,
    ),
  );
  return sub(sub(log(end), rest), sum(steps.map((k) => div(one, k))));
};

/** For positive operands (6.4.12). */
export const trigamma = (x: Big): Big => {
  const { steps, end } = climb(x);
  const square = mul(end, end);
  const lead = add(div(one, end), div(one, shift(square, 1)));
  const tail = div(
    series(end, () => 1),
    square,
  );
  return add(add(lead, tail), sum(steps.map((k) => div(one, mul(k, k)))));
};

/** `exp(-|x|) (x/2)^order sum of (x^2/4)^k / (k! (k + order)!)` for orders 0 and 1: all terms positive (9.6.10). */
export const besselScaled = (order: 0 | 1, x: Big): Big => {
  const square = shift(mul(x, x), -2);
  let term = order === 0 ? one : shift(x, -1);
  let total = term;
  for (let k = 1; term.m !== 0n && exponentOf(term) > exponentOf(total) - 200; k++) {
    term = div(mul(term, square), whole(k * (k + order)));
    total = add(total, term);
  }
  return mul(total, exp(neg(abs(x))));
};
