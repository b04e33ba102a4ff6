/**
 * A variational autoencoder (Kingma and Welling 2014): each digit becomes a normal distribution over two numbers, from which it is drawn again. Training raises a
 * bound of its likelihood; digits can then be made of any two numbers.
 */
import { join } from 'node:path';
import { jit, nn, np, optim, random, special, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { gridChart, imageChart, imageGrid, saveChart, scatterChart } from 'fluxion/plot';
import { fit, predict } from 'fluxion/train';
import { asRows, digits, first } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

interface Gaussian {
  readonly mean: NDArray;
  readonly logVariance: NDArray;
}
/** A distribution with what was made of it: first a point of it, then the logits of the pixels. */
interface Drawn extends Gaussian {
  readonly picture: NDArray;
}

/** Mean plus deviation times noise: the draw has a derivative (section 2.4). In use it is the mean. */
const draw: nn.Layer<null, null, Gaussian, Drawn> = {
  anatomy: { kind: 'draw' },
  init: (_, shapes) => ({ params: null, state: null, outputShape: { ...shapes, picture: shapes.mean } }),
  apply: (_, state, { mean, logVariance }, context) => {
    const noise = context.training === true ? random.normal(context.key, mean.shape) : np.zerosLike(mean);
    return [{ mean, logVariance, picture: mean.add(np.exp(logVariance.div(2)).mul(noise)) }, state];
  },
};
const decoder = nn.serial({ a: nn.dense(128), r: nn.relu, b: nn.dense(256), s: nn.relu, pixels: nn.dense(784) });
const same = nn.lambda(nn.identity);
const model = nn.serial(
  nn.serial({ asRows, a: nn.dense(256), r: nn.relu, b: nn.dense(128), s: nn.relu }),
  nn.fanOut({ mean: nn.dense(2), logVariance: nn.dense(2) }),
  draw,
  nn.parallel({ mean: same, logVariance: same, picture: decoder }),
);

/** Minus the bound (eq. 10), in nats for each digit. */
const loss = ({ mean, logVariance, picture }: Drawn, images: NDArray): NDArray => {
  const pixels = images.reshape(-1, 784).astype('float32').div(255);
  return nn.sigmoidBinaryCrossEntropy(picture, pixels).mul(784).add(nn.gaussianKl(mean, logVariance));
};

/** Fifteen times fifteen points, at equal shares of the normal distribution. */
const lattice = (): NDArray => {
  const places = special.ndtri(np.linspace(0.03, 0.97, 15));
  const [x, y] = np.meshgrid(places, np.flip(places));
  return np.stack(
    [x, y].map((axis) => np.ravel(axis ?? places)),
    1,
  );
};
/** Ten points on the way from each of some codes to the next. */
const ways = (codes: NDArray): NDArray => {
  const t = np.linspace(0, 1, 10).reshape(1, 10, 1);
  const [from, to] = [codes.get('0::2').reshape(-1, 1, 2), codes.get('1::2').reshape(-1, 1, 2)];
  return from.mul(t.neg().add(1)).add(to.mul(t)).reshape(-1, 2);
};

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const { train, test } = await digits(isFull ? 60_000 : 4000, isFull ? 10_000 : 1000);
  const fitted = await fit(model, {
    data: { x: train.x, y: train.x },
    loss,
    optimizer: optim.adam(0.001),
    epochs: isFull ? 15 : 8,
    batchSize: isFull ? 128 : 64,
    key: random.key(0),
  });
  const { params, state, history } = fitted;
  const bound = jit((x: NDArray) => {
    const [drawn] = model.apply(params, state, x, { training: true, key: random.key(1) });
    return { elbo: loss(drawn, x).mean().neg(), kl: nn.gaussianKl(drawn.mean, drawn.logVariance).mean() };
  })(test.x);
  const [elbo, kl] = [Number(bound.elbo.item()), Number(bound.kl.item())];
  const before = -(history[0]?.training.loss ?? NaN);
  write(
    `bound of the log likelihood on the test digits ${elbo.toFixed(1)} nats, of which ${kl.toFixed(1)} are the code; ${before.toFixed(1)} in the first epoch`,
  );

  const pictures = jit((codes: NDArray) =>
    nn.sigmoid(decoder.apply(params[3].picture, state[3].picture, codes, {})[0]).reshape(-1, 28, 28),
  );
  const some = first(test, 2000);
  const { mean } = await predict(model, fitted, some.x);
  const grid = (codes: NDArray, columns: number, title: string) =>
    imageChart(imageGrid(pictures(codes), { columns, padding: 0 }), { title, scale: 1 });
  const codes = { x: mean.get(':', 0), y: mean.get(':', 1), classes: some.y };
  const charts = [
    grid(lattice(), 15, 'Digits of two numbers'),
    scatterChart(codes, { title: 'Where the test digits are', x: 'first number', y: 'second number', size: 12 }),
    grid(ways(mean.get(':20')), 10, 'From one test digit to another'),
  ];
  await orThrow(saveChart(join(out, 'digits.png'), gridChart(charts, { columns: 2 })));
  return { elbo, kl, before };
};
