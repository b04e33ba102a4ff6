/** The examples of the chapter on convolutional networks. */
import { expect, test } from 'vitest';
import { run as augmentation } from '../../examples/cnn/augmentation.ts';
import { run as conv1d } from '../../examples/cnn/conv1d.ts';
import { run as conv3d } from '../../examples/cnn/conv3d.ts';
import { run as simpleCnn } from '../../examples/cnn/simple-cnn.ts';
import { run as vgg } from '../../examples/cnn/vgg.ts';
import { run as visualiseCnn } from '../../examples/cnn/visualise-cnn.ts';
import { runQuickly } from './examples.ts';

test('a simple network learns digits', async () => {
  const { figures, files } = await runQuickly(simpleCnn);
  expect(figures['accuracy']).toBeGreaterThan(0.9);
  expect(files).toEqual(['simple-cnn.safetensors', 'training.png']);
});

test('a deep network learns digits', async () => {
  const { figures, files, lines } = await runQuickly(vgg);
  expect(figures['accuracy']).toBeGreaterThan(0.75);
  expect(lines.filter((line) => /^MNIST, epoch \d: loss .*, accuracy .* %, .* s$/.test(line))).toHaveLength(3);
  expect(files).toEqual(['training-MNIST.png', 'vgg-MNIST.safetensors']);
});

test('sunspots are forecast better than by the last year or the last cycle', async () => {
  const { figures, files } = await runQuickly(conv1d);
  const { network = NaN } = figures;
  // The naive errors are facts of the data.
  expect(figures['as last year']).toBeCloseTo(30.436, 3);
  expect(figures['as 11 years ago']).toBeCloseTo(34.239, 3);
  expect(network).toBeLessThan(22);
  expect(files).toEqual(['forecast.png']);
});

test('balls, cubes and shells are told apart', async () => {
  const { figures, files } = await runQuickly(conv3d);
  expect(figures['accuracy']).toBeGreaterThan(0.9);
  expect(files).toEqual(['slices.png']);
});

test('the network looks at strokes, and its classes know what they like', async () => {
  const { figures, files } = await runQuickly(visualiseCnn);
  expect(figures['accuracy']).toBeGreaterThan(0.85);
  for (const method of ['saliency', 'occlusion', 'Grad-CAM']) expect(figures[method]).toBeGreaterThan(1.4);
  expect(figures['liked']).toBe(10);
  expect(files).toEqual(['favourites.png', 'feature-maps.png', 'filters.png', 'where.png']);
});

test('digits that are shifted, turned and zoomed teach more', async () => {
  const { figures, files } = await runQuickly(augmentation);
  const { plain = NaN, changed = NaN } = figures;
  expect(plain).toBeGreaterThan(0.7);
  expect(changed).toBeGreaterThan(plain + 0.05);
  expect(files).toEqual(['augmented.png']);
});
