/** Clocks: one sample is several calls in a row; contenders take turns, round by round. */

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Milliseconds a call, over `n` calls; what a call needs is prepared before the clock starts. */
const sample = async ({ prepare, call, release, asynchronous }, n) => {
  prepare?.(n);
  const start = performance.now();
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
  return (performance.now() - start) / n;
};

const slow = 2000; // ms for one call: no warm-up beyond the first call
const warmUp = { least: 3, enough: 300, most: 3000 };

/** Run a contender until the engine has optimised it, and find how many calls make a sample of some `sampleMs`. */
const warm = async (contender, sampleMs) => {
  if (contender.first > slow) return 1;
  const start = performance.now();
  const seen = [];
  for (let n = 1; ;) {
    seen.push(await sample(contender, n));
    const elapsed = performance.now() - start;
    if (elapsed > warmUp.most || (seen.length >= warmUp.least && elapsed > warmUp.enough)) break;
    n = countFor(seen.at(-1), sampleMs);
  }
  return countFor(Math.min(...seen), sampleMs);
};

const most = 20_000;
const countFor = (ms, sampleMs) => Math.max(1, Math.min(most, Math.round(sampleMs / Math.max(ms, 1e-5))));

/**
 * Warm every contender up, then measure in rounds, each round in another order. A contender that has used up its budget of
 * milliseconds and has `enough` samples sits out.
 */
export const measure = async (contenders, { rounds, sampleMs = 8, budget = 6000 }) => {
  const runs = [];
  for (const contender of contenders)
    runs.push({ contender, n: await warm(contender, sampleMs), samples: [], spent: 0 });
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + round) % runs.length];
      const enough = run.contender.first > slow ? 1 : 3;
      if (run.spent > budget && run.samples.length >= enough) continue;
      const ms = await sample(run.contender, run.n);
      run.samples.push(ms);
      run.spent += ms * run.n;
    }
  return runs.map(({ contender, n, samples }) => ({
    label: contender.label,
    median: median(samples),
    best: Math.min(...samples),
    calls: n,
    samples: samples.length,
  }));
};
