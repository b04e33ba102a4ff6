/**
 * A Wasserstein GAN with gradient penalty (Gulrajani et al. 2017) on eight heaps of points on a circle: the loss of the critic holds a gradient of the
 * critic, and training takes the gradient of that.
 */
import { join } from 'node:path';
import { jit, nn, np, optim, random, scan, valueAndGrad, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { gridChart, lineChart, saveChart, scatterChart } from 'fluxion/plot';
import { gradientPenalty } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const [heaps, batch, criticSteps] = [8, 128, 5];
const centres = (): NDArray => {
  const angles = np.arange(heaps).mul((2 * Math.PI) / heaps);
  return np.stack([np.cos(angles), np.sin(angles)], 1).mul(2);
};
/** Points about the centres, 0.1 wide. */
const drawReal = (key: random.Key, n = batch): NDArray => {
  const [a, b] = random.split(key);
  return np.take(centres(), random.randint(a, [n], 0, heaps), 0).add(random.normal(b, [n, 2]).mul(0.1));
};

const network = (outputs: number) =>
  nn.serial({ a: nn.dense(64), r: nn.relu, b: nn.dense(64), s: nn.relu, head: nn.dense(outputs) });
const [generator, critic] = [network(2), network(1)];
const [g, c] = [generator.init(random.key(0), [2]), critic.init(random.key(1), [2])];
type Generator = typeof g.params;
type Critic = typeof c.params;

const drawFake = (params: Generator, key: random.Key, n = batch): NDArray =>
  generator.apply(params, g.state, random.normal(key, [n, 2]), {})[0];
const score = (params: Critic, x: NDArray): NDArray => critic.apply(params, c.state, x, {})[0];

const wasserstein = nn.ganLoss('wasserstein');
const criticLoss = (params: Critic, made: Generator, key: random.Key): NDArray => {
  const [a, b, d] = random.split(key, 3);
  const [real, fake] = [drawReal(a), drawFake(made, b)];
  const apart = wasserstein.discriminator(score(params, real), score(params, fake)).mean();
  // In the plane a weight of 1 serves; the paper has 10 for images.
  return apart.add(gradientPenalty((x) => score(params, x), real, fake, d).mean());
};
const generatorLoss = (params: Generator, judge: Critic, key: random.Key): NDArray =>
  wasserstein.generator(score(judge, drawFake(params, key))).mean();

// No momentum: the two chase each other (section 6.3).
const optimizer = optim.adam(0.0005, { b1: 0, b2: 0.9 });
const start = {
  generator: { params: g.params, memory: optimizer.init(g.params) },
  critic: { params: c.params, memory: optimizer.init(c.params) },
};
type Pair = typeof start;

const trainCritic = (before: Pair, key: random.Key): readonly [Pair, NDArray] => {
  const { params, memory } = before.critic;
  const [loss, gradients] = valueAndGrad(criticLoss)(params, before.generator.params, key);
  const [updates, next] = optimizer.update(gradients, memory, params);
  return [{ ...before, critic: { params: optim.applyUpdates(params, updates), memory: next } }, loss];
};
const trainGenerator = (before: Pair, key: random.Key): Pair => {
  const { params, memory } = before.generator;
  const [, gradients] = valueAndGrad(generatorLoss)(params, before.critic.params, key);
  const [updates, next] = optimizer.update(gradients, memory, params);
  return { ...before, generator: { params: optim.applyUpdates(params, updates), memory: next } };
};
/** Five steps of the critic and one of the generator; the estimated distance of real from made points. */
const turn = (before: Pair, key: random.Key): readonly [Pair, NDArray] => {
  const [a, b] = random.split(key);
  const [judged, losses] = scan(trainCritic, before, random.split(a, [criticSteps]));
  return [trainGenerator(judged, b), losses.get(-1).neg()];
};
/** A hundred turns in one call. */
const turns = jit((before: Pair, key: random.Key) => scan(turn, before, random.split(key, [100])));

/** The share of points within 0.3 of a centre, and how many heaps have at least a third of what is theirs. */
const quality = (points: NDArray) => {
  const distances = np.sqrt(np.sum(np.square(np.expandDims(points, 1).sub(centres())), -1));
  const near = np.less(np.min(distances, 1), 0.3);
  const nearest = np.argmin(distances, 1).get(near);
  const counts = np.bincount(nearest, { length: heaps }).dataSync();
  const least = (points.shape[0] ?? 0) / heaps / 3;
  const covered = [...counts].filter((count) => Number(count) >= least).length;
  return { close: Number(np.mean(near.astype('float32')).item()), covered };
};

/** Real points, and what a generator makes. */
const panelOf = ({ generator: { params } }: Pair, title: string) => {
  const points = np.concatenate([drawReal(random.key(5), 500), drawFake(params, random.key(6), 1000)]);
  const classes = Array.from({ length: 1500 }, (_, i) => (i < 500 ? 'real' : 'made'));
  const data = { x: points.get(':', 0), y: points.get(':', 1), classes };
  return scatterChart(data, { title, x: 'x', y: 'y', size: 8, width: 240, height: 240 });
};

export const run: Example = async ({ budget, out, write }) => {
  const rounds = budget === 'full' ? 60 : 15;
  const panels = [panelOf(start, 'before')];
  const distances: number[] = [];
  let pair = start;
  for (let round = 1; round <= rounds; round++) {
    const [next, estimates] = turns(pair, random.key(100 + round));
    pair = next;
    distances.push(...[...estimates.dataSync()].map(Number));
    if (round === rounds / 5 || round === rounds) panels.push(panelOf(pair, `after ${100 * round} turns`));
  }
  const { close, covered } = quality(drawFake(pair.generator.params, random.key(7), 4000));
  const distance = distances.slice(-100).reduce((a, b) => a + b, 0) / 100;
  write(
    `after ${100 * rounds} turns ${percent(close, 1)} of the made points are near a heap, in ${covered} of ${heaps} heaps`,
  );
  write(
    `the critic tells real from made by ${Math.max(...distances).toFixed(3)} at most, by ${distance.toFixed(3)} in the end`,
  );
  const losses = { distance: { x: distances.map((_, i) => i), y: distances } };
  const way = { title: 'Estimated Wasserstein distance', x: 'turn', y: 'distance', width: 240, height: 240 };
  await orThrow(saveChart(join(out, 'points.png'), gridChart([...panels, lineChart(losses, way)], { columns: 2 })));
  return { close, covered, distance };
};
