/** What window reductions must be: their definition, and whatever transformations promise of them. */
import * as fc from 'fast-check';
import { jit, lax, np, vjp, vmap, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { assertAllClose, reordered } from './close.ts';
import { checkGrads } from './derivative.ts';
import { counted, looped, threefold } from './examples.ts';
import { law, type Law } from './law.ts';
import { plainReduction, plainWindows } from './plain-windows.ts';
import { windowCases, type WindowCase } from './window-cases.ts';

/** Neighbours are different, so that each window has one extreme element; below 1, so that no product is steep. */
const apart = (x: NDArray): NDArray =>
  np
    .reshape(np.array(Array.from({ length: x.size }, (_, i) => (((i * 5) % 7) + i / 512) / 8)), x.shape)
    .astype('float64');

const plainMonoids = {
  sum: { dtypes: ['float32', 'float64', 'int32'], neutral: 0, join: (a: number, b: number) => a + b },
  prod: { dtypes: ['float64'], neutral: 1, join: (a: number, b: number) => a * b },
  max: { dtypes: ['float32', 'float64', 'bool'], neutral: -Infinity, join: (a: number, b: number) => Math.max(a, b) },
  min: { dtypes: ['float32', 'float64', 'bool'], neutral: Infinity, join: (a: number, b: number) => Math.min(a, b) },
} as const;
const monoids = ['sum', 'prod', 'max', 'min'] as const;

/** The neutral elements of bool are its ends. */
const clamped = (n: number): number => Math.min(1, Math.max(0, n));

const reduced =
  (monoid: (typeof monoids)[number], options: WindowCase['options']) =>
  (x: NDArray): NDArray =>
    lax.reduceWindow(x, monoid, options);

/** A window reduction is its definition, in every way of running it. */
const definitionLaw = (monoid: (typeof monoids)[number]): Law => {
  const { dtypes, neutral, join } = plainMonoids[monoid];
  return law(
    `reduceWindow ${monoid}: each window by plain loops; compiled equals reference; jit is the identity`,
    fc.property(windowCases(dtypes), ({ x, options }) => {
      const f = reduced(monoid, options);
      const y = f(x);
      const start = x.dtype === 'bool' ? clamped(neutral) : neutral;
      const expected = plainReduction({ x, options }, (values) => values.reduce(join, start));
      assertAllClose(y, expected, 'definition');
      assertAllClose(
        y,
        withReference(() => f(x)),
        'reference',
      );
      assertAllClose(jit(f)(x), y, 'jit');
    }),
  );
};

const pooledTransformationLaws = (monoid: (typeof monoids)[number]): readonly Law[] => [
  law(
    `reduceWindow ${monoid}: vmap is a loop`,
    fc.property(windowCases(['float32']), ({ x, options }) => {
      const f = reduced(monoid, options);
      const many = threefold(x);
      assertAllClose(
        vmap(f)(many),
        looped((z = x) => f(z), [many], [true]),
        'vmap',
      );
    }),
  ),
  law(
    `reduceWindow ${monoid}: first and second derivatives are limits of differences`,
    fc.property(windowCases(['float64']), ({ x, options }) => {
      const { windows } = plainWindows({ x, options });
      if (windows.length === 0 || windows.some((w) => w.length === 0)) return;
      checkGrads((z: NDArray) => np.sin(lax.reduceWindow(z, monoid, options)), [apart(x)], { directions: 1 });
    }),
  ),
];

/** The laws of `reduceWindow` and `selectAndScatterAdd`. */
export const poolingLaws = (): readonly Law[] => [
  ...monoids.flatMap((monoid) => [definitionLaw(monoid), ...pooledTransformationLaws(monoid)]),
  ...(['max', 'min'] as const).map((select) =>
    law(
      `selectAndScatterAdd ${select}: the adjoint of pooling, ties to the first`,
      fc.property(windowCases(['float64']), ({ x, options }) => {
        const [y, pull] = vjp(reduced(select, options), x);
        const ct = counted(y);
        const sent = lax.selectAndScatterAdd(ct, x, select, options);
        assertAllClose(sent, pull(ct)[0], 'adjoint', reordered.float64);
        assertAllClose(sent, firstOnes({ x, options }, ct, select), 'definition', reordered.float64);
      }),
    ),
  ),
];

/** By the definition: each cotangent to the first extreme element of its window. */
const firstOnes = (given: WindowCase, ct: NDArray, select: 'max' | 'min'): NDArray => {
  const { x } = given;
  const [values, cts] = [x.dataSync(), ct.dataSync()];
  const sums = new Float64Array(x.size);
  const place = (index: readonly number[]): number => index.reduce((sum, i, axis) => sum * (x.shape[axis] ?? 1) + i, 0);
  plainWindows(given).windows.forEach((window, i) => {
    const places = window.map(place);
    const size = (p: number): number => (select === 'max' ? 1 : -1) * (values[p] ?? NaN);
    const best = Math.max(...places.map(size));
    const first = places.find((p) => size(p) === best);
    if (first !== undefined) sums[first] = (sums[first] ?? 0) + (cts[i] ?? NaN);
  });
  return np.reshape(np.array(sums), x.shape);
};
