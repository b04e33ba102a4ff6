/** Whether two results of one primitive agree, in the way that its specimen states. */
import type { NDArray } from 'fluxion';
import { boundAt, isWithinReach } from '../special.ts';
import { ulpsBetween } from '../ulp.ts';
import type { Agreement } from './specimen.ts';

/** By which a reading with `Math`, rounded, may itself be off. */
const referenceUlps = 1;

/** `operand` tells how far a special function may be off there. */
const agree = (agreement: Agreement, { dtype }: NDArray, a: number, b: number, operand: number): boolean => {
  // Any NaN is as good as another.
  if (Object.is(a, b) || (agreement !== 'bits' && a === b)) return true;
  if (typeof agreement === 'string' || (dtype !== 'float32' && dtype !== 'float64')) return false;
  if (!isWithinReach(agreement.special, dtype, operand)) return true;
  return ulpsBetween(dtype, a, b) <= Math.ceil(boundAt(agreement.special, dtype, operand) + referenceUlps);
};

/** A sentence saying how results differ, or `null` if they agree. The inputs tell where a function is beyond its reach. */
export const disagreement = (
  agreement: Agreement,
  got: readonly NDArray[],
  wanted: readonly NDArray[],
  inputs: readonly NDArray[] = [],
): string | null => {
  if (got.length !== wanted.length) return `expected ${wanted.length} results, got ${got.length}`;
  const operands = inputs[0]?.dataSync();
  for (const [n, y] of got.entries()) {
    const expected = wanted[n] ?? y;
    if (y.dtype !== expected.dtype || y.shape.join() !== expected.shape.join())
      return `result ${n}: expected ${expected.dtype}[${expected.shape.join(',')}], got ${y.dtype}[${y.shape.join(',')}]`;
    const [mine, theirs] = [y.dataSync(), expected.dataSync()];
    const at = mine.findIndex((v, i) => !agree(agreement, y, v, theirs[i] ?? NaN, operands?.[i] ?? 0));
    if (at >= 0) return `result ${n} at ${at}: expected ${shown(theirs[at])}, got ${shown(mine[at])}`;
  }
  return null;
};

const shown = (value: number | undefined): string => (Object.is(value, -0) ? '-0' : String(value));

/** Throws an error with the case unless the results agree. */
export const assertAgreement = (what: string, ...given: Parameters<typeof disagreement>): void => {
  const fault = disagreement(...given);
  if (fault !== null) throw new Error(`${what}: ${fault}`);
};
