/** Functions of two variables: their level lines with paths on top, and their gradients as arrows. */
import type { Data, Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showShape } from '../array/type.ts';
import { grad } from '../grad.ts';
import { array } from '../operations/creation.ts';
import { broadcastTo, reshape } from '../operations/manipulation.ts';
import { sum } from '../operations/reduction.ts';
import { drawable, frame, numbersOf, rangeOf, rowsOf, style, type ChartOptions } from './chart.ts';

/** An array function of two variables, element by element. */
export type Surface = (x: NDArray, y: NDArray) => NDArray;
/** An interval of an axis. */
export type Interval = readonly [from: number, to: number];
/** Points that follow each other: `[n, 2]`. */
export type Path = NDArray | readonly (readonly number[])[];

/** `count` positions in the middle of equal parts of an interval. */
const middles = ([from, to]: Interval, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);

/** Coordinates of a grid, both `[ys, xs]`. */
const gridOf = (xs: readonly number[], ys: readonly number[]): readonly [NDArray, NDArray] => [
  broadcastTo(array(xs), [ys.length, xs.length]),
  broadcastTo(reshape(array(ys), [ys.length, 1]), [ys.length, xs.length]),
];

const onGrid = (operation: string, f: Surface, xs: readonly number[], ys: readonly number[]): readonly number[] => {
  const values = f(...gridOf(xs, ys));
  if (values.size !== xs.length * ys.length)
    throw new ShapeError(
      `${operation}: expected one value for each of [${ys.length},${xs.length}] points, got ${showShape(values.shape)}. Work element by element, or use vmap.`,
      'shape.plot',
    );
  return numbersOf(values, operation);
};

export interface ContourOptions extends ChartOptions {
  /** How many levels, or which; default 14. */
  readonly levels?: number | readonly number[];
  /** How levels that are not given are spaced; `'log'` shows narrow valleys; default `'linear'`. */
  readonly spacing?: 'linear' | 'log';
  /** Lines over the levels, by name: the steps of an optimizer, say. What leaves the panel is cut off. */
  readonly paths?: { readonly [name: string]: Path };
}

/** Levels from the least value on; logarithmic ones span five decades above it. */
const levelsOf = (values: readonly number[], count: number, spacing: 'linear' | 'log'): readonly number[] => {
  const [low, high] = rangeOf(values);
  const at = (share: number): number =>
    spacing === 'log' ? low + (high - low) * 10 ** (5 * (share - 1)) : low + (high - low) * share;
  return Array.from({ length: count }, (_, i) => at((i + (spacing === 'log' ? 0 : 0.5)) / count));
};

const pixelsPerCell = 4;

const pathData = (paths: { readonly [name: string]: Path }): Data => ({
  name: 'steps',
  values: Object.entries(paths).flatMap(([name, path]) =>
    rowsOf(path, 'contourChart').map(([x, y], step) => ({ name, step, x, y })),
  ),
});

const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } } as const;
const pathMarks: NonNullable<Spec['marks']> = [
  {
    type: 'group',
    clip: true,
    from: { facet: { name: 'line', data: 'steps', groupby: 'name' } },
    encode: { enter: { width: { signal: 'width' }, height: { signal: 'height' } } },
    marks: [
      {
        type: 'line',
        from: { data: 'line' },
        encode: { enter: { ...position, stroke: { scale: 'path', field: 'name' }, strokeWidth: { value: 2 } } },
      },
      {
        type: 'symbol',
        from: { data: 'line' },
        encode: { enter: { ...position, fill: { scale: 'path', field: 'name' }, size: { value: 16 } } },
      },
    ],
  },
];

const levelMark: NonNullable<Spec['marks']>[number] = {
  type: 'path',
  clip: true,
  from: { data: 'contours' },
  encode: {
    enter: {
      stroke: { value: '#7f8fa6' },
      strokeWidth: { value: 0.7 },
      fill: { scale: 'level', field: 'order' },
    },
  },
  transform: [{ type: 'geopath', field: 'datum.contour' }],
};

const axisStyle = { ...style.axis, grid: false } as const;

/** Vega's names for what is written beside, around and above a panel. */
const lettering = Object.fromEntries(
  ['guide-label', 'guide-title', 'group-title'].map((part) => [part, { font: style.font }]),
);
const pathColours = ['#d62728', '#ff7f0e', '#2ca02c', '#9467bd', '#111111', '#e377c2', '#8c564b'];
const scalesOf = (x: Interval, y: Interval, levels: number, names: readonly string[]): NonNullable<Spec['scales']> => [
  { name: 'x', type: 'linear', range: 'width', domain: [...x], zero: false, nice: false },
  { name: 'y', type: 'linear', range: 'height', domain: [...y], zero: false, nice: false },
  // Not as far as the darkest blue, so that paths stand out.
  { name: 'level', type: 'linear', domain: [0, levels + 4], range: ['#ffffff', '#2b6ca3'] },
  { name: 'path', type: 'ordinal', domain: [...names], range: pathColours },
];

