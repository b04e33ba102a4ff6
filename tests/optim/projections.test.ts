import { describe, expect, test } from 'vitest';
import { np, optim, random, type NDArray } from 'fluxion';
import { projectionLaws, type ProjectionCase } from 'fluxion/laws';

interface Pair {
  readonly a: NDArray;
  readonly b: NDArray;
}
const point = (key: random.Key): Pair => {
  const [k, l] = random.split(key);
  return { a: random.normal(k, [3], 'float64').mul(2), b: random.normal(l, [2, 2], 'float64').mul(2) };
};
const normal = point(random.key(7));
const total = (x: Pair): NDArray => optim.tree.sum(x);
const each = (x: Pair, f: (leaf: NDArray) => NDArray): Pair => ({ a: f(x.a), b: f(x.b) });
const excess = (x: NDArray, most: number): NDArray => np.maximum(x.sub(most), 0);
const positive = (key: random.Key): Pair => each(point(key), np.abs);
const scaledTo = (x: Pair, norm: NDArray, most: number): Pair =>
  each(x, (leaf) => leaf.mul(np.minimum(np.divide(most, norm), 1)));

const cases: readonly ProjectionCase<Pair>[] = [
  {
    name: 'projectionBox',
    project: (x) => optim.projections.projectionBox(x, -1, 0.5),
    point,
    member: (key) => each(point(key), (x) => np.clip(x, -1, 0.5)),
    violation: (x) => np.maximum(excess(x.a, 0.5).max(), excess(x.b.neg(), 1).max()),
  },
  {
    name: 'projectionNonNegative',
    project: optim.projections.projectionNonNegative,
    point,
    member: positive,
    violation: (x) => np.maximum(x.a.neg().max(), np.maximum(x.b.neg().max(), 0)),
  },
  {
    name: 'projectionSimplex',
    project: (x) => optim.projections.projectionSimplex(x, 2),
    point,
    member: (key) => {
      const x = positive(key);
      return each(x, (leaf) => leaf.mul(2).div(total(x)));
    },
    violation: (x) => np.maximum(np.abs(total(x).sub(2)), np.maximum(x.a.min().neg(), x.b.min().neg())),
  },
  {
    name: 'projectionL1Ball',
    project: (x) => optim.projections.projectionL1Ball(x, 1.5),
    point,
    member: (key) => scaledTo(point(key), optim.tree.norm(point(key), { ord: 1 }), 1.5),
    violation: (x) => excess(optim.tree.norm(x, { ord: 1 }), 1.5),
  },
  {
    name: 'projectionL2Ball',
    project: (x) => optim.projections.projectionL2Ball(x, 1.5),
    point,
    member: (key) => scaledTo(point(key), optim.tree.norm(point(key)), 1.5),
    violation: (x) => excess(optim.tree.norm(x), 1.5),
  },
  {
    name: 'projectionLinfBall',
    project: (x) => optim.projections.projectionLinfBall(x, 0.7),
    point,
    member: (key) => each(point(key), (x) => np.clip(x, -0.7, 0.7)),
    violation: (x) => excess(optim.tree.norm(x, { ord: 'inf' }), 0.7),
  },
  {
    name: 'projectionHyperplane',
    project: (x) => optim.projections.projectionHyperplane(x, normal, 1),
    point,
    member: (key) => {
      // Moved along the first element of `a` until it fulfils the equation.
      const x = point(key);
      const missing = np.subtract(1, optim.tree.vdot(normal, x)).div(normal.a.get(0));
      return { ...x, a: x.a.at(0).add(missing) };
    },
    violation: (x) => np.abs(optim.tree.vdot(normal, x).sub(1)),
  },
  {
    name: 'projectionHalfspace',
    project: (x) => optim.projections.projectionHalfspace(x, normal, -1),
    point,
    member: (key) => {
      const x = point(key);
      const over = excess(optim.tree.vdot(normal, x), -1);
      return { ...x, a: x.a.at(0).add(over.div(normal.a.get(0)).neg()) };
    },
    violation: (x) => excess(optim.tree.vdot(normal, x), -1),
  },
];
describe('projections', () => {
  for (const { name, check } of cases.flatMap(projectionLaws)) test(name, () => check({ runs: 4 }));
  test('a simplex of one corner, of ties and of nothing', () => {
    expect(optim.projections.projectionSimplex(np.array([3])).toNested()).toEqual([1]);
    expect(optim.projections.projectionSimplex(np.array([2, 2, 2, 2])).toNested()).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(optim.projections.projectionSimplex(np.array([1, 2]), 0).toNested()).toEqual([0, 0]);
    expect(optim.projections.projectionSimplex(np.zeros([0])).shape).toEqual([0]);
  });
  test('balls of radius 0 are the origin, and the origin stays', () => {
    const x = np.array([1, -2]);
    for (const project of [
      optim.projections.projectionL1Ball,
      optim.projections.projectionL2Ball,
      optim.projections.projectionLinfBall,
    ]) {
      expect(np.abs(project(x, 0)).toNested()).toEqual([0, 0]);
      expect(np.abs(project(np.zeros([2]), 1)).toNested()).toEqual([0, 0]);
    }
  });
  test('a box of arrays', () => {
    const [low, high] = [np.array([0, -1]), np.array([1, 2])];
    expect(optim.projections.projectionBox(np.array([5, -5]), low, high).toNested()).toEqual([1, -1]);
  });
  test('a negative radius is refused', () => {
    expect(() => optim.projections.projectionL2Ball(np.ones([2]), -1)).toThrow(
      'projectionL2Ball: expected a radius from 0, got -1.',
    );
  });
});
