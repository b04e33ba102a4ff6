/** What is minimised and what is looked at, for models of one output and of several. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { meanOfRest } from '../nn/loss/shape.ts';
import { asMetric, type Metric, type MetricFold } from '../nn/metric/metric.ts';

/** A loss of the whole output, or a record of losses, one for each head that is trained. */
export type LossFor<Out, Y> =
  | ((predictions: Out, targets: Y) => NDArray)
  | (Out extends NDArray
      ? never
      : Out extends object
        ? { readonly [K in keyof Out]?: LossFor<Out[K], K extends keyof Y ? Y[K] : never> }
        : never);

/** Metrics by name; with several outputs, for each head. */
export type MetricsFor<Out> = Out extends NDArray
  ? { readonly [name: string]: Metric }
  : Out extends object
    ? { readonly [K in keyof Out]?: MetricsFor<Out[K]> }
    : never;

/** How much the loss of each head counts. Default 1. */
export type LossWeights<Out> = Out extends NDArray
  ? number
  : Out extends object
    ? { readonly [K in keyof Out]?: LossWeights<Out[K]> }
    : never;

/** A loss of a part of the output; its path is empty where it is of the whole. */
export interface Head {
  readonly path: readonly string[];
  readonly loss: (predictions: unknown, targets: unknown) => NDArray;
  readonly weight: number;
}
/** A metric of a part of the output, under a name such as `gender.accuracy`. */
export interface NamedMetric {
  readonly name: string;
  readonly path: readonly string[];
  readonly fold: MetricFold;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (node: unknown): node is Fields => typeof node === 'object' && node !== null;

/** The part of a tree at a path. */
export const pick = (what: string, tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, name) => {
    if (isFields(node) && name in node) return node[name];
    throw new FluxionError(
      'train.head',
      `fit: ${what}: expected a head ${path.join('.')}, got ${isFields(node) ? `only ${Object.keys(node).join(', ')}` : 'an array'}. Losses and metrics have the names of the outputs.`,
    );
  }, tree);

/** The losses of a tree of losses, with their weights. */
export const headsOf = (loss: unknown, weights: unknown, path: readonly string[] = []): readonly Head[] => {
  if (typeof loss === 'function')
    return [
      {
        path,
        loss: loss as Head['loss'], // sound: `LossFor` says of what
        weight: typeof weights === 'number' ? weights : 1,
      },
    ];
  return Object.entries(isFields(loss) ? loss : {}).flatMap(([name, child]) =>
    child === undefined ? [] : headsOf(child, isFields(weights) ? weights[name] : undefined, [...path, name]),
  );
};

const isMetric = (node: unknown): node is Metric =>
  typeof node === 'function' || (isFields(node) && typeof node['measure'] === 'function');

/** The metrics of a tree of metrics. */
export const metricsIn = (node: unknown, path: readonly string[] = []): readonly NamedMetric[] => {
  if (isMetric(node)) return [{ name: path.join('.'), path: path.slice(0, -1), fold: asMetric(node) }];
  return Object.entries(isFields(node) ? node : {}).flatMap(([name, child]) => metricsIn(child, [...path, name]));
};

/** One loss for each example; the mean over further axes. */
export const lossValues = ({ loss, path }: Head, predictions: unknown, y: unknown, count: number): NDArray => {
  const values = loss(pick('loss', predictions, path), pick('data.y', y, path));
  if (values.shape[0] !== count)
    throw new ShapeError(
      `${['loss', ...path].join('.')}: expected one value for each of ${count} examples, got ${showType(values.type)}. Leave the mean over examples to fit.`,
      'shape.loss',
    );
  return meanOfRest(values);
};
