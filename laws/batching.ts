/** What `vmap` must do to any program: what a loop over the examples does, over any axes. */
import * as fc from 'fast-check';
import { grad, jit, np, vmap, type NDArray } from 'fluxion';
import { law, type Law } from './law.ts';
import type { Flat, FlatFunction } from './numeric.ts';
import { programs, type Sample, type ProgramOptions } from './program/arbitrary.ts';
import { agree, gradientOf, isFloating, pointOf, tangentsOf } from './program/point.ts';
import { at, outputTypesOf } from './program/program.ts';
import { examplesOf } from './program/unrolled.ts';

/** A program, a number of examples, and numbers that say which axes are mapped. */
interface Batch {
  readonly item: Sample;
  readonly size: number;
  readonly ins: readonly number[];
  readonly outs: readonly number[];
}

const batches = (options: ProgramOptions): fc.Arbitrary<Batch> =>
  fc.record({
    item: programs(options),
    size: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    ins: fc.array(fc.nat(11), { minLength: 5, maxLength: 5 }),
    outs: fc.array(fc.nat(11), { minLength: 4, maxLength: 4 }),
  });

interface Examples {
  readonly inAxes: readonly (number | null)[];
  readonly outAxes: readonly number[];
  readonly size: number;
  /** The arguments of each example. */
  readonly each: readonly Flat[];
  /** The arguments of all, stacked where they are mapped. */
  readonly together: Flat;
}

/** An axis of an array with one more axis than `rank`, counted from the front or the end, or none. */
const axisFrom = (choice: number, rank: number): number | null => {
  const axis = choice % (rank + 2);
  if (axis > rank) return null;
  return choice > 5 ? axis - rank - 1 : axis;
};

const examplesIn = ({ item, size, ins, outs }: Batch): Examples => {
  const ranks = item.program.inputs.map((type) => type.shape.length);
  const chosen = ranks.map((rank, i) => axisFrom(at(ins, i), rank));
  const inAxes = chosen.every((axis) => axis === null) ? chosen.map((axis, i) => (i === 0 ? 0 : axis)) : chosen;
  const all = examplesOf(item, Math.max(1, size));
  const base = at(all, 0);
  const each = all.map((xs) => xs.map((x, i) => (inAxes[i] === null ? at(base, i) : x)));
  const together = base.map((x, i) => {
    const axis = inAxes[i] ?? null;
    if (axis === null) return x;
    const whole = np.stack(
      each.map((xs) => at(xs, i)),
      axis,
    );
    return size > 0 ? whole : np.take(whole, np.zeros([0], 'int32'), axis);
  });
  const outAxes = outputTypesOf(item.program).map((type, i) => axisFrom(at(outs, i), type.shape.length) ?? 0);
  return { inAxes, outAxes, size, each: size === 0 ? [] : each, together };
};

/** The results of each example, stacked. */
const looped = (f: FlatFunction, each: readonly Flat[], outAxes: readonly number[] = []): Flat => {
  const rows = each.map(f);
  return at(rows, 0).map((_, n) =>
    np.stack(
      rows.map((row) => at(row, n)),
      outAxes[n] ?? 0,
    ),
  );
};

const vmapIsLoop = law(
  'vmap is a loop, over any axes',
  fc.property(batches({ direction: 'forward' }), (batch) => {
    const { f } = pointOf(batch.item);
    const { inAxes, outAxes, size, each, together } = examplesIn(batch);
    const mapped = vmap(f, { inAxes: [inAxes], outAxes });
    const got = mapped(together);
    if (size === 0) {
      const expected = outputTypesOf(batch.item.program).map((type, n) => {
        const axis = at(outAxes, n) < 0 ? at(outAxes, n) + type.shape.length + 1 : at(outAxes, n);
        return [...type.shape.slice(0, axis), 0, ...type.shape.slice(axis)];
      });
      if (JSON.stringify(got.map((y) => y.shape)) !== JSON.stringify(expected))
        throw new Error(`no examples: expected shapes ${JSON.stringify(expected)}, got ${got.map(String).join(', ')}`);
      return;
    }
    const expected = looped(f, each, outAxes);
    agree('vmap', got, expected);
    agree('jit of vmap', jit(mapped)(together), expected);
    agree('vmap of jit', vmap(jit(f), { inAxes: [inAxes], outAxes })(together), expected);
  }),
);

const vmapOfGrad = law(
  'vmap of grad is a loop of grad',
  fc.property(batches({ length: 6 }), (batch) => {
    const { lossOf, moving } = pointOf(batch.item);
    const count = moving.length;
    const { inAxes, each, together } = examplesIn({ ...batch, size: Math.max(1, batch.size) });
    // The gradient closes over the integers of its example, mapped or not.
    const gradient: FlatFunction = (xs) =>
      gradientOf((own) => lossOf([...own, ...xs.slice(count)]))(xs.slice(0, count));
    const mapped = vmap(gradient, { inAxes: [inAxes] });
    const expected = looped(gradient, each);
    agree('vmap of grad', mapped(together), expected);
    agree('jit of vmap of grad', jit(mapped)(together), expected);
    const along = (xs: Flat): Flat =>
      tangentsOf(
        gradient,
        xs,
        xs.map((x) => (isFloating(x) ? np.cos(x) : x)),
      );
    agree('vmap of jvp of grad', vmap(along, { inAxes: [inAxes] })(together), looped(along, each));
  }),
);

const gradOfVmap = law(
  'the gradient of the sum over a batch is the sum of the gradients',
  fc.property(batches({ length: 6 }), (batch) => {
    const { lossOf } = pointOf(batch.item);
    const { each, size } = examplesIn({ ...batch, size: Math.max(1, batch.size) });
    const [weights, rest] = [at(at(each, 0), 0), each.map((xs) => xs.slice(1))];
    const lossAt = (w: NDArray, others: Flat): NDArray => lossOf([w, ...others]);
    const stacked = at(rest, 0).map((_, n) => np.stack(rest.map((xs) => at(xs, n))));
    const batched = (w: NDArray): NDArray => vmap(lossAt, { inAxes: [null, 0], axisSize: size })(w, stacked).sum();
    const own = rest.map((others): NDArray => grad((w: NDArray) => lossAt(w, others))(weights));
    const expected = own.reduce((a, b) => a.add(b));
    agree('grad of vmap', [grad(batched)(weights)], [expected]);
    agree('jit of grad of vmap', [jit(grad(batched))(weights)], [expected]);
    agree('grad of jit of vmap', gradientOf(([w]) => jit(batched)(w ?? weights))([weights]), [expected]);
  }),
);

export const batchingLaws = (): readonly Law[] => [vmapIsLoop, vmapOfGrad, gradOfVmap];
