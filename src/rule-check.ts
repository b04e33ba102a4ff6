/** Whether a derivative rule of the user's own agrees with differences of its function: `{ verify: true }`. */
import { allocate, isFloat } from './array/dtype.ts';
import { FluxionError } from './array/errors.ts';
import { copyElements, fromStore, isTraced, splat, type NDArray } from './array/ndarray.ts';
import { showType, sizeOf } from './array/type.ts';
import { spread, where } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { replay } from './core/replay.ts';
import { within } from './core/scope.ts';
import { silent } from './core/silence.ts';
import { dense } from './core/tangent.ts';
import type { Traced } from './core/trace.ts';
import { nth } from './primitives/record.ts';

type Flat = readonly NDArray[];

/** A rule whose derivative is not that of its function. */
export class RuleError extends FluxionError {
  override get name(): string {
    return 'RuleError';
  }
  constructor(message: string) {
    super('custom.verify', message);
  }
}

/** A function with a rule, as recorded for one call. */
export interface Checked {
  readonly title: string;
  readonly primal: Traced;
  readonly leaves: Flat;
  /** Where the leaves of the arguments and of the result stand. */
  readonly paths: readonly string[];
  readonly resultPaths: readonly string[];
}

/** Steps of central differences and the part of the size by which they may be off: rounding and curvature both stay below it. */
const steps = { float32: { h: 1e-2, tolerance: 1e-2 }, float64: { h: 1e-5, tolerance: 1e-6 } };
const stepsFor = ({ dtype }: NDArray): { readonly h: number; readonly tolerance: number } =>
  dtype === 'float64' ? steps.float64 : steps.float32;

interface Range {
  readonly from: number;
  readonly to: number;
}
/** Two places to look at: inside the domain of nearly everything, and on both sides of 0. */
const ranges: readonly Range[] = [
  { from: 0.3, to: 0.9 },
  { from: -1.5, to: 1.5 },
];
const directions: Range = { from: -1, to: 1 };

/** A value of a type, the same for the same seed: floats scattered over the range, integers 1, booleans true. */
const sample = (seed: number, { type }: NDArray, { from, to }: Range): NDArray => {
  if (!isFloat(type.dtype)) return splat(type, 1);
  const scattered = (i: number): number => Math.abs(43758.5453 * Math.sin(78.233 * (seed + 1) + 12.9898 * i)) % 1;
  const numbers = allocate(type.dtype, sizeOf(type.shape)).map((_, i) => from + (to - from) * scattered(i));
  return fromStore(type, numbers);
};

const samples = (seed: number, xs: Flat, range: Range): Flat => xs.map((x, i) => sample(seed + i, x, range));

/** Run a recorded function at sampled values; what it closes over has its own value, or a sampled one where there is none yet. */
type Run = (program: Traced, values: Flat) => Flat;
const runner = (range: Range): Run => {
  const known = new Map<NDArray, NDArray>();
  const valueOf = (x: NDArray): NDArray => {
    const found = known.get(x) ?? (isTraced(x) ? sample(1000 + known.size, x, range) : x);
    known.set(x, found);
    return found;
  };
  return ({ graph, captured }, values) => replay(silent(graph), [...captured.map(valueOf), ...values]);
};

const moved = (x: NDArray, along: NDArray, h: number): NDArray => {
  const [values, slopes] = [copyElements(x), copyElements(along)];
  return fromStore(
    x.type,
    values.map((v, i) => v + h * (slopes[i] ?? 0)),
  );
};

/** The derivative of each float output along a direction of one leaf, by central differences. */
const differences = (
  run: Run,
  { primal }: Checked,
  values: Flat,
  leaf: number,
  along: NDArray,
): readonly number[][] => {
  const { h } = stepsFor(along);
  const at = (by: number): readonly number[][] =>
    run(
      primal,
      values.map((x, i) => (i === leaf ? moved(x, along, by) : x)),
    )
      .filter((y) => isFloat(y.dtype))
      .map((y) => Array.from(copyElements(y)));
  const low = at(-h);
  return at(h).map((ys, n) => ys.map((y, i) => (y - (low[n]?.[i] ?? NaN)) / (2 * h)));
};

const largest = (xs: readonly number[]): number => xs.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const short = (x: number): string => String(Number(x.toPrecision(4)));

