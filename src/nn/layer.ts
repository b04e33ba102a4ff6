/** What a layer is: data with two pure functions. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType, type Shape } from '../array/type.ts';
import { evalShape, shapeDtype } from '../program.ts';
import type { Key } from '../random/key.ts';

/**
 * Sees what each named part of a model gives, and may put another value in its place.
 * @param path where the part stands, as in `block.conv`
 * @param value what it gave; what is returned goes on
 */
export type Tap = (path: string, value: unknown) => unknown;

/** Who looks on, and where in the model we are. */
interface Watched {
  readonly tap?: Tap;
  readonly path?: string;
}

/** How a layer is applied: for use, or in training, where chance needs a key. */
export type Context = Watched & ({ readonly training?: false } | { readonly training: true; readonly key: Key });

/** The shape of each array of a tree, for one example: without batch axes. */
export type ShapesOf<T> = T extends NDArray
  ? Shape
  : unknown extends T
    ? unknown
    : { readonly [K in keyof T]: ShapesOf<T[K]> };

/** What `init` gives: parameters, state that is not trained, and the shape of one output example. */
export interface Initialized<P, S, Out = NDArray> {
  readonly params: P;
  readonly state: S;
  readonly outputShape: ShapesOf<Out>;
}

/** How a layer is made, for summaries and pictures; nothing is computed from it. */
export interface Anatomy {
  /** What it is: `dense`, `conv`, `serial`. */
  readonly kind: string;
  /** What it was told, as in `{ units: 10 }`. */
  readonly settings?: { readonly [name: string]: unknown };
  /** The layers that it holds, by the names under which their parameters stand. */
  readonly parts?: readonly (readonly [name: string, layer: AnyLayer])[];
  /** What each part reads: names of inputs and of parts before it; the last part gives the output. Without it the kind says. */
  readonly wiring?: Wiring;
}

export interface Wiring {
  readonly [part: string]: readonly string[];
}

/**
 * A layer as data. `params` and `state` are plain pytrees; `inputShape` is that of one example, without batch axes.
 * Layers take any number of leading batch axes; channels come last. With several inputs or outputs, `In` and `Out` are trees
 * of arrays, and shapes stand in the same trees.
 */
export interface Layer<P = unknown, S = unknown, In = NDArray, Out = NDArray> {
  readonly anatomy?: Anatomy;
  /** Stands in paths in place of the position in a list: see `named`. */
  readonly name?: string;
  init(key: Key, inputShape: ShapesOf<In>): Initialized<P, S, Out>;
  apply(params: P, state: S, x: In, context: Context): readonly [Out, S];
}

/** A layer of whatever inputs and outputs, whose types are not known any more. */
export interface AnyLayer {
  readonly anatomy?: Anatomy;
  readonly name?: string;
  init(
    key: Key,
    inputShape: unknown,
  ): { readonly params: unknown; readonly state: unknown; readonly outputShape: unknown };
  apply(params: unknown, state: unknown, x: unknown, context: Context): readonly [unknown, unknown];
}
/** A plain function of arrays serves as a layer without parameters. */
export type LayerLike = AnyLayer | ((x: NDArray) => NDArray);

interface Applied<P, S, In, Out> {
  apply(params: P, state: S, x: In, context: never): readonly [Out, S];
}
// Functions stand first: they have an `apply` of their own.
type Plain = (x: never) => unknown;
/** Parameters of a layer or function. */
export type ParamsOf<L> = L extends Plain
  ? null
  : L extends Applied<infer P, infer _S, infer _In, infer _Out>
    ? P
    : null;
/** State of a layer or function. */
export type StateOf<L> = L extends Plain
  ? null
  : L extends Applied<infer _P, infer S, infer _In, infer _Out>
    ? S
    : null;
/** What a layer or function takes. */
export type InputOf<L> = L extends (x: infer In) => unknown
  ? In
  : L extends Applied<infer _P, infer _S, infer In, infer _Out>
    ? In
    : NDArray;
