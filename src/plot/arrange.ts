/** Charts beside and below each other. */
import type { Arrangement, Chart } from './chart.ts';
import { notEmpty } from './chart.ts';
import { pictureOf, textWidth, uniqueIds, type Svg } from './svg.ts';

export interface GridOptions {
  /** How many charts stand side by side; default 2. */
  readonly columns?: number;
  /** Written above all of them. */
  readonly title?: string;
  /** Room between the charts; default 8. */
  readonly gap?: number;
}

/** Charts of any kind in rows of `columns`. */
export const gridChart = (parts: readonly Chart[], { columns = 2, title, gap = 8 }: GridOptions = {}): Arrangement => {
  notEmpty('gridChart', parts.length);
  return { panel: 'grid', parts, columns: Math.max(1, Math.floor(columns)), title: title ?? null, gap };
};

/** Charts side by side. */
export const hconcat = (parts: readonly Chart[], options: Omit<GridOptions, 'columns'> = {}): Arrangement =>
  gridChart(parts, { ...options, columns: parts.length });

/** Charts below each other. */
export const vconcat = (parts: readonly Chart[], options: Omit<GridOptions, 'columns'> = {}): Arrangement =>
  gridChart(parts, { ...options, columns: 1 });

const titleHeight = 34;
/** Where each of consecutive extents begins, and where the last ends. */
const starts = (extents: readonly number[], gap: number): readonly number[] =>
  extents.reduce<readonly number[]>((all, extent) => [...all, (all.at(-1) ?? 0) + extent + gap], [0]);

/** Drawings placed on a grid, each in the middle of its cell. */
export const arrange = (parts: readonly Svg[], { columns, title, gap }: Arrangement): Svg => {
  const rows = Math.ceil(parts.length / columns);
  const most = (count: number, extent: (part: Svg) => number, cell: (i: number) => number): readonly number[] =>
    Array.from({ length: count }, (_, at) => Math.max(0, ...parts.filter((_part, i) => cell(i) === at).map(extent)));
  const column = (i: number): number => i % columns;
  const row = (i: number): number => Math.floor(i / columns);
  const widths = most(Math.min(columns, parts.length), (part) => part.width, column);
  const heights = most(rows, (part) => part.height, row);
  const [lefts, tops] = [starts(widths, gap), starts(heights, gap)];
  const head = title === null ? 0 : titleHeight;
  const inner = (lefts.at(-1) ?? 0) - gap;
  const width = Math.max(inner, title === null ? 0 : textWidth(title, 17) + 16);
  const shift = (width - inner) / 2;
  const placed = parts.map((part, i) => {
    const x = shift + (lefts[column(i)] ?? 0) + ((widths[column(i)] ?? 0) - part.width) / 2;
    const y = head + (tops[row(i)] ?? 0) + ((heights[row(i)] ?? 0) - part.height) / 2;
    return uniqueIds(part.text, `p${i}-`).replace('<svg', `<svg x="${x}" y="${y}"`);
  });
  return pictureOf(width, head + (tops.at(-1) ?? 0) - gap, placed.join('\n'), title, 17);
};
