/** What is looked at once before training, so that bad data and configuration are a sentence and not a bad model. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import { isFloat } from '../array/dtype.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import type { Layer } from '../nn/layer.ts';
import { isFinite as finite } from '../primitives/arithmetic.ts';
import { all, max, min } from '../operations/reduction.ts';
import { evalShape, shapeDtype } from '../program.ts';
import { keystr } from '../tree/path.ts';
import { leavesWithPath, map } from '../tree/traverse.ts';
import { exampleCount, isBatches, placesOf, type Data, type Source } from './data.ts';

export const checkEpochs = (epochs: number): void => {
  if (!Number.isInteger(epochs) || epochs < 0)
    throw new FluxionError(
      'train.epochs',
      `fit: expected a whole number of epochs, got ${epochs}. Each is one pass over the data.`,
    );
};

const checkFinite = (operation: string, place: string, x: NDArray): void => {
  if (!isFloat(x.dtype) || x.size === 0 || all(finite(x)).item() === true) return;
  const values = x.dataSync();
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new FluxionError(
    'train.finite',
    `${operation}: ${place}: expected finite numbers, got ${values[at] ?? NaN} in example ${Math.floor(at / Math.max(1, x.size / (x.shape[0] ?? 1)))} of ${showType(x.type)}. Clean the data, or switch the check off: { checkData: false }.`,
  );
};

/** Integer targets with all but the last axis of an output are labels of its classes. */
const checkLabels = (place: string, y: NDArray, output: readonly number[]): void => {
  const classes = output.at(-1) ?? 0;
  const isLabels =
    !isFloat(y.dtype) && y.dtype !== 'bool' && classes > 1 && y.shape.slice(1).join() === output.slice(1, -1).join();
  if (!isLabels || y.ndim !== output.length - 1) return;
  const bad = [min(y), max(y)].map((x) => Number(x.item())).find((label) => label < 0 || label >= classes);
  if (bad !== undefined)
    throw new FluxionError(
      'train.labels',
      `fit: ${place}: expected labels from 0 to ${classes - 1} for ${classes} outputs, got ${bad}. Count classes from 0, or switch the check off: { checkData: false }.`,
    );
};

/** The type of what a model gives for one example of data, at each place of the output. */
const outputsOf = <P, S, In, Out>(
  model: Layer<P, S, In, Out>,
  { params, state }: { readonly params: P; readonly state: S },
  x: In,
): ReadonlyMap<string, readonly number[]> => {
  const one = map((leaf: NDArray) => shapeDtype([1, ...leaf.shape.slice(1)], leaf.dtype), x);
  const apply = (p: unknown, s: unknown, at: unknown): unknown => model.apply(p as P, s as S, at as In, {})[0]; // sound: the caller's, as placeholders
  const shapes: [string, readonly number[]][] = [];
  const seen = evalShape(apply, params, state, one);
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('dtype' in node && 'shape' in node) shapes.push([path, node.shape as readonly number[]]); // sound: an ArrayType
    else for (const [key, child] of Object.entries(node)) walk(child, `${path}.${key}`);
  };
  walk(seen, '');
  return new Map(shapes);
};

/** Throws a sentence about the first thing that is wrong with the values of examples for a model. */
export const checkExamples = <P, S, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  from: { readonly params: P; readonly state: S },
  data: Data<In, Y>,
  name: string,
): void => {
  for (const [place, array] of placesOf(name, { x: data.x, y: data.y })) checkFinite('fit', place, array);
  const { weight } = data;
  if (weight !== undefined) {
    checkFinite('fit', `${name}.weight`, weight);
    if (Number(min(weight).item()) < 0)
      throw new ShapeError(
        `fit: ${name}.weight: expected weights of at least 0, got ${min(weight).item()}. A weight says how much an example counts.`,
        'shape.data',
      );
  }
  const outputs = outputsOf(model, from, data.x);
  for (const [path, leaf] of leavesWithPath(data.y)) {
    const output = outputs.get(keystr(path).replaceAll(/\[(\d+)\]/g, '.$1'));
    if (isNDArray(leaf) && output !== undefined) checkLabels(`${name}.y${keystr(path)}`, leaf, output);
  }
};

/** The examples themselves, or the first of the batches. */
const specimenOf = async <In, Y>(source: Source<In, Y>, name: string): Promise<Data<In, Y>> => {
  if (!isBatches(source)) return source;
  for await (const batch of source) return batch;
  throw new FluxionError(
    'train.empty',
    `fit: ${name}: expected at least one batch, got none. Give batches that can be gone through again and again.`,
  );
};

/** Look at the lengths of data once; of batches at those of the first. Gives what was looked at. */
export const checkedSource = async <In, Y>(source: Source<In, Y>, name: string): Promise<Data<In, Y>> => {
  const data = await specimenOf(source, name);
  exampleCount(data, 'fit', name);
  return data;
};
