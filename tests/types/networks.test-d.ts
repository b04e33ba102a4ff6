/** The types of parameters, states and memories: checked by `npm run check:types`; nothing here runs. */
import { grad, nn, optim, random, type NDArray } from 'fluxion';
import { expectTypeOf } from 'vitest';

const model = nn.serial({
  flat: nn.flatten(),
  hidden: nn.dense(8),
  act: nn.relu,
  drop: nn.dropout(0.5),
  head: nn.dense(2),
});
const { params, state } = model.init(random.key(0), [4]);

// Layers: parameters by the names of the layers, null where a layer has none.
expectTypeOf(params.hidden).toEqualTypeOf<nn.DenseParams>();
expectTypeOf(params.hidden.kernel).toEqualTypeOf<NDArray>();
expectTypeOf(params.act).toBeNull();
expectTypeOf(params.flat).toBeNull();
expectTypeOf<keyof typeof params>().toEqualTypeOf<'flat' | 'hidden' | 'act' | 'drop' | 'head'>();
expectTypeOf(nn.serial(nn.dense(3), nn.relu).init(random.key(0), [2]).params).toEqualTypeOf<
  readonly [nn.DenseParams, null]
>();

// A gradient with respect to them has their type, and so have updates.
const loss = (p: typeof params, x: NDArray): NDArray => model.apply(p, state, x, {})[0].sum();
const gradients = grad(loss)(params, 1);
expectTypeOf(gradients).toEqualTypeOf<typeof params>();

// Training needs a key.
// @ts-expect-error -- chance needs a key
model.apply(params, state, params.head.kernel, { training: true });

// Optimizers: the memory is typed by the parameters.
const adam = optim.adam(1e-3);
const memory = adam.init(params);
expectTypeOf(memory[0].mean.hidden.kernel).toEqualTypeOf<NDArray>();
expectTypeOf(memory[0].count).toEqualTypeOf<NDArray>();
expectTypeOf(memory[1].learningRate).toEqualTypeOf<NDArray>();
expectTypeOf<optim.MemoryOf<optim.Moments, nn.DenseParams>['square']>().toEqualTypeOf<nn.DenseParams>();
const [updates, next] = adam.update(gradients, memory, params);
expectTypeOf(updates).toEqualTypeOf<typeof params>();
expectTypeOf(next).toEqualTypeOf<typeof memory>();
expectTypeOf(optim.applyUpdates(params, updates)).toEqualTypeOf<typeof params>();

// Compositions: inputs and outputs are trees, and layers behind one another must fit.
const branches = nn.parallel({ a: nn.dense(2), b: nn.relu });
const joined = nn.serial(branches, nn.fanIn('add'), nn.fanOut(nn.dense(1), nn.dense(2)));
expectTypeOf<nn.InputOf<typeof joined>>().toEqualTypeOf<{ readonly a: NDArray; readonly b: NDArray }>();
expectTypeOf<nn.OutputOf<typeof joined>>().toEqualTypeOf<readonly [NDArray, NDArray]>();
expectTypeOf(joined.init(random.key(0), { a: [3], b: [2] }).outputShape).toEqualTypeOf<
  readonly [readonly number[], readonly number[]]
>();
// @ts-expect-error -- a dense layer does not take a record
nn.serial(branches, nn.dense(2));
// @ts-expect-error -- a shape for each input
joined.init(random.key(0), [3]);
