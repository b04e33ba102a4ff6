import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, special, vmap, type NDArray } from 'fluxion';
import { assertAllClose, derivativeLaws, exact, type Differentiable } from 'fluxion/laws';

/** Numbers on a grid between two bounds, with the bounds left out. */
const between = (low: number, high: number): fc.Arbitrary<NDArray> =>
  fc.array(fc.integer({ min: 1, max: 199 }), { minLength: 4, maxLength: 4 }).map((ns) =>
    np.array(
      ns.map((n) => low + ((high - low) * n) / 200 + 1e-3),
      'float64',
    ),
  );

type Operands = readonly (readonly [low: number, high: number])[];
const cases: readonly (readonly [string, (...xs: readonly NDArray[]) => NDArray, Operands])[] = [
  ['gammaln', (x) => special.gammaln(x ?? 0), [[0.3, 12]]],
  ['gammaln of negative x', (x) => special.gammaln(x ?? 0), [[-2.85, -2.15]]],
  ['digamma', (x) => special.digamma(x ?? 0), [[0.5, 12]]],
  ['digamma of negative x', (x) => special.digamma(x ?? 0), [[-1.8, -1.2]]],
  ['polygamma 2', (x) => special.polygamma(2, x ?? 0), [[0.8, 12]]],
  ['gamma', (x) => special.gamma(x ?? 0), [[0.5, 4]]],
  ['gamma of negative x', (x) => special.gamma(x ?? 0), [[-1.8, -1.2]]],
  [
    'beta',
    (x, y) => special.beta(x ?? 0, y ?? 0),
    [
      [0.5, 3],
      [0.5, 3],
    ],
  ],
  [
    'betaln',
    (x, y) => special.betaln(x ?? 0, y ?? 0),
    [
      [0.5, 8],
      [0.5, 8],
    ],
  ],
  [
    'xlogy',
    (x, y) => special.xlogy(x ?? 0, y ?? 0),
    [
      [-2, 2],
      [0.3, 4],
    ],
  ],
  [
    'xlog1py',
    (x, y) => special.xlog1py(x ?? 0, y ?? 0),
    [
      [-2, 2],
      [-0.7, 4],
    ],
  ],
  ['entr', (x) => special.entr(x ?? 0), [[0.2, 3]]],
  ['logit', (x) => special.logit(x ?? 0), [[0.1, 0.9]]],
  ['expit', (x) => special.expit(x ?? 0), [[-5, 5]]],
  ['ndtr', (x) => special.ndtr(x ?? 0), [[-3, 3]]],
  ['logNdtr', (x) => special.logNdtr(x ?? 0), [[-4, 3]]],
  ['logNdtr far left', (x) => special.logNdtr(x ?? 0), [[-40, -21]]],
  ['ndtri', (x) => special.ndtri(x ?? 0), [[0.05, 0.95]]],
  ['i0', (x) => special.i0(x ?? 0), [[-3, 3]]],
  ['i1', (x) => special.i1(x ?? 0), [[-3, 3]]],
  ['i0e', (x) => special.i0e(x ?? 0), [[0.1, 12]]],
  ['i1e', (x) => special.i1e(x ?? 0), [[0.1, 12]]],
  ['erfinv', (x) => special.erfinv(x ?? 0), [[-0.9, 0.9]]],
];
const pointsOf = (operands: Operands): fc.Arbitrary<readonly NDArray[]> =>
  fc.tuple(...operands.map(([low, high]) => between(low, high)));

describe('derivatives', () => {
  const laws = cases.flatMap(([name, f, operands]) =>
    derivativeLaws({ name, function: (xs) => [f(...xs)], points: pointsOf(operands) } satisfies Differentiable),
  );
  for (const { name, check } of laws) test(name, () => check({ runs: 5 }));
});

describe('batched and compiled', () => {
  test.each(cases)('%s', (name, f, operands) => {
    const [xs] = fc.sample(pointsOf(operands), { numRuns: 1, seed: 5 });
    if (xs === undefined) throw new Error('expected points');
    const whole = f(...xs);
    const looped = np.stack(Array.from({ length: 4 }, (_, i) => f(...xs.map((x) => np.take(x, np.array(i, 'int32'))))));
    const mapped = vmap((...each: NDArray[]) => f(...each))(...xs);
    const compiled = jit((...each: NDArray[]) => f(...each))(...xs);
    for (const [way, got] of Object.entries({ looped, mapped, compiled }))
      assertAllClose(got, whole, `${name} ${way}`, exact);
  });
});

const slope = (f: (x: NDArray) => NDArray, x: number): number => Number(grad(f)(np.array(x, 'float64')).item());
describe('derivatives at corners', () => {
  test('of x log y in x at x = 0', () => {
    expect(slope((x) => special.xlogy(x, 2), 0)).toBeCloseTo(Math.LN2, 15);
    expect(slope((x) => special.xlogy(x, 0), 0)).toBe(0);
  });
  test('of Bessel functions at 0', () => {
    expect(slope(special.i1, 0)).toBe(0.5);
    expect(slope(special.i0, 0)).toBe(0);
  });
  test('far in the left tail the slope of logNdtr is -x', () => {
    expect(slope(special.logNdtr, -1e6)).toBeCloseTo(1e6, 3);
    expect(slope(special.logNdtr, 40)).toBeCloseTo(0, 300);
  });
});
