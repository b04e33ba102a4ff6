/** The numbers that every library gets: deterministic, row-major, channels last. */

/** @typedef {{ shape: readonly number[], values: Float32Array | Int32Array }} Tensor */

export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** `n` pseudo-random values in [-scale, scale). */
const uniform = (seed, n, scale) =>
  Float32Array.from({ length: n }, (_, i) => {
    const s = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return ((s - Math.floor(s)) * 2 - 1) * scale;
  });

export const tensor = (seed, shape, scale = 1) => ({ shape, values: uniform(seed, sizeOf(shape), scale) });
export const filled = (shape, value) => ({ shape, values: new Float32Array(sizeOf(shape)).fill(value) });
export const zeros = (...shape) => filled(shape, 0);
export const ones = (...shape) => filled(shape, 1);

/** `n` class labels in [0, k). */
const labels = (seed, n, k) =>
  Int32Array.from(uniform(seed, n, 1), (v) => Math.min(k - 1, Math.floor(((v + 1) / 2) * k)));

/** Class labels as rows of `k` zeros and a one. */
export const oneHot = (seed, n, k) => {
  const values = new Float32Array(n * k);
  labels(seed, n, k).forEach((c, i) => (values[i * k + c] = 1));
  return { shape: [n, k], values };
};

/** Labels of two classes as -1 and 1. */
export const signs = (seed, n) => ({ shape: [n], values: Float32Array.from(labels(seed, n, 2), (v) => 2 * v - 1) });

/** The same elements with axis `i` of the result taken from axis `order[i]`. */
export const permuted = ({ shape, values }, order) => {
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const result = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const out = new Float32Array(values.length);
  const index = result.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from];
    for (let axis = result.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < result[axis]) break;
      from -= steps[axis] * result[axis];
      index[axis] = 0;
    }
  }
  return { shape: result, values: out };
};

/** Images and kernels are drawn channels first and kept channels last, so that libraries of either kind see the same numbers. */
export const images = (seed, [n, c, h, w]) => permuted(tensor(seed, [n, c, h, w]), [0, 2, 3, 1]);
export const kernel = (seed, [out, into, size], scale) =>
  permuted(tensor(seed, [out, into, size, size], scale), [2, 3, 1, 0]);
export const channelsFirst = (x) => permuted(x, [0, 3, 1, 2]);
export const kernelFirst = (w) => permuted(w, [3, 2, 0, 1]);

/** Weights and biases of dense layers. */
export const dense = (seed, sizes) =>
  sizes.slice(1).map((n, i) => ({
    w: tensor(seed + 2 * i, [sizes[i], n], 1 / Math.sqrt(sizes[i])),
    b: zeros(n),
  }));

/** Convolutions `[out, into, size]` and a dense head over `side` by `side` pixels. */
export const convNet = (seed, convs, side) => {
  const channels = convs.at(-1)[0];
  const flat = channels * side * side;
  const head = permuted(tensor(seed + 50, [channels, side, side, 10], 1 / Math.sqrt(flat)), [1, 2, 0, 3]);
  return {
    convs: convs.map(([out, into, size], i) => ({
      w: kernel(seed + i, [out, into, size], 1 / Math.sqrt(into * size * size)),
      b: zeros(out),
    })),
    w: { shape: [flat, 10], values: head.values },
    b: zeros(10),
  };
};

export const lstm = { steps: 64, batch: 32, inputs: 64, hidden: 128 };
export const block = { batch: 8, length: 64, width: 128, heads: 4, inner: 512 };

export const lstmParams = () => ({
  wx: tensor(40, [lstm.inputs, 4 * lstm.hidden], 1 / Math.sqrt(lstm.inputs)),
  wh: tensor(41, [lstm.hidden, 4 * lstm.hidden], 1 / Math.sqrt(lstm.hidden)),
  b: zeros(4 * lstm.hidden),
});

export const blockParams = () => {
  const { width, inner } = block;
  const s = 1 / Math.sqrt(width);
  return {
    ...Object.fromEntries(['wq', 'wk', 'wv', 'wo'].map((name, i) => [name, tensor(60 + i, [width, width], s)])),
    w1: tensor(64, [width, inner], s),
    w2: tensor(65, [inner, width], 1 / Math.sqrt(inner)),
    c1: zeros(inner),
    c2: zeros(width),
    g1: ones(width),
    b1: zeros(width),
    g2: ones(width),
    b2: zeros(width),
  };
};
