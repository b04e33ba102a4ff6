import { describe, expect, test } from 'vitest';
import { nn, np, random, type NDArray } from 'fluxion';
import {
  activationMaximization,
  attributionMap,
  gradCam,
  integratedGradients,
  occlusion,
  saliency,
  smoothGrad,
} from 'fluxion/explain';
import { assertAllClose, explanationLaws } from 'fluxion/laws';

const key = random.key(3);

/** Three feature maps of a picture of one channel: itself, doubled, and negated. */
const features = nn.lambda(
  (x: NDArray) => np.concatenate([x, x.mul(2), x.neg()], -1),
  ([h = 0, w = 0]) => [h, w, 3],
);
const pool = nn.lambda(
  (x: NDArray) => x.mean([-3, -2]),
  (shape) => [shape.at(-1) ?? 0],
);
/** Linear up to the class: the scores are means of feature maps times the head's weights. */
const pooled = nn.serial({ features, pool, head: nn.dense(2) });
const head = np.array([
  [1, -1],
  [0.5, 2],
  [-3, 0],
]);
const pooledParams = { features: null, pool: null, head: { kernel: head, bias: np.zeros([2]) } };
const pooledState = { features: null, pool: null, head: null };

const smooth = nn.serial(nn.flatten(3), nn.dense(6), nn.tanh, nn.dense(3));

describe.each([
  { name: 'two dense layers', model: smooth, inputShape: [3, 3, 2], classes: 3 },
  {
    name: 'a pooled head',
    model: nn.serial(features, nn.lambda(nn.sigmoid), pool, nn.dense(4)),
    inputShape: [3, 4, 1],
    classes: 4,
  },
])('explanations of $name', (explained) => {
  test.for(explanationLaws(explained).map((law) => [law.name, law] as const))('%s', ([, law]) => {
    law.check({ runs: 4 });
  });
});

describe('saliency', () => {
  test('of a linear model is its weights, whatever the input', () => {
    const linear = nn.dense(3);
    const { params, state } = linear.init(key, [4]);
    const x = random.normal(key, [5, 4]);
    const expected = np.broadcastTo(params.kernel.get(':', 1), [5, 4]);
    assertAllClose(saliency(linear, params, state, x, 1), expected);
    assertAllClose(smoothGrad(linear, params, state, x, 1, { key, samples: 4 }), expected);
    // Of a linear model, the contributions are weight times input.
    assertAllClose(integratedGradients(linear, params, state, x, 1, { steps: 1 }), expected.mul(x));
  });
  test('as a map: the greatest absolute value over the channels', () => {
    expect(attributionMap(np.array([[[1, -3, 2]], [[0, 0, 0]]])).toNested()).toEqual([[3], [0]]);
  });
  test('a class that is not there, or a model without classes, is refused', () => {
    const { params, state } = smooth.init(key, [3, 3, 2]);
    const x = np.ones([3, 3, 2]);
    expect(() => saliency(smooth, params, state, x, 3)).toThrow('saliency: expected a class from 0 to 2, got 3.');
    expect(() =>
      saliency(
        nn.lambda((v: NDArray) => v.sum()),
        null,
        null,
        x,
        0,
      ),
    ).toThrow('saliency: expected a model that gives scores');
    expect(() => integratedGradients(smooth, params, state, x, 0, { steps: 0 })).toThrow(
      'expected steps to be a whole number',
    );
  });
});

describe('Grad-CAM', () => {
  const picture = np.array([
    [[1], [-2]],
    [[3], [0]],
  ]);
  test('with a linear head after the mean over places: the maps weighted by the head, over their number of places', () => {
    // Class 0 has weights 1, 0.5 and -3 for the maps x, 2x and -x, so that the sum is 5x; each weight is divided by 4 places.
    const cam = gradCam(pooled, pooledParams, pooledState, picture, { layer: 'features', class: 0 });
    assertAllClose(
      cam,
      np
        .array([
          [1, -2],
          [3, 0],
        ])
        .mul(5 / 4)
        .maximum(0),
    );
    // Class 1: -1, 2 and 0, the sum is 3x.
    const other = gradCam(pooled, pooledParams, pooledState, picture, { layer: 'features', class: 1 });
    assertAllClose(
      other,
      np
        .array([
          [1, -2],
          [3, 0],
        ])
        .mul(3 / 4)
        .maximum(0),
    );
  });
  test('of a batch with a class each is that of each example', () => {
    const batch = np.stack([picture, picture.neg()]);
    const cams = gradCam(pooled, pooledParams, pooledState, batch, {
      layer: 'features',
      class: np.array([0, 1], 'int32'),
    });
    const each = [0, 1].map((i) =>
      gradCam(pooled, pooledParams, pooledState, batch.get(i), { layer: 'features', class: i }),
    );
    assertAllClose(cams, np.stack(each));
  });
  test('a path that is not there, or no maps, are refused with the paths there are', () => {
    const at = (layer: string) => () => gradCam(pooled, pooledParams, pooledState, picture, { layer, class: 0 });
    expect(at('conv')).toThrow(
      /expected the path of a part that gives an array, got conv. There are .*features, .*pool/,
    );
    expect(at('pool')).toThrow('gradCam: expected feature maps [..., h, w, c] at pool, got float32[3].');
  });
});

