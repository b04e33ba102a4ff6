/** What a layer is: data with two pure functions, and how layers compose. */
import type { NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { split, type Key } from '../random/key.ts';

/** How a layer is applied: for use, or in training, where chance needs a key. */
export type Context = { readonly training?: false } | { readonly training: true; readonly key: Key };

/** What `init` gives: parameters, state that is not trained, and the shape of one output example. */
export interface Initialized<P, S> {
  readonly params: P;
  readonly state: S;
  readonly outputShape: Shape;
}

/**
 * A layer as data. `params` and `state` are plain pytrees; `inputShape` is that of one example, without batch axes.
 * Layers take any number of leading batch axes; channels come last.
 */
export interface Layer<P = unknown, S = unknown, In = NDArray, Out = NDArray> {
  init(key: Key, inputShape: Shape): Initialized<P, S>;
  apply(params: P, state: S, x: In, context: Context): readonly [Out, S];
}

/** A plain function of arrays serves as a layer without parameters that keeps shapes. */
export type LayerLike = Layer | ((x: NDArray) => NDArray);
/** Parameters of a layer or function. */
export type ParamsOf<L> = L extends Layer<infer P, infer _S> ? P : null;
/** State of a layer or function. */
export type StateOf<L> = L extends Layer<infer _P, infer S> ? S : null;

/** A layer from anything that may stand for one. */
export const asLayer = (layer: LayerLike): Layer => (typeof layer === 'function' ? lambda(layer) : layer);

/** A function as a layer: no parameters, no state. `shape` gives the shape of one output example if it is not that of the input. */
export const lambda = (
  f: (x: NDArray) => NDArray,
  shape: (inputShape: Shape) => Shape = (s) => s,
): Layer<null, null> => ({
  init: (_, inputShape) => ({ params: null, state: null, outputShape: shape(inputShape) }),
  apply: (_, state, x) => [f(x), state],
});

/** The context for each of `n` parts, with a key of its own. */
export const contexts = (context: Context, n: number): readonly Context[] => {
  if (context.training !== true || n === 0) return new Array<Context>(n).fill(context);
  const keys: readonly Key[] = split(context.key, n);
  return keys.map((key) => ({ training: true, key }));
};

type Layers = readonly LayerLike[] | { readonly [name: string]: LayerLike };
type AllParams<L> = { readonly [K in keyof L]: ParamsOf<L[K]> };
type AllState<L> = { readonly [K in keyof L]: StateOf<L[K]> };

/**
 * Layers one after another, each fed with what the one before gives: associative, with `serial()` as identity. A list gives tuples of
 * parameters, a record gives records, so that checkpoints read `hidden.kernel`.
 *
 * @example serial({ hidden: dense(128), act: relu, head: dense(10) })
 */
export function serial<const L extends readonly LayerLike[]>(...layers: L): Layer<AllParams<L>, AllState<L>>;
export function serial<const L extends { readonly [name: string]: LayerLike }>(
  layers: L,
): Layer<AllParams<L>, AllState<L>>;
export function serial(...args: readonly (LayerLike | { readonly [name: string]: LayerLike })[]): Layer {
  const [first] = args;
  const isRecord =
    args.length === 1 &&
    typeof first === 'object' &&
    !('apply' in first && typeof first.apply === 'function' && 'init' in first);
  // Sound: the overloads allow a record of layers or a list of them.
  const layers = (isRecord ? first : args) as Layers;
  const names = Object.keys(layers);
  const parts = Object.values(layers).map(asLayer);
  const pack = (items: readonly unknown[]): unknown =>
    isRecord ? Object.fromEntries(names.map((name, i) => [name, items[i]])) : items;
  const item = (packed: unknown, i: number): unknown =>
    (packed as { readonly [name: string]: unknown })[names[i] ?? '']; // sound: what `pack` made
  return {
    init: (key, inputShape) => {
      const keys: readonly Key[] = parts.length === 0 ? [] : split(key, parts.length);
      const made: Initialized<unknown, unknown>[] = [];
      parts.forEach((layer, i) => made.push(layer.init(keys[i] ?? key, made[i - 1]?.outputShape ?? inputShape)));
      return {
        params: pack(made.map((m) => m.params)),
        state: pack(made.map((m) => m.state)),
        outputShape: made.at(-1)?.outputShape ?? inputShape,
      };
    },
    apply: (params, state, x, context) => {
      const own = contexts(context, parts.length);
      const states: unknown[] = [];
      const y = parts.reduce((value, layer, i) => {
        const [next, after] = layer.apply(item(params, i), item(state, i), value, own[i] ?? context);
        states.push(after);
        return next;
      }, x);
      return [y, pack(states)];
    },
  };
}
