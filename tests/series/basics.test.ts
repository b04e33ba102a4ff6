import { describe, expect, test } from 'vitest';
import { np } from 'fluxion';
import { seriesLaws } from 'fluxion/laws';
import {
  acf,
  autocovariance,
  bartlettBand,
  boxCox,
  boxPierce,
  decompose,
  difference,
  durbinWatson,
  hodrickPrescott,
  inverseBoxCox,
  jarqueBera,
  kpss,
  lag,
  ljungBox,
  movingAverage,
  pacf,
  stl,
  undifference,
  whiteNoiseBand,
  windows,
} from 'fluxion/series';
import { expectDigits } from './close.ts';
import { airPassengers, lakeHuron, nile } from './data.ts';

describe('laws', () => {
  test.each(seriesLaws())('$name', ({ check }) => check({ runs: 5 }));
});

describe('windows and lags', () => {
  test('of one series, and of several', () => {
    const { inputs, targets } = windows([1, 2, 3, 4, 5, 6], { length: 3, horizon: 2, stride: 1 });
    expect(inputs.toNested()).toEqual([
      [1, 2, 3],
      [2, 3, 4],
    ]);
    expect(targets.toNested()).toEqual([
      [4, 5],
      [5, 6],
    ]);
    const many = windows(
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      { length: 2 },
    );
    expect(many.inputs.toNested()).toEqual([
      [
        [1, 10],
        [2, 20],
      ],
    ]);
    expect(many.targets.toNested()).toEqual([[[3, 30]]]);
    expect(many.inputs.dtype).toBe('float64');
  });
  test('lag', () => {
    expect(lag([1, 2, 3]).toNested()).toEqual([NaN, 1, 2]);
    expect(lag([1, 2, 3], -2).toNested()).toEqual([3, NaN, NaN]);
    expect(lag([1, 2], 5).toNested()).toEqual([NaN, NaN]);
    expect(lag([1, 2], 0).toNested()).toEqual([1, 2]);
  });
  test('too short a series is one sentence', () => {
    expect(() => windows([1, 2, 3], { length: 3 })).toThrow(
      'windows: expected at least 4 values for length 3 and horizon 1, got 3. Use shorter windows.',
    );
    expect(() => windows([1, 2, 3], { length: 1.5 })).toThrow(
      'expected length to be a whole number from 1 on, got 1.5',
    );
    expect(() => difference([1, 2, 3], { order: 0, seasonal: { period: 12 } })).toThrow(
      'difference: expected more than 12 values for differences over 12 steps, got 3.',
    );
    expect(() => acf(3)).toThrow('acf: expected a series with time along axis 0');
    expect(() => acf([[1, 2]])).toThrow('acf: expected one series, a vector');
  });
});

describe('differences', () => {
  test('of order 2 and over a season', () => {
    expect(difference([1, 4, 9, 16], { order: 2 }).toNested()).toEqual([2, 2]);
    expect(difference([1, 2, 3, 5, 8, 13], { order: 1, seasonal: { period: 2 } }).toNested()).toEqual([1, 2, 3]);
    expect(undifference([3, 5, 7], [1]).toNested()).toEqual([1, 4, 9, 16]);
    expect(() => undifference([1, 2], [1, 2])).toThrow(
      'undifference: expected the first 1 values of the series as initial',
    );
  });
  test('Box and Cox', () => {
    expectDigits(boxCox([1, 4], 0.5), [0, 2], 12);
    expectDigits(inverseBoxCox(boxCox([1, 4, 9], 0), 0), [1, 4, 9], 12);
    expectDigits(inverseBoxCox(boxCox([1, 4, 9], -0.5), -0.5), [1, 4, 9], 12);
  });
});

// Reference values: statsmodels 0.13.5.
describe('correlations agree with statsmodels', () => {
  test('acf and autocovariance', () => {
    const expected = [1, 0.8319112104, 0.6099371036, 0.4582506053, 0.3705030652, 0.3255536661];
    expectDigits(acf(lakeHuron, { lags: 5 }), expected, 9);
    expectDigits(
      autocovariance(nile, { lags: 4 }),
      [28351.5675, 14130.653275, 10903.35805, 9295.357325, 6781.4446],
      12,
    );
  });
  test('pacf by Yule and Walker, and by regression', () => {
    const yuleWalker = [1, 0.8319112104, -0.2667516276, 0.1307541335, 0.0340570464, 0.0620920871, -0.0211341093];
    expectDigits(pacf(lakeHuron, { lags: 6 }), yuleWalker, 8);
    const ols = [1, 0.8364113148, -0.2375742151, 0.1087550932, 0.0624932795, 0.0256110979, 0.0087569182];
    expectDigits(pacf(lakeHuron, { lags: 6, method: 'ols' }), ols, 7);
  });
  test('bands', () => {
    const expected = [0, 0.1979862606, 0.3057046684, 0.3501726672, 0.3729393937, 0.3870989041];
    expectDigits(bartlettBand(acf(lakeHuron, { lags: 5 }), { length: 98 }), expected, 9);
    expect(whiteNoiseBand({ length: 98 })).toBeCloseTo(0.1979862606, 9);
  });
  test('of a constant series they are not defined', () => {
    expect(acf([2, 2, 2], { lags: 1 }).toNested()).toEqual([NaN, NaN]);
    expect(() => acf([1, 2, 3], { lags: 3 })).toThrow('acf: expected lags to be a whole number from 0 to 2, got 3.');
  });
});