describe('occlusion', () => {
  // The score of class 0 is 10 times the pixel at (1, 2), that of class 1 is 0.
  const spot = nn.lambda((x: NDArray) =>
    np.stack([x.get('...', 1, 2, 0).mul(10), np.zerosLike(x.get('...', 1, 2, 0))], -1),
  );
  const picture = np.ones([4, 5, 1]);
  test('shows the pixel that counts, by the mean over the windows that cover it', () => {
    const drops = occlusion(spot, null, null, picture, 0, { window: 1 });
    expect(drops.toNested()).toEqual(
      [0, 1, 2, 3].map((i) => [0, 1, 2, 3, 4].map((j) => (i === 1 && j === 2 ? 10 : 0))),
    );
    // Windows of 2 by 2, 2 apart, and the last column by a window that ends at the edge: the pixel is covered by that at (0, 2) alone.
    const coarse = occlusion(spot, null, null, picture, 0, { window: 2, stride: 2, batchSize: 4 });
    expect(coarse.toNested()).toEqual([
      [0, 0, 10, 5, 0],
      [0, 0, 10, 5, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });
  test('covered pixels take the value given, and what is never covered gets 0', () => {
    expect(occlusion(spot, null, null, picture, 0, { window: 1, value: 3 }).get(1, 2).item()).toBe(-20);
    expect(occlusion(spot, null, null, picture, 0, { window: 1, stride: 3 }).get(1, 2).item()).toBe(0);
    expect(Number(occlusion(spot, null, null, picture, 1).max().item())).toBe(0);
  });
  test('a window larger than the picture is refused', () => {
    expect(() => occlusion(spot, null, null, picture, 0, { window: 6 })).toThrow('fits into 4 by 5');
  });
});

describe('activation maximisation', () => {
  const { params, state } = smooth.init(key, [3, 3, 2]);
  test('makes the score of the class greater, and the class the first', () => {
    const { x, scores } = activationMaximization(smooth, params, state, [3, 3, 2], { class: 2 }, { key, steps: 40 });
    expect(x.shape).toEqual([3, 3, 2]);
    expect(scores.shape).toEqual([41]);
    const outputs = smooth.apply(params, state, x, {})[0];
    expect(np.argmax(outputs).item()).toBe(2);
    expect(Number(scores.get(-1).item())).toBeCloseTo(Number(outputs.get(2).item()), 5);
    expect(Number(scores.get(-1).item())).toBeGreaterThan(Number(scores.get(0).item()) + 0.5);
  });
  test('of a linear score goes along the weights', () => {
    const linear = nn.dense(2);
    const { params: p, state: s } = linear.init(key, [5]);
    const options = { start: np.zeros([5]), steps: 3, learningRate: 0.5, regularisation: { l2: 0 } };
    const { x } = activationMaximization(linear, p, s, [5], { class: 1 }, options);
    const weights = p.kernel.get(':', 1);
    assertAllClose(x, weights.div(np.sqrt(np.mean(np.square(weights)))).mul(1.5));
  });
  test('finds what a channel looks for, within bounds', () => {
    const conv = nn.serial({
      conv: nn.lambda(
        (x: NDArray) => x.get('...', ':-1', ':').sub(x.get('...', '1:', ':')),
        ([h = 0, w = 0, c = 0]) => [h, w - 1, c],
      ),
    });
    const { x } = activationMaximization(
      conv,
      { conv: null },
      { conv: null },
      [4, 4, 1],
      { path: 'conv', channel: 0 },
      { key, steps: 60, range: [0, 1], regularisation: { l2: 0 } },
    );
    // The mean of differences of neighbours is greatest with a light left and a dark right column.
    expect(x.get(':', 0, 0).toNested()).toEqual([1, 1, 1, 1]);
    expect(x.get(':', 3, 0).toNested()).toEqual([0, 0, 0, 0]);
  });
  test('total variation makes neighbours alike', () => {
    const roughness = (totalVariation: number): number => {
      const { x } = activationMaximization(
        smooth,
        params,
        state,
        [3, 3, 2],
        { class: 0 },
        { key, steps: 40, regularisation: { totalVariation } },
      );
      const across = np.mean(np.abs(np.diff(x, { axis: 1 })));
      return Number(np.divide(across, np.sqrt(np.mean(np.square(x)))).item());
    };
    expect(roughness(1)).toBeLessThan(roughness(0) / 2);
  });
  test('needs a key or a start of the right shape', () => {
    expect(() => activationMaximization(smooth, params, state, [3, 3, 2], { class: 0 })).toThrow(
      'expected a key or a start',
    );
    expect(() =>
      activationMaximization(smooth, params, state, [3, 3, 2], { class: 0 }, { start: np.ones([2]) }),
    ).toThrow('expected a start of the shape of one example');
  });
});
