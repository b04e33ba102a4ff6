/** The choices that change the code made of a program, as one number: what was made under others is not taken. */
import { hasRelaxedSimd } from './relaxed.ts';
import { thresholdChoice } from './thresholds.ts';

/** A number for each way of compiling, below `variants`. */
export const variant = (): number => (hasRelaxedSimd() ? 1 : 0) + (thresholdChoice() === 'lowest' ? 2 : 0);

/** How many ways of compiling there are. */
export const variants = 4;
