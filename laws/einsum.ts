/** Einstein sums against nested loops, on random expressions. */
import * as fc from 'fast-check';
import { jit, np, vmap, type NDArray } from 'fluxion';
import { assertAllClose, reordered } from './close.ts';
import { checkGrads } from './derivative.ts';
import { law, type Law } from './law.ts';

/** The labels of each operand with their extents there; labels of more than one character stand under the ellipsis. */
interface Axis {
  readonly label: string;
  readonly extent: number;
}
export interface EinsumCase {
  /** For `np.einsum`. */
  readonly expression: string;
  readonly operands: readonly (readonly Axis[])[];
  readonly output: readonly string[];
  readonly seed: number;
}

const letters = ['a', 'b', 'c', 'd', 'E'] as const;
const extentOf = (label: string, extents: readonly number[]): number =>
  extents[label.startsWith('.') ? letters.length + Number(label.slice(3)) : letters.findIndex((c) => c === label)] ?? 1;

interface Choice {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hidden: number | null;
  readonly single: readonly boolean[];
}
const choices: fc.Arbitrary<Choice> = fc.record({
  before: fc.array(fc.constantFrom(...letters), { maxLength: 2 }),
  after: fc.array(fc.constantFrom(...letters), { maxLength: 1 }),
  hidden: fc.option(fc.nat(2), { nil: null }),
  single: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
});

const under = (hidden: number | null): readonly string[] =>
  Array.from({ length: hidden ?? 0 }, (_, i) => `...${(hidden ?? 0) - 1 - i}`);
const termOf = ({ before, after, hidden }: Choice): string =>
  `${before.join('')}${hidden === null ? '' : '...'}${after.join('')}`;

const caseOf = (
  operands: readonly Choice[],
  extents: readonly number[],
  picked: readonly string[] | null,
  seed: number,
): EinsumCase => {
  const terms = operands.map(termOf);
  const labels = operands.map(({ before, after, hidden }) => [...before, ...under(hidden), ...after]);
  const widest = Math.max(0, ...operands.map(({ hidden }) => hidden ?? 0));
  const all = labels.flat();
  const once = letters.filter((c) => all.filter((label) => label === c).length === 1);
  const chosen = picked === null ? [...once].sort() : [...new Set(picked)].filter((c) => all.includes(c));
  return {
    expression: `${terms.join(', ')}${picked === null ? '' : ` -> ...${chosen.join('')}`}`,
    operands: operands.map(({ single }, i) =>
      (labels[i] ?? []).map((label) => ({
        label,
        extent: label.startsWith('.') && single[Number(label.slice(3))] === true ? 1 : extentOf(label, extents),
      })),
    ),
    output: [...under(widest), ...chosen],
    seed,
  };
};

/** Expressions of up to four operands with diagonals, ellipses that broadcast, implied outputs and empty axes. */
export const einsumCases = (): fc.Arbitrary<EinsumCase> =>
  fc
    .tuple(
      fc.array(choices, { minLength: 1, maxLength: 4 }),
      fc.array(
        fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) }),
        {
          minLength: 7,
          maxLength: 7,
        },
      ),
      fc.option(fc.array(fc.constantFrom(...letters), { maxLength: 4 }), { nil: null }),
      fc.nat(1e6),
    )
    .map(([operands, extents, picked, seed]) => caseOf(operands, extents, picked, seed))
    .filter(({ operands }) => new Set(operands.flat().map(({ label }) => label)).size <= 6);

/** Whole numbers between -2 and 2, in a layout that is not always row-major. */
export const einsumOperands = ({ operands, seed }: EinsumCase): readonly NDArray[] =>
  operands.map((axes, i) => {
    const shape = axes.map(({ extent }) => extent);
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: size }, (_, k) => (((k + 1) * (seed + 7 * i + 3)) % 5) - 2);
    const x = np.array(values, 'float64');
    return (seed + i) % 2 === 0 ? np.reshape(x, shape) : np.flip(np.transpose(np.reshape(x, [...shape].reverse())));
  });

/** The definition: for every place of every label, the product of the elements there is added to its place in the output. */
const looped = ({ operands, output }: EinsumCase, xs: readonly NDArray[]): NDArray => {
  const extents = new Map<string, number>();
  for (const { label, extent } of operands.flat())
    if (!extents.has(label) || extents.get(label) === 1) extents.set(label, extent);
  const labels = [...extents.keys()];
  const shape = output.map((label) => extents.get(label) ?? 1);
  const result = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const data = xs.map((x) => x.dataSync());
  const total = labels.reduce((n, label) => n * (extents.get(label) ?? 1), 1);
  for (let step = 0; step < total; step++) {
    const at = new Map<string, number>();
    labels.reduce((rest, label) => {
      const extent = extents.get(label) ?? 1;
      at.set(label, rest % extent);
      return Math.floor(rest / extent);
    }, step);
    const place = (axes: readonly Axis[]): number =>
      axes.reduce((n, { label, extent }) => n * extent + (extent === 1 ? 0 : (at.get(label) ?? 0)), 0);
    const product = operands.reduce((p, axes, i) => p * (data[i]?.[place(axes)] ?? NaN), 1);
    const target = place(output.map((label) => ({ label, extent: extents.get(label) ?? 1 })));
    result[target] = (result[target] ?? 0) + product;
  }
  return np.reshape(np.array(result), shape);
};

/** `np.einsum` is what its definition says, compiled and batched too, and differentiable in every operand. */
export const einsumLaws = (): readonly Law[] => [
  law(
    'einsum is nested loops, compiled too',
    fc.property(einsumCases(), (item) => {
      const xs = einsumOperands(item);
      const expected = looped(item, xs);
      const f = (...operands: readonly NDArray[]): NDArray => np.einsum(item.expression, ...operands);
      assertAllClose(f(...xs), expected, item.expression, reordered.float64);
      assertAllClose(jit(f)(...xs), expected, `jit of ${item.expression}`, reordered.float64);
    }),
  ),
  law(
    'vmap of einsum is a loop, its derivative the limit of differences',
    fc.property(einsumCases(), (item) => {
      const xs = einsumOperands(item);
      const [first, ...rest] = xs;
      if (first === undefined) return;
      const f = (x: NDArray): NDArray => np.einsum(item.expression, x, ...rest);
      const examples = [first, np.sin(first)];
      assertAllClose(vmap(f)(np.stack(examples)), np.stack(examples.map(f)), item.expression, reordered.float64);
      const small = xs.map((x) => np.sin(x.mul(1.7).add(0.3)));
      checkGrads((operands: readonly NDArray[]) => np.einsum(item.expression, ...operands), [small], {
        order: 1,
        directions: 1,
      });
    }),
  ),
];
