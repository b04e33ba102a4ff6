/** Graphs in Graphviz's language, drawn by Graphviz. */
import { later, peer } from '../peer.ts';
import type { DotPanel } from './chart.ts';
import { fonts, svgFrom, type Svg } from './svg.ts';

/** A graph in Graphviz's language as a chart, for `renderSvg`, `saveChart` and grids. */
export const dotChart = (dot: string): DotPanel => ({ panel: 'dot', dot });

export const dotSvg = async (dot: string): Promise<Svg> => {
  const { instance } = await peer('renderDot', '@viz-js/viz', () => import('@viz-js/viz').catch(later));
  const viz = await instance();
  return svgFrom(viz.renderString(dot, { format: 'svg' }));
};

/** A graph in Graphviz's language as SVG text; needs the optional peer `@viz-js/viz`. Throws what Graphviz says of a faulty graph. */
export const renderDot = async (dot: string): Promise<string> => (await dotSvg(dot)).text;

/** A string of Graphviz's language. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** Attributes in brackets. */
export const attributes = (entries: { readonly [name: string]: string }): string =>
  `[${Object.entries(entries)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}]`;

/** What all our graphs begin with. */
export const preamble = (title: string | null, direction: 'TB' | 'LR'): string =>
  [
    `rankdir=${direction}`,
    'bgcolor="white"',
    ...(title === null ? [] : [`label=${quoted(title)}`, 'labelloc="t"', 'fontsize="16"']),
    `fontname=${quoted(fonts)}`,
    `node ${attributes({ fontname: fonts, fontsize: '12', margin: '0.16,0.06', shape: 'box', style: 'rounded,filled', fillcolor: '#eef3f8', color: '#6b7f94' })}`,
    `edge ${attributes({ fontname: fonts, fontsize: '10', color: '#6b7f94' })}`,
  ].join(';\n  ');
