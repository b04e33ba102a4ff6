/** The workloads in fluxion. Each entry makes a program when asked, so that what is missing concerns its own row only. */
import { modelsOf } from './fluxion-models.mjs';

/** A program that is timed as it stands, not under jit. */
const asIs = (calls) => () => ({ calls });

export const programsOf = (fluxion) => ({ ...elementsOf(fluxion), ...callsOf(fluxion), ...modelsOf(fluxion) });

const elementsOf = ({ np, nn, grad }) => {
  const chain = (x) =>
    np
      .tanh(x.mul(2).add(1))
      .mul(nn.sigmoid(x))
      .add(np.exp(np.square(x).neg()));
  return {
    matmul: () => np.matmul,
    matmulTransposedRight: () => (a, b) => np.matmul(a, b.T),
    matmulTransposedLeft: () => (a, b) => np.matmul(a.T, b),
    chain: () => chain,
    chainGradient: () => grad((x) => chain(x).sum()),
    exp: () => (x) => np.exp(x),
    tanh: () => (x) => np.tanh(x),
    sum: () => (x) => x.sum(),
    sumRows: () => (x) => x.sum(1),
    sumColumns: () => (x) => x.sum(0),
    maxRows: () => (x) => x.max(1),
    softmax: () => (x) => nn.softmax(x),
    layerNorm: () => layerNormOf(np),
    cumsum: () => (x) => np.cumsum(x, -1),
    transpose: () => (x) => x.T.add(0.5),
    argsort: () => (x) => np.argsort(x),
  };
};

export const layerNormOf = (np) => (x, gain, bias) => {
  const centred = x.sub(x.mean({ axis: -1, keepdims: true }));
  const variance = np.square(centred).mean({ axis: -1, keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(gain)
    .add(bias);
};

const callsOf = (fluxion) => {
  const { np, jit, grad, valueAndGrad } = fluxion;
  const loss = (params, x, y) => modelsOf(fluxion).mlpLoss()(params, { x, y });
  return {
    callScalar: asIs((x) => {
      const f = jit((v) => v.mul(v).add(1));
      return () => f(x).item();
    }),
    eagerAdd: asIs((a, b) => () => np.add(a, b).dataSync()[0]),
    jitOfGrad: asIs((...args) => {
      const f = jit(valueAndGrad(loss));
      return () => f(...args)[1];
    }),
    gradOfJit: asIs((...args) => {
      const f = grad(jit(loss));
      return () => f(...args);
    }),
    gradNotJitted: asIs((...args) => {
      const f = valueAndGrad(loss);
      return () => f(...args)[1];
    }),
  };
};
