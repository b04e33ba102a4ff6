/** jax-js on its wasm backend, one thread. Operations consume their operands; `.ref` keeps one. Everything is under jit. */
import * as jax from '@jax-js/jax';
import { programsOf } from './jax-js-programs.mjs';
import { isTensor, leavesOf, mapLeaves } from './leaves.mjs';

const name = 'jax-js';

const { numpy: np, jit, tree } = jax;
const isArray = (node) => node instanceof jax.Array;
const toArray = ({ shape, values }) => np.array(values).reshape(shape);
const convert = (inputs) => mapLeaves(toArray, isTensor, inputs);
const read = (result) => leavesOf(isArray, result).map((x) => ({ shape: x.shape, values: x.ref.dataSync() }));

const ready = async (x) => {
  await jax.blockUntilReady(x);
  return x;
};

const ofFunction = async (program, inputs) => {
  const { calls, before = (x) => x, after = (x) => x } = program;
  const args = convert(before(inputs));
  await ready(args);
  if (calls !== undefined) return { call: calls(...args), read: (y) => [Float32Array.of(y)] };
  const compiled = jit(program.f ?? program);
  return {
    asynchronous: true,
    call: () => ready(compiled(...args.map((x) => tree.ref(x)))),
    read: (y) => after(read(y)).map(({ values }) => values),
    release: (y) => tree.dispose(y),
  };
};

const ofTraining = async ({ init, step, params, before = (x) => x, after = (x) => x }, inputs) => {
  const [start, batch] = convert(before(inputs));
  let state = init(start);
  await ready(state);
  await ready(batch);
  const compiled = jit(step);
  return {
    asynchronous: true,
    call: async () => {
      const [next, loss] = compiled(state, tree.ref(batch));
      state = next;
      await ready(state);
      return loss.dataSync()[0];
    },
    state: () => after(read(params(state))).map(({ values }) => values),
  };
};

export const load = async () => {
  await jax.init('cpu', 'wasm');
  jax.defaultDevice('wasm');
  const programs = programsOf(jax);
  return {
    name,
    has: (program) => program in programs,
    contender: (program, inputs, kind) => (kind === 'function' ? ofFunction : ofTraining)(programs[program], inputs),
  };
};
