/** How layers compose: one after another, side by side, from one input, back into one. Models of several inputs and outputs are compositions. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showShape, type Shape } from '../array/type.ts';
import { add } from '../operations/arithmetic.ts';
import type { Key } from '../random/key.ts';
import {
  lambda,
  type AnyLayer,
  type InputOf,
  type Layer,
  type LayerLike,
  type OutputOf,
  type ParamsOf,
  type ShapesOf,
  type StateOf,
} from './layer.ts';
import { anatomyOf, applyPart, contexts, keysFor, layersOf, partsOf, type Parts } from './parts.ts';

type AllParams<L> = { readonly [K in keyof L]: ParamsOf<L[K]> };
type AllState<L> = { readonly [K in keyof L]: StateOf<L[K]> };
type AllInputs<L> = { readonly [K in keyof L]: InputOf<L[K]> };
type AllOutputs<L> = { readonly [K in keyof L]: OutputOf<L[K]> };
type LayerRecord = { readonly [name: string]: LayerLike };

type FirstInput<L extends readonly unknown[]> = L extends readonly [infer F, ...infer _R] ? InputOf<F> : NDArray;
type LastOutput<L extends readonly unknown[]> = L extends readonly [...infer _R, infer F] ? OutputOf<F> : NDArray;
/** Types do not know the order of a record: among parts that speak of several things, an array is what goes in and out. */
type Chief<T> = NDArray extends T ? NDArray : T;

type Before<L extends readonly unknown[]> = readonly [(x: never) => never, ...L];
/** A list in which each layer takes what the one before gives. */
type Fitting<L extends readonly unknown[]> = {
  readonly [K in keyof L]: K extends keyof Before<L>
    ? OutputOf<Before<L>[K]> extends InputOf<L[K]>
      ? L[K]
      : { readonly gets: OutputOf<Before<L>[K]>; readonly butTakes: InputOf<L[K]> }
    : L[K];
};

/**
 * Layers one after another, each fed with what the one before gives: associative, with `serial()` as identity. A list gives tuples of
 * parameters, a record gives records, so that checkpoints read `hidden.kernel`. A record is typed as a model of one input and one
 * output if any of its layers is; where the first or last takes or gives a tree, use a list with `named` layers.
 *
 * @example serial({ hidden: dense(128), act: relu, head: dense(10) })
 */
export function serial<const L extends readonly LayerLike[]>(
  ...layers: L & Fitting<L>
): Layer<AllParams<L>, AllState<L>, FirstInput<L>, LastOutput<L>>;
export function serial<const L extends LayerRecord>(
  layers: L,
): Layer<AllParams<L>, AllState<L>, Chief<InputOf<L[keyof L]>>, Chief<OutputOf<L[keyof L]>>>;
export function serial(...args: readonly (LayerLike | LayerRecord)[]): Layer {
  const parts = partsOf(layersOf(args));
  return {
    anatomy: anatomyOf('serial', parts),
    init: (key, inputShape) => {
      const keys = keysFor(key, parts);
      const made: ReturnType<AnyLayer['init']>[] = [];
      parts.layers.forEach((layer, i) => made.push(layer.init(keys[i] ?? key, made[i - 1]?.outputShape ?? inputShape)));
      // Sound: the last part gives an array where the types say so.
      return { ...packed(parts, made), outputShape: (made.at(-1)?.outputShape ?? inputShape) as Shape };
    },
    apply: (params, state, x, context) => {
      const own = contexts(context, parts.names);
      const states: unknown[] = [];
      const y = parts.layers.reduce<unknown>((value, layer, i) => {
        const [next, after] = applyPart(layer, parts.item(params, i), parts.item(state, i), value, own[i] ?? context);
        states.push(after);
        return next;
      }, x);
      return [y as NDArray, parts.pack(states)]; // sound: as above
    },
  };
}

const packed = (
  parts: Parts,
  made: readonly ReturnType<AnyLayer['init']>[],
): { readonly params: unknown; readonly state: unknown } => ({
  params: parts.pack(made.map((m) => m.params)),
  state: parts.pack(made.map((m) => m.state)),
});

