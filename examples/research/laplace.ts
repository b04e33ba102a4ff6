/**
 * The Laplace approximation (MacKay 1992): at the best parameters of a network the `hessian` of its loss is the precision of a normal distribution over
 * parameters. The band of its predictions is wide where there are no data.
 */
import { join } from 'node:path';
import {
  hessian,
  jacrev,
  jit,
  linalg,
  nn,
  np,
  optim,
  random,
  ravelPytree,
  tree,
  valueAndGrad,
  vmap,
  type NDArray,
} from 'fluxion';
import { orThrow } from 'fluxion/data';
import { forecastChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

/** The standard deviation of the noise, and the precision that the prior gives each parameter. */
const [noise, precision] = [0.15, 0.3];

const truth = (x: NDArray): NDArray => np.sin(x.mul(3)).add(x.mul(0.3));
/** Points at -2 to -0.7 and at 0.7 to 2, with noise; none between. */
const draw = (key: random.Key, count: number) => {
  const [a, b] = random.split(key);
  const u = random.uniform(a, [count], { minval: -1.3, maxval: 1.3 }).astype('float64');
  const x = u.add(np.sign(u).mul(0.7));
  return { x, y: truth(x).add(random.normal(b, [count]).astype('float64').mul(noise)) };
};
type Points = ReturnType<typeof draw>;

const model = nn.serial({ hidden: nn.dense(16), act: nn.tanh, head: nn.dense(1) });
const { params, state } = model.init(random.key(3), [1]);
const [start, unravel] = ravelPytree(tree.map((leaf: NDArray) => leaf.astype('float64'), params));
/** The network at one place, of all parameters in one row. */
const predict = (row: NDArray, x: NDArray): NDArray => model.apply(unravel(row), state, x.reshape(1), {})[0].get(0);
const predictAll = vmap(predict, { inAxes: [null, 0] });

/** Minus the logarithm of likelihood times prior, but for constants. */
const loss =
  ({ x, y }: Points) =>
  (row: NDArray): NDArray => {
    const errors = predictAll(row, x).sub(y).div(noise);
    return np.sum(errors.square()).add(np.sum(row.square()).mul(precision)).div(2);
  };

/** Mean and standard deviation of the predictions at places: the network is taken as linear in the parameters around the best ones. */
const predictive = (best: NDArray, covariance: NDArray) =>
  jit((x: NDArray) => {
    const slopes = vmap(jacrev(predict), { inAxes: [null, 0] })(best, x);
    const variance = np.sum(np.matmul(slopes, covariance).mul(slopes), -1);
    return { mean: predictAll(best, x), deviation: np.sqrt(variance.add(noise ** 2)) };
  });

const bandChart = (x: NDArray, { mean, deviation }: ReturnType<ReturnType<typeof predictive>>, points: Points) => {
  const [lower, upper] = [mean.sub(deviation.mul(1.96)), mean.add(deviation.mul(1.96))];
  const forecast = { x, mean, lower, upper };
  const chart = forecastChart(
    { observed: { x: [], y: [] }, forecast, actual: { x, y: truth(x) } },
    { title: 'A network of 49 parameters, and what it knows', x: 'x', y: 'y' },
  );
  // A chart is plain data: points are one more layer.
  const [xs, ys] = [points.x.dataSync(), points.y.dataSync()];
  const dots = {
    data: { values: Array.from(xs, (at, i) => ({ x: Number(at), y: Number(ys[i]) })) },
    mark: { type: 'circle', color: 'black', size: 25 },
    encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  } as const;
  return 'layer' in chart ? { ...chart, layer: [...chart.layer, dots] } : chart;
};

export const run: Example = async ({ out, write }) => {
  const points = draw(random.key(0), 40);
  const f = loss(points);
  const {
    params: best,
    iterations,
    gradientNorm,
  } = jit(() => optim.minimize(valueAndGrad(f), start, { maxIterations: 2000 }))();
  const curvature = jit(hessian(f))(best);
  const least = Number(linalg.eigvalsh(curvature).get(0).item());
  write(
    `${start.size} parameters: ${String(iterations)} steps of L-BFGS to a gradient of ${Number(gradientNorm.item()).toExponential(1)}; least curvature ${least.toFixed(3)}`,
  );
  const at = predictive(best, linalg.inv(curvature));
  const fresh = draw(random.key(1), 1000);
  const { mean, deviation } = at(fresh.x);
  const inside = np.less(np.abs(fresh.y.sub(mean)), deviation.mul(1.96));
  const coverage = Number(np.mean(inside.astype('float64')).item());
  const widthOf = (x: number): number => Number(at(np.array([x], 'float64')).deviation.item());
  const [near, between, beyond] = [widthOf(-1.5), widthOf(0), widthOf(3.5)];
  write(`${(coverage * 100).toFixed(1)} % of 1000 new points are within the band of 95 %`);
  write(
    `standard deviation among the data ${near.toFixed(3)}, between them ${between.toFixed(3)}, beyond ${beyond.toFixed(3)}; of the noise alone ${noise}`,
  );
  const x = np.linspace(-3.5, 3.5, 201).astype('float64');
  await orThrow(saveChart(join(out, 'band.png'), bandChart(x, at(x), points)));
  return { coverage, near, between, beyond, least };
};
