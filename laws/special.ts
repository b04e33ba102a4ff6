/** How accurate the special functions are: the stated bounds. */
import type { DType } from 'fluxion';

export interface Accuracy {
  /** At most so many units in the last place from the true value. */
  readonly float32: number;
  readonly float64: number;
  /** The bounds hold for operands up to this size; everywhere if absent. */
  readonly reach?: { readonly float32: number; readonly float64: number };
}

/** Beyond it multiples of pi/2 are no longer taken away exactly. */
const turns = { float32: 1e5, float64: 1.6e6 };

/** The bounds, one line each. */
export const accuracies: { readonly [name: string]: Accuracy } = {
  exp: { float32: 2, float64: 2 },
  expm1: { float32: 3, float64: 3 },
  log: { float32: 2, float64: 2 },
  log1p: { float32: 3, float64: 3 },
  sin: { float32: 2, float64: 2, reach: turns },
  cos: { float32: 2, float64: 2, reach: turns },
  tan: { float32: 4, float64: 4, reach: turns },
  atan: { float32: 3, float64: 3 },
  tanh: { float32: 3, float64: 3 },
  logistic: { float32: 3, float64: 3 },
  pow: { float32: 2, float64: 2 },
  erf: { float32: 4, float64: 4 },
  erfc: { float32: 4, float64: 4 },
  erfInv: { float32: 4, float64: 4 },
};

/** Whether the bounds of a function speak of an operand. */
export const isWithinReach = (name: string, dtype: DType, x: number): boolean => {
  const reach = accuracies[name]?.reach;
  if (reach === undefined || !Number.isFinite(x)) return true;
  return Math.abs(x) <= (dtype === 'float32' ? reach.float32 : reach.float64);
};
