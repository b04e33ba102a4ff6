/** Axes by name, in the notation of einops (Rogozhnikov, ICLR 2022). */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { sizeOf } from '../array/type.ts';
import { broadcast, reshape, transpose } from '../primitives/broadcast.ts';
import {
  fault,
  readPattern,
  type Group,
  type Lengths,
  type Name,
  type Pattern,
  type Reading,
} from './einops-pattern.ts';
import { asOperand } from './promotion.ts';
import { all, any, max, mean, min, prod, sum } from './reduction.ts';

/** An array with a name for each axis. */
interface Named {
  readonly value: NDArray;
  readonly names: readonly Name[];
}

const takenApart = (value: NDArray, { left, extents }: Pattern): Named => {
  const names = left.flat();
  return {
    names,
    value: reshape(
      value,
      names.map((name) => extents.get(name) ?? 1),
    ),
  };
};

/** The axes in the order of the right side, new ones repeated, groups joined. */
const putTogether = ({ value, names }: Named, { right, extents }: Pattern): NDArray => {
  const wanted = right.flat();
  const present = wanted.filter((name) => names.includes(name));
  const ordered = transpose(
    value,
    present.map((name) => names.indexOf(name)),
  );
  const extentOf = (name: Name): number => extents.get(name) ?? 1;
  const whole = broadcast(
    ordered,
    wanted.map(extentOf),
    present.map((name) => wanted.indexOf(name)),
  );
  return reshape(
    whole,
    right.map((group) => sizeOf(group.map(extentOf))),
  );
};

const missing = (from: readonly Group[], to: readonly Group[]): readonly Name[] => {
  const there = new Set(to.flat());
  return from.flat().filter((name) => !there.has(name));
};

const reading = (operation: string, pattern: string, x: NDArray, lengths: Lengths): Reading => ({
  operation,
  pattern,
  type: x.type,
  lengths,
});

const refuse = (read: Reading, names: readonly Name[], side: string, remedy: string): void => {
  if (names.length > 0) throw fault(read, `'${names.join("', '")}' on the ${side} too (${remedy})`);
};

/**
 * Axes split, joined and put in another order, by name.
 *
 * @example rearrange(images, 'b (h w) c -> b h w c', { h: 28 })
 */
export const rearrange = (value: ArrayLike, pattern: string, lengths: Lengths = {}): NDArray => {
  const x = asOperand(value);
  const read = reading('rearrange', pattern, x, lengths);
  const parsed = readPattern(read);
  refuse(read, missing(parsed.left, parsed.right), 'right', 'reduce takes axes away');
  refuse(read, missing(parsed.right, parsed.left), 'left', 'repeat makes new ones');
  return putTogether(takenApart(x, parsed), parsed);
};

const reducers = { sum, mean, max, min, prod, any, all } as const;
/** The name of a reduction, or a function that reduces the given axes. */
export type Reduction = keyof typeof reducers | ((x: NDArray, axes: readonly number[]) => NDArray);

/**
 * Axes that the right side does not name are reduced; what is left is rearranged.
 *
 * @example reduce(images, 'b (h 2) (w 2) c -> b h w c', 'max')
 */
export const reduce = (value: ArrayLike, pattern: string, reduction: Reduction, lengths: Lengths = {}): NDArray => {
  const x = asOperand(value);
  const read = reading('reduce', pattern, x, lengths);
  const parsed = readPattern(read);
  refuse(read, missing(parsed.right, parsed.left), 'left', 'repeat makes new ones');
  const gone = missing(parsed.left, parsed.right);
  const { value: parts, names } = takenApart(x, parsed);
  const axes = gone.map((name) => names.indexOf(name));
  const reduced = typeof reduction === 'function' ? reduction(parts, axes) : reducers[reduction](parts, axes);
  return putTogether({ value: reduced, names: names.filter((name) => !gone.includes(name)) }, parsed);
};

/**
 * Axes that the left side does not name are new: everything is repeated along them.
 *
 * @example repeat(image, 'h w -> (h 2) (w n)', { n: 3 })
 */
export const repeat = (value: ArrayLike, pattern: string, lengths: Lengths = {}): NDArray => {
  const x = asOperand(value);
  const read = reading('repeat', pattern, x, lengths);
  const parsed = readPattern(read);
  refuse(read, missing(parsed.left, parsed.right), 'right', 'reduce takes axes away');
  return putTogether(takenApart(x, parsed), parsed);
};
