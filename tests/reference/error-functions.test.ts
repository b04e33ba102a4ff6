import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erf, erfc, erfInv } from '../../src/reference/error-functions.ts';

// To 20 digits from a computation with 60 digits (mpmath), for the very doubles written here.
const table = [
  [1e-300, '1.1283791670955126022e-300', '1'],
  [0.25, '0.27632639016823693299', '0.72367360983176306701'],
  [0.5, '0.52049987781304653768', '0.47950012218695346232'],
  [0.75, '0.7111556336535151316', '0.2888443663464848684'],
  [1, '0.84270079294971486934', '0.15729920705028513066'],
  [2, '0.99532226501895273416', '0.0046777349810472658379'],
  [3.5, '0.99999925690162765859', '7.4309837234141274552e-7'],
  [6, '0.99999999999999997848', '2.1519736712498913117e-17'],
  [26, '1', '5.6631924088561428465e-296'],
] as const;

const eps = Number.EPSILON;
/** Equal within so many spacings of doubles. */
const near = (got: number, expected: number, spacings: number): void =>
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(spacings * eps * Math.abs(expected));

describe('error functions', () => {
  test.each(table)('at %d', (x, plain, complement) => {
    near(erf(x), Number(plain), 2);
    near(erf(-x), -Number(plain), 2);
    near(erfc(x), Number(complement), 3);
    near(erfc(-x), 2 - Number(complement), 2);
  });
  test('corners', () => {
    expect([0, -0, Infinity, -Infinity, NaN].map(erf)).toEqual([0, -0, 1, -1, NaN]);
    expect([0, -0, Infinity, -Infinity, NaN, 1e300].map(erfc)).toEqual([1, 1, 0, 2, NaN, 0]);
    expect([0, -0, 1, -1, 1.5, NaN].map(erfInv)).toEqual([0, -0, Infinity, -Infinity, NaN, NaN]);
  });
  test('erfInv inverts erf as closely as the slope allows', () => {
    fc.assert(
      fc.property(fc.double({ min: -5.5, max: 5.5, noNaN: true }), (x) => {
        const y = erf(x);
        // One spacing of y moves x by eps * y / erf'(x).
        const slope = 1.1283791670955126 * Math.exp(-x * x);
        expect(Math.abs(erfInv(y) - x)).toBeLessThanOrEqual(4 * eps * (Math.abs(x) + Math.abs(y) / slope));
      }),
    );
  });
  test('erfInv near 1 and near 0', () => {
    near(erfInv(1 - eps / 2), Number('5.8635847487551679272'), 2);
    near(erfInv(0.5), Number('0.47693627620446987338'), 2);
    near(erfInv(1e-200), Number('8.8622692545275799779e-201'), 2);
  });
});
