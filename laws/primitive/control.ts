/** Cases of the primitives that hold programs: calls, loops, branches, rules of one's own, callbacks. */
import * as fc from 'fast-check';
import { lax, np, type ArrayType, type DType, type NDArray, type Shape } from 'fluxion';
import { build, splat } from 'fluxion/extend';
import { array, smoothArrays, type Case, type Specimen } from './specimen.ts';

const few: fc.Arbitrary<Shape> = fc.constantFrom<Shape>([], [1], [3], [2, 2], [0]);
const dtypes = fc.constantFrom<DType>('float32', 'float64', 'int32', 'uint32');
const typed = (dtype: DType, shape: Shape): ArrayType => ({ dtype, shape });
const counter: ArrayType = typed('int32', []);
const { add, mul, sub } = lax;

/** A constant of the type of a value. */
const constant = (like: NDArray, value: number): NDArray => splat(like.type, value);
const next = (n: NDArray): NDArray => add(n, constant(n, 1));

/** Floats whose products and sums stay exact for the few steps that these programs make, and the corners. */
const tame = (dtype: DType): fc.Arbitrary<number> =>
  dtype === 'float32' || dtype === 'float64'
    ? fc.constantFrom(0, 1, -1, 0.5, 2, -1.5, NaN, Infinity, -0)
    : fc.integer({ min: 0, max: 9 });

const small = (most: number, least = 0): fc.Arbitrary<NDArray> =>
  array('int32', [], fc.integer({ min: least, max: most }));

/** What a plan says of one choice of types and params. */
interface Plan {
  readonly params: unknown;
  /** The types of the operands that may move, and the rest as drawn. */
  readonly operands: readonly ArrayType[];
  /** Operands from operands that may move and whole numbers. */
  readonly place: (xs: readonly NDArray[], numbers: readonly NDArray[]) => readonly NDArray[];
  readonly results: readonly ArrayType[];
}

const withNumbers = (
  numbers: readonly fc.Arbitrary<NDArray>[],
  plans: fc.Arbitrary<Plan>,
  draw: (types: readonly ArrayType[]) => fc.Arbitrary<readonly NDArray[]>,
): fc.Arbitrary<Case> =>
  plans.chain(({ params, operands, place, results }) =>
    fc
      .tuple(draw(operands), fc.tuple(...numbers))
      .map(([xs, ns]): Case => ({ params, inputs: place(xs, ns), results })),
  );

/** Both kinds of cases from one plan for each element type. */
const specimenOf = (
  name: string,
  numbers: readonly fc.Arbitrary<NDArray>[],
  plan: (dtype: DType) => fc.Arbitrary<Plan>,
  { isMoving = true, ...rest }: Partial<Specimen> & { readonly isMoving?: boolean } = {},
): Specimen => ({
  name,
  agreement: 'numbers',
  cases: withNumbers(numbers, dtypes.chain(plan), (types) =>
    fc.tuple(...types.map(({ dtype, shape }) => array(dtype, shape, tame(dtype)))),
  ),
  ...(isMoving
    ? {
        smooth: withNumbers(numbers, plan('float64'), (types) => smoothArrays(types.map(({ shape }) => shape))),
      }
    : {}),
  ...rest,
});

/** `(x, y, n)`: one result of both operands, one of each alone, one of the whole number, one of nothing. */
const calls = (dtype: DType): fc.Arbitrary<Plan> =>
  few.map((shape) => {
    const type = typed(dtype, shape);
    const graph = build('body', [type, type, counter], ([x, y, n]) =>
      x === undefined || y === undefined || n === undefined
        ? []
        : [mul(mul(x, y), y), lax.neg(x), add(y, y), next(n), constant(n, 7)],
    );
    return {
      params: { graph },
      operands: [type, type],
      place: (xs, ns) => [...xs, ...ns],
      results: [type, type, type, counter, counter],
    };
  });

/** A loop that carries a value and a count: `s = s c + x`, and each step gives `s x` (or `s + x`, which is linear). */
const scans =
  (isLinear: boolean) =>
  (dtype: DType): fc.Arbitrary<Plan> =>
    fc
      .record({
        shape: few,
        length: fc.nat(4),
        reverse: fc.boolean(),
        isLast: fc.boolean(),
        isStackedLast: fc.boolean(),
      })
      .map(({ shape, length, reverse, isLast, isStackedLast }) => {
        const type = typed(dtype, shape);
        const [xsAxis, ysAxis] = [isLast ? shape.length : 0, isStackedLast ? shape.length : 0];
        const stacked = (axis: number): ArrayType =>
          typed(dtype, [...shape.slice(0, axis), length, ...shape.slice(axis)]);
        const body = build('body', [type, type, counter, type], ([c, s, n, x]) => {
          if (c === undefined || s === undefined || n === undefined || x === undefined) return [];
          const moved = add(mul(s, c), x);
          return [moved, next(n), isLinear ? add(moved, x) : mul(moved, x), n];
        });
        return {
          params: { body, constants: 1, carry: 2, length, reverse, xsAxes: [xsAxis], ysAxes: [ysAxis, 0] },
          operands: [type, type, stacked(xsAxis)],
          place: ([c, s, xs], ns) => [c, s, ...ns, xs].flatMap((x) => x ?? []),
          results: [type, counter, stacked(ysAxis), typed('int32', [length])],
        };
      });

