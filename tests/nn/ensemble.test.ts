/** Many models at once: parameters, state and keys of several, through every kind of layer. */
import { expect, test } from 'vitest';
import { grad, jit, nn, random, vmap, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';

const model = nn.serial({
  conv: nn.conv2d(4, 3, { padding: 'same' }),
  norm: nn.batchNorm(),
  act: nn.parametricRelu(),
  pool: nn.maxPool2d(),
  deep: nn.depthwiseConv2d(2),
  up: nn.convTranspose2d(2, 2),
  groups: nn.groupNorm(2),
  adaptive: nn.adaptiveAvgPool2d(2),
  drop: nn.spatialDropout2d(0.25),
  all: nn.globalAvgPool2d(),
  head: nn.spectralNorm(nn.weightNorm(nn.dense(3))),
});
const inputShape = [6, 6, 2];
const stacked = random.split(random.key(0), [3]);
const x = random.normal(random.key(3), [5, ...inputShape]);
const context = { training: true, key: random.key(9) } as const;
type P = ReturnType<typeof model.init>['params'];

test('models trained together are models trained one by one', () => {
  const loss = (params: P, state: ReturnType<typeof model.init>['state']): NDArray =>
    model.apply(params, state, x, context)[0].sum();
  const gradients = (key: random.Key): NDArray => {
    const { params, state } = model.init(key, inputShape);
    return grad((p: P) => loss(p, state))(params).conv.kernel;
  };
  const together = jit(vmap(gradients))(stacked);
  expect(together.shape).toEqual([3, 3, 3, 2, 4]);
  random
    .split(random.key(0), 3)
    .forEach((key, i) => assertAllClose(together.get(i), gradients(key), `the gradient of model ${i}`));
});
