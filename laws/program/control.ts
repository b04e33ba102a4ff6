/** Operations of random programs that hold programs: loops, branches, nested transformations, custom rules. */
import {
  checkpoint,
  cond,
  customJvp,
  customVjp,
  foriLoop,
  jit,
  jvp,
  np,
  scan,
  vmap,
  vjp,
  whileLoop,
  type NDArray,
} from 'fluxion';
import type { Flat, FlatFunction } from '../numeric.ts';
import { mix } from './elementwise.ts';
import { somePosition, someTest } from './discrete.ts';
import { at } from './program.ts';
import {
  floatsOf,
  floatType,
  joined,
  newest,
  pick,
  pickAxis,
  without,
  type Choice,
  type Known,
  type Maker,
  type Operation,
} from './operation.ts';

type Finish = Parameters<Maker['body']>[1];
type Given = Parameters<Maker['body']>[0][number];

/** Up to three float values to hand over. */
const operands = (maker: Maker): readonly Known[] => {
  const floats = floatsOf(maker);
  const count = 1 + maker.draw.below(2);
  return Array.from({ length: count }, () => pick(maker.draw, floats)).flatMap((v) => v ?? []);
};

const last: Finish = (body, inputs) => [newest(body) ?? at(inputs, 0)];
const outputsOf = (known: readonly Known[]): Choice['outputs'] => known.map(({ type, bound }) => ({ type, bound }));

/** A function of some values applied to them in a way that changes nothing but how. */
const wrapped = (
  name: string,
  wrap: (f: (...xs: Flat) => Flat) => (...xs: Flat) => Flat,
  more: Partial<Operation> & { readonly closed?: boolean } = {},
): Operation => ({
  name,
  apply: ({ inputs, bodies }) => wrap((...xs) => at(bodies, 0)(xs))(...inputs),
  choose: (maker) => {
    const inputs = operands(maker);
    if (inputs.length === 0) return null;
    const { program, outputs } = maker.body(inputs, last, more.closed);
    return { inputs, bodies: [program], outputs: outputsOf(outputs) };
  },
  ...more,
});

const rule = (f: (...xs: Flat) => Flat): ((...xs: Flat) => Flat) =>
  customJvp(f, (primals, tangents) => jvp(f, [...primals], [...tangents]));
const backRule = (f: (...xs: Flat) => Flat): ((...xs: Flat) => Flat) =>
  customVjp(f, { fwd: (...xs) => [f(...xs), xs], bwd: (xs, cts) => vjp(f, ...xs)[1]([...cts]) });

/** The next carry: the old one and what the body made of it, made to fit. */
const nextCarry = (body: Maker, carry: Known): Known => {
  const found = floatsOf(body).find((v) => joined(carry.type.shape, v.type.shape)?.join() === carry.type.shape.join());
  const other = found ?? carry;
  return at(body.emit(mix, { inputs: [carry, other], outputs: [{ type: carry.type, bound: 1 }] }), 0);
};

const carried = (carry: Known): Given => ({ type: carry.type, bound: Math.max(1, carry.bound) });

const scanning: Operation = {
  name: 'scan',
  apply: ({ inputs, params, bodies }) => {
    const [start, ...xs] = inputs;
    const [carry, ys] = scan(
      (c: NDArray, x: Flat) => {
        const [next, ...rest] = at(bodies, 0)([c, ...x]);
        return [next as NDArray, rest as Flat] as const; // sound: a body gives a carry and a result
      },
      at(
        [start].flatMap((x) => x ?? []),
        0,
      ),
      xs,
      { reverse: params['reverse'] === true },
    );
    return [carry, ...ys];
  },
  choose: (maker) => {
    const floats = floatsOf(maker);
    const x = pick(
      maker.draw,
      floats.filter((v) => v.type.shape.length > 0),
    );
    const carry = pick(maker.draw, floats);
    if (x === null || carry === null) return null;
    const slice: Given = { ...x, type: floatType(x.type.shape.slice(1)) };
    const { program, outputs } = maker.body([carried(carry), slice], (body, inputs) => {
      const y = newest(body) ?? at(inputs, 1);
      return [nextCarry(body, at(inputs, 0)), y];
    });
    const [c, y] = [at(outputs, 0), at(outputs, 1)];
    const stacked = floatType([at(x.type.shape, 0), ...y.type.shape]);
    return {
      inputs: [carry, x],
      params: { reverse: maker.draw.below(2) === 1 },
      bodies: [program],
      outputs: [
        { type: c.type, bound: Math.max(c.bound, carry.bound) },
        { type: stacked, bound: y.bound },
      ],
    };
  },
};

