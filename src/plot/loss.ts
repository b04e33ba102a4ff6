/** Charts of training as SVG, drawn by vega-lite. */
import type { TopLevelSpec } from 'vega-lite';
import { FluxionError } from '../array/errors.ts';
import { peer } from '../peer.ts';

/** Figures of an epoch, as `fit` records them. */
export interface EpochFigures {
  readonly epoch: number;
  readonly training: { readonly [figure: string]: number };
  readonly validation: { readonly [figure: string]: number } | null;
}

interface Point {
  readonly epoch: number;
  readonly series: string;
  readonly value: number;
}

/** One figure over the epochs, for training and validation, as a vega-lite specification. */
export const figureChart = (history: readonly EpochFigures[], figure: string, title: string): TopLevelSpec => {
  const points = history.flatMap((record): Point[] => {
    const both: readonly (readonly [string, number | undefined])[] = [
      ['training', record.training[figure]],
      ['validation', record.validation?.[figure]],
    ];
    return both.flatMap(([series, value]) => (value === undefined ? [] : [{ epoch: record.epoch, series, value }]));
  });
  if (points.length === 0)
    throw new FluxionError(
      'plot.figure',
      `figureChart: expected one of ${Object.keys(history[0]?.training ?? {}).join(', ') || 'no figures'}, got ${figure}. The history has nothing of that name.`,
    );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 420,
    height: 260,
    background: 'white',
    padding: 12,
    data: { values: points },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        axis: { tickMinStep: 1, format: 'd' },
        scale: { zero: false },
      },
      y: { field: 'value', type: 'quantitative', title: figure },
      color: { field: 'series', type: 'nominal', title: null },
    },
  };
};

/** A specification as SVG text. */
export const renderSvg = async (specification: TopLevelSpec): Promise<string> => {
  const [{ compile }, vega] = await peer('renderSvg', 'vega vega-lite', () =>
    Promise.all([import('vega-lite'), import('vega')]),
  );
  return new vega.View(vega.parse(compile(specification).spec), { renderer: 'none' }).toSVG();
};
