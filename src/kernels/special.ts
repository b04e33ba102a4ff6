/**
 * Our own strict approximations of special functions, as formulas over `Basic`: the same bits in every engine, since no fused
 * multiply-add is assumed. Branch-free, since in vectors all sides of a choice are computed. Sources are cited at each family.
 */
import { makeErrorFunctions } from './approximations/error-function.ts';
import { makeExponentials } from './approximations/exponential.ts';
import { makeInverseErrorFunction } from './approximations/inverse-error-function.ts';
import { makeLogarithms } from './approximations/logarithm.ts';
import { makePower } from './approximations/power.ts';
import { makeTrigonometric } from './approximations/trigonometric.ts';
import type { Basic, Special } from './scalars.ts';

/** The special functions in terms of basic steps, for float32 and float64 operands. */
export const special = <E>(s: Basic<E>): Special<E> => ({
  ...makeExponentials(s),
  ...makeLogarithms(s),
  ...makeTrigonometric(s),
  ...makePower(s),
  ...makeErrorFunctions(s),
  ...makeInverseErrorFunction(s),
});
