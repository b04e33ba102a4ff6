/** Gradient descent on f(x, y) = x^2 / 20 + y^2: a good learning rate arrives, a small one crawls, a large one flies away. */
import { grad, jit, np, type NDArray } from 'fluxion';
import type { Example } from '../shared/example.ts';

const f = (p: NDArray): NDArray => p.get(0).square().div(20).add(p.get(1).square());

/** The points passed in `steps` steps from (-7, 2). */
const descend = (rate: number, steps: number): readonly (readonly number[])[] => {
  const step = jit((p: NDArray) => p.sub(grad(f)(p).mul(rate)));
  const path: (readonly number[])[] = [];
  let p = np.array([-7, 2]);
  for (let i = 0; i <= steps; i++) {
    path.push([...p.dataSync()]);
    p = step(p);
  }
  return path;
};

export const run: Example = async ({ write }) => {
  const distances = [0.95, 0.05, 1.05].map((rate) => {
    const [x = 0, y = 0] = descend(rate, 100).at(-1) ?? [];
    write(`learning rate ${rate}: after 100 steps at (${x.toFixed(3)}, ${y.toFixed(3)})`);
    return Math.hypot(x, y);
  });
  const [good = NaN, small = NaN, large = NaN] = distances;
  return Promise.resolve({ good, small, large });
};
