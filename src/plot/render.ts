/** The one renderer of all charts: SVG, and PNG of it. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { messageOf, UnsupportedError } from '../array/errors.ts';
import { later, peer } from '../peer.ts';
import { arrange } from './arrange.ts';
import type { Chart } from './chart.ts';
import { dotSvg } from './dot.ts';
import { imageSvg } from './image-chart.ts';
import { svgFrom, type Svg } from './svg.ts';

const isVega = (specification: TopLevelSpec | Spec): specification is Spec =>
  specification.$schema?.includes('/vega/') === true;

const vegaSvg = async (specification: TopLevelSpec | Spec): Promise<Svg> => {
  const [{ compile }, vega] = await peer('renderSvg', 'vega vega-lite', () =>
    Promise.all([import('vega-lite').catch(later), import('vega').catch(later)]),
  );
  // Vega writes into the data that it is given; the specification stays as it is.
  const own = structuredClone(specification);
  const compiled = isVega(own) ? own : compile(own).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return svgFrom(await view.toSVG());
  } finally {
    view.finalize();
  }
};

const draw = async (chart: Chart): Promise<Svg> => {
  if (!('panel' in chart)) return vegaSvg(chart);
  switch (chart.panel) {
    case 'image':
      return imageSvg(chart);
    case 'dot':
      return dotSvg(chart.dot);
    case 'grid':
      return arrange(await Promise.all(chart.parts.map(draw)), chart);
  }
};

/** A chart as SVG text. Needs the optional peers of its kind: vega and vega-lite, `@viz-js/viz` for graphs, fast-png for images. */
export const renderSvg = async (chart: Chart): Promise<string> => (await draw(chart)).text;

export interface PngOptions {
  /** Pixels for each unit of the drawing; default 2. */
  readonly scale?: number;
}

/** A chart, or SVG text, as the bytes of a PNG file. In Node; needs the optional peer `@resvg/resvg-js` and fonts of the system. */
export const renderPng = async (chart: Chart | string, { scale = 2 }: PngOptions = {}): Promise<Uint8Array> => {
  const svg = typeof chart === 'string' ? chart : await renderSvg(chart);
  const { Resvg } = await peer('renderPng', '@resvg/resvg-js', () => import('@resvg/resvg-js').catch(later));
  const drawing = new Resvg(svg, { fitTo: { mode: 'zoom', value: scale }, background: 'white' });
  return new Uint8Array(drawing.render().asPng());
};

/** Write a chart to a file, whole or not at all; the ending says how: `.svg` or `.png`. `Left` says what went wrong. */
export const saveChart =
  (path: string, chart: Chart, options: PngOptions = {}): TaskEither<string, void> =>
  async () => {
    try {
      const contents = await contentsFor(path, chart, options);
      const { writeAtomically } = await import('../io/write.ts');
      return await writeAtomically(path, contents)();
    } catch (cause) {
      return { _tag: 'Left', left: `${path}: ${messageOf(cause)}` };
    }
  };

const contentsFor = async (path: string, chart: Chart, options: PngOptions): Promise<string | Uint8Array> => {
  if (/\.svg$/i.test(path)) return renderSvg(chart);
  if (/\.png$/i.test(path)) return renderPng(chart, options);
  throw new UnsupportedError(
    `saveChart: expected a path that ends in .svg or .png, got ${path}. Choose one of the two.`,
    'plot.format',
  );
};
