/** What the spread of the first weights does to the activations of five layers: std 1 saturates, 0.01 collapses, Xavier suits tanh and sigmoid, He relu. */
import { join } from 'node:path';
import { nn, np, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { histogramGrid, saveChart, vconcat } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const { normal, xavierNormal, heNormal } = nn.initializers;
type Activation = (x: NDArray) => NDArray;

/** Which weights before which activation, and the range of its values. */
const cases: readonly (readonly [name: string, nn.initializers.Initializer, Activation, readonly [number, number]])[] =
  [
    ['std 1, sigmoid', normal(1), nn.sigmoid, [0, 1]],
    ['std 0.01, sigmoid', normal(0.01), nn.sigmoid, [0, 1]],
    ['Xavier, sigmoid', xavierNormal(), nn.sigmoid, [0, 1]],
    ['Xavier, tanh', xavierNormal(), nn.tanh, [-1, 1]],
    ['std 0.01, relu', normal(0.01), nn.relu, [0, 1]],
    ['Xavier, relu', xavierNormal(), nn.relu, [0, 2]],
    ['He, relu', heNormal(), nn.relu, [0, 2]],
  ];

/** The activations of five layers of 100 for 1000 normal inputs, by layer. */
const activations = (kernel: nn.initializers.Initializer, act: Activation): { readonly [layer: string]: NDArray } => {
  const block = nn.serial({ dense: nn.dense(100, { kernel }), act });
  const model = nn.serial({ layer1: block, layer2: block, layer3: block, layer4: block, layer5: block });
  const { params, state } = model.init(random.key(0), [100]);
  const [, seen] = nn.capture(model)(params, state, random.normal(random.key(1), [1000, 100]));
  const layers = Object.keys(params);
  return Object.fromEntries(layers.map((layer) => [layer, seen[layer] as NDArray])); // sound: a layer gives an array
};

export const run: Example = async ({ out, write }) => {
  const charts = [];
  const figures: { [name: string]: number } = {};
  for (const [name, kernel, act, range] of cases) {
    const layers = activations(kernel, act);
    const spreads = Object.values(layers).map((x) => Number(np.std(x).item()));
    write(`${name.padEnd(18)} standard deviation by layer: ${spreads.map((s) => s.toFixed(4)).join('  ')}`);
    figures[name] = spreads.at(-1) ?? NaN;
    charts.push(histogramGrid(layers, { title: name, x: 'activation', range, bins: 30, width: 130, height: 80 }));
  }
  await orThrow(saveChart(join(out, 'activations.png'), vconcat(charts)));
  return figures;
};