describe('tests agree with statsmodels', () => {
  test('Ljung and Box, Box and Pierce', () => {
    const at = (x: { toNested(): unknown }): readonly number[] =>
      [0, 4, 9].map((i) => (x.toNested() as number[])[i] ?? NaN); // sound: a vector
    const lb = ljungBox(nile);
    expectDigits(at(lb.statistics), [25.59383155, 63.97171235, 88.12687155], 9);
    expectDigits(at(lb.pValues), [4.213843059e-7, 1.831145354e-12, 1.258632767e-14], 8);
    const bp = boxPierce(nile);
    expectDigits(at(bp.statistics), [24.8410718, 61.31915993, 83.22911521], 9);
    expectDigits(at(bp.pValues), [6.225672611e-7, 6.486283893e-12, 1.16553794e-13], 8);
    const fitted = ljungBox(nile, { lags: 2, fittedParameters: 2 });
    expect(fitted.pValues.toNested()).toEqual([NaN, NaN]);
    expect(() => ljungBox([1, NaN, 2])).toThrow(
      'ljungBox: expected finite values, got NaN at 1. Leave out what is missing.',
    );
  });
  test('Durbin and Watson, Jarque and Bera, KPSS', () => {
    expectDigits([Number(durbinWatson(np.array(nile, 'float64').sub(919.35)).item())], [0.9776376562], 9);
    const { statistic, pValue, skewness, kurtosis } = jarqueBera(nile);
    expectDigits([statistic, pValue, skewness, kurtosis], [2.1194042955, 0.3465590183, 0.3223696817, 2.695093155], 9);
    expect(kpss(nile)).toBeCloseTo(0.9654349078, 9);
    expect(() => kpss([1, 1, 1, 1])).toThrow('kpss: expected a series that varies');
  });
});

describe('decompositions agree with statsmodels', () => {
  const between = (x: { toNested(): unknown }, from: number, to: number): readonly number[] =>
    (x.toNested() as number[]).slice(from, to); // sound: a vector
  test('additive', () => {
    const { seasonal, trend, irregular, cycle } = decompose(airPassengers, { period: 12 });
    expectDigits(between(seasonal, 0, 4), [-24.7487373737, -36.1881313131, -2.2411616162, -8.0366161616], 9);
    expect(between(trend, 0, 6)).toEqual(Array.from({ length: 6 }, () => NaN));
    expectDigits(between(trend, 6, 9), [126.7916666667, 127.25, 127.9583333333], 9);
    expectDigits(between(irregular, 6, 10), [-42.6224747475, -42.0732323232, -8.4785353535, 11.0593434343], 9);
    expect(between(cycle, 6, 8)).toEqual([0, 0]);
  });
  test('multiplicative', () => {
    const { seasonal, irregular, cycle } = decompose(airPassengers, { period: 12, model: 'multiplicative' });
    expectDigits(between(seasonal, 0, 4), [0.9102303674, 0.8836253207, 1.0073662876, 0.9759060123], 9);
    expectDigits(between(irregular, 6, 10), [0.9516643164, 0.9534014056, 1.0022197678, 1.0040277671], 9);
    expect(between(cycle, 6, 8)).toEqual([1, 1]);
  });
  test('the filter of Hodrick and Prescott', () => {
    const { trend, cycle } = hodrickPrescott(nile, { lambda: 100 });
    expectDigits(
      between(trend, 0, 5),
      [1122.4038082448, 1120.4411846459, 1118.4545229645, 1116.8153732718, 1114.3407404092],
      11,
    );
    expectDigits(between(cycle, 97, 100), [-87.1970924949, -60.5875853753, -3.9386913423], 9);
  });
  const places = [0, 1, 2, 70, 142, 143];
  const at = (x: { toNested(): unknown }): readonly number[] => places.map((i) => (x.toNested() as number[])[i] ?? NaN); // sound: a vector
  test('STL', () => {
    const { seasonal, trend, weights } = stl(airPassengers, { period: 12 });
    expectDigits(
      at(seasonal),
      [-11.0221678821, -2.8386167129, 8.8783172953, -54.2466694874, -98.2798202631, -60.9352151319],
      9,
    );
    expectDigits(
      at(trend),
      [122.6334762273, 123.3451011911, 124.0561180614, 254.9464702949, 492.0276703882, 495.5344856027],
      9,
    );
    expect(weights.min().item()).toBe(1);
  });
  test('robust STL', () => {
    const { seasonal, trend } = stl(airPassengers, { period: 12, robust: true });
    expectDigits(
      at(seasonal),
      [-11.1485773926, -4.3548447854, 8.5620871993, -53.7974231846, -102.594704481, -68.6821911323],
      8,
    );
    expectDigits(
      at(trend),
      [122.5517377889, 123.2752433416, 124.0020997273, 255.191919308, 496.6130476509, 500.7108125585],
      8,
    );
  });
  test('STL of a series with a step in its season, of a length that is no multiple of the period', () => {
    const season = [3, -1, -2];
    const x = Array.from({ length: 17 }, (_, t) => 2 * t + (season[t % 3] ?? 0));
    const { seasonal, irregular } = stl(x, { period: 3 });
    expectDigits((seasonal.toNested() as number[]).slice(3, 6), season, 9); // sound: a vector
    expect(Number(irregular.abs().max().item())).toBeLessThan(1e-9);
    expect(() => stl(x, { period: 3, seasonal: 4 })).toThrow('stl: expected seasonal to be odd, got 4.');
    expect(() => stl(x, { period: 12 })).toThrow('stl: expected at least 24 values, got 17.');
  });
  test('a moving average over an even length counts its ends half; a period longer than the series is refused', () => {
    expect(movingAverage([1, 2, 3, 4, 5], 2).toNested()).toEqual([2, 3, 4]);
    expect(movingAverage([1, 2, 3, 4, 5], 3).toNested().toString()).toBe('2,3,4');
    expect(() => decompose([1, 2, 3], { period: 4 })).toThrow('decompose: expected at least 8 values, got 3.');
  });
});
