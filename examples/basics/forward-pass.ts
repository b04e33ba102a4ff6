/** A forward pass by hand through 2-3-2-2 with sigmoids, ending in the identity and in a softmax; and the same as a model of layers. */
import { nn, np, type NDArray } from 'fluxion';
import type { Example } from '../shared/example.ts';

const network = {
  first: {
    kernel: np.array([
      [0.1, 0.3, 0.5],
      [0.2, 0.4, 0.6],
    ]),
    bias: np.array([0.1, 0.2, 0.3]),
  },
  second: {
    kernel: np.array([
      [0.1, 0.4],
      [0.2, 0.5],
      [0.3, 0.6],
    ]),
    bias: np.array([0.1, 0.2]),
  },
  third: {
    kernel: np.array([
      [0.1, 0.3],
      [0.2, 0.4],
    ]),
    bias: np.array([0.1, 0.2]),
  },
};

const forward = ({ first, second, third }: typeof network, x: NDArray) => {
  const a1 = x.matmul(first.kernel).add(first.bias);
  const z1 = nn.sigmoid(a1);
  const a2 = z1.matmul(second.kernel).add(second.bias);
  const z2 = nn.sigmoid(a2);
  const a3 = z2.matmul(third.kernel).add(third.bias);
  return { a1, z1, a2, z2, a3 };
};

export const run: Example = ({ write }) => {
  const x = np.array([1, 0.5]);
  const values = forward(network, x);
  for (const [name, value] of Object.entries(values)) write(`${name} = ${String(value)}`);
  const probabilities = nn.softmax(values.a3);
  write(`identity output: ${String(values.a3)}`);
  write(`softmax output:  ${String(probabilities)}, sum ${Number(probabilities.sum().item()).toFixed(6)}`);
  const large = nn.softmax(np.array([1010, 1000, 990]));
  write(`softmax of [1010, 1000, 990] without overflow: ${String(large)}`);

  const { dense, sigmoid } = nn;
  const model = nn.serial({ first: dense(3), s1: sigmoid, second: dense(2), s2: sigmoid, third: dense(2) });
  const params = { ...network, s1: null, s2: null };
  const state = { first: null, s1: null, second: null, s2: null, third: null };
  const [y] = model.apply(params, state, x, {});
  const difference = Number(np.max(np.abs(y.sub(values.a3))).item());
  write(`the same parameters in a model of layers: largest difference ${difference}`);
  const [y1 = NaN, y2 = NaN] = values.a3.dataSync();
  return Promise.resolve({ y1, y2, sum: Number(probabilities.sum().item()), difference });
};
