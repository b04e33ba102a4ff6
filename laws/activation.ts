/** What must hold of activations, and the formulas of those of the library. */
import * as fc from 'fast-check';
import { grad, jit, nn, np, special, vmap, type NDArray } from 'fluxion';
import { assertAllClose, exact, reordered } from './close.ts';
import { derivativeLaws } from './derivative.ts';
import { law, type Law } from './law.ts';

export interface ActivationCase {
  readonly name: string;
  readonly function: (x: NDArray) => NDArray;
  /** The published formula, on a number. */
  readonly formula: (x: number) => number;
  /** Where the slope jumps. */
  readonly kinks?: readonly number[];
}

const numbers = (max: number): fc.Arbitrary<number> => fc.double({ min: -max, max, noNaN: true });
/** Mostly where activations bend, some far out. */
const points = fc.array(fc.oneof(numbers(1), numbers(8), numbers(8), numbers(1e4), fc.constantFrom(-1e4, 0, 1e4)), {
  minLength: 16,
  maxLength: 16,
});

const assertNear = (got: number, want: number, what: string): void => {
  const { relative, absolute } = reordered.float64;
  if (!(Math.abs(got - want) <= absolute + relative * Math.abs(want)))
    throw new Error(`${what}: expected ${want}, got ${got}`);
};

const formulaLaw = ({ name, function: f, formula }: ActivationCase): Law =>
  law(
    `${name}: its formula, in float64`,
    fc.property(points, (xs) => {
      const ys = f(np.array(xs, 'float64')).dataSync();
      xs.forEach((x, i) => assertNear(ys[i] ?? NaN, formula(x), `${name}(${x})`));
    }),
  );

const elementLaw = ({ name, function: f }: ActivationCase): Law =>
  law(
    `${name}: element by element, at once and compiled, in the type of its operand`,
    fc.property(points, (xs) => {
      const x = np.array(xs, 'float32');
      const y = f(x);
      assertAllClose(f(x.reshape([4, 4])).reshape([16]), y, 'in another shape', exact);
      assertAllClose(vmap(f)(x), y, 'vmap');
      assertAllClose(jit(f)(x), y, 'jit');
    }),
  );

const extremeLaw = ({ name, function: f }: ActivationCase): Law =>
  law(
    `${name}: finite with a finite slope far out in float32, and NaN of NaN`,
    fc.property(fc.double({ min: 100, max: 1e4, noNaN: true }), (size) => {
      for (const x of [-size, size]) {
        const at = np.array(x, 'float32');
        for (const value of [f(at), grad(f)(at)])
          if (!Number.isFinite(Number(value.item()))) throw new Error(`${name} at ${x}: got ${String(value.item())}`);
      }
      if (!Number.isNaN(Number(f(np.array(NaN)).item()))) throw new Error(`${name}(NaN) is a number`);
    }),
  );

const farFrom =
  (kinks: readonly number[]) =>
  (x: number): boolean =>
    kinks.every((kink) => Math.abs(x - kink) > 0.01);

/** The laws of one activation that acts on each element. */
export const activationLaws = (activation: ActivationCase): readonly Law[] => [
  formulaLaw(activation),
  elementLaw(activation),
  extremeLaw(activation),
  ...derivativeLaws({
    name: activation.name,
    function: (xs) => xs.map(activation.function),
    points: fc
      .array(numbers(4).filter(farFrom(activation.kinks ?? [])), { minLength: 3, maxLength: 3 })
      .map((xs) => [np.array(xs, 'float64')]),
  }),
];

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clamp = (low: number, x: number, high: number): number => Math.min(Math.max(x, low), high);
const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));
const erfc = (x: number): number => Number(special.erfc(np.array(x, 'float64')).item());

