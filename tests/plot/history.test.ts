import { describe, expect, test } from 'vitest';
import { figureChart, renderSvg } from 'fluxion/plot';

const history = [1, 2, 3].map((epoch) => ({
  epoch,
  training: { loss: 1 / epoch },
  validation: { loss: 1.5 / epoch },
}));

describe('charts of training', () => {
  test('an SVG with title, both axes named, and a legend', async () => {
    const svg = await renderSvg(figureChart(history, 'loss', 'A title'));
    const texts = Array.from(svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g), ([, text]) => text);
    for (const text of ['A title', 'epoch', 'loss', 'training', 'validation', '1', '2', '3'])
      expect(texts).toContain(text);
    expect(svg).toMatch(/^<svg[^>]* viewBox=/);
  });
  test('the legend names what there is, and the axis shows what changes', async () => {
    const alone = [0.97, 0.98, 0.99].map((accuracy, i) => ({
      epoch: i + 1,
      training: { accuracy },
      validation: null,
    }));
    const svg = await renderSvg(figureChart(alone, 'accuracy', 'A title'));
    const texts = Array.from(svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g), ([, text]) => text);
    expect(texts).toContain('training');
    expect(texts).not.toContain('validation');
    expect(texts).toContain('0.980');
    expect(texts).not.toContain('0.0');
  });
  test('a figure that was not recorded is refused', () => {
    expect(() => figureChart(history, 'accuracy', 'None')).toThrow('figureChart: expected one of loss, got accuracy.');
  });
});
