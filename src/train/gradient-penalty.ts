/** What keeps the slopes of a critic near one: a gradient that is itself differentiated. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showType } from '../array/type.ts';
import { grad } from '../grad.ts';
import { add, equal, multiply, sqrt, square, subtract, where } from '../operations/arithmetic.ts';
import { sum } from '../operations/reduction.ts';
import type { Key } from '../random/key.ts';
import { uniform } from '../random/sample.ts';

/**
 * `(|d score / dx| - 1)^2` for each example, at points drawn between real and made examples (Gulrajani et al. 2017, eq. 3): `[n]`. Its mean times
 * a weight, 10 in the paper, is added to the loss of the critic.
 * @param score scores of a batch `[n, ...]`, each of its own example alone: no batch normalisation
 */
export const gradientPenalty = (score: (x: NDArray) => NDArray, real: NDArray, fake: NDArray, key: Key): NDArray => {
  const [n = 0, ...rest] = real.shape;
  if (real.ndim === 0 || !sameShape(real.shape, fake.shape))
    throw new ShapeError(
      `gradientPenalty: expected real and made examples [n, ...] of one shape, got ${showType(real.type)} and ${showType(fake.type)}. Draw as many as there are.`,
      'shape.penalty',
    );
  const share = uniform(key, [n, ...rest.map(() => 1)]);
  const between = add(real, multiply(share, subtract(fake, real)));
  // Scores depend on their own example alone, so that the gradient of their sum has the gradient of each.
  const slopes = grad((x: NDArray) => sum(score(x)))(between);
  const squares = sum(
    square(slopes),
    rest.map((_, i) => i + 1),
  );
  // A root has no slope at zero: where a score is flat, the penalty is 1 and sends nothing back.
  const isFlat = equal(squares, 0);
  const lengths = where(isFlat, 0, sqrt(where(isFlat, 1, squares)));
  return square(subtract(lengths, 1));
};
