/** What must hold of models of series: likelihoods, their gradients, forecasts, draws. */
import * as fc from 'fast-check';
import { grad, jit, linalg, np, random, type NDArray } from 'fluxion';
import {
  arima,
  armaLogLikelihood,
  autoregression,
  constrainInvertible,
  constrainStationary,
  forecast,
  simulate,
  type ArmaParameters,
} from 'fluxion/series';
import { keys } from './arbitrary.ts';
import { assertAllClose, differenced, reordered } from './close.ts';
import { fact, law, type Law } from './law.ts';

const vector = (values: readonly number[]): NDArray => np.array(values, 'float64');
const numbers = (x: NDArray): readonly number[] => Array.from(x.dataSync());

interface Process {
  readonly ar: NDArray;
  readonly ma: NDArray;
  readonly seasonalAr: NDArray;
  readonly seasonalMa: NDArray;
}
const period = 3;

/** Processes with every kind of memory, none of them near the border of stationarity. */
const processes: fc.Arbitrary<Process> = fc
  .tuple(keys(), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), fc.boolean(), fc.boolean())
  .map(([key, p, q, hasSeasonalAr, hasSeasonalMa]) => {
    const draw = (i: number, n: number): NDArray => random.normal(random.foldIn(key, i), [n], 'float64').mul(0.7);
    return {
      ar: constrainStationary(draw(0, p)),
      ma: constrainInvertible(draw(1, q)),
      seasonalAr: constrainStationary(draw(2, hasSeasonalAr ? 1 : 0)),
      seasonalMa: constrainInvertible(draw(3, hasSeasonalMa ? 1 : 0)),
    };
  });

/** The product of two polynomials, lowest power first. */
const times = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: a.length + b.length - 1 }, (_, n) => a.reduce((total, x, i) => total + x * (b[n - i] ?? 0), 0));
const polynomial = (coefficients: NDArray, sign: number, step: number): readonly number[] => {
  const listed = numbers(coefficients);
  const spread = Array.from({ length: listed.length * step }, (_, i) =>
    (i + 1) % step === 0 ? sign * (listed[(i + 1) / step - 1] ?? 0) : 0,
  );
  return [1, ...spread];
};

/** Autocovariances by the sum of products of the weights of past shocks, of which `many` are taken. */
const autocovariances = ({ ar, ma, seasonalAr, seasonalMa }: Process, count: number): readonly number[] => {
  const many = 3000;
  const phi = times(polynomial(ar, -1, 1), polynomial(seasonalAr, -1, period));
  const theta = times(polynomial(ma, 1, 1), polynomial(seasonalMa, 1, period));
  const psi: number[] = [];
  for (let j = 0; j < many; j++)
    psi.push(phi.slice(1).reduce((total, x, i) => total - x * (psi[j - 1 - i] ?? 0), theta[j] ?? 0));
  return Array.from({ length: count }, (_, k) => psi.reduce((total, x, j) => total + x * (psi[j + k] ?? 0), 0));
};

/** The density of the multivariate normal distribution, by the dense covariance of the places. */
const density = (process: Process, y: NDArray, places: readonly number[], variance: number): NDArray => {
  const gamma = autocovariances(process, Math.max(...places) + 1);
  const covariance = np.array(
    places.map((i) => places.map((j) => (gamma[Math.abs(i - j)] ?? 0) * variance)),
    'float64',
  );
  const seen = y.get(np.array(places, 'int32'));
  const { logabsdet } = linalg.slogdet(covariance);
  const squares = seen.mul(linalg.solve(covariance, seen)).sum();
  return squares
    .add(logabsdet)
    .add(places.length * Math.log(2 * Math.PI))
    .mul(-0.5);
};

const n = 12;
const variance = 1.7;
const noise = (key: random.Key, count: number): NDArray => random.normal(key, [count], 'float64');

const likelihoodLaws: readonly Law[] = [
  law(
    'armaLogLikelihood: the density of the multivariate normal distribution; jit gives the same',
    fc.property(keys(), processes, (key, process) => {
      const y = noise(key, n);
      const of = (x: NDArray, p: ArmaParameters): NDArray => armaLogLikelihood(x, { ...p, variance }, { period });
      const all = Array.from({ length: n }, (_, i) => i);
      const got = of(y, process);
      assertAllClose(got, density(process, y, all, variance), 'density', reordered.float64);
      assertAllClose(jit((x: NDArray, p: Process) => of(x, p))(y, process), got, 'jit');
    }),
  ),
  law(
    'armaLogLikelihood: with gaps, the density of what was seen; without any, both filters agree',
    fc.property(keys(), processes, fc.subarray([1, 2, 5, 6, 7, 11], { minLength: 1 }), (key, process, missing) => {
      const y = noise(key, n);
      const given = { ...process, variance };
      const gaps = { period, gaps: true };
      const places = Array.from({ length: n }, (_, i) => i).filter((i) => !missing.includes(i));
      const holed = vector(numbers(y).map((value, i) => (missing.includes(i) ? NaN : value)));
      assertAllClose(armaLogLikelihood(holed, given, gaps), density(process, y, places, variance), 'gaps');
      assertAllClose(armaLogLikelihood(y, given, gaps), armaLogLikelihood(y, given, { period }), 'no gaps');
    }),
  ),
  law(
    'armaLogLikelihood: gradients agree with differences, by every method',
    fc.property(
      keys(),
      processes,
      fc.constantFrom({ period }, { period, gaps: true }, { period, method: 'css' as const }),
      (key, process, options) => {
        const y = noise(key, n);
        const f = (p: Process): NDArray => armaLogLikelihood(y, { ...p, variance }, options);
        const slopes = grad(f)(process);
        const along = (name: keyof Process, i: number, by: number): number =>
          Number(f({ ...process, [name]: process[name].at(i).add(by) }).item());
        for (const name of ['ar', 'ma', 'seasonalAr', 'seasonalMa'] as const)
          for (let i = 0; i < process[name].size; i++) {
            const central = (h: number): number => (along(name, i, h) - along(name, i, -h)) / (2 * h);
            const extrapolated = (4 * central(5e-5) - central(1e-4)) / 3;
            assertAllClose(slopes[name].get(i), vector([extrapolated]).get(0), `${name}[${i}]`, differenced);
          }
      },
    ),
  ),
];

