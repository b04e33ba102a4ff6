/** Arrays as text. The expected texts are those of NumPy 2.4, but for `true` and `false`. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, vmap, type DType, type NDArray } from 'fluxion';

const f64 = (values: readonly number[]): NDArray => np.array(values, 'float64');

describe('text of arrays', () => {
  test.each<[string, NDArray, string]>([
    ['whole floats', np.array([1, 2, 3]), '[1. 2. 3.]'],
    ['fractions', np.array([1, 2.5, 3]), '[1.  2.5 3. ]'],
    ['float32 in its own shortest digits', np.arange(0, 0.5, 0.1), '[0.  0.1 0.2 0.3 0.4]'],
    ['eight digits', f64([1 / 3, 2 / 3]), '[0.33333333 0.66666667]'],
    ['ties to even', f64([0.001953125, 0.005859375]), '[0.00195312 0.00585938]'],
    [
      'negatives',
      np.array([
        [1.5, -2],
        [-10, 0.25],
      ]),
      '[[  1.5   -2.  ]\n [-10.     0.25]]',
    ],
    ['nan and inf', np.array([NaN, 1, Infinity, -Infinity]), '[ nan   1.  inf -inf]'],
    ['nothing finite', np.array([NaN, Infinity]), '[nan inf]'],
    ['minus zero', np.array([-0, 0]), '[-0.  0.]'],
    ['sizes far apart', np.array([100, 0.001]), '[1.e+02 1.e-03]'],
    ['very large', np.array([1e10, 1]), '[1.e+10 1.e+00]'],
    ['very small', np.array([1e-5, 1]), '[1.e-05 1.e+00]'],
    ['digits in one width', f64([1.25, 1e9]), '[1.25e+00 1.00e+09]'],
    ['three digits of exponent', f64([1e-300, 1]), '[1.e-300 1.e+000]'],
    ['millions of float32', np.array([1e6, 1]), '[1.e+06 1.e+00]'],
    ['millions of float64', f64([1e6, 1e5]), '[1000000.  100000.]'],
    [
      'int32',
      np.array(
        [
          [1, -20],
          [300, 4],
        ],
        'int32',
      ),
      '[[  1 -20]\n [300   4]]',
    ],
    ['uint32', np.array([4294967295, 0], 'uint32'), '[4294967295          0]'],
    ['bool', np.array([true, false]), '[ true false]'],
    ['all true', np.array([true, true]), '[ true  true]'],
    ['three axes', np.zeros([2, 1, 2]), '[[[0. 0.]]\n\n [[0. 0.]]]'],
    ['no elements', np.zeros([2, 0]), '[]'],
    ['a view', np.arange(6).reshape(2, 3).T, '[[0 3]\n [1 4]\n [2 5]]'],
    ['a scalar', np.array(3.5), '3.5'],
    ['a whole scalar', np.array(3), '3.0'],
    ['a scalar with all digits', np.array(1 / 3, 'float64'), '0.3333333333333333'],
    ['a float32 scalar', np.array(0.1), '0.1'],
    ['a large scalar', np.array(1e16, 'float64'), '1e+16'],
    ['a small scalar', np.array(1.5e-5), '1.5e-05'],
    ['a nan scalar', np.array(NaN), 'nan'],
    ['an int scalar', np.array(-7, 'int32'), '-7'],
    ['a bool scalar', np.array(true), 'true'],
    [
      'long lines',
      np.arange(30),
      '[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]',
    ],
    ['many elements', np.arange(2000), '[   0    1    2 ... 1997 1998 1999]'],
    [
      'many rows',
      np.arange(2000).reshape(500, 4),
      '[[   0    1    2    3]\n [   4    5    6    7]\n [   8    9   10   11]\n ...\n [1988 1989 1990 1991]\n [1992 1993 1994 1995]\n [1996 1997 1998 1999]]',
    ],
  ])('%s', (_, x, text) => expect(String(x)).toBe(text));

  test('inspection shows the type, nested arrays are indented', () => {
    expect(inspect(np.array([1, 2]))).toBe('NDArray float32[2] [1. 2.]');
    expect(inspect({ w: np.array([[1], [2]], 'int32') }, { breakLength: 20 })).toBe(
      '{\n  w: NDArray int32[2,1]\n  [[1]\n   [2]]\n}',
    );
  });
});

describe('text of traced values', () => {
  const seen = (run: (note: (x: NDArray) => NDArray) => unknown): string => {
    let text = '';
    run((x) => {
      text = `${String(x)} | ${inspect(x)}`;
      return x;
    });
    return text;
  };
  test('without values: type and transformation', () => {
    expect(
      seen((note) =>
        jit(function f(x: NDArray) {
          return note(x);
        })(np.ones([3])),
      ),
    ).toBe('traced float32[3] in jit of f | traced float32[3] in jit of f');
    expect(
      seen((note) =>
        vmap(function f(x: NDArray) {
          return note(x);
        })(np.ones([3])),
      ),
    ).toMatch(/^traced float32\[\] in vmap of f/);
  });
  test('with values: the values', () => {
    expect(seen((note) => grad((x: NDArray) => note(x.mul(2)))(1.5))).toBe('3.0 | NDArray float32[] 3.0');
  });
});

describe('other ways out', () => {
  test('JSON is nested lists', () => {
    expect(
      JSON.stringify({
        w: np.array([
          [1, 2],
          [3, 4.5],
        ]),
        on: np.array(true),
        none: np.zeros([0]),
      }),
    ).toBe('{"w":[[1,2],[3,4.5]],"on":true,"none":[]}');
  });
  test('operators throw with advice', () => {
    // Sound for the test only: it does on purpose what the type forbids.
    const asNumber = (x: NDArray): number => x as unknown as number;
    expect(() => asNumber(np.ones([2])) * 2).toThrow(
      /operator: expected a scalar .*got float32\[2\]\. Write x\.mul\(2\)/,
    );
    expect(() => asNumber(np.ones([1])) * 2).toThrow(/operator: expected a scalar/);
    expect(asNumber(np.array(3)) * 2).toBe(6);
    const traced = (x: NDArray): NDArray => np.array(asNumber(x) * 2);
    for (const run of [() => grad(traced)(1), () => jit(traced)(1), () => vmap(traced)(np.ones([2]))])
      expect(run).toThrow(/operator: expected methods on a traced float32\[\].*lose the derivative.*x\.mul\(2\)/);
  });
  test('an array of one element gives it as number or boolean', () => {
    const items: readonly (readonly [DType, number | boolean])[] = [
      ['float32', 1],
      ['bool', true],
      ['uint8', 1],
    ];
    for (const [dtype, value] of items) expect(np.ones([1, 1], dtype).item()).toBe(value);
    expect(() => np.ones([2]).item()).toThrow(/item: expected an array of one element, got float32\[2\]/);
  });
});
