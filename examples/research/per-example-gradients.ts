/**
 * The gradient of each digit alone, by `vmap(grad(loss))` over the examples: what a loop over them gives, at a fraction of the time. The digits with
 * the longest gradients are those that are hard to read.
 */
import { join } from 'node:path';
import { grad, jit, nn, np, optim, random, vmap, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { captionedImages, saveChart } from 'fluxion/plot';
import { fit, predict } from 'fluxion/train';
import { asRows, digits, first, percent, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const model = nn.serial({ asRows, hidden: nn.dense(64), act: nn.relu, head: nn.dense(10) });
const { state } = model.init(random.key(0), [28, 28]);
type Params = nn.ParamsOf<typeof model>;

/** The loss of one digit: there is no batch here. */
const loss = (params: Params, x: NDArray, y: NDArray): NDArray =>
  nn.softmaxCrossEntropy(model.apply(params, state, x, {})[0], y);

/** The length of the gradient of one digit. */
const norm = (params: Params, x: NDArray, y: NDArray): NDArray => optim.tree.norm(grad(loss)(params, x, y));

/** The same for each of a batch. */
const norms = jit(vmap(norm, { inAxes: [null, 0, 0] }));
const one = jit(norm);

/** All of them, 500 at a time. */
const normsOf = (params: Params, { x, y }: Examples, size = 500): NDArray =>
  np.concatenate(
    Array.from({ length: Math.ceil(y.size / size) }, (_, i) => {
      const rows = `${i * size}:${(i + 1) * size}` as const;
      return norms(params, x.get(rows), y.get(rows));
    }),
  );

/** How far a loop over a few digits is from `norms` at most, as a share. */
const departure = (params: Params, few: Examples): number => {
  const looped = np.stack(Array.from({ length: few.y.size }, (_, i) => one(params, few.x.get(i), few.y.get(i))));
  return Number(np.max(np.abs(np.divide(looped, norms(params, few.x, few.y)).sub(1))).item());
};

/** Milliseconds of a call that was made before. */
const timeOf = (f: () => NDArray): number => {
  f().dataSync();
  const began = performance.now();
  f().dataSync();
  return performance.now() - began;
};

/** The first twenty of an order, with what they are and what they were read as. */
const pictureOf = ({ x, y }: Examples, answers: NDArray, order: NDArray) => {
  const some = order.get(':20');
  const [labels, read] = [y.get(some).dataSync(), answers.get(some).dataSync()];
  const captions = Array.from(labels, (label, i) => `${label}, read as ${read[i]}`);
  return captionedImages(x.get(some), captions, { title: 'The digits with the longest gradients', scale: 3 });
};

export const run: Example = async ({ budget, out, write }) => {
  const { train, test } = await digits(budget === 'full' ? 60_000 : 3000, budget === 'full' ? 10_000 : 1000);
  const { params } = await fit(model, {
    data: train,
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.adam(0.002),
    epochs: budget === 'full' ? 3 : 4,
    batchSize: 100,
    key: random.key(0),
  });
  const few = first(test, 100);
  const difference = departure(params, few);
  const batched = timeOf(() => norms(params, few.x, few.y)) / 100;
  const alone = timeOf(() => one(params, few.x.get(0), few.y.get(0)));
  write(`vmap(grad) and a loop over 100 digits differ by ${difference.toExponential(1)} of the norms at most`);
  write(`milliseconds a digit: ${batched.toFixed(3)} by vmap, ${alone.toFixed(3)} one by one`);

  const answers = np.argmax(await predict(model, { params, state }, test.x), -1);
  const right = np.equal(answers, test.y).astype('float32');
  const order = np.flip(np.argsort(normsOf(params, test)));
  const most = Math.round(test.y.size / 50);
  const accuracy = Number(np.mean(right).item());
  const ofLongest = Number(np.mean(right.get(order.get(`:${most}`))).item());
  write(`right answers: ${percent(accuracy)} of all, ${percent(ofLongest)} of the 2 % with the longest gradients`);
  await orThrow(saveChart(join(out, 'unusual.png'), pictureOf(test, answers, order)));
  return { difference, accuracy, 'accuracy of the longest': ofLongest };
};
