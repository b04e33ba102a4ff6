/** Charts as SVG; needs the optional peers vega and vega-lite. */
export { figureChart, renderSvg } from './loss.ts';
