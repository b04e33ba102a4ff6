/**
 * The neural tangent kernel (Jacot, Gabriel and Hongler 2018) by `vmap(jacrev)`: the wider a network, the less its kernel moves in training, and the
 * better training is told in advance by kernel regression.
 */
import { join } from 'node:path';
import { grad, jacrev, jit, linalg, nn, np, random, ravelPytree, scan, vmap, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { hconcat, lineChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const around = (angles: NDArray): NDArray => np.stack([np.cos(angles), np.sin(angles)], 1);
const count = 8;
/** Eight points on a circle, and a function to be learnt there. */
const x = around(np.multiply(np.arange(count), (2 * Math.PI) / count));
const y = np.array([1, 0.3, -0.6, 0.2, 0.9, -0.4, -1, 0.1]);
const angles = np.linspace(0, 2 * Math.PI, 121);
const everywhere = around(angles);

/** A network of one hidden layer as a function of all its parameters in one row; what scales them is outside. */
const network = (width: number) => {
  const kernel = nn.initializers.normal(1);
  const scaled = (h: NDArray): NDArray => np.divide(h, Math.sqrt(width));
  const model = nn.serial({ a: nn.dense(width, { kernel }), act: nn.relu, scaled, b: nn.dense(1, { kernel }) });
  const { params, state } = model.init(random.key(width), [2]);
  const [start, unravel] = ravelPytree(params);
  const f = (row: NDArray, at: NDArray): NDArray => np.squeeze(model.apply(unravel(row), state, at, {})[0], -1);
  return { start, f };
};
type Network = ReturnType<typeof network>;

/** Inner products of the gradients with respect to the parameters, between all of two sets of points. */
const kernelOf = ({ f }: Network, row: NDArray, a: NDArray, b: NDArray): NDArray => {
  const jacobian = (points: NDArray): NDArray => vmap((at: NDArray) => jacrev(f)(row, at))(points);
  return np.matmul(jacobian(a), np.transpose(jacobian(b)));
};

/** Gradient descent on half the sum of squares. */
const train = ({ start, f }: Network, rate: number, steps: number): NDArray => {
  const loss = (row: NDArray): NDArray => nn.halfSumOfSquares(f(row, x), y).sum();
  const step = (row: NDArray): readonly [NDArray, null] => [row.sub(grad(loss)(row).mul(rate)), null];
  return jit((row: NDArray) => scan(step, row, null, { length: steps })[0])(start);
};

/** What the network gives after training if its kernel stays as it is: the errors shrink by `1 - rate * eigenvalue` in each step. */
const foretold = (net: Network, rate: number, steps: number): NDArray => {
  const { eigenvalues: values, eigenvectors: vectors } = linalg.eigh(kernelOf(net, net.start, x, x));
  const learnt = np.divide(np.subtract(1, np.power(np.subtract(1, values.mul(rate)), steps)), values);
  const errors = np.matmul(np.transpose(vectors), y.sub(net.f(net.start, x)));
  const weights = np.matmul(vectors, learnt.mul(errors));
  return net.f(net.start, everywhere).add(np.matmul(kernelOf(net, net.start, everywhere, x), weights));
};

const size = (m: NDArray): number => Number(linalg.norm(m).item());

export const run: Example = async ({ budget, out, write }) => {
  const widths = budget === 'full' ? [16, 64, 256, 1024, 4096] : [16, 256];
  const [rate, steps] = [0.1, budget === 'full' ? 4000 : 400];
  const figures: { [name: string]: number } = {};
  const panels = widths.map((width) => {
    const net = network(width);
    const trained = train(net, rate, steps);
    const before = kernelOf(net, net.start, x, x);
    const moved = size(kernelOf(net, trained, x, x).sub(before)) / size(before);
    const [reached, told] = [net.f(trained, everywhere), foretold(net, rate, steps)];
    const apart = Math.sqrt(Number(np.mean(np.square(reached.sub(told))).item()));
    const error = Math.sqrt(Number(np.mean(np.square(net.f(trained, x).sub(y))).item()));
    write(
      `width ${String(width).padStart(4)}: the kernel moved by ${(moved * 100).toFixed(1)} %, network and kernel regression are ${apart.toFixed(4)} apart, error ${error.toExponential(1)}`,
    );
    Object.assign(figures, { [`moved ${width}`]: moved, [`apart ${width}`]: apart });
    const lines = { trained: { x: angles, y: reached }, foretold: { x: angles, y: told, dashed: true } };
    return lineChart(lines, { title: `width ${width}`, x: 'angle', y: 'output', width: 280, height: 180 });
  });
  await orThrow(saveChart(join(out, 'kernel.png'), hconcat([panels[0], panels.at(-1)].filter((p) => p !== undefined))));
  return figures;
};
