import { describe, expect, test } from 'vitest';
import { nameLists, spelled } from './names.ts';
import { lost, snapshotOf, storedSnapshot, surface } from './surface.ts';

describe('the surface', () => {
  const now = snapshotOf(surface());
  test('no name that was there has gone, and none is exercised no longer', () =>
    expect(lost(storedSnapshot(), now), 'put the name back, or its law or test').toEqual([]));
  test('a loss is found', () => {
    const before = { present: ['np.sin', 'np.cos'], exercised: ['np.sin', 'np.cos'] };
    expect(lost(before, { present: ['np.sin'], exercised: [] })).toEqual([
      'np.cos',
      'np.sin (exercised)',
      'np.cos (exercised)',
    ]);
  });
  test('what does not exist or is not called does not count', () => {
    expect(surface().find(({ name }) => name === 'grad')?.path).toBe('grad');
    expect(now.present).not.toContain('np.notThere');
    expect(now.exercised.every((path) => now.present.includes(path))).toBe(true);
  });
  test('names are spelled in camelCase', () =>
    expect(['erf_inv', 'atleast_1d', 'switch', 'value_and_grad'].map(spelled)).toEqual([
      'erfInv',
      'atleast1d',
      'switchCase',
      'valueAndGrad',
    ]));
  test('no list names anything twice', () => {
    for (const { names } of nameLists) {
      const all = names.trim().split(/\s+/);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});
