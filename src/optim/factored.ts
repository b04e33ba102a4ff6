/** Second moments in little memory: Adafactor and SM3. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import { flattenArrays } from '../lift.ts';
import { add, div, min, mul, neg, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { exp, log, rsqrt } from '../primitives/exponential.ts';
import { gt } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { unflatten } from '../tree/structure.ts';
import { map } from '../tree/traverse.ts';
import { clipByBlockRms } from './clipping.ts';
import {
  blend,
  complement,
  double,
  fill,
  negated,
  noSteps,
  oneMore,
  over,
  plus,
  squared,
  times,
  where0,
  zerosLike,
} from './leaf.ts';
import type { Scalar } from './leaf.ts';
import type { Mask, Wrapped } from './mask.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import { ema, type EmaKind } from './trace.ts';
import {
  chain,
  identity,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type Nothing,
} from './transformation.ts';
import { addDecayedWeights, scaleByParamBlockRms } from './weights.ts';

type OfLeaf = readonly NDArray[];
/** A step on each leaf with what is remembered of it, from left to right. */
const leafByLeaf = <P>(
  gradients: P,
  memory: readonly OfLeaf[],
  step: (g: NDArray, own: OfLeaf) => readonly [update: NDArray, own: OfLeaf],
): readonly [updates: P, memory: readonly OfLeaf[]] => {
  const { leaves, structure } = flattenArrays(gradients);
  const done = leaves.map((g, i) => step(g, nth(memory, i)));
  const updates = unflatten(
    structure,
    done.map(([u]) => u),
  );
  return [updates as P, done.map(([, own]) => own)]; // sound: like the gradients
};

/** For a factored leaf its means over columns and over rows, else the running squares whole. */
export interface FactoredMemory {
  readonly count: NDArray;
  /** For each leaf, from left to right, a list of one array or two. */
  readonly squares: readonly (readonly NDArray[])[];
}
export interface FactoredKind extends MemoryKind {
  readonly memory: FactoredMemory;
}
export interface FactoredOptions {
  /** Whether to factor at all. Default true. */
  readonly factored?: boolean;
  /** The exponent of the decay `1 - t^-decayRate`. Default 0.8. */
  readonly decayRate?: Scalar;
  /** Only leaves with two axes at least this long are factored. Default 128. */
  readonly minDimSizeToFactor?: number;
  /** Added to the squared gradient. Default 1e-30. */
  readonly eps?: number;
}

/** The two longest axes, the longest last, if both are long enough. */
const factoredAxes = (shape: readonly number[], least: number): readonly [number, number] | null => {
  const order = shape.map((extent, axis) => ({ extent, axis })).sort((a, b) => a.extent - b.extent);
  const [second, first] = [order.at(-2), order.at(-1)];
  if (second === undefined || first === undefined || second.extent < least) return null;
  return [second.axis, first.axis];
};
const meanOver = (x: NDArray, axis: number): NDArray => over(reduceSum(x, [axis]), Math.max(1, x.shape[axis] ?? 1));
/** The axes of a shape but one. */
const others = (x: NDArray, axis: number): readonly number[] => axesOf(x.shape).filter((a) => a !== axis);

/** The memory of one leaf at the start, and one step of it. */
const factoredStep = (least: number, eps: number) => {
  const axesFor = (x: NDArray): readonly [number, number] | null => factoredAxes(x.shape, least);
  const start = (x: NDArray): readonly NDArray[] => {
    const axes = axesFor(x);
    const without = (axis: number): NDArray =>
      splat({ dtype: x.dtype, shape: others(x, axis).map((a) => x.shape[a] ?? 1) }, 0);
    return axes === null ? [splat(x.type, 0)] : [without(axes[1]), without(axes[0])];
  };
  const step = (g: NDArray, own: readonly NDArray[], decay: NDArray): readonly [NDArray, readonly NDArray[]] => {
    const square = plus(squared(g), eps);
    const axes = axesFor(g);
    if (axes === null) {
      const next = blend(decay)(nth(own, 0), square);
      return [mul(g, rsqrt(next)), [next]];
    }
    const [d1, d0] = axes;
    const rows = blend(decay)(nth(own, 0), meanOver(square, d0));
    const columns = blend(decay)(nth(own, 1), meanOver(square, d1));
    const within = d1 > d0 ? d1 - 1 : d1;
    const mean = broadcast(meanOver(rows, within), rows.shape, others(rows, within));
    const rowFactor = broadcast(rsqrt(div(rows, mean)), g.shape, others(g, d0));
    return [mul(mul(g, rowFactor), broadcast(rsqrt(columns), g.shape, others(g, d1))), [rows, columns]];
  };
  return { start, step };
};

/**
 * Adafactor's rescaling (Shazeer and Stern 2018, Algorithms 4 and 5): the second moment of a matrix as the product of its means over rows and columns; other leaves
 * whole, of any rank. The decay rises from 0, so that nothing needs correction for bias; `eps` is added to the squares.
 */
