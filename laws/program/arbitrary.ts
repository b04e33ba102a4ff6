/** Random well-typed programs and points to run them at. */
import * as fc from 'fast-check';
import { np } from 'fluxion';
import type { Flat, FlatFunction } from '../numeric.ts';
import { controlOperations, isPositive } from './control.ts';
import { discreteOperations } from './discrete.ts';
import { kinkedElementwise, mix, smoothElementwise, squash, toFloat, where } from './elementwise.ts';
import { indexingOperations } from './indexing.ts';
import { linalgOperations } from './linalg.ts';
import { sizeOf, type Direction, type Operation } from './operation.ts';
import { dtypeOf, functionOf, showProgram, type Apply, type Float, type Program, type ValueType } from './program.ts';
import { makeProgram, type Raw } from './making.ts';
import { kinkedReductions, products, smoothReductions } from './reduction.ts';
import { shapeOperations } from './shape.ts';
import { kinkedWindows, smoothWindows } from './window.ts';

/** All operations, the simplest first: programs shrink towards them. */
const table: readonly Operation[] = [
  ...smoothElementwise,
  ...smoothReductions,
  ...shapeOperations,
  ...products,
  ...smoothWindows,
  ...linalgOperations,
  ...controlOperations,
  ...indexingOperations,
  ...discreteOperations,
  where,
  toFloat,
  ...kinkedElementwise,
  ...kinkedReductions,
  ...kinkedWindows,
  isPositive,
  ...controlOperations,
  ...indexingOperations,
  where,
];

/** What each operation of a program does, by name: with these, a printed program runs. */
export const operations: { readonly [name: string]: Apply } = Object.fromEntries(
  [...table, squash, mix].map(({ name, apply }) => [name, apply]),
);

export interface ProgramOptions {
  /** Whether operations with kinks and jumps may occur. Default true. */
  readonly kinks?: boolean;
  /** Which derivatives the program must have. Default both. */
  readonly direction?: Direction;
  /** Operations that may not occur: after `stopGradient`, for example, the derivative is not the limit of differences. */
  readonly without?: readonly string[];
  /** At most this many instructions, before those inside others. Default 8. */
  readonly length?: number;
}

const rawArbitrary = (depth: number, length: number): fc.Arbitrary<readonly Raw[]> =>
  fc.array(
    fc.record({
      operation: fc.nat(100_000),
      draws: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
      body: depth === 0 ? fc.constant([]) : rawArbitrary(depth - 1, 3),
    }),
    { maxLength: length },
  );

/** Small, as programs are to be read; wider than two vectors and a tile now and then; and empty. */
const extents: fc.Arbitrary<number> = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 3, arbitrary: fc.integer({ min: 4, max: 19 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const shapes: fc.Arbitrary<readonly number[]> = fc.array(extents, { maxLength: 3 });

const allowed = ({ kinks = true, direction = 'both', without = [] }: ProgramOptions): readonly Operation[] =>
  table.filter(
    (operation) =>
      (kinks || operation.kink !== true) &&
      !without.includes(operation.name) &&
      (operation.direction === undefined || operation.direction === direction),
  );

/** A program with a point to run it at. */
export interface Sample {
  readonly program: Program;
  readonly seed: number;
  /** Whether an operation with kinks occurs, at any depth. */
  readonly kinked: boolean;
}

const kinkedNames = new Set(table.filter((o) => o.kink === true).map((o) => o.name));
const isKinked = ({ instructions }: Program): boolean =>
  instructions.some(({ operation, bodies }) => kinkedNames.has(operation) || bodies.some(isKinked));

/** Random well-typed programs of one to three float and up to two integer inputs, with a seed for values. They shrink by dropping instructions, simplifying them, and shrinking shapes. */
export const programs = (options: ProgramOptions = {}): fc.Arbitrary<Sample> => {
  const choices = allowed(options);
  return fc
    .record({
      floats: fc.array(shapes, { minLength: 1, maxLength: 3 }),
      integers: fc.array(fc.constantFrom<readonly number[]>([], [2], [3]), { maxLength: 2 }),
      raws: rawArbitrary(2, options.length ?? 8),
      seed: fc.nat(1000),
    })
    .map(({ floats, integers, raws, seed }) => {
      const inputs = [
        ...floats.map((shape) => ({ type: { element: 'float', shape } as const, bound: 2 })),
        ...integers.map((shape) => ({ type: { element: 'int32', shape } as const, bound: 2 })),
      ];
      const { program } = makeProgram(choices, raws, inputs);
      return {
        program,
        seed,
        kinked: isKinked(program),
        [fc.toStringMethod]: () => `seed ${seed} of\n${showProgram(program)}`,
      };
    });
};

/** Values of a type from a seed: floats between -2 and 2, no two alike; integers from 0 to 2. */
export const valuesOf = (types: readonly ValueType[], seed: number, float: Float = 'float64'): Flat =>
  types.map(({ element, shape }, n) => {
    const data = Array.from({ length: sizeOf(shape) }, (_, i) =>
      element === 'float' ? 2 * Math.sin(seed * 12.9898 + n * 78.233 + i * 2.7 + 0.3) : (seed + n + i * i) % 3,
    );
    return np.reshape(np.array(data, dtypeOf(element, float)), shape);
  });

/** The function and the point of a case. */
export const runOf = (
  { program, seed }: Sample,
  float: Float = 'float64',
): { readonly f: FlatFunction; readonly xs: Flat } => ({
  f: functionOf(program, operations, float),
  xs: valuesOf(program.inputs, seed, float),
});
