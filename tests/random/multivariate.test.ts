import { describe, expect, test } from 'vitest';
import { np, random, type NDArray } from 'fluxion';
import { checkGrads, departure, samplerLaws } from 'fluxion/laws';

const covariance = np.array(
  [
    [2, 0.6],
    [0.6, 0.5],
  ],
  'float64',
);
const mean = np.array([1, -2], 'float64');

describe('multivariateNormal', () => {
  const laws = samplerLaws({
    name: 'multivariateNormal',
    draw: (key) => random.multivariateNormal(key, mean, covariance, [3]),
  });
  for (const { name, check } of laws) test(name, () => check({ runs: 2 }));
  test('any weighted sum is normal', () => {
    const weights = np.array([1, -3], 'float64');
    // 1^2 2 - 2 3 0.6 + 3^2 0.5, in standard units.
    const deviation = Math.sqrt(2 - 3.6 + 4.5);
    const draw = (key: random.Key, n: number): NDArray =>
      random.multivariateNormal(key, mean, covariance, [n]).matmul(weights).sub(7).div(deviation);
    const normal = (x: number): number => (1 + Number(np.erf(np.array(x / Math.SQRT2, 'float64')).item())) / 2;
    expect(departure({ name: 'sum', draw, below: normal, mean: 0, variance: 1 }, random.key(5))).toBeNull();
  });
  test('batches of means and covariances', () => {
    expect(random.multivariateNormal(random.key(0), np.zeros([4, 2]), covariance).shape).toEqual([4, 2]);
    expect(random.multivariateNormal(random.key(0), mean, np.stack([covariance, covariance])).shape).toEqual([2, 2]);
  });
  test('moves with its mean and covariance', () => {
    const key = random.key(1);
    checkGrads((m: NDArray, c: NDArray) => random.multivariateNormal(key, m, c), [mean, covariance], { order: 1 });
  });
  test('what does not fit is refused', () => {
    expect(() => random.multivariateNormal(random.key(0), mean, np.eye(3))).toThrow(
      'multivariateNormal: expected a mean [..., n] and a covariance [..., n, n], got float64[2] and float64[3,3].',
    );
  });
});

describe('orthogonal', () => {
  test('its transpose is its inverse', () => {
    const q = random.orthogonal(random.key(2), 4, [3], 'float64');
    expect(q.shape).toEqual([3, 4, 4]);
    const off = np.abs(np.matmul(np.swapaxes(q, -1, -2), q).sub(np.eye(4).astype('float64'))).max();
    expect(Number(off.item())).toBeLessThan(1e-14);
  });
  test('of one dimension it is a sign, both equally likely', () => {
    const signs = random.orthogonal(random.key(3), 1, [2000]).ravel();
    expect(Math.abs(Number(signs.sum().item()))).toBeLessThan(4 * Math.sqrt(2000));
    expect(new Set(signs.dataSync())).toEqual(new Set([1, -1]));
  });
});
