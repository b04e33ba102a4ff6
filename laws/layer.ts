/** What must hold of layers, and of putting them one after another. */
import * as fc from 'fast-check';
import { jit, nn, np, random, tree, vmap, type NDArray, type Shape } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { checkGrads } from './derivative.ts';
import { law, type Law } from './law.ts';

export interface LayerCase {
  readonly name: string;
  readonly layer: nn.Layer;
  /** The shape of one example. */
  readonly inputShape: Shape;
  /**
   * Whether parameters and input have derivatives everywhere, so that differences may be compared; `in use` for layers that in training hold
   * constant what differences see move. Default true.
   */
  readonly smooth?: boolean | 'in use';
  /** Draws inputs. Default standard normal. */
  readonly input?: (key: random.Key, shape: Shape) => NDArray;
}

/** In use and in training. */
const contexts = (key: random.Key): readonly nn.Context[] => [{}, { training: true, key }];
const assertShape = (x: NDArray, shape: Shape): void => {
  if (x.shape.join() !== shape.join()) throw new Error(`expected shape [${shape.join()}], got [${x.shape.join()}]`);
};

const draw = ({ input, inputShape }: LayerCase, key: random.Key, lead: Shape): NDArray =>
  (input ?? random.normal)(key, [...lead, ...inputShape]);

const shapeLaw = (given: LayerCase): Law => {
  const { name, layer, inputShape } = given;
  return law(
    `${name}: init tells the shape, for any number of leading batch axes`,
    fc.property(keys(), fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), (key, lead) => {
      const { params, state, outputShape } = layer.init(key, inputShape);
      for (const context of contexts(key)) {
        const [y, next] = layer.apply(params, state, draw(given, key, lead), context);
        assertShape(y, [...lead, ...outputShape]);
        if (!tree.sameStructure(tree.structure(next), tree.structure(state)))
          throw new Error('the state changed its structure');
      }
    }),
  );
};

const batchLaw = (given: LayerCase): Law => {
  const { name, layer, inputShape } = given;
  return law(
    `${name}: a batch, vmap and a loop give the same`,
    fc.property(keys(), (key) => {
      const { params, state } = layer.init(key, inputShape);
      const x = draw(given, random.foldIn(key, 2), [3]);
      const use = (one: NDArray): NDArray => layer.apply(params, state, one, {})[0];
      const loop = np.stack(Array.from(x, use));
      assertAllClose(use(x), loop, 'batch');
      assertAllClose(vmap(use)(x), loop, 'vmap');
      assertAllClose(jit(use)(x), use(x), 'jit');
    }),
  );
};

const repeatLaw = (given: LayerCase): Law => {
  const { name, layer, inputShape } = given;
  return law(
    `${name}: init and apply are functions: the same arguments give the same`,
    fc.property(keys(), (key) => {
      const runs = [0, 1].map(() => {
        const { params, state } = layer.init(key, inputShape);
        return contexts(key).map((context) => layer.apply(params, state, draw(given, key, [2]), context)[0]);
      });
      runs[0]?.forEach((y, i) => assertAllClose(y, runs[1]?.[i] ?? y, 'again', exact));
    }),
  );
};

const gradientLaw = (given: LayerCase): Law => {
  const { name, layer, inputShape, smooth } = given;
  return law(
    `${name}: the gradient in every parameter and in the input, in float64`,
    fc.property(keys(), (key) => {
      const { params, state } = layer.init(key, inputShape);
      const x = draw(given, random.foldIn(key, 2), [2]);
      for (const context of smooth === 'in use' ? [{}] : contexts(key))
        checkGrads((p: unknown, at: NDArray) => np.sin(layer.apply(p, state, at, context)[0]), [params, x], {
          order: 1,
        });
    }),
  );
};

/** The laws of one layer. */
export const layerLaws = (layerCase: LayerCase): readonly Law[] => [
  shapeLaw(layerCase),
  batchLaw(layerCase),
  repeatLaw(layerCase),
  ...(layerCase.smooth === false ? [] : [gradientLaw(layerCase)]),
];

