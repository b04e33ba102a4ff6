/** Lines: named series over numbers or positions, and functions of one variable. */
import type { TopLevelSpec } from 'vega-lite';
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape } from '../array/type.ts';
import { grad } from '../grad.ts';
import { linspace } from '../operations/ranges.ts';
import { sum } from '../operations/reduction.ts';
import {
  drawable,
  frame,
  isDates,
  listOf,
  notEmpty,
  numbersOf,
  sameLength,
  timesOf,
  type ChartOptions,
  type Scale,
  type Times,
  type TitleOptions,
  type Values,
} from './chart.ts';

/** A line through points at numbers or dates; without `x` they stand at 0, 1, 2, ... */
export interface Line {
  readonly x?: Times;
  readonly y: Values;
  /** Default false. */
  readonly dashed?: boolean;
}

export interface LineOptions extends ChartOptions {
  /** Default `'linear'`. */
  readonly xScale?: Scale;
  /** Default `'linear'`. */
  readonly yScale?: Scale;
  /** Whether a dot marks each point; default false. */
  readonly points?: boolean;
}

/** A logarithmic scale has no zero to leave out. */
const scaleOf = (type: Scale) => (type === 'log' ? { type } : { type, zero: false });

const strokeDash = {
  field: 'dashed',
  type: 'nominal',
  legend: null,
  scale: { domain: listOf(false, true), range: listOf(listOf(1, 0), listOf(6, 4)) },
} as const;

/** Dates if any line stands at dates. */
const horizontal = (series: readonly (Values | Line)[], title: string, type: Scale) =>
  series.some((given) => isLine(given) && given.x !== undefined && isDates(given.x))
    ? ({ field: 'x', type: 'temporal', title, scale: { type: 'utc' } } as const)
    : ({ field: 'x', type: 'quantitative', title, scale: { ...scaleOf(type), nice: false } } as const);

const isLine = (series: Values | Line): series is Line => 'y' in series;

const pointsOf = (name: string, given: Values | Line, xScale: Scale, yScale: Scale) => {
  const line = isLine(given) ? given : { y: given };
  const ys = numbersOf(line.y, 'lineChart');
  const xs = timesOf(line.x ?? ys.map((_, i) => i), 'lineChart', xScale);
  sameLength('lineChart', xs, ys);
  return ys.map((value, i) => ({
    x: xs[i] ?? null,
    y: drawable(value, yScale),
    series: name,
    dashed: line.dashed ?? false,
  }));
};

/**
 * Named lines in one panel, over numbers or dates. What is not finite, and on a logarithmic scale what is not positive, is a gap.
 *
 * @example lineChart({ sgd: losses, adam: others }, { title: 'Loss', x: 'step', y: 'loss', yScale: 'log' })
 */
export const lineChart = (
  series: { readonly [name: string]: Values | Line },
  { x, y, xScale = 'linear', yScale = 'linear', points = false, ...rest }: LineOptions,
): TopLevelSpec => {
  const values = Object.entries(series).flatMap(([name, given]) => pointsOf(name, given, xScale, yScale));
  notEmpty('lineChart', values.length);
  const names = Object.keys(series);
  return {
    ...frame(rest),
    data: { values },
    mark: { type: 'line', strokeWidth: 2, point: points },
    encoding: {
      x: horizontal(Object.values(series), x, xScale),
      y: { field: 'y', type: 'quantitative', title: y, scale: scaleOf(yScale) },
      strokeDash,
      // In the order given; one line needs no legend.
      color: {
        field: 'series',
        type: 'nominal',
        title: null,
        scale: { domain: names },
        ...(names.length < 2 ? { legend: null } : {}),
      },
    },
  };
};

/** An array function of one variable, element by element. */
export type Curve = (x: NDArray) => NDArray;

export interface FunctionPlotOptions extends TitleOptions {
  /** Default `'x'`. */
  readonly x?: string;
  /** Default `'y'`. */
  readonly y?: string;
  /** Whether the derivative is drawn too, dashed, by reverse differentiation; default false. */
  readonly derivative?: boolean;
  /** At how many points; default 301. */
  readonly points?: number;
}

const valuesAt = (name: string, f: Curve, x: NDArray): NDArray => {
  const y = f(x);
  if (!sameShape(y.shape, x.shape))
    throw new ShapeError(
      `functionPlot: expected ${name} to give one value for each of [${x.shape.join(',')}], got [${y.shape.join(',')}]. Work element by element, or use vmap.`,
      'shape.plot',
    );
  return y;
};

/** Functions `NDArray -> NDArray` that work element by element (wrap others in `vmap`), drawn on an interval. */
export const functionPlot = (
  functions: Curve | { readonly [name: string]: Curve },
  [from, to]: readonly [from: number, to: number],
  { x = 'x', y = 'y', derivative = false, points = 301, ...rest }: FunctionPlotOptions,
): TopLevelSpec => {
  const named =
    typeof functions === 'function' ? { [functions.name === '' ? 'f' : functions.name]: functions } : functions;
  const xs = linspace(from, to, points);
  const lines = Object.entries(named).flatMap(([name, f]): (readonly [string, Line])[] => [
    [name, { x: xs, y: valuesAt(name, f, xs) }],
    // Of a function that works element by element, the gradient of the sum is the derivative at each point.
    ...(derivative ? [[`${name}'`, { x: xs, y: grad((v: NDArray) => sum(f(v)))(xs), dashed: true }] as const] : []),
  ]);
  return lineChart(Object.fromEntries(lines), { x, y, ...rest });
};
