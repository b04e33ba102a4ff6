/** What a recurrent cell is: one step of a loop over time, as data. */
import { splat, type NDArray } from '../../array/ndarray.ts';
import type { ArrayType, Shape } from '../../array/type.ts';
import { add, multiply } from '../../operations/arithmetic.ts';
import { matmul } from '../../operations/products.ts';
import { asFloat } from '../../operations/promotion.ts';
import { select } from '../../primitives/logic.ts';
import { split, type Key } from '../../random/key.ts';
import { bernoulli } from '../../random/sample.ts';
import { checkRate } from '../dropout.ts';
import { glorotUniform, orthogonal, zeros, type Initializer } from '../initializer.ts';
import type { Context } from '../layer.ts';

/** Factors 0 or `1 / (1 - rate)` that hold for all steps of a sequence (Gal and Ghahramani 2016); what is absent drops nothing. */
export interface Noise {
  /** On the input of each step. */
  readonly input?: NDArray;
  /** On what the recurrent product takes of the carry. */
  readonly recurrent?: NDArray;
  /** Of the cells that a cell holds. */
  readonly parts?: readonly Noise[];
}

/** What makes a cell. `[...]` are any leading batch axes. */
export interface CellRules<P, C> {
  /** What it is: `lstm`. */
  readonly kind: string;
  /** What it was told, for summaries. */
  readonly settings?: { readonly [name: string]: unknown };
  /** How many axes the input of one step has: 1, or 3 for images. */
  readonly rank: number;
  /** Parameters for inputs of a shape, without batch axes. */
  init(key: Key, inputShape: Shape): P;
  /** The carry of zeros for an input of one step of shape `[..., features]`. */
  zero(inputShape: Shape, dtype?: 'float32' | 'float64'): C;
  /** The noise of one sequence whose steps are like `x`. */
  noise(key: Key, x: ArrayType): Noise;
  /** What of a step does not depend on the carry, for as many steps as stand in front: one product for a whole sequence. */
  project(params: P, x: NDArray, noise: Noise): NDArray;
  /** The next carry of what was projected. */
  step(params: P, carry: C, projected: NDArray, noise: Noise): C;
  /** What the cell shows of its carry: `[..., units]`. */
  output(carry: C): NDArray;
}

/** A recurrent cell: `apply` is one step, and `rnn` makes a layer of it. */
export interface Cell<P = unknown, C = unknown> extends CellRules<P, C> {
  /** One step: `[carry, y]` of an input `[..., features]`. */
  apply(params: P, carry: C, x: NDArray, context?: Context): readonly [C, NDArray];
}

/** A cell of its rules. */
export const cellOf = <P, C>(rules: CellRules<P, C>): Cell<P, C> => ({
  ...rules,
  apply: (params, carry, given, context = {}) => {
    const x = asFloat(given);
    const noise = context.training === true ? rules.noise(context.key, x.type) : {};
    const next = rules.step(params, carry, rules.project(params, x, noise), noise);
    return [next, rules.output(next)];
  },
});

/** What all cells may be told. */
export interface CellOptions {
  /** The share of inputs dropped in training, the same at all steps of a sequence. Default 0. */
  readonly dropout?: number;
  /** The share of the carry's features that the recurrent product does not see in training, the same at all steps. Default 0. */
  readonly recurrentDropout?: number;
  /** Default `glorotUniform()`. */
  readonly kernel?: Initializer;
  /** Default `orthogonal()`. */
  readonly recurrentKernel?: Initializer;
  /** Default `zeros`. */
  readonly bias?: Initializer;
}

/** Parameters of a cell whose gates stand side by side. */
export interface GateParams {
  /** `[features, gates units]` */
  readonly kernel: NDArray;
  /** `[units, gates units]` */
  readonly recurrentKernel: NDArray;
  /** `[gates units]` */
  readonly bias: NDArray;
}

/** Draws the parameters of a cell with gates side by side. */
export const gateParams = (
  key: Key,
  features: number,
  units: number,
  gates: number,
  options: CellOptions,
): GateParams => {
  const { kernel = glorotUniform(), recurrentKernel = orthogonal(), bias = zeros } = options;
  const [a, b, c] = split(key, 3);
  return {
    kernel: kernel(a, [features, gates * units]),
    recurrentKernel: recurrentKernel(b, [units, gates * units]),
    bias: bias(c, [gates * units]),
  };
};

/** A factor for each element of a type: 0 with probability `rate`, else `1 / (1 - rate)`. */
const factors = (key: Key, rate: number, type: ArrayType): NDArray =>
  select(bernoulli(key, 1 - rate, type.shape), splat(type, 1 / (1 - rate)), splat(type, 0));

/** The noise of a cell whose recurrent product takes arrays of `recurrentShape`. */
export const noiseOf = (
  { dropout = 0, recurrentDropout = 0 }: CellOptions,
  recurrentShape: (inputShape: Shape) => Shape,
): ((key: Key, x: ArrayType) => Noise) => {
  checkRate('dropout', dropout);
  checkRate('recurrentDropout', recurrentDropout);
  return (key, x) => {
    const [forInput, forCarry] = split(key);
    return {
      ...(dropout > 0 ? { input: factors(forInput, dropout, x) } : {}),
      ...(recurrentDropout > 0
        ? { recurrent: factors(forCarry, recurrentDropout, { dtype: x.dtype, shape: recurrentShape(x.shape) }) }
        : {}),
    };
  };
};

/** `x` times a factor, where there is one. */
export const dampened = (x: NDArray, factor: NDArray | undefined): NDArray =>
  factor === undefined ? x : multiply(x, factor);

/** `x @ kernel + bias` for all steps. */
export const projectGates = (
  { kernel, bias }: Pick<GateParams, 'kernel' | 'bias'>,
  x: NDArray,
  { input }: Noise,
): NDArray => add(matmul(dampened(x, input), kernel), bias);

/** The shape of a carry of vectors. */
export const carryShape =
  (units: number) =>
  (inputShape: Shape): Shape => [...inputShape.slice(0, -1), units];

/** The features of one step, which must have one axis. */
export const featuresOf = (inputShape: Shape): number => inputShape.at(-1) ?? 0;
