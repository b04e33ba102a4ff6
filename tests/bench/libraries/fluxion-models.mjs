/** Models and training steps in fluxion: parameters are records and lists, a step is `(state, batch) -> [state, loss]`. */
import { block, lstm as lstmSizes } from '../inputs.mjs';
import { layerNormOf } from './fluxion-programs.mjs';

const networks = ({ np, nn, lax }) => {
  const mlp = (params, x) =>
    params.reduce((h, { w, b }, i) => {
      const z = np.matmul(h, w).add(b);
      return i + 1 < params.length ? nn.relu(z) : z;
    }, x);
  const convolve = (x, w) =>
    lax.convGeneralDilated(x, w, {
      windowStrides: [1, 1],
      padding: 'SAME',
      dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'],
    });
  const pool = (x) => lax.reduceWindow(x, 'max', { windowDimensions: [1, 2, 2, 1], windowStrides: [1, 2, 2, 1] });
  const convNet =
    (pools) =>
    ({ convs, w, b }, x) => {
      const seen = convs.reduce((h, conv, i) => {
        const z = nn.relu(convolve(h, conv.w).add(conv.b));
        return pools[i] ? pool(z) : z;
      }, x);
      return np.matmul(seen.reshape([seen.shape[0], -1]), w).add(b);
    };
  return { mlp, convolve, convNet };
};

const lstmLossOf = ({ np, nn, scan }) => {
  const { steps, batch, inputs, hidden } = lstmSizes;
  return ({ wx, wh, b }, { x }) => {
    const projected = np
      .matmul(x.reshape([steps * batch, inputs]), wx)
      .add(b)
      .reshape([steps, batch, 4 * hidden]);
    const step = ([h, c], xt) => {
      const [i, f, g, o] = np.split(xt.add(np.matmul(h, wh)), 4, -1);
      const cell = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)));
      return [[nn.sigmoid(o).mul(np.tanh(cell)), cell], null];
    };
    const start = [np.zeros([batch, hidden]), np.zeros([batch, hidden])];
    return np.square(scan(step, start, projected)[0][0]).mean();
  };
};

const blockLossOf = ({ np, nn }) => {
  const { batch, length, width, heads } = block;
  const normalize = layerNormOf(np);
  return (p, x) => {
    const h = normalize(x, p.g1, p.b1).reshape([batch * length, width]);
    const split = (w) =>
      np
        .matmul(h, w)
        .reshape([batch, length, heads, width / heads])
        .transpose([0, 2, 1, 3]);
    const [q, k, v] = [split(p.wq), split(p.wk), split(p.wv)];
    const weights = nn.softmax(np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads)), -1);
    const seen = np
      .matmul(weights, v)
      .transpose([0, 2, 1, 3])
      .reshape([batch * length, width]);
    const y = x.reshape([batch * length, width]).add(np.matmul(seen, p.wo));
    const inner = nn.gelu(np.matmul(normalize(y, p.g2, p.b2), p.w1).add(p.c1));
    return np.square(y.add(np.matmul(inner, p.w2).add(p.c2))).mean();
  };
};

export const modelsOf = (fluxion) => {
  const { np, nn, optim, grad, valueAndGrad, vmap, hvp, hessian } = fluxion;
  const { mlp, convolve, convNet } = networks(fluxion);
  const classify =
    (network) =>
    (params, { x, y }) =>
      nn.softmaxCrossEntropy(network(params, x), y).mean();
  const mlpLoss = classify(mlp);
  /** State: parameters and the optimizer's memory. */
  const training = (loss, optimizer) => ({
    init: (params) => ({ params, memory: optimizer.init(params) }),
    step: ({ params, memory }, batch) => {
      const [value, gradients] = valueAndGrad(loss)(params, batch);
      const [updates, next] = optimizer.update(gradients, memory, params);
      return [{ params: optim.applyUpdates(params, updates), memory: next }, value];
    },
    params: (state) => state.params,
  });
  const exampleLoss = (params, x, y) => nn.logSoftmax(mlp(params, x)).mul(y).sum().neg();
  const weighted = (x, w, ct) => convolve(x, w).mul(ct).sum();
  const logistic = (w, x, y) => np.log1p(np.exp(np.matmul(x, w).mul(y).neg())).mean();
  return {
    mlpLoss: () => mlpLoss,
    mlpAdam: () => training(mlpLoss, optim.adam(1e-3)),
    mlpSgd: () => training(mlpLoss, optim.sgd(0.01)),
    convolution: () => (x, w) => convolve(x, w),
    convolutionWeightGradient: () => grad(weighted, { argnums: 1 }),
    convolutionInputGradient: () => grad(weighted),
    lenet: () => training(classify(convNet([true, true])), optim.sgd(0.01)),
    vgg: () => training(classify(convNet([false, true, false, true, true])), optim.sgd(0.01)),
    lstm: () => training(lstmLossOf(fluxion), optim.sgd(0.1)),
    transformer: () => valueAndGrad(blockLossOf(fluxion)),
    perExample: () => vmap(grad(exampleLoss), { inAxes: [null, 0, 0] }),
    hvp: () => (params, x, y, along) => hvp((p) => mlpLoss(p, { x, y }), [params], [along]),
    hessian: () => hessian(logistic),
  };
};
