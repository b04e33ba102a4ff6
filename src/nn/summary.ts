/** What a model is made of, part by part: kinds, shapes, numbers of parameters. Nothing is computed or allocated. */
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { showShape, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import { evalShape, shapeDtype } from '../program.ts';
import { key } from '../random/key.ts';
import { capture } from './capture.ts';
import type { AnyLayer, Layer, Wiring } from './layer.ts';

/** The shape of one example of each input, or an array or `shapeDtype` that has also its type. */
export type InputShapes<T> = T extends NDArray
  ? Shape | NDArray
  : unknown extends T
    ? unknown
    : { readonly [K in keyof T]: InputShapes<T[K]> };

/** A part of a model. */
export interface ModelPart {
  /** Where it stands, as in `block.conv`; empty for the model itself. */
  readonly path: string;
  readonly kind: string;
  readonly settings: { readonly [name: string]: unknown };
  /** The shape of one example of what it gives, in a tree where it gives several; `null` if that was not seen. */
  readonly outputShape: unknown;
  /** Numbers in its parameters, those of its parts included. */
  readonly parameters: number;
  /** Numbers in its state, which are not trained. */
  readonly state: number;
  /** How deep it stands; 0 is the model itself. */
  readonly depth: number;
  readonly parts: readonly ModelPart[];
  /** What each part reads, if the kind does not say. */
  readonly wiring: Wiring | null;
}

export interface Summary {
  readonly model: ModelPart;
  /** All parts in order, each before those that it holds. */
  readonly rows: readonly ModelPart[];
  /** The shape of one example, in a tree where there are several inputs. */
  readonly inputShape: unknown;
  /** A table. */
  toString(): string;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (node: unknown): node is Fields => typeof node === 'object' && node !== null;
const isType = (node: unknown): node is ArrayType => isFields(node) && 'dtype' in node && 'shape' in node;
const isShape = (node: unknown): node is Shape => Array.isArray(node) && node.every((n) => typeof n === 'number');

/** A tree with what `isLeaf` finds in it changed. */
const mapNodes = <T>(node: unknown, isLeaf: (node: unknown) => node is T, f: (leaf: T) => unknown): unknown => {
  if (isLeaf(node)) return f(node);
  if (Array.isArray(node)) return node.map((child) => mapNodes(child, isLeaf, f));
  if (!isFields(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, mapNodes(child, isLeaf, f)]));
};

type Given = Shape | NDArray;
const isGiven = (node: unknown): node is Given => isShape(node) || isNDArray(node);
const shapeOf = (given: Given): Shape => (isNDArray(given) ? given.shape : given);
/** A batch of one. */
const batchOf = (given: Given, dtype: ArrayType['dtype']): NDArray =>
  shapeDtype([1, ...shapeOf(given)], isNDArray(given) ? given.dtype : dtype);

interface Seen {
  readonly params: unknown;
  readonly state: unknown;
  readonly y: unknown;
  readonly seen: Fields;
}

/** The types of parameters, state, and of what all parts give: of floats or, if the model refuses those, of integers. */
const look = (model: AnyLayer, inputs: unknown): Seen => {
  const shapes = mapNodes(inputs, isGiven, shapeOf);
  const run = (from: unknown, x: unknown): Seen => {
    const { params, state } = model.init(from as ReturnType<typeof key>, shapes); // sound: the key below
    const [[y], seen] = capture(model)(params, state, x);
    return { params, state, y, seen };
  };
  // Sound: a tree of types in the place of a tree of arrays.
  const of = (dtype: ArrayType['dtype']): Seen =>
    evalShape(
      run,
      key(0),
      mapNodes(inputs, isGiven, (given) => batchOf(given, dtype)),
    ) as unknown as Seen;
  try {
    return of('float32');
  } catch (cause) {
    try {
      return of('int32');
    } catch {
      throw cause;
    }
  }
};

const countOf = (types: unknown): number => {
  if (isType(types)) return sizeOf(types.shape);
  return isFields(types) ? Object.values(types).reduce<number>((sum, child) => sum + countOf(child), 0) : 0;
};

/** What belongs to a part in a tree of parameters; what holds one layer may have its parameters as its own. */
const itemOf = (tree: unknown, name: string, i: number, count: number): unknown => {
  if (Array.isArray(tree)) return tree[i];
  if (isFields(tree) && name in tree) return tree[name];
  return count === 1 ? tree : null;
};

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly params: unknown;
  readonly state: unknown;
}

const partOf = (layer: AnyLayer, { path, depth, params, state }: Place, seen: Fields): ModelPart => {
  const { kind = 'layer', settings = {}, parts = [], wiring = null } = layer.anatomy ?? {};
  const type = seen[path];
  return {
    path,
    kind,
    settings,
    outputShape: type === undefined ? null : mapNodes(type, isType, ({ shape }) => shape.slice(1)),
    parameters: countOf(params),
    state: countOf(state),
    depth,
    wiring,
    parts: parts.map(([name, part], i) =>
      partOf(
        part,
        {
          path: path === '' ? name : `${path}.${name}`,
          depth: depth + 1,
          params: itemOf(params, name, i, parts.length),
          state: itemOf(state, name, i, parts.length),
        },
        seen,
      ),
    ),
  };
};

/** Shapes of a tree as text: `[3,4]`, `{age: [1], gender: [2]}`. */
export const showShapes = (node: unknown): string => {
  if (node === null || node === undefined) return '';
  if (isShape(node)) return showShape(node);
  if (Array.isArray(node)) return `[${node.map(showShapes).join(', ')}]`;
  if (!isFields(node)) return '';
  return `{${Object.entries(node)
    .map(([name, child]) => `${name}: ${showShapes(child)}`)
    .join(', ')}}`;
};

const flat = (part: ModelPart): readonly ModelPart[] => [part, ...part.parts.flatMap(flat)];
const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');

const tableOf = (rows: readonly ModelPart[], { kind, parameters, state }: ModelPart, inputShape: unknown): string => {
  const cells = rows.map((row) => [
    `${'  '.repeat(Math.max(0, row.depth - 1))}${row.path.split('.').at(-1) ?? ''}`,
    row.kind,
    showShapes(row.outputShape),
    grouped(row.parameters),
  ]);
  const table = [['part', 'kind', 'output', 'parameters'], ...cells];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [
    `${kind} of ${showShapes(inputShape)}`,
    ...table.slice(0, 1).map(lineOf),
    rule,
    ...cells.map(lineOf),
    rule,
    `trainable: ${grouped(parameters)}  state: ${grouped(state)}`,
  ].join('\n');
};

/**
 * The parts of a model with what they give for an example of `inputShape` and how many parameters they have; printed, a table. Traced,
 * not run: a model of any size costs nothing.
 *
 * @example console.log(String(summary(model, [28, 28, 1])))
 */
export const summary = <P, S, In, Out>(model: Layer<P, S, In, Out>, inputShape: InputShapes<In>): Summary => {
  const whole = model as unknown as AnyLayer; // sound: a layer of inputs as told
  const { params, state, y, seen } = look(whole, inputShape);
  const root = partOf(whole, { path: '', depth: 0, params, state }, { ...seen, '': y });
  const rows = flat(root);
  const shape = mapNodes(inputShape, isGiven, shapeOf);
  const shown = root.parts.length === 0 ? [root] : rows.slice(1);
  return { model: root, rows, inputShape: shape, toString: () => tableOf(shown, root, shape) };
};
