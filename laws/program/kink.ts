/** Where differences say nothing: points of a program at which a kink or a jump lies within a step. */
import type { Flat, FlatFunction } from '../numeric.ts';
import { at } from './program.ts';

const step = 1e-4;

/** What the slopes ahead and behind differ by, for a step of size `h`, for every output element. */
const gaps = (f: FlatFunction, xs: Flat, dxs: Flat, h: number): readonly number[] => {
  const [behind = [], here = [], ahead = []] = [-h, 0, h].map((by) =>
    f(xs.map((x, i) => x.add(at(dxs, i).mul(by)))).flatMap((y) => [...y.dataSync()]),
  );
  return here.map((y, i) => (at(ahead, i) - 2 * y + at(behind, i)) / h);
};

/**
 * Whether `f` bends within a step of `xs` along `dxs`: where it is smooth the gap between the slopes ahead and behind shrinks as the step does.
 * It looks at values only, never at a derivative.
 */
export const isNearKink = (f: FlatFunction, xs: Flat, dxs: Flat): boolean => {
  const [wide, narrow] = [gaps(f, xs, dxs, step), gaps(f, xs, dxs, step / 4)];
  return wide.some((gap, i) => !(Math.abs(gap - 4 * at(narrow, i)) < 1e-8));
};

/** How often programs with kinks were compared with differences, and how often they were not, as a kink lay within a step. */
export interface Tally {
  compared: number;
  skipped: number;
}
export const tally = (): Tally => ({ compared: 0, skipped: 0 });
