import { describe, expect, test } from 'vitest';
import { nn, np, type NDArray } from 'fluxion';
import {
  barChart,
  confusionChart,
  contourChart,
  correlogram,
  decisionRegions,
  fieldChart,
  forecastChart,
  functionPlot,
  gridChart,
  hconcat,
  heatmap,
  histogram,
  histogramGrid,
  lineChart,
  renderSvg,
  scatterChart,
  vconcat,
  type Chart,
} from 'fluxion/plot';

const textsOf = (svg: string): readonly string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = '']) => text);
const attribute = (svg: string, name: string): number =>
  Number(new RegExp(`^<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]);
const valuesOf = (chart: unknown): readonly { readonly [field: string]: unknown }[] =>
  // Sound: the specifications asked for have their data in one place.
  (chart as { data: { values: readonly { readonly [field: string]: unknown }[] } }).data.values;

const bowl = (x: NDArray, y: NDArray): NDArray => np.add(x.square().div(20), y.square());
const disc = (points: NDArray): NDArray => points.square().sum(1).greater(1).astype('int32');

const charts: { readonly [name: string]: { readonly chart: Chart; readonly texts: readonly string[] } } = {
  lineChart: {
    chart: lineChart(
      { sgd: [1, 0.1, 0.01], adam: { x: [0, 2], y: [1, 0.001] } },
      { title: 'T', x: 'step', y: 'loss', yScale: 'log' },
    ),
    texts: ['T', 'step', 'loss', 'sgd', 'adam', '0.001'],
  },
  'lineChart over dates': {
    chart: lineChart(
      { level: { x: [new Date(Date.UTC(1999, 0, 1)), new Date(Date.UTC(2001, 0, 1))], y: [1, 2] } },
      { title: 'T', x: 'year', y: 'level' },
    ),
    texts: ['T', 'year', 'level', '2000'],
  },
  functionPlot: {
    chart: functionPlot({ relu: nn.relu }, [-1, 1], { title: 'T', x: 'input', y: 'output', derivative: true }),
    texts: ['T', 'input', 'output', 'relu', "relu'"],
  },
  histogram: { chart: histogram([1, 2, 2, 3], { title: 'T', x: 'value' }), texts: ['T', 'value', 'count'] },
  histogramGrid: {
    chart: histogramGrid({ 'layer 1': [0, 1], 'layer 2': np.array([0, 0.5]) }, { title: 'T', x: 'activation' }),
    texts: ['T', 'activation', 'count', 'layer 1', 'layer 2'],
  },
  barChart: {
    chart: barChart({ one: 1, two: 2 }, { title: 'T', x: 'name', y: 'size' }),
    texts: ['T', 'name', 'size', 'one', 'two'],
  },
  lyingBars: {
    chart: barChart({ one: 1, two: 2 }, { title: 'T', x: 'size', y: 'name', horizontal: true }),
    texts: ['T', 'name', 'size', 'one', 'two'],
  },
  scatterChart: {
    chart: scatterChart(
      { x: [1, 2, 3], y: [1, 2, 3], classes: [10, 9, 10] },
      { title: 'T', x: 'z1', y: 'z2', legend: 'digit' },
    ),
    texts: ['T', 'z1', 'z2', 'digit', '9', '10'],
  },
  decisionRegions: {
    chart: decisionRegions(
      disc,
      {
        x: [
          [0, 0],
          [2, 1],
        ],
        y: [0, 1],
      },
      { title: 'T', x: 'x1', y: 'x2', names: ['in', 'out'] },
    ),
    texts: ['T', 'x1', 'x2', 'in', 'out'],
  },
  contourChart: {
    chart: contourChart(bowl, [-10, 10], [-5, 5], {
      title: 'T',
      x: 'x',
      y: 'y',
      paths: {
        SGD: [
          [-7, 2],
          [0, 0],
        ],
      },
    }),
    texts: ['T', 'x', 'y', 'SGD', '−10', '5'],
  },
  fieldChart: { chart: fieldChart(bowl, [-2, 2], [-2, 2], { title: 'T', x: 'a', y: 'b' }), texts: ['T', 'a', 'b'] },
  heatmap: {
    chart: heatmap([[1, 2]], { title: 'T', x: 'key', y: 'query', legend: 'weight' }),
    texts: ['T', 'key', 'query', 'weight'],
  },
  confusionChart: {
    chart: confusionChart(
      np.array([
        [7, 1],
        [2, 12],
      ]),
      { title: 'T', names: ['cat', 'dog'] },
    ),
    texts: ['T', 'predicted', 'true', 'count', 'cat', 'dog', '7', '1', '2', '12'],
  },
  forecastChart: {
    chart: forecastChart(
      {
        observed: { x: [new Date('2000-01-01'), new Date('2001-01-01')], y: [1, 2] },
        forecast: { x: [new Date('2002-01-01'), new Date('2003-01-01')], mean: [3, 3], lower: [2, 1], upper: [4, 5] },
      },
      { title: 'T', x: 'date', y: 'ppm' },
    ),
    texts: ['T', 'date', 'ppm', 'observed', 'forecast', '95 % interval', '2000', '2003'],
  },
  correlogram: {
    chart: correlogram([1, 0.5, -0.2], { title: 'T', band: 0.3 }),
    texts: ['T', 'lag', 'autocorrelation', '0', '1', '2'],
  },
};

describe('every chart', () => {
  test.for(Object.entries(charts))(
    '%s has its title, the names of its axes and its legend',
    async ([, { chart, texts }]) => {
      const svg = await renderSvg(chart);
      expect(textsOf(svg)).toEqual(expect.arrayContaining([...texts]));
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    },
  );
  test('is plain data', () => {
    for (const { chart } of Object.values(charts)) expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
  });
  test('of nothing, or of lists of unequal length, is refused', () => {
    expect(() => lineChart({}, { title: '', x: '', y: '' })).toThrow('lineChart: expected data to draw, got none.');
    expect(() => scatterChart({ x: [1], y: [1, 2] }, { title: '', x: '', y: '' })).toThrow(
      'scatterChart: expected as many x as y, got 1 and 2.',
    );
    expect(() => heatmap(np.ones([2]), { title: '', x: '', y: '' })).toThrow('heatmap: expected a matrix');
  });
});

describe('what is drawn', () => {
  test('gaps stand for what a scale has no place for', () => {
    const values = valuesOf(lineChart({ a: [1, NaN, 0, -1, Infinity] }, { title: '', x: '', y: '', yScale: 'log' }));
    expect(values.map(({ y }) => y)).toEqual([1, null, null, null, null]);
  });
  test('lines stand at dates, or at numbers', () => {
    const day = new Date(Date.UTC(1999, 11, 31));
    const titles = { title: '', x: '', y: '' };
    expect(valuesOf(lineChart({ a: { x: [day], y: [1] } }, titles)).map(({ x }) => x)).toEqual([day.toISOString()]);
    expect(valuesOf(lineChart({ a: { x: [7], y: [1] } }, titles)).map(({ x }) => x)).toEqual([7]);
  });
  test('a function and its derivative', () => {
    const values = valuesOf(
      functionPlot({ cube: (x: NDArray) => x.mul(x).mul(x) }, [-1, 1], { title: '', derivative: true, points: 3 }),
    );
    expect(values.map(({ series, x, y }) => [series, x, y])).toEqual([
      ['cube', -1, -1],
      ['cube', 0, 0],
      ['cube', 1, 1],
      ["cube'", -1, 3],
      ["cube'", 0, 0],
      ["cube'", 1, 3],
    ]);
  });
  test('a function that does not work element by element is refused', () => {
    expect(() => functionPlot((x: NDArray) => x.sum(), [0, 1], { title: '' })).toThrow('use vmap');
  });
  test('bins as numpy.histogram has them: the last is closed', () => {
    const bars = valuesOf(histogram([0, 0.5, 1, 1, 2, NaN], { title: '', x: '', bins: 2 }));
    expect(bars).toEqual([
      { from: 0, to: 1, count: 2 },
      { from: 1, to: 2, count: 3 },
    ]);
    const equal = valuesOf(histogram([3, 3], { title: '', x: '', bins: 1 }));
    expect(equal).toEqual([{ from: 2.5, to: 3.5, count: 2 }]);
  });
  test('panels of a grid share their bins', () => {
    const bars = valuesOf(histogramGrid({ a: [0, 1], b: [4] }, { title: '', x: '', bins: 2 }));
    expect(bars).toEqual([
      { name: 'a', from: 0, to: 2, count: 2 },
      { name: 'a', from: 2, to: 4, count: 0 },
      { name: 'b', from: 0, to: 2, count: 0 },
      { name: 'b', from: 2, to: 4, count: 1 },
    ]);
  });
  test('regions cover the plane once, each point in the class that is predicted there', () => {
    const chart = decisionRegions(
      disc,
      { x: [[0, 0]], y: [0] },
      { title: '', x: '', y: '', xRange: [-2, 2], yRange: [-2, 2], width: 80, height: 80 },
    );
    // Sound: the first layer has the rectangles.
    const { layer } = chart as unknown as { layer: readonly unknown[] };
    const areas = valuesOf(layer[0]).map(({ x, x2, y, y2, class: c }) => ({
      c,
      area: (Number(x2) - Number(x)) * (Number(y) - Number(y2)),
    }));
    const total = (c: string): number => areas.reduce((sum, part) => sum + (part.c === c ? part.area : 0), 0);
    expect(total('0') + total('1')).toBeCloseTo(16, 10);
    // The disc has the area pi; cells are 0.2 wide.
    expect(Math.abs(total('0') - Math.PI)).toBeLessThan(0.2);
  });
  test('arrows show the gradient, or where descent goes', () => {
    const slope = (direction: 'up' | 'down') =>
      valuesOf(
        fieldChart((x) => x.mul(2), [0, 4], [0, 4], {
          title: '',
          x: '',
          y: '',
          width: 100,
          height: 100,
          count: 2,
          direction,
        }),
      );
    for (const arrow of slope('up')) {
      expect(Number(arrow['x2'])).toBeGreaterThan(Number(arrow['x']));
      expect(arrow['y2']).toBe(arrow['y']);
      expect(arrow['angle']).toBeCloseTo(90, 10);
    }
    for (const arrow of slope('down')) expect(Number(arrow['x2'])).toBeLessThan(Number(arrow['x']));
  });
  test('level lines stand where the function has the level', async () => {
    // The disc of radius 1 in a square of 4 by 4 units and 200 by 200 pixels: its line is a circle of radius 50 around (100, 100).
    const svg = await renderSvg(
      contourChart((x, y) => x.square().add(y.square()), [-2, 2], [-2, 2], {
        title: '',
        x: '',
        y: '',
        width: 200,
        height: 200,
        levels: [1],
      }),
    );
    const path =
      [...svg.matchAll(/ d="(M[^"]*Z)"/g)].map(([, d = '']) => d).find((d) => d.includes('L') && d.length > 2000) ?? '';
    // The level is a square with a round hole, or a ring; only points of the hole are inside of the frame.
    const points = path
      .split(/[MLZ]/)
      .filter((pair) => pair !== '')
      .map((pair) => pair.split(',').map(Number))
      .filter(([x = 0, y = 0]) => x > 2 && x < 198 && y > 2 && y < 198);
    expect(points.length).toBeGreaterThan(50);
    for (const [x = 0, y = 0] of points) expect(Math.abs(Math.hypot(x - 100, y - 100) - 50)).toBeLessThan(1);
  });
});

describe('arrangements', () => {
  const small = (title: string): Chart => lineChart({ a: [1, 2] }, { title, x: 'x', y: 'y', width: 60, height: 40 });
  test('stand side by side and below each other', async () => {
    const one = await renderSvg(small('one'));
    const [width, height] = [attribute(one, 'width'), attribute(one, 'height')];
    const row = await renderSvg(hconcat([small('one'), small('two')], { gap: 10 }));
    expect([attribute(row, 'width'), attribute(row, 'height')]).toEqual([2 * width + 10, height]);
    const column = await renderSvg(vconcat([small('one'), small('two'), small('six')], { gap: 10 }));
    expect([attribute(column, 'width'), attribute(column, 'height')]).toEqual([width, 3 * height + 20]);
    const grid = await renderSvg(
      gridChart([small('one'), small('two'), small('six')], { columns: 2, gap: 0, title: 'All' }),
    );
    expect(attribute(grid, 'width')).toBe(2 * width);
    expect(textsOf(grid)).toEqual(expect.arrayContaining(['All', 'one', 'two', 'six']));
  });
  test('do not share definitions', async () => {
    const clipped = charts['decisionRegions']?.chart ?? small('none');
    const svg = await renderSvg(hconcat([clipped, clipped]));
    const ids = Array.from(svg.matchAll(/\bid="([^"]+)"/g), ([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });
});
