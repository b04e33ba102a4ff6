/**
 * What a small network sees in digits: filters before and after training, feature maps, where it looks (saliency, Grad-CAM, occlusion), and the
 * pictures that its classes like best.
 */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { image, orThrow } from 'fluxion/data';
import { activationMaximization, attributionMap, gradCam, occlusion, saliency } from 'fluxion/explain';
import { captionedImages, featureMapGrid, filterGrid, hconcat, imageChart, overlay, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { asPictures, digits, percent, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const { heNormal, normal } = nn.initializers;
/** Without a bias nothing is seen where nothing is. */
const unit = (features: number, size: number, kernel = heNormal()) =>
  nn.serial({ conv: nn.conv2d(features, size, { padding: 'same', bias: false, kernel }), act: nn.relu });
/** Filters that begin small show what training makes of them. */
const maps = nn.serial({ early: unit(8, 7, normal(0.03)), pool: nn.maxPool2d(2), later: unit(24, 3) });
/** Scores against their mean: softmax does not mind, and each class speaks for itself. */
const scores = nn.serial({
  dense: nn.dense(10),
  relative: (x: NDArray) => x.sub(x.mean({ axis: -1, keepdims: true })),
});
/** The head knows places. */
const placed = nn.serial({ maps, pool: nn.maxPool2d(2), flat: nn.flatten(), scores });
/** The head takes the mean over places, as Grad-CAM does of gradients. */
const averaged = nn.serial({ maps, mean: nn.globalAvgPool2d(), scores });

const asFloats = ({ x, y }: Examples): Examples => ({ x: asPictures.apply(null, null, x, {})[0], y });

/** The first example of each digit. */
const oneOfEach = ({ x, y }: Examples): NDArray => {
  const labels = [...y.dataSync()];
  const places = each((digit) => labels.indexOf(digit));
  return np.take(x, np.array(places, 'int32'), 0);
};
const each = <A>(f: (digit: number) => A): readonly A[] => Array.from({ length: 10 }, (_, digit) => f(digit));

/** How much more heat `[10, 28, 28]` lies on the strokes than beside them, pixel for pixel. */
const onStrokes = (heat: NDArray, pictures: NDArray): number => {
  const ink = np.greater(np.squeeze(pictures, -1), 0.3).astype('float32');
  const meanWhere = (mask: NDArray): number => Number(np.divide(heat.mul(mask).sum(), mask.sum()).item());
  return meanWhere(ink) / meanWhere(np.subtract(1, ink));
};

interface Learnt<P, S> {
  readonly params: P;
  readonly state: S;
}
type Placed = Learnt<nn.ParamsOf<typeof placed>, nn.StateOf<typeof placed>>;
type Averaged = Learnt<nn.ParamsOf<typeof averaged>, nn.StateOf<typeof averaged>>;

/** Where the networks look for the right classes of ten pictures, by method. */
const heatMaps = ({ params, state }: Placed, mean: Averaged, x: NDArray): { readonly [method: string]: NDArray } => {
  const [classes, covering] = [np.arange(10), { window: 6, stride: 2 }];
  const heat = gradCam(averaged, mean.params, mean.state, x, { layer: 'maps.later', class: classes });
  return {
    saliency: attributionMap(saliency(placed, params, state, x, classes)),
    occlusion: np.maximum(np.stack(each((i) => occlusion(placed, params, state, x.get(i), i, covering))), 0),
    'Grad-CAM': np.squeeze(image.resize(np.expandDims(heat, -1), [28, 28]), -1),
  };
};

const filterChart = (title: string, { params }: Pick<Placed, 'params'>) =>
  imageChart(filterGrid(params.maps.early.conv.kernel, { columns: 4 }), { title });
/** A picture, and what the two convolutions make of it. */
const mapChart = ({ params, state }: Placed, x: NDArray) => {
  const [, seen] = nn.capture(placed)(params, state, x);
  const grids = ['maps.early', 'maps.later'].map(
    (path) => imageChart(featureMapGrid(seen[path] as NDArray), { title: `feature maps: ${path}` }), // sound: these give arrays
  );
  return hconcat([imageChart(x, { title: 'picture' }), ...grids]);
};
const heatChart = (heat: Readonly<Record<string, NDArray>>, x: NDArray) => {
  const rows = Object.entries(heat).map(([method, map]) =>
    each((i) => ({ caption: `${i}, ${method}`, picture: overlay(x.get(i), map.get(i)) })),
  );
  const [pictures, captions] = [rows.flat().map(({ picture }) => picture), rows.flat().map(({ caption }) => caption)];
  return captionedImages(np.stack(pictures), captions, { columns: 10 });
};

/** The pictures that the classes like best, `[10, 28, 28, 1]`. */
const favourites = ({ params, state }: Placed, steps: number): NDArray => {
  const regularisation = { l2: 1, totalVariation: 20 };
  const options = { steps, learningRate: 0.05, range: [0, 1], regularisation, key: random.key(2) } as const;
  const best = (c: number) => activationMaximization(placed, params, state, [28, 28, 1], { class: c }, options);
  return np.stack(each((digit) => best(digit).x));
};

export const run: Example = async ({ budget, out, write }) => {
  const full = budget === 'full';
  const { train, test } = await digits(full ? 20_000 : 2000, 1000);
  const shared = { loss: nn.softmaxCrossEntropy, epochs: 3, batchSize: full ? 64 : 32, key: random.key(0) };
  const start = placed.init(random.key(0), [28, 28, 1]);
  const data = asFloats(train);
  const after = await fit(placed, { ...shared, data, from: start, optimizer: optim.adam(3e-3) });
  const mean = await fit(averaged, { ...shared, data, optimizer: optim.adam(3e-3) });
  const options = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy }, data: asFloats(test) };
  const { accuracy = NaN } = await evaluate(placed, after, options);
  write(`test accuracy ${percent(accuracy)}`);
  const x = oneOfEach(asFloats(test));
  const heat = heatMaps(after, mean, x);
  const figures = Object.fromEntries(Object.entries(heat).map(([method, map]) => [method, onStrokes(map, x)]));
  for (const [method, ratio] of Object.entries(figures))
    write(`${method}: ${ratio.toFixed(1)} times as much heat on the strokes as beside them`);
  const best = favourites(after, full ? 100 : 60);
  const answers = [...np.argmax(placed.apply(after.params, after.state, best, {})[0], -1).dataSync()];
  write(`pictures that the classes like best, and what the network takes them for: ${answers.join(' ')}`);
  const names = each((digit) => `liked best by ${digit}`);
  const charts = {
    filters: hconcat([filterChart('Filters before', start), filterChart('after training', after)]),
    'feature-maps': mapChart(after, x.get(5)),
    where: heatChart(heat, x),
    favourites: captionedImages(best, names),
  };
  for (const [name, chart] of Object.entries(charts)) await orThrow(saveChart(join(out, `${name}.png`), chart));
  return { accuracy, ...figures, liked: answers.filter((answer, digit) => answer === digit).length };
};
