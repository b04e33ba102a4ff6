/** Distances in units in the last place. */
import type { DType } from 'fluxion';

const view = new DataView(new ArrayBuffer(8));

/** The place of a float among the floats of its type, in order; both zeros stand at 0. */
const rank = (dtype: DType, value: number): bigint => {
  if (dtype === 'float32') {
    view.setFloat32(0, Math.abs(value));
    return BigInt(Math.sign(value)) * BigInt(view.getUint32(0));
  }
  view.setFloat64(0, Math.abs(value));
  return BigInt(Math.sign(value)) * view.getBigUint64(0);
};

/** How many floats of the type one must pass to come from one value to the other; infinite if just one is NaN. */
export const ulpsBetween = (dtype: DType, x: number, y: number): number => {
  if (Object.is(x, y) || x === y) return 0;
  if (Number.isNaN(x) || Number.isNaN(y)) return Infinity;
  const distance = Number(rank(dtype, x) - rank(dtype, y));
  return Math.abs(distance);
};
