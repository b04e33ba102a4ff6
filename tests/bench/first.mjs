/** The first step of a training in a new process, then the same step in a fresh closure, counting what is compiled; one line of JSON. */
import v8 from 'node:v8';
import { hasRelaxedSimd } from './peak.mjs';
import { explain } from './failure.mjs';
import { stopwatch } from './timing.mjs';
import { workloads } from './workloads.mjs';

/** Count the modules that are compiled from here on. */
const countModules = () => {
  const counter = { modules: 0 };
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, args) => {
      counter.modules++;
      return Reflect.construct(target, args);
    },
  });
  return counter;
};

const timed = async (library, workload, inputs) => {
  const contender = await library.contender(workload.program, inputs, 'training');
  const elapsed = stopwatch();
  await contender.call();
  return elapsed();
};

const run = async ({ name, library: file, strict, build }) => {
  if (!strict && !hasRelaxedSimd()) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const workload = workloads.find((w) => w.name === name);
  const library = await (await import(`./libraries/${file}.mjs`)).load({ build, strict });
  if (!library.has(workload.program)) throw new Error(`${file} has no ${workload.program}`);
  const inputs = workload.inputs();
  const first = await timed(library, workload, inputs);
  const counter = countModules();
  const again = await timed(library, workload, inputs);
  return { first, again, modules: counter.modules };
};

const answer = await run(JSON.parse(process.argv[2])).catch(explain);
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