/** Parts side by side; `inputOf` says what the part at a place is fed with. */
const abreast = (kind: string, parts: Parts, inputOf: (x: unknown, i: number) => unknown): AnyLayer => ({
  anatomy: anatomyOf(kind, parts),
  init: (key, inputShape) => {
    const keys = keysFor(key, parts);
    const made = parts.layers.map((layer, i) => layer.init(keys[i] ?? key, inputOf(inputShape, i)));
    return { ...packed(parts, made), outputShape: parts.pack(made.map((m) => m.outputShape)) };
  },
  apply: (params, state, x, context) => {
    const own = contexts(context, parts.names);
    const results = parts.layers.map((layer, i) =>
      applyPart(layer, parts.item(params, i), parts.item(state, i), inputOf(x, i), own[i] ?? context),
    );
    return [parts.pack(results.map(([y]) => y)), parts.pack(results.map(([, after]) => after))];
  },
});

/**
 * Layers side by side, each with an input and an output of its own: from a list or record to one alike.
 *
 * @example parallel({ story: embedding(1000, 32), question: embedding(1000, 32) })
 */
export function parallel<const L extends readonly LayerLike[]>(
  ...layers: L
): Layer<AllParams<L>, AllState<L>, AllInputs<L>, AllOutputs<L>>;
export function parallel<const L extends LayerRecord>(
  layers: L,
): Layer<AllParams<L>, AllState<L>, AllInputs<L>, AllOutputs<L>>;
export function parallel(...args: readonly (LayerLike | LayerRecord)[]): AnyLayer {
  const parts = partsOf(layersOf(args));
  return abreast('parallel', parts, (x, i) => parts.item(x, i));
}

/**
 * Several layers fed with one input: from an array to a list or record of outputs.
 *
 * @example serial(dense(64), relu, fanOut({ age: dense(1), gender: dense(1) }))
 */
export function fanOut<const L extends readonly LayerLike[]>(
  ...layers: L
): Layer<AllParams<L>, AllState<L>, FirstInput<L>, AllOutputs<L>>;
export function fanOut<const L extends LayerRecord>(
  layers: L,
): Layer<AllParams<L>, AllState<L>, InputOf<L[keyof L]>, AllOutputs<L>>;
export function fanOut(...args: readonly (LayerLike | LayerRecord)[]): AnyLayer {
  return abreast('fanOut', partsOf(layersOf(args)), (x) => x);
}

/** A shortcut that changes nothing, known by its kind. */
const identity = (x: NDArray): NDArray => x;

/** Parameters of `residual`. */
export interface Residual<P, Q> {
  readonly main: P;
  readonly shortcut: Q;
}

/** The input, or what a shortcut makes of it, plus what the layer gives (He et al. 2015). Both must give one shape. */
export const residual = <const L extends LayerLike, const M extends LayerLike = Layer<null, null>>(
  main: L,
  shortcut?: M,
): Layer<Residual<ParamsOf<L>, ParamsOf<M>>, Residual<StateOf<L>, StateOf<M>>> => {
  const parts = partsOf({
    main,
    shortcut: shortcut ?? lambda(identity, (shape) => shape),
  });
  const both = abreast('residual', parts, (x) => x);
  return {
    anatomy: anatomyOf('residual', parts),
    init: (key: Key, inputShape: ShapesOf<NDArray>) => {
      const { params, state, outputShape } = both.init(key, inputShape);
      const { main: got, shortcut: expected } = outputShape as Residual<Shape, Shape>; // sound: packed so
      if (!sameShape(got, expected))
        throw new ShapeError(
          `residual: expected the layer to give ${showShape(expected)} as its shortcut, got ${showShape(got)}. Give a shortcut that changes the shape too.`,
          'shape.residual',
        );
      return {
        params: params as Residual<ParamsOf<L>, ParamsOf<M>>, // sound: packed so, here and below
        state: state as Residual<StateOf<L>, StateOf<M>>,
        outputShape: got,
      };
    },
    apply: (params, state, x, context) => {
      const [y, after] = both.apply(params, state, x, context);
      const { main: change, shortcut: kept } = y as Residual<NDArray, NDArray>;
      return [add(kept, change), after as Residual<StateOf<L>, StateOf<M>>];
    },
  };
};
