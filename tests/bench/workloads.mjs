/** What is measured: shapes, inputs, floating-point operations, and what is asked of fluxion. */
import * as inputs from './inputs.mjs';
import { atMost, compilesNothing, faster, ofPeak, shareOf, within } from './needs.mjs';

const { tensor, images, kernel, oneHot, dense } = inputs;
const square = () => [tensor(3, [1024, 1024])];
const million = (scale) => () => [tensor(4, [1_000_000], scale)];

/** Multiplications and additions of a step over dense layers; nobody computes the gradient of the first layer's input. */
const denseFlops = (batch, sizes) =>
  sizes.slice(1).reduce((sum, n, i) => sum + 2 * batch * sizes[i] * n * (i === 0 ? 2 : 3), 0);
const convFlops = (batch, side, [out, into, size]) => 2 * batch * side * side * out * into * size * size;

const product = (name, program, shapes, flops, needs) => ({
  name,
  program,
  inputs: () => shapes.map((shape, i) => tensor(i + 1, shape)),
  flops,
  needs,
});
const matmul = (n, needs) => product(`matmul-${n}`, 'matmul', [[n, n], [n, n]], 2 * n ** 3, needs); // prettier-ignore

const products = [
  ...[256, 512, 1024].map((n) => matmul(n, [ofPeak(0.8, 0.72)])),
  matmul(509, [ofPeak(0.75, 0.75)]),
  product(
    'matmul-nt-512',
    'matmulTransposedRight',
    [
      [512, 512],
      [512, 512],
    ],
    2 * 512 ** 3,
    [ofPeak(0.75, 0.75)],
  ),
  product(
    'matmul-tn-512',
    'matmulTransposedLeft',
    [
      [512, 512],
      [512, 512],
    ],
    2 * 512 ** 3,
    [ofPeak(0.75, 0.75)],
  ),
  matmul(64, [ofPeak(0.65, 0.65)]),
  product(
    'matmul-batch',
    'matmul',
    [
      [64, 64, 64],
      [64, 64, 64],
    ],
    2 * 64 ** 4,
    [ofPeak(0.65, 0.65)],
  ),
  product(
    'matvec-2048',
    'matmul',
    [
      [2048, 2048],
      [2048, 1],
    ],
    2 * 2048 ** 2,
    [faster(1)],
  ),
  product(
    'vecmat-2048',
    'matmul',
    [
      [1, 2048],
      [2048, 2048],
    ],
    2 * 2048 ** 2,
    [faster(1)],
  ),
];

const elements = [
  { name: 'elementwise', program: 'chain', inputs: million(3), needs: [faster(7)] },
  { name: 'elementwise-gradient', program: 'chainGradient', inputs: million(3), needs: [faster(7)] },
  { name: 'exp', program: 'exp', inputs: million(), needs: [faster(1)] },
  { name: 'tanh', program: 'tanh', inputs: million(), needs: [faster(1)] },
  // The sum of values of both signs is small beside them: orders of addition differ in the fourth digit.
  { name: 'sum', program: 'sum', inputs: square, needs: [faster(1)], tolerance: 1e-3 },
  { name: 'sum-rows', program: 'sumRows', inputs: square, needs: [faster(1)] },
  { name: 'sum-columns', program: 'sumColumns', inputs: square, needs: [faster(1)] },
  { name: 'max-rows', program: 'maxRows', inputs: square, needs: [faster(1)] },
  { name: 'softmax', program: 'softmax', inputs: square, needs: [faster(1.5)] },
  {
    name: 'layernorm',
    program: 'layerNorm',
    inputs: () => [...square(), inputs.ones(1024), inputs.zeros(1024)],
    needs: [faster(1.5)],
  },
  { name: 'cumsum', program: 'cumsum', inputs: million(), needs: [faster(1)], tolerance: 1e-3 },
  { name: 'cumsum-rows', program: 'cumsum', inputs: square, needs: [faster(1)] },
  { name: 'transpose', program: 'transpose', inputs: square, needs: [faster(1)] },
  {
    name: 'argsort',
    program: 'argsort',
    inputs: () => [tensor(4, [100_000])],
    needs: [faster(1)],
    // Ties may stand in any order: compare what stands at the indices.
    compared: ([order], [x]) => [Float32Array.from(order, (i) => x.values[i])],
  },
];

const mlp = [784, 512, 256, 10];
const small = [784, 64, 10];
const tiny = [64, 64, 10];
const mlpInputs = (seed, sizes, batch) => () => [
  dense(seed, sizes),
  { x: tensor(5, [batch, sizes[0]]), y: oneHot(6, batch, 10) },
];
const tinyInputs = () => [dense(70, tiny), tensor(72, [256, 64]), oneHot(73, 256, 10)];

const training = [
  {
    name: 'mlp-adam',
    program: 'mlpAdam',
    kind: 'training',
    inputs: mlpInputs(10, mlp, 128),
    flops: denseFlops(128, mlp),
    needs: [faster(2.5)],
    // Adam divides tiny gradients by themselves: rounding decides the sign of such updates, so only losses are compared.
    compared: (outputs) => outputs.slice(0, 3),
  },
  {
    name: 'mlp-sgd',
    program: 'mlpSgd',
    kind: 'training',
    inputs: mlpInputs(10, small, 32),
    flops: denseFlops(32, small),
    needs: [faster(2.5)],
  },
];

