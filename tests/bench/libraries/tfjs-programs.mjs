/** The workloads in TensorFlow.js. Not here: what it cannot do (second derivatives of an MLP) or gets wrong (Hessians). */
import { block, lstm } from '../inputs.mjs';

export const programsOf = (tf) => ({ ...elementsOf(tf), ...modelsOf(tf), ...loopsOf(tf) });

const elementsOf = (tf) => {
  const chain = (x) => tf.add(tf.mul(tf.tanh(tf.add(tf.mul(x, 2), 1)), tf.sigmoid(x)), tf.exp(tf.neg(tf.square(x))));
  return {
    matmul: (a, b) => tf.matMul(a, b),
    matmulTransposedRight: (a, b) => tf.matMul(a, b, false, true),
    matmulTransposedLeft: (a, b) => tf.matMul(a, b, true, false),
    chain,
    chainGradient: tf.grad((x) => tf.sum(chain(x))),
    exp: (x) => tf.exp(x),
    tanh: (x) => tf.tanh(x),
    sum: (x) => tf.sum(x),
    sumRows: (x) => tf.sum(x, 1),
    sumColumns: (x) => tf.sum(x, 0),
    maxRows: (x) => tf.max(x, 1),
    softmax: (x) => tf.softmax(x, 1),
    layerNorm: layerNormOf(tf),
    cumsum: (x) => tf.cumsum(x, x.rank - 1),
    transpose: (x) => tf.add(tf.transpose(x), 0.5),
    // No argsort; topk gives the indices in descending order.
    argsort: { f: (x) => tf.topk(x, x.size).indices, after: ([indices]) => [indices.reverse()] },
    callScalar: { calls: (x) => () => tf.tidy(() => tf.add(tf.mul(x, x), 1).dataSync()[0]) },
    eagerAdd: {
      calls: (a, b) => () => {
        const sum = tf.add(a, b);
        const [value] = sum.dataSync();
        sum.dispose();
        return value;
      },
    },
  };
};

const layerNormOf = (tf) => (x, gain, bias) => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), gain), bias);
};

const modelsOf = (tf) => {
  const mlp = (params, x) =>
    params.reduce((h, { w, b }, i) => {
      const z = tf.add(tf.matMul(h, w), b);
      return i + 1 < params.length ? tf.relu(z) : z;
    }, x);
  const convolve = (x, w) => tf.conv2d(x, w, 1, 'same');
  const network = (pools) => (params, x) => {
    const seen = params.convs.reduce((h, { w, b }, i) => {
      const z = tf.relu(tf.add(convolve(h, w), b));
      return pools[i] ? tf.maxPool(z, 2, 2, 'valid') : z;
    }, x);
    return tf.add(tf.matMul(tf.reshape(seen, [seen.shape[0], -1]), params.w), params.b);
  };
  const crossEntropy = (logits, y) => tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), y))), y.shape[0]);
  const classify =
    (f) =>
    (params, { x, y }) =>
      crossEntropy(f(params, x), y);
  const sgd = (loss, rate) => ({ loss, optimizer: () => tf.train.sgd(rate) });
  return {
    mlpAdam: { loss: classify(mlp), optimizer: () => tf.train.adam(1e-3, 0.9, 0.999, 1e-8) },
    mlpSgd: sgd(classify(mlp), 0.01),
    lenet: sgd(classify(network([true, true])), 0.01),
    vgg: sgd(classify(network([false, true, false, true, true])), 0.01),
    convolution: convolve,
    convolutionWeightGradient: (x, w, ct) => tf.grad((v) => convolve(x, v))(w, ct),
    convolutionInputGradient: (x, w, ct) => tf.grad((v) => convolve(v, w))(x, ct),
    perExample: perExampleOf(tf, classify(mlp)),
  };
};

/** No vmap: a loop over the examples. */
const perExampleOf = (tf, loss) => (params, x, y) => {
  const leaves = params.flatMap(({ b, w }) => [b, w]);
  const lossOf =
    (i) =>
    (...flat) =>
      loss(
        params.map((_, n) => ({ b: flat[2 * n], w: flat[2 * n + 1] })),
        { x: tf.slice(x, [i, 0], [1, x.shape[1]]), y: tf.slice(y, [i, 0], [1, y.shape[1]]) },
      );
  const rows = Array.from({ length: x.shape[0] }, (_, i) => tf.grads(lossOf(i))(leaves));
  return leaves.map((_, n) => tf.stack(rows.map((row) => row[n])));
};

const loopsOf = (tf) => {
  const { steps, batch, inputs, hidden } = lstm;
  const lstmLoss = ({ wx, wh, b }, { x }) => {
    const flat = tf.add(tf.matMul(tf.reshape(x, [steps * batch, inputs]), wx), b);
    const projected = tf.unstack(tf.reshape(flat, [steps, batch, 4 * hidden]));
    let h = tf.zeros([batch, hidden]);
    let c = tf.zeros([batch, hidden]);
    for (const xt of projected) {
      const [i, f, g, o] = tf.split(tf.add(xt, tf.matMul(h, wh)), 4, 1);
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return tf.mean(tf.square(h));
  };
  return { lstm: { loss: lstmLoss, optimizer: () => tf.train.sgd(0.1) }, transformer: transformerOf(tf) };
};

const transformerOf = (tf) => {
  const { batch, length, width, heads } = block;
  const normalize = layerNormOf(tf);
  const cubic = (x) => tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715));
  const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(cubic(x), Math.sqrt(2 / Math.PI))), 1));
  const loss = (p, x) => {
    const h = tf.reshape(normalize(x, p.g1, p.b1), [batch * length, width]);
    const split = (w) => tf.transpose(tf.reshape(tf.matMul(h, w), [batch, length, heads, width / heads]), [0, 2, 1, 3]);
    const scores = tf.mul(tf.matMul(split(p.wq), split(p.wk), false, true), 1 / Math.sqrt(width / heads));
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores, -1), split(p.wv)), [0, 2, 1, 3]);
    const y = tf.add(
      tf.reshape(x, [batch * length, width]),
      tf.matMul(tf.reshape(mixed, [batch * length, width]), p.wo),
    );
    const inner = gelu(tf.add(tf.matMul(normalize(y, p.g2, p.b2), p.w1), p.c1));
    return tf.mean(tf.square(tf.add(y, tf.add(tf.matMul(inner, p.w2), p.c2))));
  };
  return (params, x) => {
    const names = Object.keys(params).sort();
    const byName = (flat) => Object.fromEntries(names.map((key, i) => [key, flat[i]]));
    const { value, grads } = tf.valueAndGrads((...flat) => loss(byName(flat), x))(names.map((key) => params[key]));
    return [value, byName(grads)];
  };
};
