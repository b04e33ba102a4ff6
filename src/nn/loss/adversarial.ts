/** Losses of a generator and a discriminator against one another, of the scores that the discriminator gives. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, multiply, negative, square, subtract } from '../../operations/arithmetic.ts';
import { asFloat } from '../../operations/promotion.ts';
import { softplus } from '../activation.ts';
import { meanOfRest } from './shape.ts';

/** One value for each example. */
export interface GanLoss {
  readonly discriminator: (real: NDArray, fake: NDArray) => NDArray;
  readonly generator: (fake: NDArray) => NDArray;
}

const fromScores = (
  onReal: (scores: NDArray) => NDArray,
  onFake: (scores: NDArray) => NDArray,
  generator: (scores: NDArray) => NDArray,
): GanLoss => ({
  discriminator: (real, fake) => meanOfRest(add(onReal(asFloat(real)), onFake(asFloat(fake)))),
  generator: (fake) => meanOfRest(generator(asFloat(fake))),
});

const towards = (target: number) => (scores: NDArray) => multiply(square(subtract(scores, target)), 0.5);
const kinds = {
  nonSaturating: fromScores(
    (s) => softplus(negative(s)),
    softplus,
    (s) => softplus(negative(s)),
  ),
  wasserstein: fromScores(negative, (s) => s, negative),
  leastSquares: fromScores(towards(1), towards(0), towards(1)),
} as const;

/**
 * `nonSaturating`: binary cross entropy of logits, where the generator wants its examples taken for real (Goodfellow et al. 2014, section 3).
 * `wasserstein`: `fake - real`, and `-fake` (Arjovsky et al. 2017); the critic's slopes must be bounded elsewhere.
 * `leastSquares`: half squares of the distances to 1 and 0 (Mao et al. 2017, eq. 9).
 */
export const ganLoss = (kind: keyof typeof kinds): GanLoss => kinds[kind];
