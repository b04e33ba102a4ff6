/** What a chart is: plain data, made by one function, drawn by another. */
import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import type { TypedArray } from '../array/dtype.ts';
import { FluxionError, ShapeError } from '../array/errors.ts';
import { concrete, copyElements, isNDArray, type NDArray } from '../array/ndarray.ts';
import { fonts } from './svg.ts';

/** A row of numbers: a list, a typed array, or an array (of any shape, read row by row). */
export type Values = readonly number[] | TypedArray | NDArray;

/** Positions in time: dates, or numbers. */
export type Times = Values | readonly Date[];

/** A picture of pixels as a panel: see `imageChart`. */
export interface ImagePanel {
  readonly panel: 'image';
  readonly image: NDArray;
  readonly title: string;
  readonly x: string | null;
  readonly y: string | null;
  /** How many units of the drawing a pixel is wide and high. */
  readonly scale: number;
}

/** A graph in Graphviz's language as a panel: see `dotChart`. */
export interface DotPanel {
  readonly panel: 'dot';
  readonly dot: string;
}

/** Charts beside and below each other: see `gridChart`. */
export interface Arrangement {
  readonly panel: 'grid';
  readonly parts: readonly Chart[];
  readonly columns: number;
  readonly title: string | null;
  /** Room between the parts. */
  readonly gap: number;
}

/** Anything that `renderSvg` draws: a specification of vega-lite or vega, a picture, a graph, or several of these. */
export type Chart = TopLevelSpec | Spec | ImagePanel | DotPanel | Arrangement;

/** Size of the panel inside the axes. */
export interface SizeOptions {
  /** Default 420 (300 for squares such as matrices). */
  readonly width?: number;
  /** Default 260 (300 for squares such as matrices). */
  readonly height?: number;
}

/** Every chart has a title. */
export interface TitleOptions extends SizeOptions {
  readonly title: string;
}

/** Every axis has a name. */
export interface ChartOptions extends TitleOptions {
  readonly x: string;
  readonly y: string;
}

/** Type of a scale; logarithmic ones leave out what is not positive, `symlog` is linear around 0. */
export type Scale = 'linear' | 'log' | 'symlog';

/** The elements as JavaScript numbers, row by row. Forces traced values. */
export const numbersOf = (values: Values, operation: string): readonly number[] =>
  Array.from(isNDArray(values) ? copyElements(concrete(values, operation)) : values);

/** Vega has no place for what is not finite, nor a logarithmic scale for what is not positive: a gap. */
export const drawable = (value: number, scale: Scale = 'linear'): number | null =>
  Number.isFinite(value) && (scale !== 'log' || value > 0) ? value : null;

export const isDates = (times: Times): times is readonly Date[] =>
  !isNDArray(times) && Array.from<unknown>(times)[0] instanceof Date;

/** Dates as Vega reads them, or numbers. */
export const timesOf = (times: Times, operation: string, scale?: Scale): readonly (number | string | null)[] =>
  isDates(times) ? times.map((date) => date.toISOString()) : numbersOf(times, operation).map((t) => drawable(t, scale));

/** From the least to the greatest finite value; of equal values, half a unit more on both sides. */
export const rangeOf = (values: readonly (number | null)[]): readonly [low: number, high: number] => {
  const [low, high] = values.reduce<readonly [number, number]>(
    ([least, greatest], v) =>
      v !== null && Number.isFinite(v) ? [Math.min(least, v), Math.max(greatest, v)] : [least, greatest],
    [Infinity, -Infinity],
  );
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
};

/** Refuses an empty list of data. */
export const notEmpty = (operation: string, count: number): void => {
  if (count === 0)
    throw new FluxionError('plot.empty', `${operation}: expected data to draw, got none. Give at least one value.`);
};

/** Refuses lists of unequal length. */
export const sameLength = (operation: string, x: readonly unknown[], y: readonly unknown[]): void => {
  if (x.length !== y.length)
    throw new ShapeError(
      `${operation}: expected as many x as y, got ${x.length} and ${y.length}. Each point has both.`,
      'shape.plot',
    );
};

/** Rows of a matrix of numbers. Throws a `ShapeError` for arrays of other than two axes. */
export const rowsOf = (
  values: NDArray | readonly (readonly number[])[],
  operation: string,
): readonly (readonly number[])[] => {
  if (!isNDArray(values)) return values;
  const [rows, columns] = values.shape;
  if (rows === undefined || columns === undefined || values.ndim !== 2)
    throw new ShapeError(
      `${operation}: expected a matrix, got an array of shape [${values.shape.join(',')}]. Take one, or reshape.`,
      'shape.plot',
    );
  const all = numbersOf(values, operation);
  return Array.from({ length: rows }, (_, i) => all.slice(i * columns, (i + 1) * columns));
};

/** Vega's types ask for lists that may be written to. */
export const listOf = <A>(...items: readonly A[]): A[] => [...items];

const schema = 'https://vega.github.io/schema/vega-lite/v6.json';
/** Sizes of letters that stay legible on a page. */
export const style = {
  font: fonts,
  title: { fontSize: 15, anchor: 'middle', offset: 10 },
  axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', titlePadding: 8, gridColor: '#e6e6e6' },
  legend: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', labelLimit: 260, symbolStrokeWidth: 3 },
  header: { labelFontSize: 13, titleFontSize: 13 },
} as const;

/** What all of our vega-lite specifications begin with. */
export const frame = ({ title, width = 420, height = 260 }: TitleOptions) => ({
  $schema: schema,
  title,
  width,
  height,
  background: 'white',
  padding: 12,
  config: style,
});