/** What a layer or function gives. */
export type OutputOf<L> = L extends (x: never) => infer Out
  ? Out
  : L extends Applied<infer _P, infer _S, infer _In, infer Out>
    ? Out
    : NDArray;

/** Whether a node of a tree of shapes is a shape; an empty list is that of scalars. */
const isShape = (node: unknown): node is Shape =>
  Array.isArray(node) && node.every((extent) => typeof extent === 'number');

/** A tree with every shape in it changed. */
const mapShapes = (node: unknown, f: (shape: Shape) => unknown): unknown => {
  if (isShape(node)) return f(node);
  if (Array.isArray(node)) return node.map((child) => mapShapes(child, f));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, mapShapes(child, f)]));
};

const isType = (node: unknown): node is ArrayType => typeof node === 'object' && node !== null && 'dtype' in node;
/** The shapes of one example, where `types` has a batch of one. */
const withoutBatch = (operation: string, types: unknown): unknown => {
  if (isType(types)) {
    if (types.shape[0] === 1) return types.shape.slice(1);
    throw new ShapeError(
      `${operation}: expected a function that keeps the batch axis, got ${showType(types)} from a batch of one. Let it keep the first axis, or tell lambda the shape.`,
      'shape.layer',
    );
  }
  if (typeof types === 'function')
    throw new ShapeError(
      `${operation}: expected a function that gives arrays, got one that gives functions. A function that makes a layer is to be called, as in flatten().`,
      'shape.layer',
    );
  if (Array.isArray(types)) return types.map((child) => withoutBatch(operation, child));
  if (typeof types !== 'object' || types === null) return types;
  return Object.fromEntries(Object.entries(types).map(([name, child]) => [name, withoutBatch(operation, child)]));
};

/** What a function of batched arrays does to the shape of one example: it is traced with a batch of one, of floats or, if it refuses those, of integers. */
const tracedShape = (f: (x: never) => unknown, inputShape: unknown): unknown => {
  const traced = (dtype: 'float32' | 'int32'): unknown =>
    withoutBatch(
      'lambda',
      evalShape(
        f as (x: unknown) => unknown, // sound: arrays of the shapes that the layer was told
        mapShapes(inputShape, (shape) => shapeDtype([1, ...shape], dtype)),
      ),
    );
  try {
    return traced('float32');
  } catch (cause) {
    try {
      return traced('int32');
    } catch {
      throw cause;
    }
  }
};

/**
 * A function as a layer: no parameters, no state. It must work on any number of leading batch axes. `shape` gives the shape of
 * one output example; by default the function is traced for it.
 */
export function lambda(f: (x: NDArray) => NDArray, shape?: (inputShape: Shape) => Shape): Layer<null, null>;
export function lambda<In, Out>(
  f: (x: In) => Out,
  shape?: (inputShape: ShapesOf<In>) => ShapesOf<Out>,
): Layer<null, null, In, Out>;
export function lambda(
  f: (x: never) => unknown,
  shape: (inputShape: never) => unknown = (inputShape) => tracedShape(f, inputShape),
): AnyLayer {
  return {
    anatomy: { kind: f.name === '' ? 'lambda' : f.name },
    // Sound: the overloads say of what.
    init: (_, inputShape) => ({ params: null, state: null, outputShape: shape(inputShape as never) }),
    apply: (_, state, x) => [f(x as never), state],
  };
}

/** A layer from anything that may stand for one. */
export const asLayer = (layer: LayerLike): AnyLayer => (typeof layer === 'function' ? lambda(layer) : layer);

/** The same layer under a name, by which `capture` and `summary` speak of it in a list; in a record the key is the name. */
export const named = <P, S, In, Out>(name: string, layer: Layer<P, S, In, Out>): Layer<P, S, In, Out> => ({
  ...layer,
  name,
});
