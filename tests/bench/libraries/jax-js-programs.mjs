/** The workloads in jax-js. Where it wants channels first, `before` turns the inputs and `after` the results. */
import { block, channelsFirst, kernelFirst, lstm, permuted } from '../inputs.mjs';

export const programsOf = (jax) => ({ ...elementsOf(jax), ...modelsOf(jax), ...convolutionsOf(jax), ...loopsOf(jax) });

const elementsOf = ({ numpy: np, nn, jit, grad }) => {
  const chain = (x) =>
    np
      .tanh(x.ref.mul(2).add(1))
      .mul(nn.sigmoid(x.ref))
      .add(np.exp(np.square(x).neg()));
  return {
    matmul: (a, b) => np.matmul(a, b),
    matmulTransposedRight: (a, b) => np.matmul(a, b.transpose()),
    matmulTransposedLeft: (a, b) => np.matmul(a.transpose(), b),
    chain,
    chainGradient: grad((x) => chain(x).sum()),
    exp: (x) => np.exp(x),
    tanh: (x) => np.tanh(x),
    sum: (x) => x.sum(),
    sumRows: (x) => x.sum(1),
    sumColumns: (x) => x.sum(0),
    maxRows: (x) => x.max(1),
    softmax: (x) => nn.softmax(x, 1),
    layerNorm: layerNormOf(np),
    cumsum: (x) => np.cumsum(x, x.ndim - 1),
    transpose: (x) => x.transpose().add(0.5),
    argsort: (x) => np.argsort(x),
    callScalar: {
      calls: (x) => {
        const f = jit((v) => v.ref.mul(v).add(1));
        return () => f(x.ref).dataSync()[0];
      },
    },
    eagerAdd: { calls: (a, b) => () => a.ref.add(b.ref).dataSync()[0] },
  };
};

const layerNormOf = (np) => (x, gain, bias) => {
  const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
  const variance = np.square(centred.ref).mean(-1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(gain)
    .add(bias);
};

const mlpOf =
  ({ numpy: np, nn }) =>
  (params, x) =>
    params.reduce((h, { w, b }, i) => {
      const z = np.matmul(h, w).add(b);
      return i + 1 < params.length ? nn.relu(z) : z;
    }, x);

const crossEntropyOf =
  ({ nn }) =>
  (logits, y) =>
    nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / y.shape[0]);

const sgdOf =
  ({ tree, valueAndGrad }, loss, rate) =>
  (params, batch) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(params), batch);
    return [tree.map((p, g) => p.sub(g.mul(rate)), params, gradients), value];
  };

const same = (params) => params;

const adamOf = ({ numpy: np, tree, valueAndGrad }, loss) => ({
  init: (params) => {
    const zeros = () => tree.map((p) => np.zeros(p.shape), params);
    return { params, m: zeros(), v: zeros(), t: np.array(0) };
  },
  step: ({ params, m, v, t }, batch) => {
    const [value, g] = valueAndGrad(loss)(tree.ref(params), batch);
    const count = t.add(1);
    const mean = tree.map((a, b) => a.mul(0.9).add(b.mul(0.1)), m, tree.ref(g));
    const second = tree.map((a, b) => a.mul(0.999).add(np.square(b).mul(0.001)), v, g);
    const c1 = np.subtract(1, np.power(0.9, count.ref));
    const c2 = np.subtract(1, np.power(0.999, count.ref));
    const update = (p, a, b) =>
      p.sub(
        a
          .div(c1.ref)
          .div(np.sqrt(b.div(c2.ref)).add(1e-8))
          .mul(1e-3),
      );
    const next = tree.map(update, params, tree.ref(mean), tree.ref(second));
    c1.dispose();
    c2.dispose();
    return [{ params: next, m: mean, v: second, t: count }, value];
  },
  params: (state) => state.params,
});

const modelsOf = (jax) => {
  const { numpy: np, nn, grad, vmap, jvp, hessian, valueAndGrad } = jax;
  const mlp = mlpOf(jax);
  const crossEntropy = crossEntropyOf(jax);
  const mlpLoss = (params, { x, y }) => crossEntropy(mlp(params, x), y);
  const exampleLoss = (params, x, y) => nn.logSoftmax(mlp(params, x)).mul(y).sum().neg();
  const logistic = (w, x, y) => np.log1p(np.exp(np.matmul(x, w).mul(y).neg())).mean();
  return {
    mlpAdam: adamOf(jax, mlpLoss),
    mlpSgd: { init: same, step: sgdOf(jax, mlpLoss, 0.01), params: same },
    transformer: (params, x) => valueAndGrad(blockLossOf(jax))(params, x),
    perExample: vmap(grad(exampleLoss), [null, 0, 0]),
    hvp: (params, x, y, along) => jvp((p) => grad((q) => mlpLoss(q, { x: x.ref, y: y.ref }))(p), [params], [along])[1],
    hessian: (w, x, y) => hessian((v) => logistic(v, x.ref, y.ref))(w),
  };
};

