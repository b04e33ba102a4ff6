/** Points in the plane, and the regions in which a classifier puts them. */
import type { TopLevelSpec } from 'vega-lite';
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { argmax } from '../operations/reduction.ts';
import { array } from '../operations/creation.ts';
import {
  drawable,
  frame,
  rangeOf,
  listOf,
  notEmpty,
  numbersOf,
  rowsOf,
  sameLength,
  type ChartOptions,
  type Values,
} from './chart.ts';

/** Classes of points: numbers or names. */
export type Classes = Values | readonly string[];

export interface ScatterPoints {
  readonly x: Values;
  readonly y: Values;
  /** The class of each point, shown by its colour. */
  readonly classes?: Classes;
}

export interface ScatterOptions extends ChartOptions {
  /** Area of a point; default 30. */
  readonly size?: number;
  /** Title of the legend; default none. */
  readonly legend?: string;
}

const isNames = (classes: Classes): classes is readonly string[] =>
  Array.isArray(classes) && typeof classes[0] === 'string';
/** Names of the classes of points, numbers in ascending order, names in order of appearance. */
const namesOf = (
  classes: Classes,
  operation: string,
): { readonly each: readonly string[]; readonly domain: string[] } => {
  if (isNames(classes)) return { each: classes, domain: [...new Set(classes)] };
  const numbers = numbersOf(classes, operation);
  return { each: numbers.map(String), domain: [...new Set(numbers)].toSorted((a, b) => a - b).map(String) };
};

/** Ten colours that can be told apart. */
const colours = (domain: readonly string[]) => ({ domain: listOf(...domain), scheme: 'category10' }) as const;

/** Points in the plane, coloured by class. */
export const scatterChart = (
  points: ScatterPoints,
  { x, y, size = 30, legend, ...rest }: ScatterOptions,
): TopLevelSpec => {
  const [xs, ys] = [numbersOf(points.x, 'scatterChart'), numbersOf(points.y, 'scatterChart')];
  sameLength('scatterChart', xs, ys);
  notEmpty('scatterChart', xs.length);
  const classes = points.classes === undefined ? null : namesOf(points.classes, 'scatterChart');
  if (classes !== null) sameLength('scatterChart', xs, classes.each);
  return {
    ...frame({ width: 340, height: 300, ...rest }),
    data: {
      values: xs.map((v, i) => ({ x: drawable(v), y: drawable(ys[i] ?? NaN), class: classes?.each[i] ?? '' })),
    },
    mark: { type: 'circle', opacity: 0.75, size },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { zero: false } },
      y: { field: 'y', type: 'quantitative', title: y, scale: { zero: false } },
      ...(classes === null
        ? {}
        : { color: { field: 'class', type: 'nominal', title: legend ?? null, scale: colours(classes.domain) } }),
    },
  };
};

export interface RegionOptions extends ChartOptions {
  /** Names of classes 0, 1, ...; by default their numbers. */
  readonly names?: readonly string[];
  /** From where to where; by default a tenth more than the points need. */
  readonly xRange?: readonly [from: number, to: number];
  readonly yRange?: readonly [from: number, to: number];
}

const cell = 4;
const wider = (values: readonly number[]): readonly [number, number] => {
  const [low, high] = rangeOf(values);
  const margin = (high - low) / 10;
  return [low - margin, high + margin];
};

type Span = readonly [from: number, to: number];
interface Region {
  readonly class: number;
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
}

/** Runs of equal items: the item, where it begins and where it ends. */
const runsOf = (row: readonly number[]): readonly (readonly [item: number, from: number, to: number])[] => {
  const ends = row.flatMap((item, i) => (item === row[i + 1] ? [] : [i + 1]));
  return ends.map((end, i) => [row[end - 1] ?? NaN, ends[i - 1] ?? 0, end]);
};

/** The classes over a rectangle, as flat rectangles of one class each. */
const regionsOf = (
  predict: (points: NDArray) => NDArray,
  [x0, x1]: Span,
  [y0, y1]: Span,
  columns: number,
  rows: number,
): readonly Region[] => {
  const edgeX = (i: number): number => x0 + ((x1 - x0) * i) / columns;
  const edgeY = (i: number): number => y1 - ((y1 - y0) * i) / rows;
  const centres = (count: number, edge: (i: number) => number): readonly number[] =>
    Array.from({ length: count }, (_, i) => edge(i + 0.5));
  const xs = centres(columns, edgeX);
  const answer = predict(array(centres(rows, edgeY).flatMap((y) => xs.map((x) => [x, y]))));
  const classes = answer.ndim === 2 && answer.shape[1] !== 1 ? argmax(answer, 1) : answer;
  if (classes.size !== columns * rows)
    throw new ShapeError(
      `decisionRegions: expected a class or scores for each of ${columns * rows} points, got [${answer.shape.join(',')}]. Take points [n, 2].`,
      'shape.plot',
    );
  const all = numbersOf(classes, 'decisionRegions');
  return Array.from({ length: rows }, (_, i) => runsOf(all.slice(i * columns, (i + 1) * columns))).flatMap((runs, i) =>
    runs.map(([c, from, to]) => ({ class: c, x: edgeX(from), x2: edgeX(to), y: edgeY(i), y2: edgeY(i + 1) })),
  );
};

const regionColour = (names: readonly string[]) =>
  ({
    field: 'class',
    type: 'nominal',
    title: null,
    legend: { symbolOpacity: 1, symbolType: 'circle' },
    scale: colours(names),
  }) as const;

/**
 * Which class `predict` gives to each point of the plane, with the points themselves on top.
 * @param predict takes points `[n, 2]`, gives classes `[n]` or scores `[n, k]`, of which the greatest counts
 * @param data points `[n, 2]` and their classes
 */
export const decisionRegions = (
  predict: (points: NDArray) => NDArray,
  data: { readonly x: NDArray | readonly (readonly number[])[]; readonly y: Values },
  { x, y, names, xRange, yRange, width = 360, height = 300, title }: RegionOptions,
): TopLevelSpec => {
  const points = rowsOf(data.x, 'decisionRegions');
  const truth = numbersOf(data.y, 'decisionRegions');
  sameLength('decisionRegions', points, truth);
  notEmpty('decisionRegions', points.length);
  const spanX = xRange ?? wider(points.map((p) => p[0] ?? NaN));
  const spanY = yRange ?? wider(points.map((p) => p[1] ?? NaN));
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const regions = regionsOf(predict, spanX, spanY, columns, rows);
  const nameOf = (c: number): string => names?.[c] ?? String(c);
  const found = [...new Set([...truth, ...regions.map((region) => region.class)])].toSorted((a, b) => a - b);
  const color = regionColour(found.map(nameOf));
  return {
    ...frame({ title, width: columns * cell, height: rows * cell }),
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { domain: listOf(...spanX), nice: false } },
      y: { field: 'y', type: 'quantitative', title: y, scale: { domain: listOf(...spanY), nice: false } },
    },
    layer: [
      {
        data: { values: regions.map((region) => ({ ...region, class: nameOf(region.class) })) },
        mark: { type: 'rect', opacity: 0.3, strokeWidth: 0 },
        encoding: { x2: { field: 'x2' }, y2: { field: 'y2' }, color },
      },
      {
        data: { values: points.map(([px, py], i) => ({ x: px, y: py, class: nameOf(truth[i] ?? NaN) })) },
        mark: { type: 'circle', size: 36, opacity: 1, stroke: 'white', strokeWidth: 0.7, clip: true },
        encoding: { color },
      },
    ],
  };
};
