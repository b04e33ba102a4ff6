/** A two-layer network on MNIST trained by numeric gradients for a few steps, then by backpropagation: equal gradients, and how much faster one is. */
import { join } from 'node:path';
import { grad, jit, lax, nn, np, optim, random, ravelPytree, tree, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { historyChart, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { asRows, digits, first, percent, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const model = (hidden: number) => nn.serial({ asRows, hidden: nn.dense(hidden), act: nn.sigmoid, head: nn.dense(10) });

/** The mean loss over a few images as a function of all parameters in one float64 row. */
const flatLoss = (hidden: number, { x, y }: Examples) => {
  const net = model(hidden);
  const { params, state } = net.init(random.key(0), [28, 28]);
  const [start, unravel] = ravelPytree(tree.map((leaf: NDArray) => leaf.astype('float64'), params));
  const loss = (row: NDArray): NDArray => nn.softmaxCrossEntropy(net.apply(unravel(row), state, x, {})[0], y).mean();
  return { start, loss };
};

/** Central differences, parameter after parameter: two forward passes for each. */
const numericGradient = (loss: (row: NDArray) => NDArray, h = 1e-4): ((row: NDArray) => NDArray) =>
  jit((row: NDArray) => {
    const moved = (i: NDArray, by: number): NDArray => loss(row.at(i).add(by));
    return lax.map(
      (i: NDArray) =>
        moved(i, h)
          .sub(moved(i, -h))
          .div(2 * h),
      np.arange(row.size),
    );
  });

/** What a call gives, and its seconds. */
const timed = (f: () => NDArray): readonly [NDArray, number] => {
  f(); // compiles
  const began = performance.now();
  const value = f();
  value.dataSync();
  return [value, (performance.now() - began) / 1000];
};

/** The same steps of gradient descent with either gradient. */
const steps = (gradient: (row: NDArray) => NDArray, start: NDArray, count: number): NDArray => {
  let row = start;
  for (let i = 0; i < count; i++) row = row.sub(gradient(row).mul(0.1));
  return row;
};

const largest = (x: NDArray): number => Number(np.max(np.abs(x)).item());

export const run: Example = async ({ budget, out, write }) => {
  const data = await digits(budget === 'full' ? 60_000 : 4000, budget === 'full' ? 10_000 : 1000);
  const few = first(data.train, 5);
  const { start, loss } = flatLoss(budget === 'full' ? 16 : 4, few);
  const [byNumbers, byBackprop] = [numericGradient(loss), jit(grad(loss))];
  const [numeric, slow] = timed(() => byNumbers(start));
  const [exact, fast] = timed(() => byBackprop(start));
  const difference = largest(numeric.sub(exact)) / largest(exact);
  write(`${start.size} parameters, 5 images: the gradients differ by ${difference.toExponential(1)} of the largest`);
  write(
    `numeric ${slow.toFixed(3)} s, backpropagation ${(fast * 1000).toFixed(3)} ms: ${Math.round(slow / fast)} times faster`,
  );
  const apart = largest(steps(byNumbers, start, 3).sub(steps(byBackprop, start, 3)));
  write(`after three steps with either, the parameters differ by at most ${apart.toExponential(1)}`);

  const net = model(50);
  const options = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  const fitted = await fit(net, {
    ...options,
    data: data.train,
    validation: data.test,
    optimizer: optim.sgd(0.5),
    epochs: budget === 'full' ? 16 : 3,
    batchSize: budget === 'full' ? 100 : 20,
    key: random.key(1),
  });
  const { accuracy = NaN } = await evaluate(net, fitted, { ...options, data: data.test });
  write(`trained by backpropagation on ${data.train.x.shape[0]} images: test accuracy ${percent(accuracy)}`);
  await orThrow(
    saveChart(join(out, 'training.png'), historyChart(fitted.history, { title: '784-50-10 on MNIST, SGD' })),
  );
  return { difference, speedup: slow / fast, apart, accuracy };
};
