/** A small program of everything: the same source runs in Node and on a page, and says what it found. */
import { configure, FluxionError, grad, jit, nn, np, optim, random, tree, valueAndGrad, type NDArray } from 'fluxion';
import { fit } from 'fluxion/train';

export interface Report {
  readonly usesRelaxedSimd: boolean;
  /** A jitted gradient, and the same by central differences. */
  readonly gradient: readonly number[];
  readonly differences: readonly number[];
  /** The loss of each step of a small network. */
  readonly losses: readonly number[];
  /** The mean loss of each epoch of `fit`. */
  readonly epochs: readonly number[];
  /** Hashes of the bits of elementwise functions, by name and type. */
  readonly elementwise: Readonly<Record<string, string>>;
  /** Hashes of what engines agree on only if they are told to: trained parameters under `strict`. */
  readonly strict: string;
  /** The code of an error, and the file that it names as its place. */
  readonly error: readonly [code: string, file: string];
}

/** FNV-1a of the bytes of arrays. */
const hash = (arrays: readonly NDArray[]): string => {
  let h = 0x811c9dc5;
  for (const x of arrays) {
    const values = x.dataSync();
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      h = Math.imul(h ^ byte, 0x01000193);
  }
  return (h >>> 0).toString(16).padStart(8, '0');
};

const functions = {
  exp: np.exp,
  expm1: np.expm1,
  tanh: np.tanh,
  sigmoid: np.sigmoid,
  sin: np.sin,
  cos: np.cos,
  erf: np.erf,
  log: (x: NDArray) => np.log(x.square().add(0.01)),
  log1p: (x: NDArray) => np.log1p(x.square()),
  power: (x: NDArray) => np.power(x.square().add(0.5), x),
  polynomial: (x: NDArray) => x.mul(x).add(x.mul(0.3)).div(x.square().add(1)),
} as const;

const elementwise = (): Report['elementwise'] =>
  Object.fromEntries(
    (['float32', 'float64'] as const).flatMap((dtype) => {
      const x = np.arange(1003).astype(dtype).sub(501).div(50);
      return [
        ...Object.entries(functions).map(([name, f]) => [`${name} ${dtype}`, hash([jit(f)(x)])] as const),
        [`normal ${dtype}`, hash([random.normal(random.key(3), [101], dtype)])] as const,
      ];
    }),
  );

const wave = (x: NDArray): NDArray =>
  np
    .tanh(x)
    .mul(x)
    .add(np.sin(x.mul(2)))
    .sum();
const points = [-1.5, -0.2, 0, 0.7, 2];

const differenced = (step = 1e-5): readonly number[] => {
  const valueAt = (x: number): number => Number(wave(np.array([x], 'float64')).item());
  return points.map((x) => (valueAt(x + step) - valueAt(x - step)) / (2 * step));
};

const x = random.uniform(random.key(0), [64, 3], { minval: -1, maxval: 1 });
const y = np.sin(x.sum({ axis: 1, keepdims: true }).mul(2));
const model = nn.serial({ hidden: nn.dense(19), act: nn.tanh, head: nn.dense(1) });

/** The losses of a few compiled steps that give their state away, and the parameters after them. */
const train = (steps: number): { readonly losses: readonly number[]; readonly params: readonly NDArray[] } => {
  const start = model.init(random.key(1), [3]);
  const optimizer = optim.adam(3e-2);
  let params = tree.map((leaf: NDArray) => leaf.mul(1), start.params);
  let memory = optimizer.init(params);
  const loss = (p: typeof start.params): NDArray => nn.squaredError(model.apply(p, start.state, x, {})[0], y).mean();
  const step = jit(
    (p: typeof start.params, m: typeof memory) => {
      const [value, gradient] = valueAndGrad(loss)(p);
      const [updates, next] = optimizer.update(gradient, m, p);
      return [optim.applyUpdates(p, updates), next, value] as const;
    },
    { donate: [0, 1] },
  );
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [p, m, value] = step(params, memory);
    [params, memory] = [p, m];
    losses.push(Number(value.item()));
  }
  return { losses, params: tree.leaves(params) };
};

const failure = (): Report['error'] => {
  try {
    jit((a: NDArray) => a.add(np.ones([3])))(np.ones([2]));
  } catch (error) {
    if (error instanceof FluxionError)
      return [error.code, (error.place ?? '').replace(/^.*\//, '').replace(/:.*$/, '')];
    throw error;
  }
  return ['none', ''];
};

/** Run it all. */
export const smoke = async (): Promise<Report> => {
  const { usesRelaxedSimd } = configure();
  const { losses } = train(30);
  const { history } = await fit(model, {
    data: { x, y },
    loss: nn.squaredError,
    optimizer: optim.adam(1e-2),
    epochs: 3,
    batchSize: 16,
    key: random.key(2),
  });
  const bits = elementwise();
  configure({ strict: true });
  const strict = hash(train(5).params);
  configure({ strict: false });
  return {
    usesRelaxedSimd,
    gradient: jit(grad(wave))(np.array(points, 'float64')).toNested() as number[], // sound: a vector of floats
    differences: differenced(),
    losses,
    epochs: history.map(({ training }) => training.loss),
    elementwise: bits,
    strict,
    error: failure(),
  };
};
