/** The laws of programs as data, of effects and of memory, at a budget that every run of the tests can afford. */
import { describe, test } from 'vitest';
import { effectLaws, graphLaws, memoryLaws } from 'fluxion/laws';

const suites = { graph: graphLaws(), effect: effectLaws(), memory: memoryLaws() };

describe.for(Object.entries(suites))('%s laws', ([, laws]) => {
  test.for(laws.map((law) => [law.name, law] as const))('%s', ([, law]) => law.check({ runs: 20 }));
});
