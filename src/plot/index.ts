/** Charts, pictures and graphs: pure specifications, and renderers to SVG and PNG through optional packages. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';

export type {
  Arrangement,
  Chart,
  ChartOptions,
  DotPanel,
  ImagePanel,
  Scale,
  SizeOptions,
  Times,
  TitleOptions,
  Values,
} from './chart.ts';
export { functionPlot, lineChart, type Curve, type FunctionPlotOptions, type Line, type LineOptions } from './line.ts';
export { figureChart, historyChart, type EpochFigures, type HistoryOptions } from './history.ts';
export {
  barChart,
  histogramChart as histogram,
  histogramGrid,
  type BarChartOptions,
  type HistogramChartOptions,
  type HistogramGridOptions,
} from './distribution.ts';
export {
  decisionRegions,
  scatterChart,
  type Classes,
  type RegionOptions,
  type ScatterOptions,
  type ScatterPoints,
} from './points.ts';
export {
  contourChart,
  fieldChart,
  type ContourOptions,
  type FieldOptions,
  type Interval,
  type Path,
  type Surface,
} from './contour.ts';
export { confusionChart, heatmap, type ConfusionOptions, type HeatmapOptions, type Scheme } from './matrix.ts';
export {
  correlogram,
  forecastChart,
  type CorrelogramOptions,
  type ForecastData,
  type ForecastOptions,
} from './series.ts';
export { gridChart, hconcat, vconcat, type GridOptions } from './arrange.ts';
export { colorMap, type ColorMapName, type ColorMapOptions } from './color-map.ts';
export {
  featureMapGrid,
  filterGrid,
  imageGrid,
  overlay,
  upscale,
  type ImageGridOptions,
  type OverlayOptions,
} from './picture.ts';
export { captionedImages, imageChart, type CaptionedOptions, type ImageChartOptions } from './image-chart.ts';
export { dotChart, renderDot } from './dot.ts';
export { graphToDot, type GraphDotOptions } from './graph-dot.ts';
export { computationalGraph, type ComputationalGraphOptions } from './computational-graph.ts';
export { renderPng, renderSvg, saveChart, type PngOptions } from './render.ts';
export { plotModel, type PlotModelOptions } from './model-graph.ts';
