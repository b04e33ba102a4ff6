/** Matrices as coloured cells. */
import type { TopLevelSpec } from 'vega-lite';
import type { NDArray } from '../array/ndarray.ts';
import { textWidth } from './svg.ts';
import { drawable, frame, listOf, notEmpty, rangeOf, rowsOf, type ChartOptions } from './chart.ts';

/** A colour scheme of vega for values from small to great; `redblue` has its middle at white. */
export type Scheme = 'blues' | 'viridis' | 'magma' | 'greys' | 'redblue';

export interface HeatmapOptions extends ChartOptions {
  /** Names of the rows, from the top; by default 0, 1, ... */
  readonly rows?: readonly string[];
  /** Names of the columns; by default 0, 1, ... */
  readonly columns?: readonly string[];
  /** Default `'viridis'`. */
  readonly scheme?: Scheme;
  /** What is written into a cell; by default nothing. */
  readonly text?: (value: number) => string;
  /** Values at the ends of the colours; by default the extremes. */
  readonly domain?: readonly [low: number, high: number];
  /** Name of what the colours show; default `'value'`; `null` for no legend. */
  readonly legend?: string | null;
}

interface Cell {
  readonly row: string;
  readonly column: string;
  readonly value: number | null;
  readonly text: string;
}

/** Where letters must be light: for a share of the way from low to high, a test in vega's language. */
const lightWhere: Readonly<Record<Scheme, (share: string) => string>> = {
  viridis: (share) => `${share} < 0.5`,
  magma: (share) => `${share} < 0.5`,
  greys: (share) => `${share} < 0.5`,
  blues: (share) => `${share} > 0.5`,
  redblue: (share) => `abs(${share} - 0.5) > 0.3`,
};

/** Names of few cells are all written, slanted where they are wider than a cell; of many, every so often. */
const axisOf = (count: number, room: number, names: readonly string[] = []) => {
  const slanted = Math.max(0, ...names.map((name) => textWidth(name, 12))) > room;
  return {
    labelAngle: slanted ? -40 : 0,
    labelOverlap: count > 24,
    labelLimit: 200,
    ticks: false,
    domain: false,
  };
};

const cellsOf = (
  matrix: readonly (readonly number[])[],
  { rows, columns, text }: Pick<HeatmapOptions, 'rows' | 'columns' | 'text'>,
): Cell[] =>
  matrix.flatMap((row, i) =>
    row.map((value, j) => ({
      row: rows?.[i] ?? String(i),
      column: columns?.[j] ?? String(j),
      value: drawable(value),
      text: text?.(value) ?? '',
    })),
  );

/** What is written into the cells, in black or white as their colour asks for. */
const lettering = (light: string) =>
  ({
    mark: { type: 'text', fontSize: 12 },
    encoding: {
      text: { field: 'text', type: 'nominal' },
      color: { condition: { test: light, value: 'white' }, value: 'black' },
    },
  }) as const;

/** Vega's greys and its red and blue go from light to dark and from red to blue; ours the other way. */
const colouring = (scheme: Scheme, [low, high]: readonly [number, number], legend: string | null) =>
  ({
    field: 'value',
    type: 'quantitative',
    title: legend,
    scale: {
      scheme,
      domain: listOf(low, high),
      ...(scheme === 'greys' || scheme === 'redblue' ? { reverse: true } : {}),
    },
    ...(legend === null ? { legend: null } : {}),
  }) as const;

/** A matrix `[rows, columns]` as coloured cells, the first row on top. */
export const heatmap = (
  values: NDArray | readonly (readonly number[])[],
  {
    x,
    y,
    scheme = 'viridis',
    text,
    domain,
    legend = 'value',
    width = 300,
    height = 300,
    title,
    ...names
  }: HeatmapOptions,
): TopLevelSpec => {
  const matrix = rowsOf(values, 'heatmap');
  const cells = cellsOf(matrix, { ...names, ...(text === undefined ? {} : { text }) });
  notEmpty('heatmap', cells.length);
  const [low, high] = domain ?? rangeOf(matrix.flat());
  const light = lightWhere[scheme](`(datum.value - ${low}) / ${high - low}`);
  const [across, down] = [matrix[0]?.length ?? 0, matrix.length];
  return {
    ...frame({ title, width, height }),
    data: { values: cells },
    encoding: {
      x: {
        field: 'column',
        type: 'ordinal',
        sort: null,
        title: x,
        axis: axisOf(across, width / across, names.columns),
      },
      y: { field: 'row', type: 'ordinal', sort: null, title: y, axis: axisOf(down, Infinity) },
    },
    layer: [
      { mark: { type: 'rect' }, encoding: { color: colouring(scheme, [low, high], legend) } },
      ...(text === undefined ? [] : [lettering(light)]),
    ],
  };
};

export interface ConfusionOptions extends Omit<HeatmapOptions, 'x' | 'y' | 'rows' | 'columns' | 'text' | 'scheme'> {
  /** Names of classes 0, 1, ...; by default their numbers. */
  readonly names?: readonly string[];
  /** Default `'predicted'`. */
  readonly x?: string;
  /** Default `'true'`. */
  readonly y?: string;
  /** `'row'` writes and colours each count as a share of its true class; default `'none'`. */
  readonly normalize?: 'none' | 'row';
}

/** A confusion matrix `[true, predicted]` with its counts written into the cells. */
export const confusionChart = (
  counts: NDArray | readonly (readonly number[])[],
  { names, x = 'predicted', y = 'true', normalize = 'none', ...rest }: ConfusionOptions,
): TopLevelSpec => {
  const matrix = rowsOf(counts, 'confusionChart');
  const shares = matrix.map((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
  const side = Math.max(240, 40 * matrix.length);
  return heatmap(normalize === 'row' ? shares : matrix, {
    legend: normalize === 'row' ? 'share' : 'count',
    width: side,
    height: side,
    ...rest,
    ...(names === undefined ? {} : { rows: names, columns: names }),
    x,
    y,
    scheme: 'blues',
    text: normalize === 'row' ? (share) => share.toFixed(2) : String,
  });
};
