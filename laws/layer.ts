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
  /** Whether parameters and input have derivatives everywhere, so that differences may be compared. Default true. */
  readonly smooth?: boolean;
}

/** In use and in training. */
const contexts = (key: random.Key): readonly nn.Context[] => [{}, { training: true, key }];
const assertShape = (x: NDArray, shape: Shape): void => {
  if (x.shape.join() !== shape.join()) throw new Error(`expected shape [${shape.join()}], got [${x.shape.join()}]`);
};

const shapeLaw = ({ name, layer, inputShape }: LayerCase): Law =>
  law(
    `${name}: init tells the shape, for any number of leading batch axes`,
    fc.property(keys(), fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), (key, lead) => {
      const { params, state, outputShape } = layer.init(key, inputShape);
      for (const context of contexts(key)) {
        const [y, next] = layer.apply(params, state, random.normal(key, [...lead, ...inputShape]), context);
        assertShape(y, [...lead, ...outputShape]);
        if (!tree.sameStructure(tree.structure(next), tree.structure(state)))
          throw new Error('the state changed its structure');
      }
    }),
  );

const batchLaw = ({ name, layer, inputShape }: LayerCase): Law =>
  law(
    `${name}: a batch, vmap and a loop give the same`,
    fc.property(keys(), (key) => {
      const { params, state } = layer.init(key, inputShape);
      const x = random.normal(random.foldIn(key, 2), [3, ...inputShape]);
      const use = (one: NDArray): NDArray => layer.apply(params, state, one, {})[0];
      const loop = np.stack(Array.from(x, use));
      assertAllClose(use(x), loop, 'batch');
      assertAllClose(vmap(use)(x), loop, 'vmap');
      assertAllClose(jit(use)(x), use(x), 'jit');
    }),
  );

const repeatLaw = ({ name, layer, inputShape }: LayerCase): Law =>
  law(
    `${name}: init and apply are functions: the same arguments give the same`,
    fc.property(keys(), (key) => {
      const runs = [0, 1].map(() => {
        const { params, state } = layer.init(key, inputShape);
        return contexts(key).map(
          (context) => layer.apply(params, state, random.normal(key, [2, ...inputShape]), context)[0],
        );
      });
      runs[0]?.forEach((y, i) => assertAllClose(y, runs[1]?.[i] ?? y, 'again', exact));
    }),
  );

const gradientLaw = ({ name, layer, inputShape }: LayerCase): Law =>
  law(
    `${name}: the gradient in every parameter and in the input, in float64`,
    fc.property(keys(), (key) => {
      const { params, state } = layer.init(key, inputShape);
      const x = random.normal(random.foldIn(key, 2), [2, ...inputShape], 'float64');
      for (const context of contexts(key))
        checkGrads((p: unknown, at: NDArray) => np.sin(layer.apply(p, state, at, context)[0]), [params, x], {
          order: 1,
        });
    }),
  );

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