/** A choice of a loop over one float carry. */
const looping = (maker: Maker, params: (maker: Maker) => NonNullable<Choice['params']>): Choice | null => {
  const carry = pick(maker.draw, floatsOf(maker));
  if (carry === null) return null;
  const counter: Given = { type: { element: 'int32', shape: [] }, bound: 3 };
  const { program } = maker.body([counter, carried(carry)], (body, inputs) => [nextCarry(body, at(inputs, 1))]);
  return {
    inputs: [carry],
    params: params(maker),
    bodies: [program],
    outputs: [{ type: carry.type, bound: Math.max(1, carry.bound) }],
  };
};

const only = (f: FlatFunction, ...xs: Flat): NDArray => at(f(xs), 0);

const loops: readonly Operation[] = [
  {
    name: 'foriLoop',
    apply: ({ inputs, params, bodies }) => [
      foriLoop(0, Number(params['steps']), (i, c: NDArray) => only(at(bodies, 0), i, c), at(inputs, 0)),
    ],
    choose: (maker) => looping(maker, ({ draw }) => ({ steps: draw.below(4) })),
  },
  {
    // How often it goes round depends on data where it can; it ends after `steps` at most.
    name: 'whileLoop',
    direction: 'forward',
    kink: true,
    apply: ({ inputs, params, bodies }) => {
      const [, carry] = whileLoop<readonly [NDArray, NDArray]>(
        ([i, c]) => np.logicalAnd(i.less(Number(params['steps'])), c.sum().less(1.5)),
        ([i, c]) => [i.add(1), only(at(bodies, 0), i, c)],
        [np.array(0, 'int32'), at(inputs, 0)],
      );
      return [carry];
    },
    choose: (maker) => looping(maker, ({ draw }) => ({ steps: draw.below(4) })),
  },
  {
    name: 'countingLoop',
    apply: ({ inputs, params }) => {
      const [count] = whileLoop<readonly [NDArray, NDArray]>(
        ([, total]) => total.less(Number(params['until'])),
        ([i, total]) => [i.add(1), total.add(i).add(1)],
        [np.zeros([], 'int32'), at(inputs, 0)],
      );
      return [count];
    },
    choose: (maker) => {
      const start = somePosition(maker);
      return { inputs: [start], params: { until: maker.draw.below(4) }, outputs: [{ type: start.type, bound: 3 }] };
    },
  },
];

export const isPositive: Operation = {
  name: 'isPositive',
  kink: true,
  apply: ({ inputs }) => [at(inputs, 0).sum().greater(0.1)],
  choose: (maker) => {
    const x = pick(maker.draw, floatsOf(maker));
    return x === null ? null : { inputs: [x], outputs: [{ type: { element: 'bool', shape: [] }, bound: 1 }] };
  },
};

const branching: Operation = {
  name: 'cond',
  apply: ({ inputs, bodies }) => {
    const [test, ...xs] = inputs;
    return cond(
      at(
        [test].flatMap((x) => x ?? []),
        0,
      ),
      (...own: Flat) => at(bodies, 0)(own),
      (...own: Flat) => at(bodies, 1)(own),
      ...xs,
    );
  },
  choose: (maker) => {
    const inputs = operands(maker);
    const [first] = inputs;
    if (first === undefined) return null;
    const test = someTest(maker);
    const finish: Finish = (body, own) => [nextCarry(body, at(own, 0))];
    const bodies = [0, 1].map(() => maker.body(inputs, finish).program);
    return { inputs: [test, ...inputs], bodies, outputs: [{ type: first.type, bound: Math.max(1, first.bound) }] };
  },
};

const mapping: Operation = {
  name: 'vmap',
  apply: ({ inputs, params, bodies }) =>
    vmap((...xs: Flat) => at(bodies, 0)(xs), { inAxes: params['inAxes'] as readonly (number | null)[] })(...inputs), // sound: made so below
  choose: (maker) => {
    const found = pickAxis(maker, floatsOf(maker), 1);
    const other = pick(maker.draw, floatsOf(maker));
    if (found === null || other === null) return null;
    const { value, axis, extent } = found;
    const otherAxis = maker.draw.below(2) === 1 ? other.type.shape.lastIndexOf(extent) : -1;
    const slice = ({ type, bound }: Known, of: number | null): Given => ({
      type: of === null ? type : floatType(without(type.shape, of)),
      bound,
    });
    const axes = [axis, otherAxis < 0 ? null : otherAxis];
    const { program, outputs } = maker.body([slice(value, at(axes, 0)), slice(other, axes[1] ?? null)], last);
    const y = at(outputs, 0);
    return {
      inputs: [value, other],
      params: { inAxes: axes },
      bodies: [program],
      outputs: [{ type: floatType([extent, ...y.type.shape]), bound: y.bound }],
    };
  },
};

export const controlOperations: readonly Operation[] = [
  wrapped('jit', (f) => jit(f)),
  wrapped('checkpoint', (f) => checkpoint(f)),
  wrapped('customJvp', rule, { closed: true }),
  wrapped('customVjp', backRule, { closed: true, direction: 'reverse' }),
  scanning,
  ...loops,
  branching,
  mapping,
];