export const scaleByFactoredRms = ({
  factored = true,
  decayRate = 0.8,
  minDimSizeToFactor = 128,
  eps = 1e-30,
}: FactoredOptions = {}): GradientTransformation<FactoredKind> => {
  const { start, step } = factoredStep(factored ? minDimSizeToFactor : Infinity, eps);
  return {
    init: (params) => ({ count: noSteps(), squares: flattenArrays(params).leaves.map(start) }),
    update: <P>(gradients: P, memory: FactoredMemory) => {
      const count = oneMore(memory.count);
      const decay = sub(double(1), exp(neg(mul(double(decayRate), log(double(count))))));
      const [updates, squares] = leafByLeaf(gradients, memory.squares, (g, own) => step(g, own, decay));
      return [updates, { count, squares }] as const;
    },
  };
};

export interface AdafactorOptions extends FactoredOptions {
  /** Whether steps are relative to the size of the parameters. Default true. */
  readonly multiplyByParameterScale?: boolean;
  /** The largest root mean square of a leaf's step before the rate. Default 1. */
  readonly clippingThreshold?: Scalar;
  /** Decay of a running mean of the updates. Default none. */
  readonly momentum?: Scalar;
  /** Added to the updates, without the rate. Default 0. */
  readonly weightDecay?: Scalar;
  readonly mask?: Mask;
}
/** Adafactor (Shazeer and Stern 2018, Algorithm 4): see `scaleByFactoredRms`. */
export const adafactor = (
  learningRate: Rate,
  {
    multiplyByParameterScale = true,
    clippingThreshold = 1,
    momentum,
    weightDecay = 0,
    mask = true,
    ...options
  }: AdafactorOptions = {},
): GradientTransformation<
  Chained<readonly [FactoredKind, Nothing, RateKind, Nothing, EmaKind | Nothing, Wrapped<Nothing>]>
> =>
  chain<readonly [FactoredKind, Nothing, RateKind, Nothing, EmaKind | Nothing, Wrapped<Nothing>]>(
    scaleByFactoredRms(options),
    clipByBlockRms(clippingThreshold),
    scaleByLearningRate(learningRate),
    multiplyByParameterScale ? scaleByParamBlockRms() : identity(),
    momentum === undefined ? identity() : ema(momentum, { debias: false }),
    addDecayedWeights(negated(weightDecay), mask),
  );

export interface Sm3Of<P> {
  readonly mean: P;
  /** For each leaf, from left to right, one vector for each axis. */
  readonly largest: readonly (readonly NDArray[])[];
}
export interface Sm3Kind extends MemoryKind {
  readonly memory: Sm3Of<this['params']>;
}
export interface Sm3Options {
  /** Decay of the running mean of steps. Default 0.9. */
  readonly b1?: Scalar;
  /** Decay of the squares; 1 keeps them all. Default 1. */
  readonly b2?: number;
  /** Added inside the root. Default 1e-8. */
  readonly eps?: Scalar;
}
/**
 * SM3 (Anil et al. 2019, Algorithm SM3-II): sums of squares bounded from above by one vector for each axis. `eps` stands under the root; the mean is not
 * corrected for bias.
 */
export const scaleBySm3 = ({ b1 = 0.9, b2 = 1, eps = 1e-8 }: Sm3Options = {}): GradientTransformation<Sm3Kind> => {
  // A scalar counts as a vector of one.
  const shapes = (x: NDArray): readonly number[] => (x.ndim === 0 ? [1] : x.shape);
  const start = (x: NDArray): readonly NDArray[] =>
    shapes(x).map((extent) => splat({ dtype: x.dtype, shape: [extent] }, 0));
  const step = (g: NDArray, own: readonly NDArray[]): readonly [NDArray, readonly NDArray[]] => {
    const spreadOut = own.map((v, axis) => (g.ndim === 0 ? reduceMax(v, [0]) : broadcast(v, g.shape, [axis])));
    const bound = spreadOut.reduce(min);
    const sum = add(b2 === 1 ? bound : times(bound, b2), b2 === 1 ? squared(g) : times(squared(g), complement(b2)));
    const update = mul(g, where0(gt(sum, fill(0, sum)), rsqrt(plus(sum, eps))));
    const next = g.ndim === 0 ? [broadcast(sum, [1], [])] : own.map((_, axis) => reduceMax(sum, others(sum, axis)));
    return [update, next];
  };
  return {
    init: (params) => ({ mean: zerosLike(params), largest: flattenArrays(params).leaves.map(start) }),
    update: <P>(gradients: P, memory: Sm3Of<P>) => {
      const [updates, largest] = leafByLeaf(gradients, memory.largest, step);
      const mean = map(blend(b1), memory.mean, updates);
      return [mean, { mean, largest }] as const;
    },
  };
};
/** SM3 with a learning rate; `momentum` (default 0.9) is the decay of the mean of steps. */
export const sm3 = (
  learningRate: Rate,
  { momentum = 0.9 }: { readonly momentum?: Scalar } = {},
): GradientTransformation<Chained<readonly [Sm3Kind, RateKind]>> =>
  chain(scaleBySm3({ b1: momentum }), scaleByLearningRate(learningRate));
