/** Operations of random programs that go element by element, with broadcasting. */
import { np, stopGradient, type NDArray } from 'fluxion';
import { someTests } from './discrete.ts';
import { at } from './program.ts';
import { floatsOf, joined, pick, type Known, type Operation } from './operation.ts';

const unary = (
  name: string,
  f: (x: NDArray) => NDArray,
  bound: (b: number) => number,
  more: Partial<Operation> = {},
): Operation => ({
  name,
  apply: ({ inputs }) => [f(at(inputs, 0))],
  choose: (maker) => {
    const x = pick(maker.draw, floatsOf(maker));
    return x === null ? null : { inputs: [x], outputs: [{ type: x.type, bound: bound(x.bound) }] };
  },
  ...more,
});

/** Two values whose shapes broadcast. */
const fitting = (a: Known, values: readonly Known[]): readonly (readonly [Known, readonly number[]])[] =>
  values.flatMap((b) => {
    const shape = joined(a.type.shape, b.type.shape);
    return shape === null ? [] : [[b, shape] as const];
  });

const binary = (
  name: string,
  f: (x: NDArray, y: NDArray) => NDArray,
  bound: (a: number, b: number) => number,
  more: Partial<Operation> = {},
  element: 'float' | 'bool' = 'float',
): Operation => ({
  name,
  apply: ({ inputs }) => [f(at(inputs, 0), at(inputs, 1))],
  choose: (maker) => {
    const floats = floatsOf(maker);
    const a = pick(maker.draw, floats);
    const found = a === null ? null : pick(maker.draw, fitting(a, floats));
    if (a === null || found === null) return null;
    const [b, shape] = found;
    return { inputs: [a, b], outputs: [{ type: { element, shape }, bound: bound(a.bound, b.bound) }] };
  },
  ...more,
});

/** A value kept from growing: a sine whose period is as wide as the value is large. */
export const squash: Operation = {
  name: 'squash',
  apply: ({ inputs, params }) => [np.sin(at(inputs, 0).mul(Number(params['by'])))],
};

/** `tanh(a / 2 + b)`: a step of a loop that stays small. */
export const mix: Operation = {
  name: 'mix',
  apply: ({ inputs }) => [np.tanh(at(inputs, 0).mul(0.5).add(at(inputs, 1)))],
};

const above = (x: NDArray): NDArray => x.mul(x).add(0.5);
const same = (b: number): number => b;

export const smoothElementwise: readonly Operation[] = [
  unary('sin', np.sin, () => 1),
  unary('neg', (x) => x.neg(), same),
  binary('add', np.add, (a, b) => a + b),
  binary('mul', np.multiply, (a, b) => a * b),
  binary('sub', np.subtract, (a, b) => a + b),
  unary(
    'half',
    (x) => x.mul(0.5),
    (b) => b / 2,
  ),
  unary('tanh', np.tanh, () => 1),
  unary('square', np.square, (b) => b * b),
  // Kept away from the poles and the kinks of the functions themselves.
  binary(
    'ratio',
    (a, b) => a.div(above(b)),
    (a) => 2 * a,
  ),
  unary(
    'logAbove',
    (x) => np.log(above(x)),
    (b) => Math.max(0.7, Math.log(b * b + 0.5)),
  ),
  unary(
    'sqrtAbove',
    (x) => np.sqrt(above(x)),
    (b) => Math.sqrt(b * b + 0.5),
  ),
  unary(
    'expSin',
    (x) => np.exp(np.sin(x)),
    () => Math.E,
  ),
  binary(
    'powerSin',
    (a, b) => np.power(above(a), np.sin(b)),
    (a) => Math.max(2, a * a + 0.5),
  ),
  unary(
    'cube',
    (x) => np.power(x, 3),
    (b) => b ** 3,
  ),
  unary('sigmoid', np.sigmoid, () => 1),
  unary('erf', np.erf, () => 1),
  unary('stopGradient', stopGradient, same, {}),
];

/** Where a choice depends on data, the derivative has a jump. */
export const kinkedElementwise: readonly Operation[] = [
  unary('abs', np.abs, same, { kink: true }),
  unary('relu', (x) => np.maximum(x, 0), same, { kink: true }),
  binary('maximum', np.maximum, Math.max, { kink: true }),
  binary('minimum', np.minimum, Math.max, { kink: true }),
  binary('greater', np.greater, () => 1, { kink: true }, 'bool'),
  unary('floor', np.floor, (b) => b + 1, { kink: true }),
  unary(
    'clip',
    (x) => np.clip(x, -0.5, 0.7),
    () => 0.7,
    { kink: true },
  ),
];

export const where: Operation = {
  name: 'where',
  apply: ({ inputs }) => [np.where(at(inputs, 0), at(inputs, 1), at(inputs, 2))],
  choose: (maker) => {
    const floats = floatsOf(maker);
    const a = pick(maker.draw, floats);
    if (a === null) return null;
    const c = someTests(maker);
    const first = joined(c.type.shape, a.type.shape);
    if (first === null) return null;
    const b = pick(
      maker.draw,
      floats.flatMap((value) => {
        const shape = joined(first, value.type.shape);
        return shape === null ? [] : [{ value, shape }];
      }),
    );
    if (b === null) return null;
    const type = { element: 'float', shape: b.shape } as const;
    return { inputs: [c, a, b.value], outputs: [{ type, bound: Math.max(a.bound, b.value.bound) }] };
  },
};

/** The float value of integers or booleans, in which no derivative flows. */
export const toFloat: Operation = {
  name: 'toFloat',
  apply: ({ inputs, float }) => [at(inputs, 0).astype(float)],
  choose: (maker) => {
    const x = pick(
      maker.draw,
      maker.values.filter((v) => v.type.element !== 'float'),
    );
    return x === null
      ? null
      : { inputs: [x], outputs: [{ type: { element: 'float', shape: x.type.shape }, bound: x.bound }] };
  },
};
