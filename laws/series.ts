/** What must hold of series: differences and their inverse, windows, correlations, decompositions. */
import * as fc from 'fast-check';
import { jit, np, random, type NDArray } from 'fluxion';
import {
  acf,
  autocovariance,
  decompose,
  difference,
  hodrickPrescott,
  pacf,
  recompose,
  undifference,
  windows,
} from 'fluxion/series';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact, reordered } from './close.ts';
import { fact, law, type Law } from './law.ts';

const orders = fc.record({
  order: fc.integer({ min: 0, max: 3 }),
  period: fc.integer({ min: 1, max: 5 }),
  seasonalOrder: fc.integer({ min: 0, max: 2 }),
});
/** Whole numbers, so that sums and differences are exact. */
const wholes = (key: random.Key, shape: readonly number[]): NDArray =>
  random.randint(key, shape, -100, 100).astype('float64');
const noise = (key: random.Key, n: number): NDArray => random.normal(key, [n], 'float64');

const differenceLaws: readonly Law[] = [
  law(
    'difference: undifference gives the series back, of any order, for one series and for several, under jit too',
    fc.property(keys(), orders, fc.constantFrom([], [2]), (key, { order, period, seasonalOrder }, rest) => {
      const options = { order, seasonal: { period, order: seasonalOrder } };
      const lost = order + period * seasonalOrder;
      const x = wholes(key, [lost + 6, ...rest]);
      const initial = x.get(`:${lost}`);
      assertAllClose(undifference(difference(x, options), initial, options), x, 'whole', exact);
      const round = jit((y: NDArray) => undifference(difference(y, options), y.get(`:${lost}`), options));
      assertAllClose(round(x), x, 'jit', exact);
    }),
  ),
  law(
    'difference: polynomials of a degree below the order vanish',
    fc.property(fc.integer({ min: 1, max: 3 }), (order) => {
      const x = np
        .arange(12)
        .astype('float64')
        .power(order - 1);
      assertAllClose(difference(x, { order }), np.zeros([12 - order], 'float64'), 'differences', exact);
    }),
  ),
];

const windowLaws: readonly Law[] = [
  law(
    'windows: each is a slice, and together with their targets they cover the series',
    fc.property(
      keys(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      (key, length, horizon, stride) => {
        const n = 12;
        const x = wholes(key, [n, 2]);
        const { inputs, targets } = windows(x, { length, horizon, stride });
        const count = inputs.shape[0] ?? 0;
        const [lastStart, nextStart] = [(count - 1) * stride, count * stride];
        if (nextStart + length + horizon <= n) throw new Error(`a window from ${nextStart} would fit too`);
        for (const i of [0, count - 1]) {
          const at = i * stride;
          assertAllClose(inputs.get(i), x.get(`${at}:${at + length}`), 'input', exact);
          assertAllClose(targets.get(i), x.get(`${at + length}:${at + length + horizon}`), 'target', exact);
        }
        if (lastStart + length + horizon > n) throw new Error('the last window reaches beyond the series');
      },
    ),
  ),
];

const correlationLaws: readonly Law[] = [
  law(
    'autocovariance: the sum of its definition',
    fc.property(keys(), (key) => {
      const x = noise(key, 15);
      const c = x.sub(x.mean());
      const expected = np.stack(
        [0, 1, 2, 14].map((k) =>
          c
            .get(`${k}:`)
            .mul(c.get(`:${15 - k}`))
            .sum()
            .div(15),
        ),
      );
      assertAllClose(autocovariance(x, { lags: 14 }).get([0, 1, 2, 14]), expected, 'autocovariance');
    }),
  ),
  law(
    'pacf: solves the equations of Yule and Walker, and shifting or scaling a series changes nothing',
    fc.property(keys(), (key) => {
      const x = noise(key, 30);
      const r = acf(x, { lags: 3 });
      const toeplitz = np.stack([0, 1, 2].map((i) => r.get([i, Math.abs(i - 1), 2 - i])));
      const solved = np.sum(np.multiply(toeplitz, lastPredictor(r)), 1);
      assertAllClose(solved, r.get('1:4'), 'Yule-Walker');
      assertAllClose(pacf(x.mul(-3).add(7), { lags: 3 }), pacf(x, { lags: 3 }), 'scaled');
    }),
  ),
];

/** The predictor of order 3 by the recursion over partial autocorrelations. */
const lastPredictor = (r: NDArray): NDArray => {
  const [a, b, c] = partials(r);
  const [p1, p2] = [a.sub(b.mul(a)), b];
  return np.stack([p1.sub(c.mul(p2)), p2.sub(c.mul(p1)), c]);
};
const partials = (r: NDArray): readonly [NDArray, NDArray, NDArray] => {
  const [r1, r2, r3] = [r.get(1), r.get(2), r.get(3)];
  const b = r2.sub(r1.square()).div(np.subtract(1, r1.square()));
  const p1 = r1.sub(b.mul(r1));
  const c = r3
    .sub(p1.mul(r2))
    .sub(b.mul(r1))
    .div(np.subtract(1, p1.mul(r1)).sub(b.mul(r2)));
  return [r1, b, c];
};

const decompositionLaws: readonly Law[] = [
  law(
    'decompose: components make the series, and a season has the mean 0 or 1',
    fc.property(keys(), fc.integer({ min: 2, max: 5 }), fc.boolean(), (key, period, isAdditive) => {
      const model = isAdditive ? 'additive' : 'multiplicative';
      const x = random.uniform(key, [23], { minval: 1, maxval: 2, dtype: 'float64' });
      const parts = decompose(x, { period, model, cycleLambda: 10 });
      const inside = `${Math.floor(period / 2)}:${23 - Math.floor(period / 2)}` as const;
      assertAllClose(recompose(parts, model).get(inside), x.get(inside), 'sum', reordered.float64);
      assertAllClose(parts.seasonal.get(`:${period}`).mean(), np.array(isAdditive ? 0 : 1, 'float64'), 'mean');
    }),
  ),
  law(
    'hodrickPrescott: the trend fulfils its normal equations, and a line is its own trend',
    fc.property(keys(), fc.integer({ min: 3, max: 20 }), (key, n) => {
      const x = noise(key, n);
      const { trend } = hodrickPrescott(x, { lambda: 5 });
      const d = np.diff(np.eye(n).astype('float64'), { n: 2, axis: 0 });
      assertAllClose(trend.add(d.T.matmul(d.matmul(trend)).mul(5)), x, 'normal equations');
      const line = np.arange(n).astype('float64');
      assertAllClose(hodrickPrescott(line, { lambda: 5 }).trend, line, 'line');
    }),
  ),
  fact('decompose: a series that is trend and season is known again', () => {
    const season = np.array([1, -2, 0, 1], 'float64');
    const x = np.tile(season, 6).add(np.arange(24));
    assertAllClose(decompose(x, { period: 4 }).seasonal, np.tile(season, 6), 'season');
  }),
];

/** The laws of the functions of `fluxion/series` that need no model. */
export const seriesLaws = (): readonly Law[] => [
  ...differenceLaws,
  ...windowLaws,
  ...correlationLaws,
  ...decompositionLaws,
];
