/** The laws of transformations on random programs, at a budget that every run of the tests can afford. */
import { describe, test } from 'vitest';
import { batchingLaws, nestingLaws, transformationLaws } from 'fluxion/laws';

const suites = { transformation: transformationLaws(), batching: batchingLaws(), nesting: nestingLaws() };

describe.for(Object.entries(suites))('%s laws', ([, laws]) => {
  test.for(laws.map((law) => [law.name, law] as const))('%s', ([, law]) => law.check({ runs: 25 }));
});
