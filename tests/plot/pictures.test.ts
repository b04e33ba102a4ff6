import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as scheme from 'd3-scale-chromatic';
import { afterAll, describe, expect, test } from 'vitest';
import { np } from 'fluxion';
import { decodePng, orThrow } from 'fluxion/io';
import {
  captionedImages,
  colorMap,
  featureMapGrid,
  filterGrid,
  imageChart,
  imageGrid,
  lineChart,
  overlay,
  renderPng,
  renderSvg,
  saveChart,
  upscale,
} from 'fluxion/plot';

describe('grids of images', () => {
  test('lay images out in rows, with margins, and fill up the last row', () => {
    const images = np.array([[[10, 20]], [[30, 40]], [[50, 60]]]).astype('uint8');
    const grid = imageGrid(images, { columns: 2, padding: 1, background: 255 });
    expect(grid.dtype).toBe('uint8');
    expect(grid.toNested()).toEqual([
      [255, 255, 255, 255, 255, 255, 255],
      [255, 10, 20, 255, 30, 40, 255],
      [255, 255, 255, 255, 255, 255, 255],
      [255, 50, 60, 255, 255, 255, 255],
      [255, 255, 255, 255, 255, 255, 255],
    ]);
  });
  test('have colours', () => {
    const grid = imageGrid(np.array([[[[1, 2, 3]]], [[[4, 5, 6]]]]).astype('uint8'), { columns: 2, padding: 0 });
    expect(grid.toNested()).toEqual([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
  });
  test('normalise by each image or by all; what is constant is dark', () => {
    const images = np.array([[[0, 1]], [[2, 4]], [[3, 3]]]);
    const flat = (normalize: 'each' | 'all' | 'none'): unknown =>
      imageGrid(images, { columns: 3, padding: 0, normalize }).toNested();
    expect(flat('each')).toEqual([[0, 255, 0, 255, 0, 0]]);
    expect(flat('all')).toEqual([[0, 64, 128, 255, 191, 191]]);
    expect(flat('none')).toEqual([[0, 255, 255, 255, 255, 255]]);
  });
  test('refuse what is no list of images', () => {
    expect(() => imageGrid(np.ones([2, 2]))).toThrow('imageGrid: expected images [n, h, w] or [n, h, w, c]');
    expect(() => imageGrid(np.zeros([0, 2, 2]))).toThrow('imageGrid: expected images');
  });
  test('filters: one image each for one input or three, else a row for each output', () => {
    const kernel = np.array([
      [
        [
          [1, 5],
          [2, 6],
          [3, 7],
          [4, 8],
        ],
      ],
    ]);
    expect(filterGrid(kernel, { padding: 0, normalize: 'all' }).toNested()).toEqual([
      [0, 36, 73, 109],
      [146, 182, 219, 255],
    ]);
    expect(filterGrid(np.ones([3, 3, 3, 4]), { padding: 1 }).shape).toEqual([9, 9, 3]);
    // A kernel of one value is black, and grey stands around it.
    expect(filterGrid(np.ones([1, 1, 1, 1])).toNested()).toEqual([
      [128, 128, 128],
      [128, 0, 128],
      [128, 128, 128],
    ]);
    expect(filterGrid(np.ones([5, 5, 1, 6]), { columns: 6, padding: 1 }).shape).toEqual([7, 37]);
  });
  test('feature maps: one image for each channel', () => {
    const activation = np.array([
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    expect(featureMapGrid(activation, { columns: 1, padding: 0 }).toNested()).toEqual([
      [0, 255],
      [255, 0],
    ]);
  });
  test('pixels become squares', () => {
    expect(upscale(np.array([[1, 2]]), 2).toNested()).toEqual([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
    ]);
  });
});

describe('colours', () => {
  const rgb = (css: string): readonly number[] =>
    css.startsWith('#')
      ? [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16))
      : [...css.matchAll(/\d+/g)].map(Number);
  const theirs = {
    viridis: scheme.interpolateViridis,
    magma: scheme.interpolateMagma,
    inferno: scheme.interpolateInferno,
    plasma: scheme.interpolatePlasma,
    cividis: scheme.interpolateCividis,
    turbo: scheme.interpolateTurbo,
    gray: (t: number) => `rgb(${[255, 255, 255].map((v) => Math.round(v * t)).join(', ')})`,
  } as const;
  test.for(Object.entries(theirs))('%s is that of d3-scale-chromatic', ([name, interpolate]) => {
    // d3 rounds the position to 256 steps, so that a colour may be a step off: at most 5 of 255.
    const ts = Array.from({ length: 101 }, (_, i) => i / 100);
    const expected = np.array(ts.map((t) => [...rgb(interpolate(t))]));
    // Sound: the names are those of the table.
    const ours = colorMap(np.array(ts), name as keyof typeof theirs).astype('float32');
    expect(np.max(np.abs(ours.sub(expected))).item()).toBeLessThanOrEqual(5);
  });
  test("coolwarm has the ends and the middle of Moreland's table", () => {
    expect(colorMap([-1, 0, 1], 'coolwarm').toNested()).toEqual([
      [59, 76, 192],
      [221, 221, 221],
      [180, 4, 38],
    ]);
  });
  test('values outside get the end colours, NaN grey, equal values the first', () => {
    expect(colorMap([-5, 0.5, 9, NaN], 'gray', { low: 0, high: 1 }).toNested()).toEqual([
      [0, 0, 0],
      [128, 128, 128],
      [255, 255, 255],
      [128, 128, 128],
    ]);
    expect(colorMap([2, 2], 'gray').toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test('heat is brought to the size of the image, in its place, and mixed', () => {
    const image = np.zeros([4, 4]);
    const heat = overlay(
      image,
      [
        [0, 1],
        [0, 1],
      ],
      { map: 'gray', alpha: 1 },
    );
    // Pixels at their middles: 0.5 / 2 - 0.5 is before the first, then 0.25, 0.75, and beyond the last.
    expect(heat.get(0, ':', 0).toNested()).toEqual([0, 64, 191, 255]);
    expect(overlay(np.ones([1, 1, 3]), [[3]], { map: 'gray', alpha: 0.25 }).toNested()).toEqual([[[191, 191, 191]]]);
    expect(overlay(np.ones([1, 1]), [[3]], { alpha: 0 }).toNested()).toEqual([[[255, 255, 255]]]);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-plot-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const picture = np.array([
    [0, 1],
    [1, 0],
  ]);

  test('a panel has its picture as a PNG inside, and its texts', async () => {
    const svg = await renderSvg(
      imageChart(picture, { title: 'A < B & C', labels: { x: 'across', y: 'down' }, scale: 3 }),
    );
    for (const text of ['A &lt; B &amp; C', 'across', 'down']) expect(svg).toContain(`>${text}</text>`);
    const [, data = ''] = /base64,([^"]+)"/.exec(svg) ?? [];
    const image = await orThrow(decodePng(Uint8Array.from(atob(data), (c) => c.charCodeAt(0))));
    expect(image.toNested()).toEqual(upscale(picture.mul(255), 3).toNested());
  });
  test('drawn, the pixels are where they should be', async () => {
    const png = await orThrow(decodePng(await renderPng(imageChart(picture, { title: '', scale: 50 }), { scale: 1 })));
    expect(png.shape).toEqual([116, 116, 4]);
    // The margin is 8 wide, then come two pixels of 50.
    for (const [row, column, value] of [
      [30, 30, 0],
      [30, 90, 255],
      [90, 30, 255],
      [90, 90, 0],
    ] as const)
      expect(png.get(row, column).toNested()).toEqual([value, value, value, 255]);
  });
  test('captions stand above their images', async () => {
    const svg = await renderSvg(
      captionedImages(np.zeros([3, 2, 2]), ['one', 'two', 'three'], { columns: 2, title: 'All' }),
    );
    for (const text of ['one', 'two', 'three', 'All']) expect(svg).toContain(`>${text}</text>`);
    expect(svg.match(/<image/g)).toHaveLength(3);
  });
  const chart = lineChart({ a: [1, 2] }, { title: 'T', x: 'x', y: 'y' });
  test('the ending says what is written', async () => {
    await orThrow(saveChart(join(folder, 'deep/chart.svg'), chart));
    expect(readFileSync(join(folder, 'deep/chart.svg'), 'utf8')).toMatch(/^<svg/);
    await orThrow(saveChart(join(folder, 'chart.PNG'), chart, { scale: 1 }));
    const image = await orThrow(decodePng(readFileSync(join(folder, 'chart.PNG'))));
    const svg = await renderSvg(chart);
    const size = ['height', 'width'].map((name) => Math.ceil(Number(new RegExp(`${name}="([\\d.]+)`).exec(svg)?.[1])));
    expect(image.shape.slice(0, 2)).toEqual(size);
    // It is not a white sheet.
    expect(Number(image.min().item())).toBeLessThan(128);
  });
  test('another ending is a Left, and nothing is written', async () => {
    const before = readdirSync(folder);
    const result = await saveChart(join(folder, 'chart.jpeg'), chart)();
    expect(result._tag === 'Left' ? result.left : '').toContain('expected a path that ends in .svg or .png');
    expect(readdirSync(folder)).toEqual(before);
  });
});