const blockLossOf = ({ numpy: np, nn }) => {
  const { batch, length, width, heads } = block;
  const normalize = layerNormOf(np);
  const cubic = (x) => x.ref.add(x.ref.mul(x.ref).mul(x).mul(0.044715));
  const gelu = (x) => x.ref.mul(0.5).mul(np.tanh(cubic(x).mul(Math.sqrt(2 / Math.PI))).add(1));
  return (p, x) => {
    const h = normalize(x.ref, p.g1, p.b1).reshape([batch * length, width]);
    const split = (w) =>
      np
        .matmul(h.ref, w)
        .reshape([batch, length, heads, width / heads])
        .transpose([0, 2, 1, 3]);
    const [q, k, v] = [split(p.wq), split(p.wk), split(p.wv)];
    h.dispose();
    const weights = nn.softmax(np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads)), -1);
    const seen = np
      .matmul(weights, v)
      .transpose([0, 2, 1, 3])
      .reshape([batch * length, width]);
    const y = x.reshape([batch * length, width]).add(np.matmul(seen, p.wo));
    const inner = gelu(np.matmul(normalize(y.ref, p.g2, p.b2), p.w1).add(p.c1));
    return np.square(y.add(np.matmul(inner, p.w2).add(p.c2))).mean();
  };
};

const convolutionsOf = (jax) => {
  const { numpy: np, nn, lax, grad } = jax;
  const crossEntropy = crossEntropyOf(jax);
  const convolve = (x, w) => lax.conv(x, w, [1, 1], 'SAME');
  const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
  const network =
    (pools) =>
    ({ convs, w, b }, x) => {
      const seen = convs.reduce((h, conv, i) => {
        const z = nn.relu(convolve(h, conv.w).add(conv.b));
        return pools[i] ? pool(z) : z;
      }, x);
      return np.matmul(seen.reshape([seen.shape[0], -1]), w).add(b);
    };
  const training = (pools, side) => ({
    ...channelsOf(side),
    init: same,
    step: sgdOf(jax, (params, { x, y }) => crossEntropy(network(pools)(params, x), y), 0.01),
    params: same,
  });
  const weighted = (x, w, ct) => convolve(x, w).mul(ct).sum();
  const turned = ([x, w, ...cotangents]) => [channelsFirst(x), kernelFirst(w), ...cotangents.map(channelsFirst)];
  const imageBack = ([y]) => [permuted(y, [0, 2, 3, 1])];
  return {
    convolution: { f: convolve, before: turned, after: imageBack },
    convolutionWeightGradient: {
      f: grad(weighted, { argnums: 1 }),
      before: turned,
      after: ([w]) => [permuted(w, [2, 3, 1, 0])],
    },
    convolutionInputGradient: { f: grad(weighted), before: turned, after: imageBack },
    lenet: training([true, true], 7),
    vgg: training([false, true, false, true, true], 4),
  };
};

/** The parameters of a convolutional network between channels last and channels first; `side` pixels before the head. */
const channelsOf = (side) => {
  const head = (w, from, order) => ({
    shape: w.shape,
    values: permuted({ shape: from(w.shape[0] / side ** 2), values: w.values }, order).values,
  });
  return {
    before: ([{ convs, w, b }, { x, y }]) => [
      {
        convs: convs.map((conv) => ({ w: kernelFirst(conv.w), b: { ...conv.b, shape: [conv.b.shape[0], 1, 1] } })),
        w: head(w, (c) => [side, side, c, 10], [2, 0, 1, 3]),
        b,
      },
      { x: channelsFirst(x), y },
    ],
    after: (leaves) =>
      leaves.map((leaf) => {
        if (leaf.shape.length === 4) return permuted(leaf, [2, 3, 1, 0]);
        return leaf.shape.length === 2 ? head(leaf, (c) => [c, side, side, 10], [1, 2, 0, 3]) : leaf;
      }),
  };
};

/** jax-js has no scan: the steps are unrolled in the trace; the input projection of all steps is one product. */
const loopsOf = (jax) => {
  const { numpy: np, nn, tree } = jax;
  const { steps, batch, inputs, hidden } = lstm;
  const loss = ({ wx, wh, b }, { x }) => {
    const projected = np
      .matmul(x.reshape([steps * batch, inputs]), wx)
      .add(b)
      .reshape([steps, batch, 4 * hidden]);
    let h = np.zeros([batch, hidden]);
    let c = np.zeros([batch, hidden]);
    for (let t = 0; t < steps; t++) {
      const z = projected.ref.slice(t).add(np.matmul(h, wh.ref));
      const gate = (i) => (i === 3 ? z : z.ref).slice([], [i * hidden, (i + 1) * hidden]);
      const [i, f, g, o] = [0, 1, 2, 3].map(gate);
      c = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)));
      h = nn.sigmoid(o).mul(np.tanh(c.ref));
    }
    tree.dispose([c, wh, projected]);
    return np.square(h).mean();
  };
  return { lstm: { init: same, step: sgdOf(jax, loss, 0.1), params: same } };
};
