/** TensorFlow.js on its wasm backend, one thread. Each operation runs when it is called; there is no jit. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { isTensor, leavesOf, mapLeaves } from './leaves.mjs';
import { programsOf } from './tfjs-programs.mjs';

const name = 'tfjs';

const start = async () => {
  const require = createRequire(import.meta.url);
  const { warn } = console;
  console.warn = () => {}; // its advice to use tfjs-node
  const tf = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-layers'); // the gradients are registered there, not in core
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + path.sep);
  await tf.setBackend('wasm');
  await tf.ready();
  console.warn = warn;
  return tf;
};

export const load = async () => {
  const tf = await start();
  const isArray = (node) => node instanceof tf.Tensor;
  const arrays = {
    tf,
    isArray,
    convert: (inputs) => mapLeaves(({ shape, values }) => tf.tensor(values, [...shape]), isTensor, inputs),
    read: (result) => leavesOf(isArray, result).map((x) => x.dataSync()),
  };
  const programs = programsOf(tf);
  return {
    name,
    has: (program) => program in programs,
    contender: (program, inputs, kind) =>
      (kind === 'function' ? ofFunction : ofTraining)(arrays, programs[program], inputs),
  };
};

const ofFunction = ({ tf, isArray, convert, read }, program, inputs) => {
  const args = convert(inputs);
  if (program.calls !== undefined) return { call: program.calls(...args), read: (y) => [Float32Array.of(y)] };
  const { f = program, after = (x) => x } = program;
  return {
    call: () => tf.tidy(() => f(...args)),
    read: (y) => after(read(y)),
    release: (y) => tf.dispose(leavesOf(isArray, y)),
  };
};

const ofTraining = ({ tf, isArray, convert, read }, { optimizer, loss }, inputs) => {
  const [before, batch] = convert(inputs);
  const params = mapLeaves((p) => tf.variable(p), isArray, before);
  const variables = leavesOf(isArray, params);
  const update = optimizer();
  return {
    call: () => {
      const value = tf.tidy(() => update.minimize(() => loss(params, batch), true, variables));
      const [number] = value.dataSync();
      value.dispose();
      return number;
    },
    state: () => read(params),
  };
};
