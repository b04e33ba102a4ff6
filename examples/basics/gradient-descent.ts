/** Gradient descent on f(x, y) = x^2 / 20 + y^2: a good learning rate arrives, a small one crawls, a large one flies away. */
import { join } from 'node:path';
import { grad, jit, np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { contourChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const f = (x: NDArray, y: NDArray): NDArray => x.square().div(20).add(y.square());
const at = (p: NDArray): NDArray => f(p.get(0), p.get(1));

/** The points passed in `steps` steps from (-7, 2). */
const descend = (rate: number, steps: number): readonly (readonly number[])[] => {
  const step = jit((p: NDArray) => p.sub(grad(at)(p).mul(rate)));
  const path: (readonly number[])[] = [];
  let p = np.array([-7, 2]);
  for (let i = 0; i <= steps; i++) {
    path.push([...p.dataSync()]);
    p = step(p);
  }
  return path;
};

export const run: Example = async ({ out, write }) => {
  const rates = { good: 0.95, small: 0.05, large: 1.05 };
  const paths = Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, descend(rate, 100)]));
  const distances = Object.entries(rates).map(([name, rate]): readonly [string, number] => {
    const [x = 0, y = 0] = paths[name]?.at(-1) ?? [];
    write(`learning rate ${rate}: after 100 steps at (${x.toFixed(3)}, ${y.toFixed(3)})`);
    return [name, Math.hypot(x, y)];
  });
  const shown = Object.entries(rates).map(
    ([name, rate]) => [`${name}: ${rate}`, (paths[name] ?? []).slice(0, name === 'large' ? 10 : 30)] as const,
  );
  const chart = contourChart(f, [-8, 8], [-4, 4], {
    title: 'Steps of gradient descent on x²/20 + y²',
    x: 'x',
    y: 'y',
    paths: Object.fromEntries(shown),
  });
  await orThrow(saveChart(join(out, 'descent.png'), chart));
  return Object.fromEntries(distances);
};
