/** fluxion as its users run it: the built package, everything under jit unless the program says otherwise. */
import { pathToFileURL } from 'node:url';
import { isTensor, leavesOf, mapLeaves } from './leaves.mjs';
import { programsOf } from './fluxion-programs.mjs';

const name = 'fluxion';

export const load = async ({ build, strict }) => {
  const fluxion = await import(pathToFileURL(build).href);
  fluxion.configure(strict ? { strict: true } : { relaxedSimd: 'force' });
  const { np, isNDArray } = fluxion;
  const programs = programsOf(fluxion);
  const isLeaf = (node) => isNDArray(node) || typeof node === 'number';
  const arrays = {
    jit: fluxion.jit,
    convert: (inputs) => mapLeaves(({ shape, values }) => np.reshape(np.array(values), shape), isTensor, inputs),
    read: (result) => leavesOf(isLeaf, result).map((x) => (isNDArray(x) ? x.dataSync() : Float32Array.of(x))),
  };
  return {
    name,
    has: (program) => program in programs,
    contender: (program, inputs, kind) =>
      (kind === 'function' ? ofFunction : ofTraining)(arrays, programs[program](), inputs),
  };
};

const ofFunction = ({ jit, convert, read }, program, inputs) => {
  const args = convert(inputs);
  if (program.calls !== undefined) return { call: program.calls(...args), read };
  const compiled = jit(program);
  return { call: () => compiled(...args), read, fresh: ofFresh(compiled, convert, inputs) };
};

/** The same function of arrays that it has not seen before: they are made before the clock starts. */
const ofFresh = (compiled, convert, inputs) => {
  let pool = [];
  return {
    prepare: (n) => (pool = Array.from({ length: n }, () => convert(inputs))),
    call: () => compiled(...pool.pop()),
  };
};

const ofTraining = ({ jit, convert, read }, { init, step, params }, inputs) => {
  const [start, batch] = convert(inputs);
  let state = init(start);
  const compiled = jit((before, now) => step(before, now), { donate: [0] });
  return {
    call: () => {
      const [next, loss] = compiled(state, batch);
      state = next;
      return loss.item();
    },
    state: () => read(params(state)),
  };
};
