/** The activation functions and their derivatives: step against sigmoid against relu, and the others of the library. */
import { join } from 'node:path';
import { grad, nn, np, vmap, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { functionPlot, gridChart, saveChart, type Curve } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const three: { readonly [name: string]: Curve } = { step: nn.step, sigmoid: nn.sigmoid, relu: nn.relu };
const others: { readonly [name: string]: Curve } = {
  linear: nn.linear,
  sign: nn.sign,
  piecewiseLinear: (x) => nn.piecewiseLinear(x),
  hardTanh: nn.hardTanh,
  tanh: nn.tanh,
  softSign: nn.softSign,
  hardSigmoid: nn.hardSigmoid,
  logSigmoid: nn.logSigmoid,
  softplus: nn.softplus,
  squareplus: (x) => nn.squareplus(x),
  relu6: nn.relu6,
  leakyRelu: (x) => nn.leakyRelu(x, 0.1),
  prelu: (x) => nn.prelu(x, np.array(0.25)),
  elu: (x) => nn.elu(x),
  celu: (x) => nn.celu(x, 2),
  selu: nn.selu,
  gelu: (x) => nn.gelu(x),
  silu: nn.silu,
  hardSilu: nn.hardSilu,
  mish: nn.mish,
};

/** The slope at a point. */
const slope = (f: Curve, x: number): number => Number(grad((v: NDArray) => f(v))(x).item());

export const run: Example = async ({ out, write }) => {
  for (const [name, f] of Object.entries({ ...three, ...others })) {
    const values = [...f(np.array([-2, 0, 2])).dataSync()].map((value) => value.toFixed(3));
    write(`${name.padEnd(16)} f(-2), f(0), f(2) = ${values.join(', ').padEnd(24)} f'(1) = ${slope(f, 1).toFixed(3)}`);
  }
  await orThrow(
    saveChart(
      join(out, 'step-sigmoid-relu.png'),
      functionPlot(three, [-5, 5], { title: 'Step, sigmoid and relu', x: 'x', y: 'f(x)' }),
    ),
  );
  const panels = Object.entries(others).map(([name, f]) =>
    functionPlot({ [name]: f }, [-4, 4], { title: name, derivative: true, width: 150, height: 110 }),
  );
  await orThrow(saveChart(join(out, 'others.png'), gridChart(panels, { columns: 4 })));
  const xs = np.linspace(-4, 4, 81);
  const slopes = vmap(grad((x: NDArray) => nn.sigmoid(x)))(xs);
  const greatest = Number(slopes.max().item());
  write(
    `the greatest slope of the sigmoid is ${greatest.toFixed(4)}, at 0: gradients shrink by at least 4 in each layer`,
  );
  return { sigmoidSlope: greatest, stepSlope: slope(nn.step, 1), reluSlope: slope(nn.relu, 1) };
};
