/**
 * A fixed point `z = tanh(W z + x)` as a layer (Bai, Kolter and Koltun 2019): by the implicit function theorem its gradient is the solution of another fixed
 * point. Written as a `customVjp` it equals the gradient through all iterations, and its memory does not grow with them.
 */
import { join } from 'node:path';
import { customVjp, grad, jit, linalg, np, random, scan, vjp, whileLoop, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { hconcat, lineChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const units = 64;
/** One application; with a `W` of spectral norm 0.95 it brings points closer together. */
const step = (w: NDArray, x: NDArray, z: NDArray): NDArray => np.tanh(np.matmul(w, z).add(x));

/** Apply `f` again and again, until it changes nothing more than rounding does. */
const iterate = (f: (z: NDArray) => NDArray, start: NDArray): NDArray =>
  whileLoop(
    ([now, before]: readonly [NDArray, NDArray]) => np.greater(np.max(np.abs(now.sub(before))), 1e-12),
    ([now]) => [f(now), now] as const,
    [f(start), start],
  )[0];

const solve = (w: NDArray, x: NDArray): NDArray => iterate((z) => step(w, x, z), np.zerosLike(x));

/**
 * If `z = f(w, x, z)`, a cotangent `c` of `z` becomes the `u` with `u = c + u df/dz`, and `u df/dw`, `u df/dx` are what `w` and `x` receive. Only the
 * solution is kept.
 */
const fixedPoint = customVjp(solve, {
  fwd: (w: NDArray, x: NDArray) => {
    const z = solve(w, x);
    return [z, { w, x, z }] as const;
  },
  bwd: ({ w, x, z }, c: NDArray) => {
    const [, pull] = vjp(step, w, x, z);
    const u = iterate((v) => c.add(pull(v)[2]), c);
    const [dw, dx] = pull(u);
    return [dw, dx];
  },
});

/** The same by a number of iterations, through all of which gradients go. */
const unrolled =
  (iterations: number) =>
  (w: NDArray, x: NDArray): NDArray =>
    scan((z: NDArray) => [step(w, x, z), null] as const, np.zerosLike(x), null, { length: iterations })[0];

/** The gradient of a function of the fixed point with respect to `W`. */
const gradientThrough = (solver: (w: NDArray, x: NDArray) => NDArray) =>
  jit(grad((w: NDArray, x: NDArray) => np.sum(np.square(solver(w, x)))));

export const run: Example = async ({ budget, out, write }) => {
  const [a, b] = random.split(random.key(0));
  const noise = random.normal(a, [units, units]).astype('float64');
  const symmetric = noise.add(np.transpose(noise));
  const w = symmetric.mul(0.95).div(linalg.norm(symmetric, { ord: 2 }));
  const x = random.normal(b, [units]).astype('float64').mul(0.1);
  const implicit = gradientThrough(fixedPoint);
  const exact = implicit(w, x);
  const kilobytes = implicit.lower(w, x).callBytes / 1024;
  const size = Number(linalg.norm(exact).item());
  const counts = budget === 'full' ? [5, 10, 20, 40, 80, 160, 320, 640] : [10, 80, 640];
  const rows = counts.map((count) => {
    const through = gradientThrough(unrolled(count));
    const apart = Number(linalg.norm(through(w, x).sub(exact)).item()) / size;
    const memory = through.lower(w, x).callBytes / 1024;
    write(
      `${String(count).padStart(3)} iterations: gradients differ by ${apart.toExponential(1)}; ${memory.toFixed(0)} KiB, implicit ${kilobytes.toFixed(0)} KiB`,
    );
    return { count, apart, memory };
  });
  const panel = { x: 'iterations', xScale: 'log', yScale: 'log', points: true, width: 300, height: 220 } as const;
  const line = (y: readonly number[]) => ({ x: counts, y });
  const memories = { unrolled: line(rows.map((r) => r.memory)), implicit: line(counts.map(() => kilobytes)) };
  const chart = hconcat([
    lineChart(
      { difference: line(rows.map((r) => r.apart)) },
      { title: 'From the implicit gradient', y: 'relative difference', ...panel },
    ),
    lineChart(memories, { title: 'Memory of a gradient', y: 'KiB', ...panel }),
  ]);
  await orThrow(saveChart(join(out, 'fixed-point.png'), chart));
  const last = rows.at(-1);
  return { apart: last?.apart ?? NaN, memory: last?.memory ?? NaN, 'implicit memory': kilobytes };
};
