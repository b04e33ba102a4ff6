/** The number supply: variables, scopes and identities get numbers that are never given twice. */
import type { ArrayType } from '../array/type.ts';
import type { Variable } from './graph.ts';

let next = 0;
const freshNumber = (): number => next++;

export const freshVariable = (type: ArrayType): Variable => ({
  kind: 'variable',
  id: freshNumber(),
  type,
  known: null,
});

const identities = new WeakMap<WeakKey, number>();

/** A number for an object, function or symbol, the same for as long as it lives. */
export const identityOf = (thing: WeakKey): number => {
  const known = identities.get(thing);
  if (known !== undefined) return known;
  const made = freshNumber();
  identities.set(thing, made);
  return made;
};
