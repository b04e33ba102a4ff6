/** What must not be done twice, and what must not be kept. */
import * as fc from 'fast-check';
import { checkpoint, grad, jit, makeGraph, np, scan, vmap, whileLoop, type NDArray } from 'fluxion';
import { plannedScratch, statistics } from 'fluxion/extend';
import { fact, law, type Law } from './law.ts';
import type { Flat } from './numeric.ts';
import { programs } from './program/arbitrary.ts';
import { gradientOf, pointOf } from './program/point.ts';

/**
 * Throws if equal steps go on to transform or compile. What was made of a program lives as long as the program does: a garbage collection between
 * two steps may take it away, but not between any two of a few.
 */
const costsOnce = (what: string, step: () => unknown): void => {
  step();
  const costs = (): readonly [transforms: number, modules: number] => {
    const before = statistics();
    step();
    const after = statistics();
    return [after.transforms - before.transforms, after.modules - before.modules];
  };
  const isFree = ([transforms, modules]: readonly [number, number]): boolean => transforms === 0 && modules === 0;
  const first = costs();
  if (isFree(first) || isFree(costs()) || isFree(costs())) return;
  throw new Error(
    `${what}: expected nothing new in the second step, got ${first[0]} transforms and ${first[1]} modules, and more in the third and fourth`,
  );
};

const again = law(
  'what was transformed and compiled once is not again, by fresh closures either',
  fc.property(programs({ length: 6 }), (item) => {
    const { loss, moving } = pointOf(item);
    const jitted = jit(loss);
    costsOnce('grad of one jit', () => gradientOf(jitted)(moving));
    const fresh = (): ((xs: Flat) => NDArray) => pointOf(item).loss;
    costsOnce('grad of a fresh function', () => gradientOf(fresh())(moving));
    costsOnce('grad of a fresh jit', () => gradientOf(jit(fresh()))(moving));
    costsOnce('jit of a fresh grad', () => jit(gradientOf(fresh()))(moving));
    costsOnce('vmap of a fresh grad', () => vmap(gradientOf(fresh()))(moving.map((x) => np.stack([x, x]))));
  }),
);

const overScan = fact('steps of grad over a scan with a fresh closure transform and compile nothing new', () => {
  const xs = np.ones([5, 3]);
  let weights = np.array([0.1, 0.2, 0.3]);
  const step = (): void => {
    // What the body closes over is another array each time.
    const loss = (w: NDArray): NDArray => {
      const scaled = w.mul(0.5);
      return scan((c: NDArray, x: NDArray) => [np.tanh(c.add(x.mul(scaled))), c] as const, np.zeros([3]), xs)[0].sum();
    };
    weights = weights.sub(grad(loss)(weights).mul(0.1));
  };
  step();
  costsOnce('grad over scan', step);
});

/** The scratch of the gradient of a chain of layers. */
const chainScratch = (
  wrap: (f: (x: NDArray, w: NDArray) => NDArray) => (x: NDArray, w: NDArray) => NDArray,
): number => {
  const block = wrap((x, w) => np.tanh(np.sin(np.tanh(np.sin(np.matmul(x, w))))));
  const loss = (ws: readonly NDArray[], x: NDArray): NDArray => ws.reduce((y, w) => block(y, w), x).sum();
  const ws = Array.from({ length: 8 }, () => np.ones([8, 8]));
  return plannedScratch(makeGraph((w: readonly NDArray[], x: NDArray) => grad(loss)(w, x))(ws, np.ones([512, 8])));
};

const lowerPeak = fact('checkpoint lowers the planned peak', () => {
  const [whole, recomputed] = [chainScratch((f) => f), chainScratch((f) => checkpoint(f))];
  if (!(recomputed < 0.6 * whole))
    throw new Error(`expected far less than ${whole} bytes with checkpoint, got ${recomputed}`);
});

/** Carries that the gradient of a loop by a condition keeps, by the number of steps that it may take. */
const carriesKept = (maxSteps: number): number => {
  const size = 1000;
  const loss = (w: NDArray, x: NDArray): NDArray =>
    whileLoop(
      ([i]: readonly [NDArray, NDArray]) => i.less(maxSteps),
      ([i, c]) => [i.add(1), np.tanh(c.mul(w))] as const,
      [np.zeros([], 'int32'), x],
      { maxSteps },
    )[1].sum();
  const graph = makeGraph((w: NDArray, x: NDArray) => grad(loss)(w, x))(np.ones([]), np.ones([size]));
  return plannedScratch(graph) / (4 * size);
};

const rootOfSteps = fact('whileLoop keeps carries by the square root of maxSteps', () => {
  for (const steps of [100, 1600, 10_000])
    if (!(carriesKept(steps) < 6 * Math.sqrt(steps)))
      throw new Error(
        `expected fewer than ${6 * Math.sqrt(steps)} carries of ${steps} steps, got ${carriesKept(steps)}`,
      );
});

export const memoryLaws = (): readonly Law[] => [again, overScan, lowerPeak, rootOfSteps];
