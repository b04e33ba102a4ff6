/** Slices of an axis at positions known beforehand. */
import type { NDArray } from '../array/ndarray.ts';
import { concatenate, reverse, sliceAxis } from '../primitives/slicing.ts';

/** Positions one after another, with equal steps of 1 or -1. */
interface Run {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}

const runsOf = (positions: readonly number[]): readonly Run[] => {
  const runs: Run[] = [];
  for (const at of positions) {
    const last = runs.at(-1);
    const step = last === undefined ? 0 : at - (last.from + last.step * (last.count - 1));
    const isNext = last !== undefined && (step === last.step ? last.count > 1 : last.count === 1);
    if (isNext && (step === 1 || step === -1)) runs[runs.length - 1] = { ...last, count: last.count + 1, step };
    else runs.push({ from: at, count: 1, step: 1 });
  }
  return runs;
};

/** The slices of an axis at these positions, as few cuts put together. */
export const along = (x: NDArray, axis: number, positions: readonly number[]): NDArray => {
  const parts = runsOf(positions).map(({ from, count, step }) =>
    step === 1
      ? sliceAxis(x, axis, from, from + count)
      : reverse(sliceAxis(x, axis, from - count + 1, from + 1), [axis]),
  );
  return parts.length === 0 ? sliceAxis(x, axis, 0, 0) : concatenate(parts, axis);
};
