/** Charts of training: what `fit` recorded, over the epochs. */
import type { TopLevelSpec } from 'vega-lite';
import { FluxionError } from '../array/errors.ts';
import { gridChart } from './arrange.ts';
import { drawable, frame, type Arrangement, type SizeOptions } from './chart.ts';

/** Figures of an epoch, as `fit` records them. */
export interface EpochFigures {
  readonly epoch: number;
  readonly training: { readonly [figure: string]: number };
  readonly validation: { readonly [figure: string]: number } | null;
}

interface Point {
  readonly epoch: number;
  readonly series: string;
  readonly value: number | null;
}

/** One figure over the epochs, for training and validation, as a vega-lite specification. */
export const figureChart = (
  history: readonly EpochFigures[],
  figure: string,
  title: string,
  size: SizeOptions = {},
): TopLevelSpec => {
  const points = history.flatMap((record): Point[] => {
    const both: readonly (readonly [string, number | undefined])[] = [
      ['training', record.training[figure]],
      ['validation', record.validation?.[figure]],
    ];
    return both.flatMap(([series, value]) =>
      value === undefined ? [] : [{ epoch: record.epoch, series, value: drawable(value) }],
    );
  });
  if (points.length === 0)
    throw new FluxionError(
      'plot.figure',
      `figureChart: expected one of ${Object.keys(history[0]?.training ?? {}).join(', ') || 'no figures'}, got ${figure}. The history has nothing of that name.`,
    );
  const names = ['training', 'validation'].filter((name) => points.some(({ series }) => series === name));
  return {
    ...frame({ title, ...size }),
    data: { values: points },
    mark: { type: 'line', point: true, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        axis: { tickMinStep: 1, format: 'd' },
        scale: { zero: false },
      },
      y: { field: 'value', type: 'quantitative', title: figure, scale: { zero: false } },
      color: { field: 'series', type: 'nominal', title: null, scale: { domain: names } },
    },
  };
};

export interface HistoryOptions extends SizeOptions {
  readonly title?: string;
  /** Which figures; by default all that were recorded in training. */
  readonly figures?: readonly string[];
  /** How many charts stand side by side; by default all. */
  readonly columns?: number;
}

/** Several figures of a history side by side, each a `figureChart` of its own. */
export const historyChart = (
  history: readonly EpochFigures[],
  { title, figures, columns, ...size }: HistoryOptions = {},
): Arrangement => {
  const names = figures ?? Object.keys(history[0]?.training ?? {});
  return gridChart(
    names.map((figure) => figureChart(history, figure, figure, { width: 320, ...size })),
    { columns: columns ?? Math.max(1, names.length), ...(title === undefined ? {} : { title }) },
  );
};
