/** How values are distributed: histograms, one or a panel for each layer. */
import type { TopLevelSpec } from 'vega-lite';
import { drawable, frame, notEmpty, numbersOf, rangeOf, type TitleOptions, type Values } from './chart.ts';

export interface HistogramChartOptions extends TitleOptions {
  readonly x: string;
  /** Default `'count'`. */
  readonly y?: string;
  /** How many bars; default 30. */
  readonly bins?: number;
  /** From where to where; by default the extremes of the values. What is outside, and NaN, is not counted. */
  readonly range?: readonly [from: number, to: number];
}

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bins of one width, closed on the left, the last one on both sides, as `numpy.histogram` has them. */
const barsOf = (values: readonly number[], bins: number, [from, to]: readonly [number, number]): readonly Bar[] => {
  const counts = new Array<number>(bins).fill(0);
  for (const v of values) {
    if (!(v >= from && v <= to)) continue;
    const at = Math.min(bins - 1, Math.floor(((v - from) / (to - from)) * bins));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const edge = (i: number): number => from + ((to - from) * i) / bins;
  return counts.map((count, i) => ({ from: edge(i), to: edge(i + 1), count }));
};

const bars = (x: string, y: string) =>
  ({
    mark: { type: 'bar', stroke: 'white', strokeWidth: 0.5 },
    encoding: {
      x: { field: 'from', type: 'quantitative', title: x, bin: { binned: true }, scale: { zero: false, nice: false } },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: y },
    },
  }) as const;

/** How often values fall into bins of one width. */
export const histogramChart = (
  values: Values,
  { x, y = 'count', bins = 30, range, ...rest }: HistogramChartOptions,
): TopLevelSpec => {
  const numbers = numbersOf(values, 'histogramChart');
  notEmpty('histogramChart', numbers.length);
  return { ...frame(rest), data: { values: [...barsOf(numbers, bins, range ?? rangeOf(numbers))] }, ...bars(x, y) };
};

export interface HistogramGridOptions extends HistogramChartOptions {
  /** How many panels stand side by side; by default all. */
  readonly columns?: number;
}

/** One panel for each name, with axes and bins in common: the activations of each layer, say. */
export const histogramGrid = (
  layers: { readonly [name: string]: Values },
  { title, x, y = 'count', bins = 30, range, columns, width = 170, height = 150 }: HistogramGridOptions,
): TopLevelSpec => {
  const numbers = Object.entries(layers).map(([name, values]) => [name, numbersOf(values, 'histogramGrid')] as const);
  notEmpty('histogramGrid', numbers.length);
  const common = range ?? rangeOf(numbers.flatMap(([, values]) => values));
  const { width: _, height: __, ...top } = frame({ title });
  return {
    ...top,
    data: {
      values: numbers.flatMap(([name, values]) => barsOf(values, bins, common).map((bar) => ({ ...bar, name }))),
    },
    facet: { field: 'name', type: 'nominal', title: null, sort: numbers.map(([name]) => name) },
    columns: columns ?? numbers.length,
    spec: { width, height, ...bars(x, y) },
  };
};

export interface BarChartOptions extends TitleOptions {
  readonly x: string;
  readonly y: string;
  /** Whether the bars lie, with their names on the left; default false. */
  readonly horizontal?: boolean;
}

/** One bar for each name, in the order given. */
export const barChart = (
  values: { readonly [name: string]: number },
  { x, y, horizontal = false, ...rest }: BarChartOptions,
): TopLevelSpec => {
  const entries = Object.entries(values);
  notEmpty('barChart', entries.length);
  const name = { field: 'name', type: 'nominal', sort: null } as const;
  const value = { field: 'value', type: 'quantitative' } as const;
  return {
    ...frame(rest),
    data: { values: entries.map(([key, number]) => ({ name: key, value: drawable(number) })) },
    mark: { type: 'bar' },
    encoding: horizontal
      ? { y: { ...name, title: y }, x: { ...value, title: x } }
      : { x: { ...name, title: x, axis: { labelAngle: entries.length > 8 ? -45 : 0 } }, y: { ...value, title: y } },
  };
};
