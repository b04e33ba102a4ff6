/**
 * MAML (Finn, Abbeel and Levine 2017): the gradient of a loss after a step of gradient descent, through that step. A network trained so learns a new
 * sine wave from ten points in a few steps; one that was trained on all waves at once does not.
 */
import { join } from 'node:path';
import { grad, jit, nn, np, optim, random, tree, vmap, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { gridChart, lineChart, saveChart } from 'fluxion/plot';
import { descend } from '../shared/descent.ts';
import type { Example } from '../shared/example.ts';

const model = nn.serial({ a: nn.dense(40), r: nn.relu, b: nn.dense(40), s: nn.relu, head: nn.dense(1) });
const { params: start, state } = model.init(random.key(0), [1]);
type Params = typeof start;
const predict = (params: Params, x: NDArray): NDArray => model.apply(params, state, x, {})[0];

/** A wave as a function of the place: an amplitude from 0.1 to 5 and any phase. */
const drawWave = (key: random.Key): ((x: NDArray) => NDArray) => {
  const [a, b] = random.split(key);
  const amplitude = random.uniform(a, [], { minval: 0.1, maxval: 5 });
  const phase = random.uniform(b, [], { maxval: Math.PI });
  return (x) => np.multiply(amplitude, np.sin(np.subtract(x, phase)));
};

/** Ten places from -5 to 5. */
const places = (key: random.Key): NDArray => random.uniform(key, [10, 1], { minval: -5, maxval: 5 });

const error = (params: Params, x: NDArray, y: NDArray): NDArray => np.mean(np.square(predict(params, x).sub(y)));

/** The inner steps: an ordinary function of parameters, so that gradients go through it. */
const adapt = (params: Params, x: NDArray, y: NDArray, steps: number): Params => {
  const step = (p: Params): Params =>
    tree.map((w: NDArray, g: NDArray): NDArray => w.sub(g.mul(0.01)), p, grad(error)(p, x, y));
  return Array.from({ length: steps }).reduce<Params>(step, params);
};

/** The mean error at ten other places after `steps` inner steps, over `count` waves. */
const errorAfter = (steps: number, count: number) => (params: Params, key: random.Key) =>
  np.mean(
    vmap((one: random.Key) => {
      const [a, b, c] = random.split(one, 3);
      const [wave, few, others] = [drawWave(a), places(b), places(c)];
      return error(adapt(params, few, wave(few), steps), others, wave(others));
    })(random.split(key, [count])),
  );

const marks = [0, 1, 2, 3, 5, 10];
/** The mean errors over 500 new waves after each of these numbers of steps. */
const errorsOf = (params: Params): readonly number[] =>
  marks.map((steps) => Number(jit(errorAfter(steps, 500))(params, random.key(7)).item()));

/** One new wave, and the network before and after it saw ten points of it. */
const waveChart = (title: string, params: Params) => {
  const [wave, few] = [drawWave(random.key(33)), places(random.key(4))];
  const x = np.linspace(-5, 5, 201);
  const after = (steps: number): NDArray => predict(adapt(params, few, wave(few), steps), x.reshape(-1, 1));
  const lines = { wave: { x, y: wave(x), dashed: true }, before: { x, y: after(0) } };
  const adapted = { '1 step': { x, y: after(1) }, '10 steps': { x, y: after(10) } };
  return lineChart({ ...lines, ...adapted }, { title, x: 'x', y: 'y', width: 320, height: 200 });
};

export const run: Example = async ({ budget, out, write }) => {
  const steps = budget === 'full' ? 20_000 : 1500;
  const options = { optimizer: optim.adam(0.001), steps, key: random.key(1), records: 50 };
  const trained = {
    MAML: descend(errorAfter(1, 25), start, options).params,
    'plain training': descend(errorAfter(0, 25), start, options).params,
  };
  const figures: { [name: string]: number } = {};
  const errors: { [name: string]: { readonly x: readonly number[]; readonly y: readonly number[] } } = {};
  for (const [name, params] of Object.entries(trained)) {
    const all = errorsOf(params);
    errors[name] = { x: marks, y: all };
    all.forEach((value, i) => (figures[`${name}: ${marks[i] ?? 0}`] = value));
    write(`${name.padEnd(15)} error after ${marks.join(', ')} steps: ${all.map((e) => e.toFixed(3)).join(', ')}`);
  }
  const axes = { x: 'steps on ten points of a new wave', y: 'mean squared error', yScale: 'log' } as const;
  const charts = [
    lineChart(errors, { title: '500 new waves', ...axes, points: true, width: 320, height: 200 }),
    ...Object.entries(trained).map(([name, params]) => waveChart(`${name}: one new wave`, params)),
  ];
  await orThrow(saveChart(join(out, 'maml.png'), gridChart(charts, { columns: 2 })));
  return figures;
};