/** Level lines of a function of two variables over a rectangle, with paths on top; a specification of vega. */
export const contourChart = (
  f: Surface,
  xRange: Interval,
  yRange: Interval,
  { title, x, y, width = 420, height = 300, levels = 14, spacing = 'linear', paths = {} }: ContourOptions,
): Spec => {
  const [columns, rows] = [Math.ceil(width / pixelsPerCell), Math.ceil(height / pixelsPerCell)];
  // Rows from the top, as on the screen.
  const values = onGrid('contourChart', f, middles(xRange, columns), middles(yRange, rows).toReversed());
  const thresholds = typeof levels === 'number' ? levelsOf(values, levels, spacing) : levels;
  const names = Object.keys(paths);
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    title: { text: title, ...style.title },
    width: columns * pixelsPerCell,
    height: rows * pixelsPerCell,
    background: 'white',
    padding: 12,
    config: { style: lettering, legend: style.legend },
    data: [
      { name: 'grid', values: [{ width: columns, height: rows, values: values.map((v) => drawable(v)) }] },
      {
        name: 'contours',
        source: 'grid',
        transform: [
          { type: 'isocontour', scale: pixelsPerCell, thresholds: [...thresholds] },
          { type: 'window', ops: ['row_number'], as: ['order'] },
        ],
      },
      pathData(paths),
    ],
    scales: scalesOf(xRange, yRange, thresholds.length, names),
    axes: [
      { scale: 'x', orient: 'bottom', title: x, ...axisStyle },
      { scale: 'y', orient: 'left', title: y, ...axisStyle },
    ],
    ...(names.length === 0 ? {} : { legends: [{ stroke: 'path', symbolType: 'stroke' }] }),
    marks: [levelMark, ...(names.length === 0 ? [] : pathMarks)],
  };
};

export interface FieldOptions extends ChartOptions {
  /** How many arrows along the shorter side; default 13. */
  readonly count?: number;
  /** `'up'` shows the gradient, `'down'` its opposite, where descent goes; default `'up'`. */
  readonly direction?: 'up' | 'down';
}

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  readonly angle: number;
}

/** Arrows whose longest is as long as the grid is wide. */
const arrowsOf = (
  xs: readonly number[],
  ys: readonly number[],
  [u, v]: readonly [readonly number[], readonly number[]],
  [perX, perY]: readonly [number, number],
  length: number,
): readonly Arrow[] => {
  const sizes = u.map((value, i) => Math.hypot(value, v[i] ?? 0)).map((size) => (Number.isFinite(size) ? size : 0));
  const longest = Math.max(...sizes) || 1;
  return ys.flatMap((y, i) =>
    xs.flatMap((x, j): readonly Arrow[] => {
      const at = i * xs.length + j;
      const size = sizes[at] ?? 0;
      if (size < 1e-6 * longest) return [];
      // In units of the drawing, so that arrows are as steep as they look.
      const reach = (length * size) / longest / size;
      const [dx, dy] = [(u[at] ?? 0) * reach, (v[at] ?? 0) * reach];
      return [{ x, y, x2: x + dx / perX, y2: y + dy / perY, angle: (Math.atan2(dx, dy) * 180) / Math.PI }];
    }),
  );
};

/** The gradient of a function of two variables as arrows on a grid; their length shows its size. */
export const fieldChart = (
  f: Surface,
  xRange: Interval,
  yRange: Interval,
  { title, x, y, width = 360, height = 320, count = 13, direction = 'up' }: FieldOptions,
): TopLevelSpec => {
  const length = Math.min(width, height) / count;
  const [xs, ys] = [middles(xRange, Math.round(width / length)), middles(yRange, Math.round(height / length))];
  const sign = direction === 'up' ? 1 : -1;
  const total = (a: NDArray, b: NDArray): NDArray => sum(f(a, b));
  const [du, dv] = grad(total, { argnums: [0, 1] })(...gridOf(xs, ys));
  const along = (d: NDArray): readonly number[] => numbersOf(d, 'fieldChart').map((value) => sign * value);
  const scaled = [width / (xRange[1] - xRange[0]), height / (yRange[1] - yRange[0])] as const;
  const values = arrowsOf(xs, ys, [along(du), along(dv)], scaled, length * 1.1);
  return {
    ...frame({ title, width, height }),
    data: { values: [...values] },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { domain: [...xRange], nice: false } },
      y: { field: 'y', type: 'quantitative', title: y, scale: { domain: [...yRange], nice: false } },
    },
    layer: [
      {
        mark: { type: 'rule', color: '#1f5f99', strokeWidth: 1.4, clip: true },
        encoding: { x2: { field: 'x2' }, y2: { field: 'y2' } },
      },
      {
        mark: { type: 'point', shape: 'triangle', filled: true, size: 26, color: '#1f5f99', opacity: 1, clip: true },
        encoding: {
          x: { field: 'x2', type: 'quantitative' },
          y: { field: 'y2', type: 'quantitative' },
          angle: { field: 'angle', type: 'quantitative', scale: null },
        },
      },
    ],
  };
};
