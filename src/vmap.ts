/** `vmap`: a function of one example as a function of a batch. */
import { ShapeError } from './array/errors.ts';
import type { NDArray } from './array/ndarray.ts';
import { showType, type ArrayType } from './array/type.ts';
import type { AxisName } from './core/primitive.ts';
import { replay } from './core/replay.ts';
import { settled } from './core/trace.ts';
import { withAxis } from './axes.ts';
import { named, flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { moveAxis, repeatBatch } from './primitives/broadcast.ts';
import { vectorize } from './transforms/vectorize.ts';
import { spreadPrefix } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';
import type { AxesOf, Inputs } from './types.ts';

export interface VmapOptions<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  /** For each argument the axis to map over: one for all, or a list with a tree prefix for each argument. Default 0. */
  readonly inAxes?: number | null | { readonly [K in keyof A]: AxesOf<A[K]> };
  /** Where the batch axis goes in each output, as a tree prefix of the result. Default 0. */
  readonly outAxes?: AxesOf<R>;
  /** A name for `psum`, `pmean` and `axisIndex` inside. */
  readonly axisName?: string;
  /** The size of the batch, for functions of no mapped argument. */
  readonly axisSize?: number;
}

/** The axis of each leaf of a tree, from a prefix of the tree. */
const spreadAxes = (name: string, axes: unknown, structure: Structure): readonly (number | null)[] => {
  const isLeaf = (node: unknown): boolean => node === null || typeof node === 'number';
  const prefix = flatten(axes, { operation: 'vmap', isLeaf });
  // Sound: `Axes` has only numbers and null at its leaves; an array among them is found by `axisIn`.
  return spreadPrefix(prefix.structure, prefix.leaves as readonly (number | null)[], structure, {
    operation: 'vmap',
    name,
    remedy: 'Give an axis, null, or a tree of such that is a prefix: one axis stands for all leaves below.',
    code: 'tree.prefix',
  });
};

const axisIn = (axis: number, rank: number, path: string, type: ArrayType): number => {
  const place = axis < 0 ? axis + rank : axis;
  if (place < 0 || place >= rank)
    throw new ShapeError(
      `vmap: ${path}: expected an axis within ${showType(type)}, got ${axis}. Pass null for arguments that are not mapped.`,
      'shape.axis',
    );
  return place;
};

const batchSize = (
  sizes: readonly { readonly size: number; readonly path: string }[],
  given: number | undefined,
): number => {
  const size = given ?? sizes[0]?.size;
  if (size === undefined)
    throw new ShapeError(
      'vmap: expected at least one mapped argument, got none. Set inAxes, or axisSize.',
      'shape.vmap',
    );
  const odd = sizes.find((s) => s.size !== size);
  if (odd !== undefined)
    throw new ShapeError(
      `vmap: ${odd.path}: expected a mapped axis of size ${size}${sizes[0] === undefined ? '' : ` as in ${sizes[0].path}`}, got ${odd.size}. All mapped axes have one size.`,
      'shape.vmap',
    );
  return size;
};

/**
 * The function on a batch: each example goes through `f` on its own, all of them at once.
 *
 * @example vmap(grad(loss), { inAxes: [null, 0] })(params, examples)
 */
export const vmap = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions<NoInfer<A>, NoInfer<R>> = {},
): ((...args: Inputs<A>) => R) =>
  named('vmap', f, (...args) => {
    const { inAxes = 0, outAxes = 0, axisName } = options;
    const { leaves, structure } = flattenArrays(args, { operation: 'vmap' });
    const paths = pathsOf(structure);
    const asked = spreadAxes('inAxes', inAxes, structure);
    const axes = leaves.map((x, i) => {
      const axis = asked[i] ?? null;
      return axis === null ? null : axisIn(axis, x.ndim, paths[i] ?? '', x.type);
    });
    const sizes = leaves.flatMap((x, i) =>
      axes[i] === null ? [] : [{ size: x.shape[axes[i] ?? 0] ?? 0, path: paths[i] ?? '' }],
    );
    const size = batchSize(sizes, options.axisSize);
    const axis: AxisName | null = axisName === undefined ? null : nameOf(axisName);
    const parameters = leaves.map((x, i) => ({
      type: axes[i] === null ? x.type : { dtype: x.dtype, shape: x.shape.filter((_, n) => n !== axes[i]) },
      weak: x.weak,
      source: null,
    }));
    const traced = withAxis(axis, size, () => traceTree(titleOf('vmap', f), f as AnyFunction, parameters, structure)); // sound: any function of trees
    const batched = vectorize(
      settled(traced.graph),
      [...traced.captured.map(() => false), ...axes.map((a) => a !== null)],
      size,
      axis,
    );
    const fronted = leaves.map((x, i) =>
      axes[i] === null || axes[i] === undefined ? x : moveAxis(x, axes[i] ?? 0, 0),
    );
    const results = replay(batched.graph, [...traced.captured, ...fronted]);
    return unflatten(traced.structure, place(results, batched.mapped, size, outAxes, traced.structure)) as R; // sound: the structure of what `f` returned
  });

const names = new Map<string, AxisName>();
/** One axis for one name, so that programs that speak of it are known again. */
const nameOf = (name: string): AxisName => {
  const known = names.get(name) ?? { name };
  names.set(name, known);
  return known;
};

/** Put the batch axis of each output where it is asked for. */
const place = (
  results: readonly NDArray[],
  mapped: readonly boolean[],
  size: number,
  outAxes: unknown,
  structure: Structure,
): readonly NDArray[] => {
  const asked = spreadAxes('outAxes', outAxes, structure);
  const paths = pathsOf(structure);
  return results.map((y, i) => {
    const axis = asked[i] ?? null;
    if (axis === null) {
      if (mapped[i] === true)
        throw new ShapeError(
          `vmap: ${paths[i] ?? 'result'}: expected an output that is the same for all examples with outAxes null, got one that differs. Give it an axis.`,
          'shape.vmap',
        );
      return y;
    }
    const full = mapped[i] === true ? y : repeatBatch(y, size);
    return moveAxis(full, 0, axisIn(axis, full.ndim, paths[i] ?? 'result', full.type));
  });
};