const convSpec = [32, 32, 3];
const convInputs = () => [images(1, [16, 32, 32, 32]), kernel(2, convSpec, 0.06)];
const convGradientInputs = () => [...convInputs(), images(7, [16, 32, 32, 32])];
const lenet = [[16, 1, 5], [32, 16, 5]]; // prettier-ignore
const vgg = [[32, 3, 3], [32, 32, 3], [64, 32, 3], [64, 64, 3], [128, 64, 3]]; // prettier-ignore
const sides = { lenet: [28, 14], vgg: [32, 32, 16, 16, 8] };
const netFlops = (batch, convs, side, head) =>
  convs.reduce((sum, conv, i) => sum + convFlops(batch, side[i], conv) * (i === 0 ? 2 : 3), 6 * batch * head * 10);

const convolutions = [
  {
    name: 'conv',
    program: 'convolution',
    inputs: convInputs,
    flops: convFlops(16, 32, convSpec),
    needs: [faster(2)],
  },
  ...['Weight', 'Input'].map((of) => ({
    name: `conv-${of.toLowerCase()}-gradient`,
    program: `convolution${of}Gradient`,
    beside: { forward: 'convolution' },
    inputs: convGradientInputs,
    flops: convFlops(16, 32, convSpec),
    needs: [shareOf('forward', 0.6)],
    tolerance: 1e-3,
  })),
  {
    name: 'lenet',
    program: 'lenet',
    kind: 'training',
    inputs: () => [inputs.convNet(30, lenet, 7), { x: images(5, [64, 1, 28, 28]), y: oneHot(6, 64, 10) }],
    flops: netFlops(64, lenet, sides.lenet, 1568),
    needs: [atMost(30)],
    tolerance: 1e-3,
  },
  {
    name: 'vgg',
    program: 'vgg',
    kind: 'training',
    inputs: () => [inputs.convNet(30, vgg, 4), { x: images(5, [16, 3, 32, 32]), y: oneHot(6, 16, 10) }],
    flops: netFlops(16, vgg, sides.vgg, 2048),
    needs: [atMost(75)],
    tolerance: 1e-3,
  },
];

const { lstm, block } = inputs;
const lstmFlops = lstm.steps * 2 * lstm.batch * (2 * lstm.inputs + 3 * lstm.hidden) * 4 * lstm.hidden;
const blockFlops =
  3 *
  (2 * block.batch * block.length * block.width * (4 * block.width + 2 * block.inner) +
    4 * block.batch * block.length ** 2 * block.width);

const models = [
  {
    name: 'lstm',
    program: 'lstm',
    kind: 'training',
    inputs: () => [inputs.lstmParams(), { x: tensor(42, [lstm.steps, lstm.batch, lstm.inputs]) }],
    flops: lstmFlops,
    needs: [atMost(32)],
    tolerance: 1e-3,
  },
  {
    name: 'transformer',
    program: 'transformer',
    inputs: () => [inputs.blockParams(), tensor(66, [block.batch, block.length, block.width])],
    flops: blockFlops,
    needs: [faster(2.5, 'jax-js')],
    tolerance: 1e-3,
  },
  { name: 'per-example', program: 'perExample', inputs: tinyInputs, needs: [faster(5, 'jax-js')] },
  { name: 'hvp', program: 'hvp', inputs: () => [...tinyInputs(), dense(80, tiny)], needs: [faster(4)] },
  {
    name: 'hessian',
    program: 'hessian',
    inputs: () => [tensor(90, [32], 0.2), tensor(91, [256, 32]), inputs.signs(92, 256)],
    needs: [faster(1.5)],
  },
];

const scalar = () => [{ shape: [], values: Float32Array.of(0.5) }];
const differentiated = () => {
  const [params, { x, y }] = mlpInputs(10, mlp, 128)();
  return [params, x, y];
};
const calls = [
  { name: 'call-scalar', program: 'callScalar', inputs: scalar, needs: [atMost(0.001)] },
  { name: 'eager-add', program: 'eagerAdd', inputs: () => [tensor(1, [10]), tensor(2, [10])], needs: [atMost(0.0015)] },
  {
    name: 'first-mlp',
    program: 'mlpAdam',
    kind: 'first',
    inputs: mlpInputs(10, mlp, 128),
    needs: [atMost(150), compilesNothing()],
  },
  {
    name: 'first-vgg',
    program: 'vgg',
    kind: 'first',
    inputs: convolutions.at(-1).inputs,
    needs: [atMost(400), compilesNothing()],
  },
  {
    name: 'grad-of-jit',
    program: 'gradOfJit',
    beside: { jitted: 'jitOfGrad' },
    inputs: differentiated,
    needs: [within('jitted', 1.3)],
  },
  {
    name: 'grad-not-jitted',
    program: 'gradNotJitted',
    beside: { jitted: 'jitOfGrad' },
    inputs: differentiated,
    needs: [within('jitted', 2)],
  },
];

/**
 * `kind`: `function` (the default: the same operands again and again), `training` (a state goes round), `first` (new processes).
 * `beside`: other programs of fluxion measured in the same rounds. Where `flops` is given, the machine's own peak is measured too.
 */
export const workloads = [...products, ...elements, ...training, ...convolutions, ...models, ...calls].map(
  (workload) => ({ kind: 'function', beside: {}, tolerance: 1e-4, ...workload }),
);
