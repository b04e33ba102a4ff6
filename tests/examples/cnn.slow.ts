/** The convolutional network whose data are installed on first use. */
import { expect, test } from 'vitest';
import { run as vggFashion } from '../../examples/cnn/vgg-fashion.ts';
import { runQuickly } from './examples.ts';

test('a deep network learns clothes', async () => {
  const { figures, files } = await runQuickly(vggFashion);
  expect(figures['accuracy']).toBeGreaterThan(0.65);
  expect(files).toEqual(['training-Fashion-MNIST.png', 'vgg-Fashion-MNIST.safetensors']);
});
