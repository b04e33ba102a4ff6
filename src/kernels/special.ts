/**
 * Our own strict approximations of special functions, as formulas over `Basic`: the same bits in every engine. Branch-free, since in
 * vectors all sides of a choice are computed. Coefficients are those of Cephes (S. Moshier) and fdlibm (Sun Microsystems), as said at each.
 */
import type { Basic, Special } from './scalars.ts';
import { makeErrorFunctions } from './approximations/error-function.ts';
import { makeExponentials } from './approximations/exponential.ts';
import { makePower } from './approximations/power.ts';
import { makeTrigonometric } from './approximations/trigonometric.ts';

/** The special functions in terms of basic steps. */
export const special = <E>(s: Basic<E>): Special<E> => {
  const exponentials = makeExponentials(s);
  return { ...exponentials, ...makeTrigonometric(s), ...makePower(s, exponentials), ...makeErrorFunctions(s, exponentials) };
};
