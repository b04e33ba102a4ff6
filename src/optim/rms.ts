/** Rescalings by the root of a mean or sum of squared gradients. */
import type { NDArray } from '../array/ndarray.ts';
import { add, div, mul, sub } from '../primitives/arithmetic.ts';
import { rsqrt, sqrt } from '../primitives/exponential.ts';
import { gt } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { blend, correction, fill, filled, noSteps, oneMore, over, plus, squared, where0, zerosLike } from './leaf.ts';
import type { Scalar } from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

/** A running mean of squares; steps are counted if it is corrected for bias. */
export interface SquareOf<P> {
  readonly count: NDArray | null;
  readonly square: P;
}
export interface SquareKind extends MemoryKind {
  readonly memory: SquareOf<this['params']>;
}
export interface RmsOptions {
  /** Decay of the running mean. Default 0.9. */
  readonly decay?: Scalar;
  /** Default 1e-8. */
  readonly eps?: Scalar;
  /** What the mean begins with. Default 0. */
  readonly initialScale?: number;
  /** Whether `eps` stands under the root, as in Optax, or is added to it, as in PyTorch. Default true. */
  readonly epsInRoot?: boolean;
  /** Whether the mean is corrected for its bias towards its start. Default false. */
  readonly biasCorrection?: boolean;
}

/** `g` over the root of a mean of squares, `eps` under the root or outside of it. */
const overRoot = (g: NDArray, v: NDArray, eps: Scalar, epsInRoot: boolean): NDArray =>
  epsInRoot ? mul(g, rsqrt(plus(v, eps))) : div(g, plus(sqrt(v), eps));

/** RMSProp's rescaling (Tieleman and Hinton 2012, lecture 6.5): `g / sqrt(v + eps)`, without correction for bias. */
export const scaleByRms = ({
  decay = 0.9,
  eps = 1e-8,
  initialScale = 0,
  epsInRoot = true,
  biasCorrection = false,
}: RmsOptions = {}): GradientTransformation<SquareKind> => ({
  init: (params) => ({ count: biasCorrection ? noSteps() : null, square: filled(params, initialScale) }),
  update: (gradients, memory) => {
    const count = memory.count === null ? null : oneMore(memory.count);
    const square = map(blend(decay), memory.square, map(squared, gradients));
    const c = count === null ? null : correction(decay, count);
    const step = (g: NDArray, v: NDArray): NDArray => overRoot(g, c === null ? v : over(v, c), eps, epsInRoot);
    return [map(step, gradients, square), { count, square }];
  },
});

export interface DeviationKind extends MemoryKind {
  readonly memory: SquareOf<this['params']> & Readonly<Record<'mean', this['params']>>;
}
/** Centred RMSProp (Graves 2013, equations 38 to 41): divided by the running standard deviation, `eps` under the root. */
export const scaleByStddev = ({
  decay = 0.9,
  eps = 1e-8,
  initialScale = 0,
  epsInRoot = true,
  biasCorrection = false,
}: RmsOptions = {}): GradientTransformation<DeviationKind> => ({
  init: (params) => ({
    count: biasCorrection ? noSteps() : null,
    mean: zerosLike(params),
    square: filled(params, initialScale),
  }),
  update: (gradients, memory) => {
    const count = memory.count === null ? null : oneMore(memory.count);
    const mean = map(blend(decay), memory.mean, gradients);
    const square = map(blend(decay), memory.square, map(squared, gradients));
    const c = count === null ? null : correction(decay, count);
    const fair = (x: NDArray): NDArray => (c === null ? x : over(x, c));
    const step = (g: NDArray, m: NDArray, v: NDArray): NDArray =>
      overRoot(g, sub(fair(v), squared(fair(m))), eps, epsInRoot);
    return [map(step, gradients, mean, square), { count, mean, square }];
  },
});

export interface SumKind extends MemoryKind {
  readonly memory: Readonly<Record<'sum', this['params']>>;
}
export interface RssOptions {
  /** What the sum begins with. Default 0.1. */
  readonly initialAccumulator?: number;
  /** Under the root. Default 1e-7. */
  readonly eps?: Scalar;
}
/**
 * AdaGrad's rescaling (Duchi, Hazan and Singer 2011, Figure 1, diagonal form): divided by the root of the sum of squares so far. `eps` stands
 * under the root and the sum begins at 0.1, as in Optax; PyTorch begins at 0 and adds 1e-10 to the root.
 */
export const scaleByRss = ({
  initialAccumulator = 0.1,
  eps = 1e-7,
}: RssOptions = {}): GradientTransformation<SumKind> => ({
  init: (params) => ({ sum: filled(params, initialAccumulator) }),
  update: (gradients, memory) => {
    const sum = map((s: NDArray, g: NDArray) => add(s, squared(g)), memory.sum, gradients);
    const step = (g: NDArray, s: NDArray): NDArray => mul(g, where0(gt(s, fill(0, s)), rsqrt(plus(s, eps))));
    return [map(step, gradients, sum), { sum }];
  },
});

export interface DeltaKind extends MemoryKind {
  readonly memory: Readonly<Record<'square' | 'moved', this['params']>>;
}
export interface DeltaOptions {
  /** Decay of both running means. Default 0.9. */
  readonly rho?: Scalar;
  /** Under both roots. Default 1e-6. */
  readonly eps?: Scalar;
}
/** AdaDelta (Zeiler 2012, Algorithm 1): steps in the units of the parameters, `eps` under both roots, no correction for bias. */
export const scaleByAdadelta = ({ rho = 0.9, eps = 1e-6 }: DeltaOptions = {}): GradientTransformation<DeltaKind> => ({
  init: (params) => ({ square: zerosLike(params), moved: zerosLike(params) }),
  update: (gradients, memory) => {
    const square = map(blend(rho), memory.square, map(squared, gradients));
    const step = (g: NDArray, v: NDArray, x: NDArray): NDArray => mul(div(sqrt(plus(x, eps)), sqrt(plus(v, eps))), g);
    const updates = map(step, gradients, square, memory.moved);
    return [updates, { square, moved: map(blend(rho), memory.moved, map(squared, updates)) }];
  },
});
