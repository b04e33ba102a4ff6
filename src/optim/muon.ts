/** Muon (Jordan et al. 2024): momentum whose matrices are made orthogonal. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { matmul } from '../operations/products.ts';
import { add } from '../primitives/arithmetic.ts';
import { transpose } from '../primitives/broadcast.ts';
import { map } from '../tree/traverse.ts';
import { scaleByAdam, unbiased, type AdamOptions, type Moments } from './adam.ts';
import { blend, length, noSteps, oneMore, over, plus, plusTimes, times, zerosLike, type Scalar } from './leaf.ts';
import { partition } from './mask.ts';
import type { Rate } from './rate.ts';
import { type GradientTransformation, type MemoryKind, type Parts } from './transformation.ts';
import { decayed, type DecayedKind, type DecayOptions } from './weights.ts';

export interface MuonOf<P> {
  readonly count: NDArray;
  readonly mean: P;
}
export interface MuonKind extends MemoryKind {
  readonly memory: MuonOf<this['params']>;
}
export interface MuonOptions {
  /** The coefficients of the iteration `a X + b (X X') X + c (X X')^2 X`. Default 3.4445, -4.775, 2.0315. */
  readonly nsCoeffs?: readonly [number, number, number];
  /** How many times. Default 5. */
  readonly nsSteps?: number;
  /** Decay of the running mean. Default 0.95. */
  readonly beta?: Scalar;
  /** Added to the norm. Default 1e-8. */
  readonly eps?: Scalar;
  /** Default true. */
  readonly nesterov?: boolean;
}

/** A matrix with the same singular vectors and singular values about 1 (0.7 to 1.2), by Newton-Schulz steps of degree 5. */
const orthogonal = (x: NDArray, [a, b, c]: readonly [number, number, number], steps: number, eps: Scalar): NDArray => {
  const [rows = 1, columns = 1] = x.shape;
  const isTall = rows > columns;
  const turned = (m: NDArray): NDArray => (isTall ? transpose(m, [1, 0]) : m);
  let y = over(turned(x), plus(length(x), eps));
  for (let i = 0; i < steps; i++) {
    const square = matmul(y, transpose(y, [1, 0]));
    const poly = plusTimes(times(square, b), matmul(square, square), c);
    y = add(times(y, a), matmul(poly, y));
  }
  return turned(y);
};

/**
 * The running mean of gradients (corrected for bias, in Nesterov's form), each matrix of it made orthogonal, times `sqrt(max(1, columns / rows))`, as in Optax.
 * Leaves that are no matrices are an error: see `muon`.
 */
export const scaleByMuon = ({
  nsCoeffs = [3.4445, -4.775, 2.0315],
  nsSteps = 5,
  beta = 0.95,
  eps = 1e-8,
  nesterov = true,
}: MuonOptions = {}): GradientTransformation<MuonKind> => ({
  init: (params) => ({ count: noSteps(), mean: zerosLike(params) }),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const mean = map(blend(beta), memory.mean, gradients);
    const step = (m: NDArray): NDArray => {
      const [rows, columns] = m.shape;
      if (m.ndim !== 2 || rows === undefined || columns === undefined)
        throw new ShapeError(
          `scaleByMuon: expected matrices, got ${showType(m.type)}. Use muon, which gives other leaves to Adam.`,
        );
      return times(orthogonal(m, nsCoeffs, nsSteps, eps), Math.sqrt(Math.max(1, columns / Math.max(1, rows))));
    };
    return [map(step, unbiased(gradients, mean, count, beta, nesterov)), { count, mean }];
  },
});

/** Muon for matrices (`scaleByMuon`), AdamW for all else, at one rate. Weight decay apart from the gradient, default 0. */
export const muon = (
  learningRate: Rate,
  {
    weightDecay = 0,
    adam = {},
    ...options
  }: MuonOptions & Pick<DecayOptions, 'weightDecay'> & { readonly adam?: AdamOptions } = {},
): GradientTransformation<Parts<{ readonly muon: DecayedKind<MuonKind>; readonly adam: DecayedKind<Moments> }>> =>
  partition<{ readonly muon: DecayedKind<MuonKind>; readonly adam: DecayedKind<Moments> }>(
    {
      muon: decayed(scaleByMuon(options), learningRate, weightDecay),
      adam: decayed(scaleByAdam(adam), learningRate, weightDecay),
    },
    (_, leaf) => (leaf.ndim === 2 ? 'muon' : 'adam'),
  );