/** `s = s c - 1` while a count is below a limit; the values may also stop it. */
const whiles = (dtype: DType): fc.Arbitrary<Plan> =>
  few.map((shape) => {
    const type = typed(dtype, shape);
    const condition = build('condition', [counter, counter, type], ([limit, n]) =>
      limit === undefined || n === undefined ? [] : [lax.lt(n, limit)],
    );
    const body = build('body', [type, counter, type], ([c, n, s]) =>
      c === undefined || n === undefined || s === undefined ? [] : [next(n), sub(mul(s, c), constant(s, 1))],
    );
    return {
      params: { condition, body, conditionConstants: 1, bodyConstants: 1 },
      operands: [type, type],
      place: ([c, s], [limit, n]) => [limit, c, n, s].flatMap((x) => x ?? []),
      results: [counter, type],
    };
  });

/** Three programs of `(x, y)`, each linear in x: one of both, one of x alone, one of y alone. */
const branches = (dtype: DType): fc.Arbitrary<Plan> =>
  fc.tuple(few, fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([shape, count, isSkip]) => {
    const type = typed(dtype, shape);
    const bodies: readonly ((x: NDArray, y: NDArray) => readonly NDArray[])[] = [
      (x, y) => [mul(x, y), add(x, x)],
      (x) => [lax.neg(x), x],
      (_, y) => [constant(y, 0), y],
    ];
    const graphs = bodies
      .slice(0, count)
      .map((body, i) =>
        build(`branch ${i}`, [type, type], ([x, y]) => (x === undefined || y === undefined ? [] : body(x, y))),
      );
    return {
      params: { branches: graphs, skips: isSkip && count === 2 },
      operands: [type, type],
      place: (xs, ns) => [...ns, ...xs],
      results: [type, type],
    };
  });

/** `n x y` with `n` captured by both, and its derivative said by hand. */
const customJvps = (dtype: DType): fc.Arbitrary<Plan> =>
  few.map((shape) => {
    const type = typed(dtype, shape);
    const times = (n: NDArray, x: NDArray): NDArray => mul(lax.convertElementType(np.broadcastTo(n, shape), dtype), x);
    const primal = build('primal', [counter, type, type], ([n, x, y]) =>
      n === undefined || x === undefined || y === undefined ? [] : [times(n, mul(x, y)), n],
    );
    const isFloat = dtype === 'float32' || dtype === 'float64';
    const rule = build('rule', [counter, type, type, ...(isFloat ? [type, type] : [])], ([n, x, y, dx, dy]) => {
      if (n === undefined || x === undefined || y === undefined) return [];
      const outputs = [times(n, mul(x, y)), n];
      return dx === undefined || dy === undefined ? outputs : [...outputs, times(n, add(mul(dx, y), mul(x, dy)))];
    });
    return {
      params: { primal, rule, primalCaptures: 1, ruleCaptures: 1 },
      operands: [type, type],
      place: (xs, [n]) => [...(n === undefined ? [] : [n, n]), ...xs],
      results: [type, counter],
    };
  });

/** `x y` with a derivative in reverse said by hand. */
const customVjps = (dtype: DType): fc.Arbitrary<Plan> =>
  few.map((shape) => {
    const type = typed(dtype, shape);
    const product = build('primal', [type, type], ([x, y]) => (x === undefined || y === undefined ? [] : [mul(x, y)]));
    const fwd = build('fwd', [type, type], ([x, y]) => (x === undefined || y === undefined ? [] : [mul(x, y), x, y]));
    const bwd = build('bwd', [type, type, type], ([x, y, ct]) =>
      x === undefined || y === undefined || ct === undefined ? [] : [mul(ct, y), mul(x, ct)],
    );
    return {
      params: { primal: product, fwd, bwd, captures: [0, 0, 0] },
      operands: [type, type],
      place: (xs) => xs,
      results: [type],
    };
  });

/** JavaScript that doubles the one and counts the elements of the other. */
const hosts = (dtype: DType): fc.Arbitrary<Plan> =>
  fc.tuple(few, fc.boolean()).map(([shape, ordered]) => {
    const type = typed(dtype, shape);
    const callback = ([x, y]: readonly NDArray[]): readonly NDArray[] =>
      x === undefined || y === undefined ? [] : [add(x, x), np.array(y.size, 'int32')];
    return {
      params: { callback, outputs: [type, counter], ordered },
      operands: [type, type],
      place: (xs) => xs,
      results: [type, counter],
    };
  });

const index = small(4, -2);
const halted = { isMoving: false };

/** One for each primitive that holds programs, some with a further one for where it is linear. */
export const controlSpecimens: readonly Specimen[] = [
  specimenOf('call', [small(9)], calls, { linear: [[0]] }),
  specimenOf('program', [small(9)], calls, { linear: [[0]] }),
  specimenOf('checkpoint', [small(9)], calls, { linear: [[0]] }),
  specimenOf('scan', [small(9)], scans(false), { lean: [0] }),
  specimenOf('scan', [small(9)], scans(true), { linear: [[1, 3], [3], [1]], lean: [0] }),
  specimenOf('while', [small(3), small(2)], whiles),
  specimenOf('branch', [index], branches, { linear: [[1]] }),
  specimenOf('customJvp', [small(3)], customJvps, { linear: [[2], [3]] }),
  specimenOf('customVjp', [], customVjps, halted),
  specimenOf('host', [], hosts, halted),
];
