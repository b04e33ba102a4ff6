/** The computational graph of z = (x + y)^2 at x = 3, y = 5, with values going forwards and local gradients coming back. */
import { join } from 'node:path';
import { grad, makeGraph, np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { computationalGraph, dotChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const z = (x: NDArray, y: NDArray): NDArray => np.square(x.add(y));

export const run: Example = async ({ out, write }) => {
  write(String(makeGraph(z)(3, 5)));
  const t = 3 + 5;
  write(`forwards: t = x + y = ${t}, z = t^2 = ${t * t}`);
  write(`local gradients: dz/dt = 2t = ${2 * t}, dt/dx = 1, dt/dy = 1; by the chain rule dz/dx = dz/dy = ${2 * t}`);
  const [dx, dy] = grad(z, { argnums: [0, 1] })(3, 5);
  write(`by autodiff: dz/dx = ${dx.item()}, dz/dy = ${dy.item()}`);
  const dot = computationalGraph(z, [3, 5], { names: ['x', 'y'], title: 'z = (x + y)²' });
  await orThrow(saveChart(join(out, 'graph.png'), dotChart(dot)));
  return { z: Number(z(np.array(3), np.array(5)).item()), dx: Number(dx.item()), dy: Number(dy.item()) };
};