const longSeasons = fact('armaLogLikelihood: for seasons of 54 steps both filters have one gradient', () => {
  const y = noise(random.key(7), 30);
  const of = (gaps: boolean): NDArray =>
    grad((c: NDArray) => armaLogLikelihood(y, { ma: c.get('0:1'), seasonalMa: c.get('1:2') }, { period: 54, gaps }))(
      vector([-0.4, -0.5]),
    );
  assertAllClose(of(true), of(false), 'gradient');
});

/** How often a polynomial of `exp(i t)` turns around zero as `t` goes around: how many of its roots lie inside the unit circle. */
const rootsInside = (coefficients: readonly number[]): number => {
  const steps = 4096;
  const angle = (s: number): number => {
    const t = (2 * Math.PI * s) / steps;
    const [x, y] = [Math.cos, Math.sin].map((f) => coefficients.reduce((total, c, k) => total + c * f(k * t), 0));
    return Math.atan2(y ?? 0, x ?? 0);
  };
  let turned = 0;
  for (let s = 0; s < steps; s++) {
    const change = angle(s + 1) - angle(s);
    turned += change - 2 * Math.PI * Math.round(change / (2 * Math.PI));
  }
  return Math.round(turned / (2 * Math.PI));
};

const transformationLaws: readonly Law[] = [
  law(
    'constrainStationary, constrainInvertible: the polynomials have no root inside the unit circle',
    fc.property(keys(), fc.integer({ min: 0, max: 5 }), (key, order) => {
      const u = noise(key, order).mul(1.5);
      const inside = [
        rootsInside(polynomial(constrainStationary(u), -1, 1)),
        rootsInside(polynomial(constrainInvertible(u), 1, 1)),
      ];
      if (inside.some((count) => count !== 0)) throw new Error(`roots inside the circle: ${inside.join()}`);
    }),
  ),
];

/** The seen part of a fit: the same model, as it was known earlier. */
const earlier = (fit: ReturnType<typeof arima>, count: number): typeof fit => ({
  ...fit,
  series: fit.series.get(`:${count}`),
  regressors: fit.regressors.get(`:${count}`),
});

const fitLaws: readonly Law[] = [
  fact('arima: forecasting one step again and again gives the predictions of the filter', () => {
    const y = simulate(random.key(3), { ar: [0.5], ma: [0.3], variance: 2 }, 40, { d: 1 });
    const fit = arima(y, { order: [1, 1, 1] });
    const next = [20, 30, 39].map((count) => forecast(earlier(fit, count), 1).mean.get(0));
    assertAllClose(np.stack(next), fit.fitted.get(np.array([20, 30, 39], 'int32')), 'predictions');
  }),
  fact('arima: conditional sum of squares of an autoregression is the regression on the past', () => {
    const y = simulate(random.key(4), { ar: [0.5, -0.2] }, 60, { constant: 3 });
    const { coefficients } = autoregression(y, { order: 2 });
    assertAllClose(arima(y, { order: [2, 0, 0], method: 'css' }).ar, coefficients, 'coefficients', differenced);
  }),
  fact('arima: another scale and level of the series changes nothing but these', () => {
    const y = simulate(random.key(5), { ar: [0.5, -0.2] }, 60);
    const [plain, moved] = [arima(y, { order: [2, 0, 0] }), arima(y.mul(20).add(7), { order: [2, 0, 0] })];
    assertAllClose(moved.ar, plain.ar, 'coefficients', differenced);
    assertAllClose(moved.weights, plain.weights.mul(20).add(7), 'mean', differenced);
    const expected = vector([plain.logLikelihood - 60 * Math.log(20)]);
    assertAllClose(vector([moved.logLikelihood]), expected, 'likelihood', differenced);
  }),
  fact('simulate: what a model drew, a fit finds again within 4 standard errors', () => {
    const given = { ar: [0.6], ma: [0.4], seasonalMa: [-0.5], variance: 4 };
    const seasonal = { period: 4, d: 1 };
    const y = simulate(random.key(6), given, 400, { seasonal });
    const fit = arima(y, { order: [1, 0, 1], seasonal: { order: [0, 1, 1], period: 4 } });
    const far = fit.estimates
      .sub(vector([0.6, 0.4, -0.5, 4]))
      .div(fit.standardErrors)
      .abs()
      .max();
    if (!(Number(far.item()) < 4)) throw new Error(`off by ${Number(far.item())} standard errors`);
  }),
];

/** The laws of the models of `fluxion/series`. */
export const seriesModelLaws = (): readonly Law[] => [
  ...likelihoodLaws,
  longSeasons,
  ...transformationLaws,
  ...fitLaws,
];
