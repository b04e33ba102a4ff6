/** Random programs: well typed, bounded, readable, and smaller when they shrink. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputTypesOf, programs, runOf, showProgram, type Program } from 'fluxion/laws';

const lengthOf = ({ instructions }: Program): number =>
  instructions.reduce((sum, { bodies }) => sum + 1 + bodies.reduce((n, body) => n + lengthOf(body), 0), 0);
const namesIn = ({ instructions }: Program): readonly string[] =>
  instructions.flatMap(({ operation, bodies }) => [operation, ...bodies.flatMap(namesIn)]);

describe('random programs', () => {
  test('have the types they say, and values that stay small', () => {
    fc.assert(
      fc.property(programs({ direction: 'forward' }), (item) => {
        const { f, xs } = runOf(item);
        const ys = f(xs);
        const types = outputTypesOf(item.program);
        expect(ys.map((y) => y.shape)).toEqual(types.map((type) => type.shape));
        expect(ys.map((y) => y.dtype.replace('64', ''))).toEqual(types.map((type) => type.element));
        for (const y of ys) for (const v of y.dataSync()) expect(Math.abs(v)).toBeLessThan(40);
      }),
      { numRuns: 100 },
    );
  });

  test('hold every kind of operation', () => {
    const sample = fc.sample(programs({ direction: 'forward' }), { numRuns: 1500, seed: 3 });
    const names = new Set(sample.flatMap(({ program }) => namesIn(program)));
    for (const name of [
      'scan',
      'whileLoop',
      'boundedLoop',
      'associativeScan',
      'linearTranspose',
      'keepProducts',
      'cond',
      'vmap',
      'customJvp',
      'scatterAdd',
      'takeAlongAxis',
      'where',
      'sort',
      'convolution',
      'pool max',
      'vectorNorm',
      'inv',
      'det',
      'slogdet',
      'cholesky',
      'qr',
      'eigvalsh',
      'eigh',
      'svd',
      'solve',
      'triangularSolve',
    ])
      expect(names).toContain(name);
    expect(sample.some(({ program }) => program.inputs.some(({ shape }) => shape.includes(0)))).toBe(true);
  });

  test('without kinks have none, without stops none', () => {
    const sample = fc.sample(programs({ kinks: false, without: ['stopGradient'] }), { numRuns: 300, seed: 4 });
    const names = new Set(sample.flatMap(({ program }) => namesIn(program)));
    for (const name of ['maximum', 'sort', 'greater', 'isPositive', 'stopGradient', 'whileLoop', 'customVjp'])
      expect(names).not.toContain(name);
    expect(sample.every(({ kinked }) => !kinked)).toBe(true);
  });

  test('shrink to the instruction that matters', () => {
    const details = fc.check(
      fc.property(programs(), ({ program }) => !namesIn(program).includes('cumprod')),
      { numRuns: 3000, seed: 6 },
    );
    const found = details.counterexample?.[0];
    expect(found).toBeDefined();
    if (found === undefined || found === null) return;
    expect(lengthOf(found.program)).toBeLessThan(4);
    expect(showProgram(found.program)).toContain('cumprod(');
  });

  test('print in a form that reads like a function', () => {
    const program: Program = {
      inputs: [{ element: 'float', shape: [2] }],
      instructions: [
        {
          operation: 'sum',
          inputs: [0],
          params: { axis: [0], keepdims: false },
          bodies: [],
          outputs: [{ element: 'float', shape: [] }],
        },
      ],
      outputs: [1],
    };
    expect(showProgram(program)).toBe(
      '(v0: float[2]) => {\n  v1: float[] = sum({ axis: [0], keepdims: false }, v0)\n  return [v1]\n}',
    );
  });
});
