/** The laws of compiled code with fused multiply-add and without, in one process: programs compiled either way are kept apart. */
import { configure, jit, np, random } from 'fluxion';
import {
  convolutionLaws,
  poolingLaws,
  primitiveSuites,
  relaxedLaws,
  transformationLaws,
  underRelaxedSimd,
  type Law,
} from 'fluxion/laws';
import { afterEach, describe, expect, test } from 'vitest';

const isOfCompiled = ({ name }: Law): boolean => /compiled|\bjit\b/.test(name);

/** Each with the number of cases that every run of the tests can afford. */
const suites = {
  primitives: {
    laws: primitiveSuites
      .filter(({ primitive: { name } }) => /^(contract|window|reduce|cum)/.test(name))
      .flatMap(({ laws }) => laws.filter(isOfCompiled)),
    runs: 3,
  },
  convolutions: { laws: convolutionLaws(), runs: 10 },
  pooling: { laws: poolingLaws().filter(isOfCompiled), runs: 5 },
  programs: { laws: transformationLaws().filter(isOfCompiled), runs: 10 },
} as const;

const before = configure();
afterEach(() => expect(configure()).toMatchObject({ relaxedSimd: before.relaxedSimd, strict: before.strict }));

describe.for(['force', 'off'] as const)('with relaxed SIMD set to %s', (choice) => {
  describe.for(Object.entries(suites))('%s', ([, { laws, runs }]) => {
    test('are there', () => expect(laws.length).toBeGreaterThan(3));
    test.for(underRelaxedSimd(choice, laws).map((law) => [law.name, law] as const))('%s', ([, law]) =>
      law.check({ runs }),
    );
  });
});

describe('with relaxed SIMD and without', () => {
  test('the bits of a product differ, so that the laws above looked at two compilers', () => {
    const x = random.normal(random.key(0), [40, 40]);
    const bits = (['force', 'off'] as const).map((relaxedSimd) => {
      configure({ relaxedSimd });
      return jit(np.matmul)(x, x).toNested();
    });
    configure({ relaxedSimd: before.relaxedSimd });
    expect(bits[0]).not.toEqual(bits[1]);
  });

  test.for(relaxedLaws().map((law) => [law.name, law] as const))('%s', ([, law]) => law.check({ runs: 3 }));
});