/** Throws where two lists are further apart than the tolerance; says by how much and at which element. Without finite numbers there is nothing to compare. */
const compare = (
  what: string,
  expected: readonly number[],
  got: readonly number[],
  tolerance: number,
  title: string,
): void => {
  if (!expected.every(Number.isFinite)) return;
  const bound = tolerance * Math.max(1, largest(expected));
  const gaps = expected.map((v, i) => Math.abs(v - (got[i] ?? NaN)));
  const worst = gaps.reduce((at, gap, i) => (gap <= (gaps[at] ?? 0) ? at : i), 0);
  const gap = gaps[worst] ?? 0;
  if (gap <= bound) return;
  throw new RuleError(
    `${title}: expected ${what} to be ${short(expected[worst] ?? NaN)}, got ${short(got[worst] ?? NaN)} from the rule, off by ${short(gap)} at element ${worst} of ${expected.length}. Correct the rule, or the function.`,
  );
};

/** The values that a rule gives are those of the function. */
const compareValues = ({ title, resultPaths }: Checked, expected: Flat, got: Flat): void =>
  expected.forEach((y, i) => {
    const { tolerance } = stepsFor(y);
    const numbers = (x: NDArray): readonly number[] => Array.from(copyElements(x));
    compare(`the value of result${resultPaths[i] ?? ''}`, numbers(y), numbers(nth(got, i)), tolerance, title);
  });

/** At each place, for each float leaf: a direction in which it moves. */
const eachDirection = (checked: Checked, check: (run: Run, values: Flat, leaf: number, along: NDArray) => void): void =>
  within(null, () => {
    ranges.forEach((range, n) => {
      const run = runner(range);
      const values = samples(100 * n, checked.leaves, range);
      const along = samples(100 * n + 50, checked.leaves, directions);
      values.forEach((x, leaf) => {
        if (isFloat(x.dtype) && x.size > 0) check(run, values, leaf, nth(along, leaf));
      });
    });
  });

const placeOf = (checked: Checked, leaf: number): string =>
  `arguments${checked.paths[leaf] ?? ''} (${showType(nth(checked.leaves, leaf).type)})`;

/** `rule` takes values and tangents of float leaves to values and tangents of float outputs. */
export const verifyForward = (checked: Checked, rule: Traced): void =>
  eachDirection(checked, (run, values, leaf, along) => {
    const count = checked.primal.graph.outputs.length;
    const tangents = values.flatMap((x, i) => (isFloat(x.dtype) ? [i === leaf ? along : splat(x.type, 0)] : []));
    const results = run(rule, [...values, ...tangents]);
    const outputs = run(checked.primal, values);
    compareValues(checked, outputs, results.slice(0, count));
    const paths = where(
      checked.resultPaths,
      outputs.map((y) => isFloat(y.dtype)),
    );
    differences(run, checked, values, leaf, along).forEach((expected, i) => {
      const what = `the tangent of result${paths[i] ?? ''} along a random direction of ${placeOf(checked, leaf)}`;
      const got = Array.from(copyElements(nth(results, count + i)));
      compare(what, expected, got, stepsFor(along).tolerance, checked.title);
    });
  });

/** `fwd` gives values and residuals; `bwd` takes residuals and cotangents of float outputs to cotangents of float leaves. */
export const verifyBackward = (checked: Checked, fwd: Traced, bwd: Traced): void =>
  eachDirection(checked, (run, values, leaf, along) => {
    const count = checked.primal.graph.outputs.length;
    const outputs = run(checked.primal, values);
    const first = run(fwd, values);
    compareValues(checked, outputs, first.slice(0, count));
    const floats = outputs.filter((y) => isFloat(y.dtype));
    const cotangents = samples(2000, floats, directions);
    const sent = run(bwd, [...first.slice(count), ...cotangents]);
    const moving = values.map((x) => isFloat(x.dtype));
    const own = dense(spread<Tangent>(sent, moving, null)[leaf] ?? null, along.type);
    const dot = (xs: ArrayLike<number>, ys: ArrayLike<number>): number =>
      Array.from(xs).reduce((sum, x, i) => sum + x * (ys[i] ?? 0), 0);
    const expected = differences(run, checked, values, leaf, along).reduce(
      (sum, ys, i) => sum + dot(ys, copyElements(nth(cotangents, i))),
      0,
    );
    compare(
      `the pairing of the cotangent of ${placeOf(checked, leaf)} with a random direction`,
      [expected],
      [dot(copyElements(own), copyElements(along))],
      stepsFor(along).tolerance,
      checked.title,
    );
  });
