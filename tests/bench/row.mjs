/** One workload in a process of its own: make the contenders, compare their results, measure, print one line of JSON. */
import v8 from 'node:v8';
import { difference } from './compare.mjs';
import { isTensor, leavesOf } from './libraries/leaves.mjs';
import { hasRelaxedSimd, peakFlops, peakLoop } from './peak.mjs';
import { measure, stopwatch } from './timing.mjs';
import { explain } from './failure.mjs';
import { workloads } from './workloads.mjs';

const steps = 3;

/** The first call of a contender, timed, and what it computes: a function's results, or the losses and parameters of a training. */
const begin = async (contender, { kind }) => {
  contender.prepare?.(1);
  const elapsed = stopwatch();
  const result = await contender.call();
  contender.first = elapsed();
  if (kind === 'training') {
    const losses = [result];
    while (losses.length < steps) losses.push(await contender.call());
    contender.results = [...losses.map((loss) => Float32Array.of(loss)), ...contender.state()];
    return;
  }
  contender.results = contender.read(result);
  contender.release?.(result);
};

const started = async (library, workload, inputs, label, program) => {
  const contender = { label, ...(await library.contender(program, inputs, workload.kind)) };
  await begin(contender, workload);
  return contender;
};

/** fluxion with operands that it knows, with fresh ones, and the programs that its row compares it with. */
const ours = async (library, workload, inputs) => {
  const own = await started(library, workload, inputs, 'fluxion', workload.program);
  const cold = own.fresh === undefined ? [] : [{ label: 'cold', first: own.first, ...own.fresh }];
  const beside = [];
  for (const [label, program] of Object.entries(workload.beside))
    beside.push(await started(library, workload, inputs, label, program));
  return [own, ...cold, ...beside];
};

const peaks = (strict) => [
  { label: 'multiply+add', first: { wall: 0, cpu: 0 }, call: peakLoop(false) },
  ...(strict || !hasRelaxedSimd() ? [] : [{ label: 'relaxed madd', first: { wall: 0, cpu: 0 }, call: peakLoop(true) }]),
];

const theirs = async (names, workload, inputs, errors) => {
  const contenders = [];
  for (const name of names) {
    const library = await (await import(`./libraries/${name}.mjs`)).load();
    if (!library.has(workload.program)) continue;
    try {
      contenders.push(await started(library, workload, inputs, name, workload.program));
    } catch (error) {
      errors[name] = String(error?.message ?? error).split('\n')[0];
    }
  }
  return contenders;
};

const peakLabels = ['multiply+add', 'relaxed madd'];

/** The share of the peak at the medians, and at the best samples. */
const shares = (flops, measured) => {
  const own = measured.find(({ label }) => label === 'fluxion');
  const loops = measured.filter(({ label }) => peakLabels.includes(label));
  if (loops.length === 0) return { peak: null, ofPeak: null, ofPeakAtBest: null };
  const speed = (pick) => Math.max(...loops.map((loop) => peakFlops / loop[pick]));
  const share = (pick) => flops / own[pick] / speed(pick);
  return { peak: speed('median') / 1e6, ofPeak: share('median'), ofPeakAtBest: share('best') };
};

/** What was measured, by label, with first calls, speeds and differences from fluxion's results. */
const summary = (workload, contenders, measured) => {
  const compared = workload.compared ?? ((outputs) => outputs);
  const inputs = leavesOf(isTensor, workload.inputs());
  const reference = compared(contenders[0].results, inputs);
  const entryOf = (entry) => {
    const { results } = contenders.find(({ label }) => label === entry.label);
    const off = results === undefined ? null : difference(reference, compared(results, inputs));
    const flops = peakLabels.includes(entry.label) ? peakFlops : workload.flops;
    const gflops = flops === undefined ? null : flops / entry.median / 1e6;
    return { ...entry, gflops, difference: off, agrees: off !== null && off <= workload.tolerance };
  };
  return Object.fromEntries(measured.map((entry) => [entry.label, entryOf(entry)]));
};

const run = async ({ name, peers, rounds, strict, build }) => {
  if (!strict && !hasRelaxedSimd()) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const workload = workloads.find((w) => w.name === name);
  const { load } = await import('./libraries/fluxion.mjs');
  const library = await load({ build, strict });
  const inputs = workload.inputs();
  const errors = {};
  const own = await ours(library, workload, inputs);
  const others = await theirs(peers, workload, inputs, errors);
  const contenders = [...own, ...others, ...(workload.flops === undefined ? [] : peaks(strict))];
  const { clock, measured } = await measure(contenders, { rounds });
  return {
    peers: others.map(({ label }) => label),
    errors,
    clock,
    contenders: summary(workload, contenders, measured),
    ...shares(workload.flops, measured),
  };
};

const answer = await run(JSON.parse(process.argv[2])).catch(explain);
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
