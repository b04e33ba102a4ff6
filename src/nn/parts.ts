/** Layers that hold layers: their parameters by name, a key and a path for each part. */
import { split, type Key } from '../random/key.ts';
import { asLayer, type AnyLayer, type Anatomy, type Context, type LayerLike } from './layer.ts';

/** Layers in a list or a record. */
export type Layers = readonly LayerLike[] | { readonly [name: string]: LayerLike };

/** A list or record of layers taken apart. */
export interface Parts {
  readonly layers: readonly AnyLayer[];
  /** The places in a packed tree. */
  readonly places: readonly (string | number)[];
  /** The names in paths. */
  readonly names: readonly string[];
  /** Items in a tree like that of the layers. */
  pack(items: readonly unknown[]): unknown;
  /** The item of a part in such a tree. */
  item(packed: unknown, i: number): unknown;
}

const isLayer = (value: unknown): value is AnyLayer =>
  typeof value === 'object' &&
  value !== null &&
  'apply' in value &&
  typeof value.apply === 'function' &&
  'init' in value;

/** The parts of a list or record of layers. */
export const partsOf = (layers: Layers): Parts => {
  const isList = Array.isArray(layers);
  const parts = Object.values(layers).map(asLayer);
  const places = Object.keys(layers);
  return {
    layers: parts,
    places,
    names: places.map((place, i) => (isList ? (parts[i]?.name ?? place) : place)),
    pack: (items) => (isList ? [...items] : Object.fromEntries(places.map((place, i) => [place, items[i]]))),
    // Sound: what `pack` made, or what the caller made like it.
    item: (packed, i) => (packed as { readonly [place: string]: unknown })[places[i] ?? ''],
  };
};

/** The layers given as arguments: one record, or a list. */
export const layersOf = (args: readonly (LayerLike | { readonly [name: string]: LayerLike })[]): Layers => {
  const [first] = args;
  const isRecord = args.length === 1 && typeof first === 'object' && !isLayer(first);
  return (isRecord ? first : args) as Layers; // sound: a list with no record in it, or a record alone
};

/** For `anatomy`: the parts by name. */
export const anatomyOf = (kind: string, { names, layers }: Parts, settings?: Anatomy['settings']): Anatomy => ({
  kind,
  ...(settings === undefined ? {} : { settings }),
  parts: names.map((name, i) => [name, layers[i] ?? asLayer((x) => x)]),
});

/** For `anatomy`: what a layer was told, without functions and what was left out. */
export const settingsOf = (settings: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && typeof value !== 'function'),
  );

/** A key for each part. */
export const keysFor = (key: Key, { layers }: Parts): readonly Key[] =>
  layers.length === 0 ? [] : split(key, layers.length);

/** The context for each named part, with a key and a path of its own. */
export const contexts = (context: Context, names: readonly string[]): readonly Context[] => {
  const placed = names.map((name) => (context.path === undefined ? name : `${context.path}.${name}`));
  if (context.training !== true || names.length === 0) return placed.map((path) => ({ ...context, path }));
  const keys: readonly Key[] = split(context.key, names.length);
  return placed.map((path, i) => ({ ...context, path, key: keys[i] ?? context.key }));
};

/** A part applied in its context: whoever looks on sees what it gives. */
export const applyPart = (
  layer: AnyLayer,
  params: unknown,
  state: unknown,
  x: unknown,
  context: Context,
): readonly [y: unknown, state: unknown] => {
  const [y, next] = layer.apply(params, state, x, context);
  return [context.tap === undefined ? y : context.tap(context.path ?? '', y), next];
};
