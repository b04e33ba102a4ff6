/** Gradients of scalar functions: `grad` and `valueAndGrad`. */
import { isFloat } from './array/dtype.ts';
import { DTypeError, ShapeError, TraceError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { spread } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { markWeak } from './core/trace.ts';
import { named, flattenArrays, positionOf, type AnyFunction, type Flattened, type Lifted } from './lift.ts';
import { linearizeAt, pullBack, recordAt } from './linearize.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten, type Structure } from './tree/structure.ts';
import type { Gradient, Inputs } from './types.ts';

export interface GradOptions<N extends number | readonly number[] = number | readonly number[]> {
  /** Which arguments to differentiate: a position (then the gradient is one tree) or several (a tuple). Default 0. */
  readonly argnums?: N;
  /** Whether `f` returns `[loss, aux]`; `aux` is handed through without a derivative. */
  readonly hasAux?: boolean;
  /** Whether integer and boolean leaves may be among the arguments differentiated; they get `null`. */
  readonly allowInt?: boolean;
}

interface Selection {
  readonly positions: readonly number[];
  readonly single: boolean;
}

const selectionOf = (argnums: number | readonly number[] | undefined, count: number): Selection => {
  const list = argnums === undefined ? [0] : typeof argnums === 'number' ? [argnums] : argnums;
  return {
    positions: list.map((n) => positionOf('grad', n, count)),
    single: argnums === undefined || typeof argnums === 'number',
  };
};

/** The loss is a float scalar made of traced values; a JavaScript number has lost its derivative. */
const checkResult =
  (hasAux: boolean) =>
  (result: unknown): void => {
    // Sound: an array if `hasAux` is what the caller says it is; anything else gives `undefined`.
    const loss: unknown = hasAux ? (Array.isArray(result) ? (result as unknown[])[0] : undefined) : result;
    if (typeof loss === 'number')
      throw new TraceError(
        'grad: expected an array as result, got a JavaScript number. The result carries no derivative; was item() used?',
        'grad.number',
      );
    if (hasAux && !(Array.isArray(result) && result.length === 2))
      throw new TraceError('grad: expected [loss, aux] with hasAux, got another result. Return a pair.', 'grad.aux');
  };

/** Where the first array stands in the loss; nowhere but at its top, if the loss is an array. */
const lossPath = (result: Structure, hasAux: boolean): string => {
  const loss = hasAux && result.kind === 'list' ? result.items[0] : result;
  return loss === undefined ? '' : (pathsOf(loss)[0] ?? '');
};

const checkLoss = (traced: Lifted, hasAux: boolean): NDArray['type'] => {
  const atom = traced.graph.outputs[0];
  const type = atom === undefined ? undefined : atom.kind === 'literal' ? atom.value.type : atom.type;
  if (type === undefined)
    throw new ShapeError('grad: expected a scalar result, got no array at all. Return the loss.', 'grad.scalar');
  if (!hasAux && traced.graph.outputs.length !== 1)
    throw new ShapeError(
      `grad: expected one scalar result, got ${traced.graph.outputs.length} arrays. Use hasAux for [loss, aux].`,
      'grad.scalar',
    );
  if (type.shape.length > 0)
    throw new ShapeError(
      `grad: expected a scalar result, got ${showType(type)}. Reduce it, for example with mean, or use jacrev.`,
      'grad.scalar',
    );
  const path = lossPath(traced.structure, hasAux);
  if (path !== '')
    throw new ShapeError(
      `grad: expected a scalar result, got a tree with ${showType(type)} at ${path}. Return the loss alone, or [loss, aux] with hasAux.`,
      'grad.scalar',
    );
  if (!isFloat(type.dtype))
    throw new DTypeError(`grad: expected a float result, got ${showType(type)}. Convert it with astype.`, 'grad.float');
  return type;
};

/**
 * The value of `f` and its gradient at once.
 *
 * @example const [loss, gradients] = valueAndGrad(lossOf)(params, batch);
 */
export const valueAndGrad = <A extends readonly unknown[], R, const N extends number | readonly number[] = 0>(
  f: (...args: A) => R,
  options: GradOptions<N> = {},
): ((...args: Inputs<A>) => [R, Gradient<A, N>]) =>
  named('grad', f, (...args) => {
    const { hasAux = false, allowInt = false } = options;
    const selection = selectionOf(options.argnums, args.length);
    const flat = flattenArrays(args, { operation: 'grad' });
    const places = placesOf(flat.structure);
    const selected = selection.positions.flatMap((position) => places[position] ?? []);
    const moving = movingLeaves(flat, selected, allowInt);
    const traced = recordAt('grad', f as AnyFunction, flat.leaves, flat.structure, checkResult(hasAux)); // sound: any function of trees
    const type = checkLoss(traced, hasAux);
    const mask = [...traced.captured.map(() => false), ...moving];
    const linear = linearizeAt(
      traced.graph,
      [...traced.captured, ...flat.leaves],
      mask,
      traced.graph.outputs.map((_, i) => i === 0),
    );
    const isFlat = linear.moving[0] !== true;
    const sent = isFlat
      ? moving.flatMap((m) => (m ? [null] : []))
      : pullBack(
          linear,
          traced.graph.outputs.map((_, i) => (i === 0 ? splat(type, 1) : null)),
        );
    const cts = spread<Tangent>(sent, moving, null);
    const gradients = selected.map((place) => gradientOf(place, flat.leaves, cts));
    const value = unflatten(traced.structure, markWeak(linear.outputs, traced.weak));
    // Sound: the structures are those of the result and of the arguments selected.
    return [value as R, (selection.single ? gradients[0] : gradients) as Gradient<A, N>];
  });

/** Where the leaves of an argument stand among those of all. */
interface Place {
  readonly structure: Structure;
  readonly start: number;
}

const placesOf = (args: Structure): readonly Place[] => {
  let start = 0;
  return (args.kind === 'list' ? args.items : []).map((structure) => {
    const place = { structure, start };
    start += structure.count;
    return place;
  });
};

/** The leaves to differentiate; an integer among them is an error that names its path. */
const movingLeaves = (
  { leaves, structure }: Flattened,
  selected: readonly Place[],
  allowInt: boolean,
): readonly boolean[] =>
  leaves.map((leaf, i) => {
    if (!selected.some(({ start, structure: own }) => i >= start && i < start + own.count)) return false;
    if (isFloat(leaf.dtype)) return true;
    if (allowInt) return false;
    throw new DTypeError(
      `grad: ${pathsOf(structure)[i] ?? 'argument'}: expected a float to differentiate, got ${showType(leaf.type)}. Convert it with astype, choose argnums, or pass { allowInt: true }.`,
      'grad.integer',
    );
  });

const gradientOf = ({ structure, start }: Place, leaves: readonly NDArray[], cts: readonly Tangent[]): unknown => {
  const own = leaves
    .slice(start, start + structure.count)
    .map((leaf, i) => (isFloat(leaf.dtype) ? (cts[start + i] ?? splat(leaf.type, 0)) : null));
  return unflatten(structure, own);
};

/**
 * The gradient of a scalar function, as a function of the same arguments; it has the structure of the argument.
 * With `hasAux`, the pair of gradient and aux.
 *
 * @example grad((x: NDArray) => x.mul(x).sum())(np.array([1, 2])) // [2, 4]
 */
export const grad = <
  A extends readonly unknown[],
  R,
  const N extends number | readonly number[] = 0,
  const H extends boolean = false,
>(
  f: (...args: A) => R,
  options: GradOptions<N> & { readonly hasAux?: H } = {},
): ((
  ...args: Inputs<A>
) => H extends true ? [Gradient<A, N>, R extends readonly [unknown, infer Aux] ? Aux : never] : Gradient<A, N>) => {
  const both = valueAndGrad<A, R, N>(f, options);
  return named('grad', f, (...args) => {
    const [value, gradient] = both(...args);
    // Sound: with hasAux the value is the pair that `checkResult` saw.
    return (options.hasAux === true ? [gradient, (value as readonly unknown[])[1]] : gradient) as ReturnType<
      ReturnType<typeof grad<A, R, N, H>>
    >;
  });
};
