/** Clocks: one sample is several calls in a row; contenders take turns, round by round. */

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** @typedef {{ wall: number, cpu: number }} Span milliseconds by the clock on the wall, and of work of this process */

const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** Start both clocks; the function that is given back reads them. */
export const stopwatch = () => {
  const [cpu, wall] = [cpuTime(), performance.now()];
  return () => ({ wall: performance.now() - wall, cpu: cpuTime() - cpu });
};

/**
 * Which clock to believe. Where other programs leave this process less than nine tenths of a core, wall time says more about them
 * than about us; else it is what a user waits for.
 */
export const clockFor = (spans) => {
  const total = (clock) => spans.reduce((sum, span) => sum + span[clock], 0);
  return total('cpu') < 0.9 * total('wall') ? 'cpu' : 'wall';
};

/** The duration of `n` calls; what a call needs is prepared before the clock starts. */
const sample = async ({ prepare, call, release, asynchronous }, n) => {
  prepare?.(n);
  const elapsed = stopwatch();
  if (asynchronous) {
    for (let i = 0; i < n; i++) {
      const result = await call();
      release?.(result);
    }
  } else
    for (let i = 0; i < n; i++) {
      const result = call();
      release?.(result);
    }
  return elapsed();
};

const slow = 2000; // ms for one call: no warm-up beyond the first call
const warmUp = { least: 3, enough: 300, most: 3000 };
const most = 20_000;
const countFor = (ms, sampleMs) => Math.max(1, Math.min(most, Math.round(sampleMs / Math.max(ms, 1e-5))));

/** Run a contender until the engine has optimised it, and find how many calls make a sample of some `sampleMs`. */
const warm = async (contender, sampleMs) => {
  if (contender.first.cpu > slow) return 1;
  let [spent, seen, shortest] = [0, 0, Infinity];
  for (let n = 1; ; n = countFor(shortest, sampleMs)) {
    const { cpu } = await sample(contender, n);
    spent += cpu;
    shortest = Math.min(shortest, cpu / n);
    if (spent > warmUp.most || (++seen >= warmUp.least && spent > warmUp.enough)) return countFor(shortest, sampleMs);
  }
};

/**
 * Warm every contender up, then measure in rounds, each round in another order. A contender that has used up its budget of
 * milliseconds and has enough samples sits out.
 */
export const measure = async (contenders, { rounds, sampleMs = 8, budget = 3000 }) => {
  const runs = [];
  for (const contender of contenders)
    runs.push({ contender, n: await warm(contender, sampleMs), samples: [], spent: 0 });
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + round) % runs.length];
      const enough = run.contender.first.cpu > slow ? 1 : 3;
      if (run.spent > budget && run.samples.length >= enough) continue;
      const span = await sample(run.contender, run.n);
      run.samples.push(span);
      run.spent += span.cpu;
    }
  return inOneClock(runs);
};

/** Medians and best samples of all contenders by the clock that this row believes. */
const inOneClock = (runs) => {
  const clock = clockFor(runs.flatMap(({ samples }) => samples));
  const measured = runs.map(({ contender: { label, first }, n, samples }) => {
    const times = samples.map((span) => span[clock] / n);
    return {
      label,
      first: first[clock],
      median: median(times),
      best: Math.min(...times),
      calls: n,
      samples: times.length,
    };
  });
  return { clock, measured };
};
