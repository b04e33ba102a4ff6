/** One layer at several places, with the same parameters. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { anatomyOf, applyPart, contexts, partsOf } from './parts.ts';
import type { AnyLayer, Layer } from './layer.ts';
import type { Shape } from '../array/type.ts';

type Places<A> = readonly A[] | { readonly [name: string]: A };
/** A list or record of arrays. */
type Arrays = Places<NDArray>;

const mapPlaces = <A, B>(places: Places<A>, f: (item: A, i: number) => B): Places<B> =>
  Array.isArray(places)
    ? (places as readonly A[]).map(f) // sound: a list of such
    : Object.fromEntries(
        Object.entries(places as { readonly [name: string]: A }).map(([name, item], i) => [name, f(item, i)]),
      );

/**
 * One layer applied to each array of a list or record with the same parameters, as in siamese networks. All examples have one shape. State goes
 * from each to the next in the order of the tree; in training each has a key of its own.
 *
 * @example serial(shared(encoder), fanIn(([a, b]) => np.abs(np.subtract(a, b))))
 */
export const shared = <P, S>(layer: Layer<P, S>): Layer<P, S, Arrays, Arrays> => {
  const inner = layer as unknown as AnyLayer; // sound: given back what it gave
  return {
    anatomy: anatomyOf('shared', partsOf({ layer: inner })),
    init: (key, inputShapes) => {
      const shapes = Object.values(inputShapes) as readonly Shape[]; // sound: of a list or record of arrays
      const [first] = shapes;
      if (first === undefined || shapes.some((shape) => shape.join() !== first.join()))
        throw new ShapeError(
          `shared: expected examples of one shape, got ${JSON.stringify(inputShapes)}. Bring them to one shape first.`,
          'shape.layer',
        );
      const { params, state, outputShape } = layer.init(key, first);
      return { params, state, outputShape: mapPlaces<Shape, Shape>(inputShapes as Places<Shape>, () => outputShape) }; // sound: as above
    },
    apply: (params, state, xs, context) => {
      const own = contexts(
        context,
        Object.keys(xs).map(() => 'layer'),
      );
      let last: unknown = state;
      const ys = mapPlaces<NDArray, NDArray>(xs, (x, i) => {
        const [y, next] = applyPart(inner, params, last, x, own[i] ?? context);
        last = next;
        return y as NDArray; // sound: the layer gives an array
      });
      return [ys, last as S]; // sound: the layer's own state
    },
  };
};