/** The activations of the library with their formulas. */
export const activationCases: readonly ActivationCase[] = [
  { name: 'step', function: nn.step, formula: (x) => (x >= 0 ? 1 : 0), kinks: [0] },
  { name: 'sign', function: nn.sign, formula: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), kinks: [0] },
  { name: 'identity', function: nn.identity, formula: (x) => x },
  {
    name: 'piecewiseLinear',
    function: (x) => nn.piecewiseLinear(x),
    formula: (x) => clamp(0, x + 0.5, 1),
    kinks: [-0.5, 0.5],
  },
  {
    name: 'piecewiseLinear with bounds',
    function: (x) => nn.piecewiseLinear(x, { from: -1, to: 3, low: -2, high: 1 }),
    formula: (x) => clamp(-2, -2 + (x + 1) * 0.75, 1),
    kinks: [-1, 3],
  },
  { name: 'hardTanh', function: nn.hardTanh, formula: (x) => clamp(-1, x, 1), kinks: [-1, 1] },
  { name: 'relu', function: nn.relu, formula: (x) => Math.max(x, 0), kinks: [0] },
  { name: 'relu6', function: nn.relu6, formula: (x) => clamp(0, x, 6), kinks: [0, 6] },
  { name: 'leakyRelu', function: (x) => nn.leakyRelu(x), formula: (x) => (x < 0 ? 0.01 * x : x), kinks: [0] },
  { name: 'leakyRelu 0.3', function: (x) => nn.leakyRelu(x, 0.3), formula: (x) => (x < 0 ? 0.3 * x : x), kinks: [0] },
  { name: 'prelu', function: (x) => nn.prelu(x, 0.25), formula: (x) => (x < 0 ? x / 4 : x), kinks: [0] },
  { name: 'elu', function: (x) => nn.elu(x), formula: (x) => elu(x, 1), kinks: [0] },
  { name: 'elu 2', function: (x) => nn.elu(x, 2), formula: (x) => elu(x, 2), kinks: [0] },
  { name: 'celu', function: (x) => nn.celu(x, 2), formula: (x) => (x > 0 ? x : 2 * Math.expm1(x / 2)), kinks: [0] },
  { name: 'selu', function: nn.selu, formula: (x) => 1.0507009873554805 * elu(x, 1.6732632423543772), kinks: [0] },
  { name: 'hardSigmoid', function: nn.hardSigmoid, formula: (x) => clamp(0, x + 3, 6) / 6, kinks: [-3, 3] },
  { name: 'hardSilu', function: nn.hardSilu, formula: (x) => (x * clamp(0, x + 3, 6)) / 6, kinks: [-3, 3] },
  { name: 'sigmoid', function: nn.sigmoid, formula: sigmoid },
  { name: 'tanh', function: nn.tanh, formula: Math.tanh },
  { name: 'softplus', function: nn.softplus, formula: softplus },
  { name: 'logSigmoid', function: nn.logSigmoid, formula: (x) => -softplus(-x) },
  { name: 'softSign', function: nn.softSign, formula: (x) => x / (1 + Math.abs(x)), kinks: [0] },
  { name: 'silu', function: nn.silu, formula: (x) => x * sigmoid(x) },
  { name: 'mish', function: nn.mish, formula: (x) => x * Math.tanh(softplus(x)) },
  {
    name: 'squareplus',
    function: (x) => nn.squareplus(x),
    formula: (x) => (x < 0 ? 2 / (Math.sqrt(x * x + 4) - x) : (x + Math.sqrt(x * x + 4)) / 2),
  },
  {
    name: 'gelu',
    function: (x) => nn.gelu(x),
    formula: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  },
  {
    name: 'gelu by the error function',
    function: (x) => nn.gelu(x, { approximate: false }),
    formula: (x) => 0.5 * x * erfc(-x / Math.SQRT2),
  },
];

const rows = fc.array(numbers(3), { minLength: 6, maxLength: 6 }).map((xs) => np.array(xs, 'float64').reshape([2, 3]));

/** Shares add up to one, know no common shift, and are what their logarithms say. */
export const softmaxLaws: readonly Law[] = [
  law(
    'softmax: shares of one, the same for a common shift, however large',
    fc.property(rows, fc.constantFrom(-1e4, 0, 1e4), fc.constantFrom(0, 1, -1), (x, shift, axis) => {
      const shares = nn.softmax(x, axis);
      assertAllClose(shares.sum(axis), np.ones(shares.sum(axis).shape, 'float64'), 'the sum');
      assertAllClose(np.exp(nn.logSoftmax(x, axis)), shares, 'exp of logSoftmax');
      const moved = x.add(shift);
      // The elements themselves are rounded where the shift is large.
      assertAllClose(nn.softmax(moved, axis), nn.softmax(moved.sub(shift), axis), 'shifted');
      const [total, mean] = [nn.logsumexp(moved, { axis }), nn.logmeanexp(moved, { axis })];
      assertAllClose(moved.sub(np.expandDims(total, axis)), nn.logSoftmax(moved, axis), 'logsumexp');
      assertAllClose(mean, total.sub(Math.log(x.shape.at(axis) ?? 1)), 'logmeanexp');
    }),
  ),
  law(
    'softmax: with a mask, as if only the rest were there',
    fc.property(rows, fc.constantFrom(0, 1, 2), (x, out) => {
      const where = np.notEqual(np.arange(3), out);
      const kept = x.get(
        ':',
        np.array(
          [0, 1, 2].filter((i) => i !== out),
          'int32',
        ),
      );
      const take = (y: NDArray): NDArray =>
        y.get(
          ':',
          np.array(
            [0, 1, 2].filter((i) => i !== out),
            'int32',
          ),
        );
      for (const f of [nn.softmax, nn.logSoftmax]) assertAllClose(take(f(x, { where })), f(kept), 'masked');
      assertAllClose(nn.logsumexp(x, { axis: 1, where }), nn.logsumexp(kept, { axis: 1 }), 'logsumexp');
      assertAllClose(nn.logmeanexp(x, { axis: 1, where }), nn.logmeanexp(kept, { axis: 1 }), 'logmeanexp');
      assertAllClose(take(nn.standardize(x, { where })), nn.standardize(kept), 'standardize');
    }),
  ),
  ...(
    [
      ['softmax', (x: NDArray) => nn.softmax(x)],
      ['logSoftmax', (x: NDArray) => nn.logSoftmax(x)],
      ['logsumexp', (x: NDArray) => nn.logsumexp(x, { axis: 1 })],
      ['logmeanexp', (x: NDArray) => nn.logmeanexp(x)],
      ['standardize', (x: NDArray) => nn.standardize(x, { epsilon: 0.1 })],
      ['glu', (x: NDArray) => nn.glu(x, 0)],
    ] as const
  ).flatMap(([name, f]) => derivativeLaws({ name, function: (xs) => xs.map(f), points: rows.map((x) => [x]) })),
];
