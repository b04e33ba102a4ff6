/** What must hold of explanations of models. */
import * as fc from 'fast-check';
import { np, random, type nn, type NDArray, type Shape } from 'fluxion';
import { integratedGradients, saliency, smoothGrad } from 'fluxion/explain';
import { keys } from './arbitrary.ts';
import { assertAllClose, differenced } from './close.ts';
import { law, type Law } from './law.ts';

/** A model that gives scores `[..., classes]`. */
export interface ExplainedCase {
  readonly name: string;
  readonly model: nn.Layer;
  /** The shape of one example. */
  readonly inputShape: Shape;
  readonly classes: number;
}

interface Drawn {
  readonly params: unknown;
  readonly state: unknown;
  readonly key: random.Key;
  /** Two examples, in float64. */
  readonly x: NDArray;
  /** A class for each. */
  readonly choice: NDArray;
}

const onModel = ({ model, inputShape, classes }: ExplainedCase, check: (drawn: Drawn) => void) =>
  fc.property(keys(), (given) => {
    const [forModel, forInput, forClass, key] = random.split(given, 4);
    const { params, state } = model.init(forModel, inputShape);
    check({
      params,
      state,
      key,
      x: random.normal(forInput, [2, ...inputShape], 'float64'),
      choice: random.randint(forClass, [2], 0, classes),
    });
  });

const scores = ({ model }: ExplainedCase, { params, state, choice }: Drawn, x: NDArray): NDArray =>
  np.takeAlongAxis(model.apply(params, state, x, {})[0], choice.reshape(2, 1), 1).reshape(2);

/** The sum over all axes but the first. */
const total = (x: NDArray): NDArray => x.reshape(x.shape[0] ?? 1, -1).sum(1);

/** Sundararajan et al. 2017, proposition 1. */
const completenessLaw = (explained: ExplainedCase): Law =>
  law(
    `${explained.name}: integrated gradients add up to the difference of the scores`,
    onModel(explained, (drawn) => {
      const { params, state, x, choice, key } = drawn;
      const baseline = random.normal(key, explained.inputShape, 'float64');
      const parts = integratedGradients(explained.model, params, state, x, choice, { baseline });
      const expected = scores(explained, drawn, x).sub(scores(explained, drawn, np.broadcastTo(baseline, x.shape)));
      assertAllClose(total(parts), expected, 'sum of contributions', differenced);
    }),
  );

const slopeLaw = (explained: ExplainedCase): Law =>
  law(
    `${explained.name}: saliency is the slope of the score in every direction`,
    onModel(explained, (drawn) => {
      const { params, state, x, choice, key } = drawn;
      const way = random.normal(key, x.shape, 'float64');
      const slope = total(saliency(explained.model, params, state, x, choice).mul(way));
      const at = (t: number): NDArray => scores(explained, drawn, x.add(way.mul(t)));
      // Central differences with one extrapolation.
      const by = (h: number): NDArray =>
        at(h)
          .sub(at(-h))
          .div(2 * h);
      const h = 1e-3;
      assertAllClose(
        slope,
        by(h)
          .mul(4)
          .sub(by(2 * h))
          .div(3),
        'slope',
        differenced,
      );
    }),
  );

const batchLaw = (explained: ExplainedCase): Law =>
  law(
    `${explained.name}: explaining a batch is explaining each example`,
    onModel(explained, ({ params, state, x, choice }) => {
      for (const explain of [saliency, integratedGradients]) {
        const each = [0, 1].map((i) => explain(explained.model, params, state, x.get(i), choice.get(i)));
        assertAllClose(explain(explained.model, params, state, x, choice), np.stack(each), 'batch');
      }
    }),
  );

const noiseLaw = (explained: ExplainedCase): Law =>
  law(
    `${explained.name}: SmoothGrad without noise is saliency`,
    onModel(explained, ({ params, state, x, choice, key }) => {
      const smooth = smoothGrad(explained.model, params, state, x, choice, { key, samples: 3, noise: 0 });
      assertAllClose(smooth, saliency(explained.model, params, state, x, choice), 'without noise');
    }),
  );

/** The laws of gradient explanations of a smooth model. */
export const explanationLaws = (explained: ExplainedCase): readonly Law[] => [
  completenessLaw(explained),
  slopeLaw(explained),
  batchLaw(explained),
  noiseLaw(explained),
];
