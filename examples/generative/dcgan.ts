/**
 * A DCGAN (Radford, Metz and Chintala 2015) on MNIST: a generator of transposed convolutions and a discriminator of convolutions, trained in turns by pure
 * updates of one value. Whether it makes digits is said by a classifier that saw only real ones.
 */
import { join } from 'node:path';
import { jit, nn, np, optim, random, valueAndGrad, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { hconcat, imageChart, imageGrid, lineChart, saveChart } from 'fluxion/plot';
import { fit } from 'fluxion/train';
import { asRows, digits, percent, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const [codes, batch] = [64, 64];
const twice = { strides: 2, padding: 'same', kernel: nn.initializers.normal(0.02) } as const;
const leaky = (x: NDArray): NDArray => nn.leakyRelu(x, 0.2);
const generator = nn.serial({
  dense: nn.dense(7 * 7 * 48),
  fold: nn.reshape([7, 7, 48]),
  norm: nn.batchNorm(),
  act: nn.relu,
  up: nn.convTranspose2d(24, [4, 4], twice),
  norm2: nn.batchNorm(),
  act2: nn.relu,
  picture: nn.convTranspose2d(1, [4, 4], twice),
  squash: nn.tanh,
});
const discriminator = nn.serial({
  down: nn.conv2d(24, [4, 4], twice),
  act: leaky,
  down2: nn.conv2d(48, [4, 4], twice),
  act2: leaky,
  flat: nn.flatten(),
  score: nn.dense(1),
});
const [g, d] = [generator.init(random.key(0), [codes]), discriminator.init(random.key(1), [28, 28, 1])];
const optimizer = optim.adam(0.0005, { b1: 0.5 });

/** Both networks on their way, and the running means of the generator's normalisations. */
const start = {
  generator: { params: g.params, memory: optimizer.init(g.params) },
  state: g.state,
  discriminator: { params: d.params, memory: optimizer.init(d.params) },
};
type Pair = typeof start;

const loss = nn.ganLoss('nonSaturating');
const score = (params: typeof d.params, x: NDArray): NDArray => discriminator.apply(params, d.state, x, {})[0];
const make = (params: typeof g.params, state: typeof g.state, key: random.Key, n = batch) =>
  generator.apply(params, state, random.normal(key, [n, codes]), { training: true, key });

/** One turn: the discriminator learns to tell real from made, the generator to be taken for real. */
const turn = jit((before: Pair, images: NDArray, key: random.Key) => {
  const real = np.expandDims(images.astype('float32').div(127.5).sub(1), -1);
  const [a, b] = random.split(key);
  const [fake] = make(before.generator.params, before.state, a);
  const told = valueAndGrad((params: typeof d.params) =>
    loss.discriminator(score(params, real), score(params, fake)).mean(),
  )(before.discriminator.params);
  const [judging, judged] = optimizer.update(told[1], before.discriminator.memory, before.discriminator.params);
  const judge = { params: optim.applyUpdates(before.discriminator.params, judging), memory: judged };
  const [[deceived, state], slopes] = valueAndGrad(
    (params: typeof g.params) => {
      const [pictures, next] = make(params, before.state, b);
      return [loss.generator(score(judge.params, pictures)).mean(), next] as const;
    },
    { hasAux: true },
  )(before.generator.params);
  const [making, made] = optimizer.update(slopes, before.generator.memory, before.generator.params);
  const maker = { params: optim.applyUpdates(before.generator.params, making), memory: made };
  return [{ generator: maker, state, discriminator: judge } satisfies Pair, told[0], deceived] as const;
});

/** Bytes of `n` made digits. */
const drawDigits = ({ generator: { params }, state }: Pair, key: random.Key, n: number): NDArray => {
  const [pictures] = jit(() => make(params, state, key, n))();
  return np.round(np.squeeze(pictures, -1).add(1).mul(127.5)).astype('uint8');
};

/** The mean square of the difference between two mean pictures. */
const distance = (a: NDArray, b: NDArray): number =>
  Number(np.mean(np.square(np.mean(a, 0).sub(np.mean(b, 0)).div(255))).item());

/** What a classifier of real digits says of made ones: how sure it is, and how many of the ten it sees in at least 2 % of them. */
const judgement = async (train: Examples, made: NDArray, epochs: number) => {
  const model = nn.serial({ asRows, hidden: nn.dense(64), act: nn.relu, head: nn.dense(10) });
  const options = { loss: nn.softmaxCrossEntropy, optimizer: optim.adam(0.002), batchSize: 100, key: random.key(2) };
  const { params, state } = await fit(model, { ...options, data: train, epochs });
  const shares = nn.softmax(model.apply(params, state, made, {})[0]);
  const counts = np.bincount(np.argmax(shares, -1), { length: 10 }).dataSync();
  const seen = [...counts].filter((count) => Number(count) >= (made.shape[0] ?? 0) / 50).length;
  return { confidence: Number(np.mean(np.max(shares, -1)).item()), classes: seen };
};

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const { train } = await digits(isFull ? 60_000 : 4000, 10);
  const steps = isFull ? 4000 : 150;
  const [telling, deceiving]: readonly [number[], number[]] = [[], []];
  let pair = start;
  for (let i = 0; i < steps; i++) {
    const rows = random.randint(random.foldIn(random.key(3), i), [batch], 0, train.y.size);
    const [next, told, deceived] = turn(pair, train.x.get(rows), random.foldIn(random.key(4), i));
    pair = next;
    telling.push(Number(told.item()));
    deceiving.push(Number(deceived.item()));
  }
  const made = drawDigits(pair, random.key(6), 500);
  const { confidence, classes } = await judgement(train, made, isFull ? 3 : 2);
  const apart = [drawDigits(start, random.key(6), 500), made].map((some) => distance(some, train.x));
  write(`a classifier is sure of the made digits to ${percent(confidence, 1)}, and sees ${classes} of the ten`);
  write(`their mean is ${apart.map((value) => value.toFixed(4)).join(' at first, then ')} from that of real ones`);
  const title = `Made after ${steps} turns`;
  const picture = imageChart(imageGrid(made.get(':100'), { columns: 10, padding: 0 }), { title, scale: 1.2 });
  const lines = { discriminator: telling, generator: deceiving };
  const chart = lineChart(lines, { title: 'Losses', x: 'turn', y: 'loss', width: 300, height: 220 });
  await orThrow(saveChart(join(out, 'digits.png'), hconcat([picture, chart])));
  return { confidence, classes, before: apart[0] ?? NaN, after: apart[1] ?? NaN };
};