/** `serial` is associative, with `serial()` as identity: three layers that fit behind one another, grouped in either way. */
export const serialLaws = (name: string, [a, b, c]: readonly [nn.Layer, nn.Layer, nn.Layer], inputShape: Shape): Law =>
  law(
    `${name}: serial is associative and has an identity`,
    fc.property(keys(), (key) => {
      const flat = nn.serial(a, b, c);
      const { params, state } = flat.init(key, inputShape);
      const [[p, q, r], [s, t, u]] = [params, state];
      const x = random.normal(key, [2, ...inputShape]);
      const y = flat.apply(params, state, x, {})[0];
      const left = nn.serial(nn.serial(a, b), c).apply([[p, q], r], [[s, t], u], x, {})[0];
      const right = nn.serial(a, nn.serial(b, c)).apply([p, [q, r]], [s, [t, u]], x, {})[0];
      const padded = nn.serial(nn.serial(), flat, nn.serial()).apply([[], params, []], [[], state, []], x, {})[0];
      for (const z of [left, right, padded]) assertAllClose(z, y, 'grouped', exact);
    }),
  );

type Pair = readonly [nn.Layer, nn.Layer];

/** A property of a key and two examples. */
const onInput = (inputShape: Shape, check: (key: random.Key, x: NDArray) => void) =>
  fc.property(keys(), (key) => check(key, random.normal(random.foldIn(key, 1), [2, ...inputShape])));
const sameBranches = (ys: readonly NDArray[], zs: readonly NDArray[]): void =>
  ys.forEach((y, i) => assertAllClose(y, zs[i] ?? y, `branch ${i}`, exact));

const exchangeLaw = (name: string, [[a, b], [c, d]]: readonly [Pair, Pair], inputShape: Shape): Law =>
  law(
    `${name}: parallel of serials is serial of parallels`,
    onInput(inputShape, (key, x) => {
      const rows = nn.serial(nn.parallel(a, b), nn.parallel(c, d));
      const { params, state } = rows.init(key, [inputShape, inputShape]);
      const [[p, q], [r, s]] = params;
      const [[t, u], [v, w]] = state;
      const columns = nn.parallel(nn.serial(a, c), nn.serial(b, d));
      const byColumn = [
        [p, r],
        [q, s],
      ] as const;
      const states = [
        [t, v],
        [u, w],
      ] as const;
      const pair = [x, x.neg()] as const;
      sameBranches(rows.apply(params, state, pair, {})[0], columns.apply(byColumn, states, pair, {})[0]);
    }),
  );

/** How layers side by side relate to layers one after another: two pairs, the second fitting behind the first. */
export const branchLaws = (name: string, pairs: readonly [Pair, Pair], inputShape: Shape): readonly Law[] => {
  const [[a, b]] = pairs;
  const out = nn.fanOut(a, b);
  return [
    exchangeLaw(name, pairs, inputShape),
    law(
      `${name}: fanOut is parallel of copies`,
      onInput(inputShape, (key, x) => {
        const { params, state } = out.init(key, inputShape);
        sameBranches(out.apply(params, state, x, {})[0], nn.parallel(a, b).apply(params, state, [x, x], {})[0]);
      }),
    ),
    law(
      `${name}: residual is the sum of the branches`,
      onInput(inputShape, (key, x) => {
        const block = nn.residual(a, a);
        const { params, state } = block.init(key, inputShape);
        const [[main, shortcut]] = nn
          .fanOut(a, a)
          .apply([params.main, params.shortcut], [state.main, state.shortcut], x, {});
        assertAllClose(block.apply(params, state, x, {})[0], shortcut.add(main), 'residual', exact);
      }),
    ),
  ];
};

/** Capturing changes nothing, and what is captured is what the parts gave: `model` must be a list or record of layers one after another. */
export const captureLaws = (name: string, model: nn.Layer, inputShape: Shape): readonly Law[] => [
  law(
    `${name}: capture gives what apply gives, and the last part's value is the result`,
    fc.property(keys(), (key) => {
      const { params, state } = model.init(key, inputShape);
      const x = random.normal(key, [2, ...inputShape]);
      const run = (p: unknown, at: NDArray) => nn.capture(model)(p, state, at);
      const [[y], seen] = jit(run)(params, x);
      assertAllClose(y, jit((p: unknown, at: NDArray) => model.apply(p, state, at, {})[0])(params, x), 'result', exact);
      const [last = ''] = model.anatomy?.parts?.at(-1) ?? [];
      assertAllClose(np.array(seen[last] as NDArray), y, 'the last part', exact); // sound: the layer gives an array
    }),
  ),
  law(
    `${name}: intervening with what was there changes nothing`,
    fc.property(keys(), (key) => {
      const { params, state } = model.init(key, inputShape);
      const x = random.normal(key, [2, ...inputShape]);
      const watched = nn.intervene(model, (_, value) => value);
      assertAllClose(watched.apply(params, state, x, {})[0], model.apply(params, state, x, {})[0], 'result', exact);
    }),
  ),
];
