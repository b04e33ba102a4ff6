import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { jit, np, random } from 'fluxion';
import {
  checkExamples,
  checkFinite,
  checkLabels,
  classWeights,
  fitMinMax,
  fitStandard,
  scaleMinMax,
  standardize,
  trainTestSplit,
  unscaleMinMax,
  unstandardize,
} from 'fluxion/data';
import { arrays, assertAllClose, keys } from 'fluxion/laws';

const tables = arrays({ dtype: 'float64', shape: [6, 3] });
const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');
const holds = <T>(values: fc.Arbitrary<T>, body: (value: T) => void): void =>
  fc.assert(fc.property(values, body), { numRuns: 20 });

describe('scaling', () => {
  test('standardized features have mean 0 and deviation 1, or 0 where they do not vary', () =>
    holds(tables, (x) => {
      const z = standardize(x);
      assertAllClose(z.mean(0), np.zeros([3], 'float64'));
      const varies = np.ptp(x, 0).notEqual(0).astype('float64');
      assertAllClose(np.std(z, 0), varies);
    }));
  test('scaled features go from 0 to 1, or stay 0', () =>
    holds(tables, (x) => {
      const z = scaleMinMax(x);
      assertAllClose(z.min(0), np.zeros([3], 'float64'));
      assertAllClose(z.max(0), np.ptp(x, 0).notEqual(0).astype('float64'));
    }));
  test('the inverses are inverses, for other data than were fitted', () =>
    holds(fc.tuple(tables, tables), ([x, other]) => {
      const [standard, extent] = [fitStandard(x), fitMinMax(x)];
      assertAllClose(unstandardize(standardize(other, standard), standard), other);
      assertAllClose(unscaleMinMax(scaleMinMax(other, extent), extent), other);
    }));
  test('by hand: a column of 1, 3 and one of 5, 5; under jit too', () => {
    const x = np.array([[1, 5], [3, 5]]); // prettier-ignore
    const expected = np.array([[-1, 0], [1, 0]]); // prettier-ignore
    assertAllClose(standardize(x), expected);
    assertAllClose(jit((y: typeof x) => standardize(y))(x), expected);
    expect(fitStandard(x).deviation.toNested()).toEqual([1, 1]);
  });
  test('no examples are refused', () => {
    expect(() => fitStandard(np.zeros([0, 2]))).toThrow(
      'fitStandard: expected at least one example, got float32[0,2].',
    );
  });
});

describe('class weights', () => {
  // sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2]).
  test('are those of scikit-learn', () =>
    assertAllClose(classWeights(np.array([0, 0, 0, 1, 2, 2], 'int32')), np.array([2 / 3, 2, 1])));
  test('weighted counts are equal, classes without examples weigh nothing', () => {
    expect(classWeights(np.array([0, 2, 2, 2], 'uint8'), 4).toNested()).toEqual([2, 0, Math.fround(2 / 3), 0]);
  });
  test.each<[string, () => unknown, string]>([
    ['floats', () => classWeights(np.ones([2])), 'classWeights: expected integer labels [n], got float32[2].'],
    [
      'a label too high',
      () => classWeights(np.array([0, 5], 'int32'), 3),
      'classWeights: expected labels from 0 to 2, got 5 at 1.',
    ],
  ])('%s are refused', (_, body, sentence) => expect(body).toThrow(sentence));
});

describe('training and test', () => {
  const y = np.array(
    Array.from({ length: 20 }, (_, i) => (i < 15 ? 0 : 1)),
    'int32',
  );
  const data = { x: np.arange(40).reshape(20, 2), y };

  test('every example is in one of the two, with its target', () =>
    holds(fc.tuple(keys(), fc.integer({ min: 0, max: 20 })), ([key, share]) => {
      const { train, test: held } = trainTestSplit(key, data, { testSize: share / 20 });
      expect([train.y.shape[0], held.y.shape[0]]).toEqual([20 - share, share]);
      const rows = [...np.concatenate([train.x, held.x], 0).get(':', 0).dataSync()];
      expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
      const targets = [...np.concatenate([train.y, held.y], 0).dataSync()];
      expect(targets).toEqual(rows.map((row) => (row < 30 ? 0 : 1)));
    }));
  test('stratified, both have their share of every class; the same key gives the same', () =>
    holds(keys(), (key) => {
      const { test: held } = trainTestSplit(key, data, { testSize: 0.2, stratify: y });
      expect([held.y.size, Number(held.y.sum().item())]).toEqual([4, 1]);
      assertAllClose(trainTestSplit(random.clone(key), data, { testSize: 0.2, stratify: y }).test.x, held.x);
    }));
  test('arrays that do not pair and shares beyond the whole are refused', () => {
    expect(() => trainTestSplit(random.key(0), { x: np.ones([2]), y: np.ones([3]) })).toThrow(
      'trainTestSplit: expected arrays of one extent along axis 0',
    );
    expect(() => trainTestSplit(random.key(0), data, { testSize: 1.5 })).toThrow(
      'expected fractions of at least 0 that sum to 1, got [-0.5, 1.5]',
    );
  });
});

describe('data looked through', () => {
  const x = np.ones([2, 3]);
  const y = np.array([0, 2], 'int32');
  const flawed = (value: number) => x.at(1, 2).set(value);
  test('good data come back', () => expect(left(checkExamples({ x, y }, { classes: 3 }))).toBe('a value'));
  test.each<[string, E.Either<string, unknown>, string]>([
    [
      'NaN',
      checkFinite(flawed(NaN)),
      'x: expected finite numbers, got NaN at [1, 2]. Fill or leave out what is missing.',
    ],
    [
      'an infinity',
      checkExamples({ x: flawed(-Infinity), y }),
      'x: expected finite numbers, got -Infinity at [1, 2]. Fill or leave out what is missing.',
    ],
    [
      'a label too high',
      checkExamples({ x, y }, { classes: 2 }),
      'y: expected whole labels from 0 to 1, got 2 at [1]. Count classes from 0.',
    ],
    [
      'a label that is no whole number',
      checkLabels(np.array([0.5]), 2),
      'y: expected whole labels from 0 to 1, got 0.5 at [0]. Count classes from 0.',
    ],
    [
      'no examples',
      checkExamples({ x: np.ones([0, 3]), y: np.ones([0]) }),
      'data: expected at least one example, got float32[0,3]. Load the data first.',
    ],
    [
      'other counts',
      checkExamples({ x, y: np.ones([3]) }),
      'data: expected one target for each example, got float32[2,3] and float32[3]. Their first axes pair.',
    ],
  ])('%s is a sentence', (_, result, sentence) => expect(left(result)).toBe(sentence));
});
