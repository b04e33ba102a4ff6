/** Mapping over trees. */
import { flatten, unflatten } from './structure.ts';
export const map = <T>(f: (...leaves: never[]) => unknown, tree: T, ...rest: readonly T[]): T => {
  const first = flatten(tree);
  const others = rest.map((t) => flatten(t).leaves);
  return unflatten(
    first.structure,
    first.leaves.map((x, i) => f(...([x, ...others.map((o) => o[i])] as never[]))),
  ) as T;
};
