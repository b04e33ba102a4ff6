/** The types of training: checked by `npm run check:types`; nothing here runs. */
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { earlyStopping, evaluate, fit, predict } from 'fluxion/train';
import { expectTypeOf } from 'vitest';

const x = np.zeros([4, 2]);
const key = random.key(0);
const common = { optimizer: optim.adam(1e-3), epochs: 1, key };

// One input, one output: arrays.
const simple = nn.serial({ hidden: nn.dense(8), head: nn.dense(2) });
const result = await fit(simple, {
  ...common,
  data: { x, y: np.zeros([4], 'int32') },
  loss: nn.softmaxCrossEntropy,
  metrics: { accuracy: nn.accuracy },
  regularizer: (params) => params.hidden.kernel.sum(),
  classWeight: { 1: 2 },
  policies: [earlyStopping({ monitor: 'validation.accuracy' })],
});
expectTypeOf(result.params.hidden.kernel).toEqualTypeOf<NDArray>();
expectTypeOf(result.memory[0].mean.head).toEqualTypeOf<nn.DenseParams>();
expectTypeOf(result.last.params).toEqualTypeOf<typeof result.params>();
expectTypeOf(await predict(simple, result, x)).toEqualTypeOf<NDArray>();
expectTypeOf(
  (await fit(simple, { ...common, data: { x, y: x }, loss: nn.squaredError, from: result })).params,
).toEqualTypeOf<typeof result.params>();

// Heads: losses, weights and metrics by their names.
const heads = nn.serial(nn.dense(8), nn.fanOut({ age: nn.dense(1), gender: nn.dense(2) }));
const targets = { age: np.zeros([4, 1]), gender: np.zeros([4], 'int32') };
const losses = { age: nn.squaredError, gender: nn.softmaxCrossEntropy };
const two = await fit(heads, {
  ...common,
  data: { x, y: targets },
  loss: losses,
  lossWeights: { gender: 0.5 },
  metrics: { gender: { accuracy: nn.accuracy } },
});
expectTypeOf(await predict(heads, two, x)).toEqualTypeOf<{ readonly age: NDArray; readonly gender: NDArray }>();
await fit(heads, {
  ...common,
  data: { x, y: targets },
  loss: (out, y) => nn.squaredError(out.age, y.age).add(nn.softmaxCrossEntropy(out.gender, y.gender)),
});
// @ts-expect-error -- there is no such head
await fit(heads, { ...common, data: { x, y: targets }, loss: { height: nn.squaredError } });
// @ts-expect-error -- nor such a metric
await evaluate(heads, two, { data: { x, y: targets }, loss: losses, metrics: { accuracy: nn.accuracy } });
// @ts-expect-error -- one output has one loss
await fit(simple, { ...common, data: { x, y: x }, loss: { age: nn.squaredError } });

// Several inputs: the model says which.
const pair = nn.serial(nn.parallel({ a: nn.dense(2), b: nn.dense(2) }), nn.fanIn('add'));
const data = { x: { a: x, b: x }, y: x };
const both = await fit(pair, { ...common, data, loss: nn.squaredError });
// @ts-expect-error -- an input for each
await predict(pair, both, x);
// Batches from elsewhere.
await fit(pair, { ...common, data: [data, data], loss: nn.squaredError });
// @ts-expect-error -- figures are of training or of validation
earlyStopping({ monitor: 'accuracy' });
