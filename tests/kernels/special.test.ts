import * as fc from 'fast-check';
import { np } from 'fluxion';
import { accuracies, law, specialLaws } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';
import { applied } from '../../laws/special/exact.ts';
import { exponentFor, pointOf } from '../../laws/special/points.ts';
import { besselI0e, besselI1e } from '../../src/kernels/approximations/bessel.ts';
import { logGamma, polygamma } from '../../src/kernels/approximations/gamma.ts';
import { inverseNormal } from '../../src/kernels/approximations/inverse-normal.ts';
import { special } from '../../src/kernels/special.ts';
import { numberLanes, type Lane } from './number-lanes.ts';

describe('accuracy and constancy', () => {
  test.each(specialLaws.map((one) => [one.name, one] as const))('%s', (_, one) => one.check({ runs: 15 }));
});

test('each function has bounds that what was seen keeps to', () => {
  for (const { float32, float64, seen } of Object.values(accuracies)) {
    expect(seen.float32).toBeLessThanOrEqual(float32);
    expect(seen.float64).toBeLessThanOrEqual(float64);
  }
});

const scalars = { ...numberLanes, ...special(numberLanes) };
const functions: { readonly [name: string]: unknown } = {
  ...special(numberLanes),
  lgamma: (x: Lane) => logGamma(scalars, x),
  digamma: (x: Lane) => polygamma(scalars, x, 0),
  trigamma: (x: Lane) => polygamma(scalars, x, 1),
  ndtri: (x: Lane) => inverseNormal(scalars, x),
  besselI0e: (x: Lane) => besselI0e(scalars, x),
  besselI1e: (x: Lane) => besselI1e(scalars, x),
};
const unit = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((n) => n / 2 ** 31);
const corners = [0, -0, NaN, Infinity, -Infinity, 1, -1, 0.5, 2 ** -149, 2 ** -126, 3e38, -3e38, 1e6];

/** The formula read one number at a time, in another machine than the compiler's. */
const read = (name: string, dtype: 'float32' | 'float64', x: number, y: number): number => {
  const [a, b] = [numberLanes.constant(dtype, x), numberLanes.constant(dtype, y)];
  if (name === 'pow') return scalars.pow(a, b).value;
  if (name === 'rsqrt') return numberLanes.div(numberLanes.constant(dtype, 1), numberLanes.sqrt(a)).value;
  // Sound: all others are functions of one operand.
  return (functions as { readonly [name: string]: (x: Lane) => Lane })[name]?.(a).value ?? NaN;
};

describe.each(Object.keys(accuracies))('%s read with numbers', (name) => {
  test.each(['float32', 'float64'] as const)('gives the bits of the compiled one in %s', (dtype) => {
    const point = fc.oneof(
      fc.tuple(unit, unit).map(([choice, u]) => pointOf(name, dtype, choice, u)),
      fc.constantFrom(...corners),
    );
    const pairs = fc.array(fc.tuple(point, unit), { minLength: 17, maxLength: 17 });
    law(
      `${name} in ${dtype}: the same bits`,
      fc.property(pairs, (drawn) => {
        const xs = np.array(
          drawn.map(([x]) => x),
          dtype,
        );
        const ys = np.array(
          drawn.map(([x, u]) => (x > 0 && Number.isFinite(x) ? exponentFor(dtype, x, u) : Math.round(8 * u) - 4)),
          dtype,
        );
        const compiled = applied(name, xs, ys).dataSync();
        const exponents = ys.dataSync();
        xs.dataSync().forEach((x, i) => {
          const wanted = read(name, dtype, x, exponents[i] ?? NaN);
          if (!Object.is(compiled[i], wanted))
            throw new Error(`${name}(${x}, ${exponents[i] ?? NaN}): expected ${wanted}, got ${compiled[i] ?? NaN}`);
        });
      }),
    ).check({ runs: 15 });
  });
});
