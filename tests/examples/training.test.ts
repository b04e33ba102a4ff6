/** The examples of the chapter on training networks. */
import { expect, test } from 'vitest';
import { run as batchNorm } from '../../examples/training/batch-norm.ts';
import { run as ensemble } from '../../examples/training/ensemble.ts';
import { run as initialisation } from '../../examples/training/initialisation.ts';
import { run as iris } from '../../examples/training/iris.ts';
import { run as kerasWorkflow } from '../../examples/training/keras-workflow.ts';
import { run as optimizers } from '../../examples/training/optimizers.ts';
import { run as overfitting } from '../../examples/training/overfitting.ts';
import { run as twoLayerNet } from '../../examples/training/two-layer-net.ts';
import { runQuickly } from './examples.ts';

test('irises are told apart', async () => {
  const { figures, files } = await runQuickly(iris);
  expect(figures['accuracy']).toBeGreaterThan(0.9);
  expect(files).toEqual(['iris.png']);
});

test('numeric gradients agree with backpropagation, which is faster', async () => {
  const { figures, files } = await runQuickly(twoLayerNet);
  expect(figures['difference']).toBeLessThan(1e-7);
  expect(figures['apart']).toBeLessThan(1e-8);
  expect(figures['speedup']).toBeGreaterThan(10);
  expect(figures['accuracy']).toBeGreaterThan(0.8);
  expect(files).toEqual(['training.png']);
});

test('every optimizer goes down', async () => {
  const { figures, files } = await runQuickly(optimizers);
  for (const name of ['SGD', 'momentum', 'NAG', 'AdaGrad', 'RMSprop', 'Adam']) {
    expect(figures[`bowl ${name}`]).toBeLessThan(2);
    expect(figures[`digits ${name}`]).toBeLessThan(2.25);
  }
  expect(files).toEqual(['optimizers.png']);
});

test('activations collapse, saturate, or stay', async () => {
  const { figures } = await runQuickly(initialisation);
  expect(figures['std 0.01, relu']).toBeLessThan(1e-4);
  expect(figures['std 0.01, sigmoid']).toBeLessThan(0.05);
  expect(figures['std 1, sigmoid']).toBeGreaterThan(0.4);
  expect(figures['He, relu']).toBeGreaterThan(0.5);
});

test('batch normalisation learns from any start', async () => {
  const { figures } = await runQuickly(batchNorm);
  expect(figures['with 0.025']).toBeGreaterThan(0.7);
  expect(figures['without 0.025']).toBeLessThan(0.3);
  expect(figures['with 0.54']).toBeGreaterThan((figures['without 0.54'] ?? 1) + 0.1);
});

test('a penalty or dropout narrows the gap between training and test', async () => {
  const { figures } = await runQuickly(overfitting);
  expect(figures['nothing: training']).toBeGreaterThan(0.99);
  for (const remedy of ['weight decay (L2)', 'L1', 'dropout'])
    expect(figures[`${remedy}: gap`]).toBeLessThan(figures['nothing: gap'] ?? 0);
});

test('an ensemble errs less than its members do on average', async () => {
  const { figures, files } = await runQuickly(ensemble);
  expect(figures['together']).toBeGreaterThan(figures['mean'] ?? 1);
  expect(files).toEqual(['ensemble.png']);
});

test('the Keras workflow in seven steps', async () => {
  const { figures, files, lines } = await runQuickly(kerasWorkflow);
  expect(figures['accuracy']).toBeGreaterThan(0.8);
  expect(lines[0]).toContain('101,770');
  expect(files).toEqual(['best.safetensors', 'history.csv', 'history.png', 'predictions.png']);
});
