/** Loops of random programs: over slices, over counts, by conditions, by an associative operation. */
import { associativeScan, foriLoop, np, scan, whileLoop, type NDArray } from 'fluxion';
import type { Flat, FlatFunction } from '../numeric.ts';
import { somePosition } from './discrete.ts';
import { mix } from './elementwise.ts';
import {
  floatsOf,
  floatType,
  joined,
  newest,
  pick,
  pickAxis,
  type Choice,
  type Known,
  type Maker,
  type Operation,
} from './operation.ts';
import { at } from './program.ts';

export type Finish = Parameters<Maker['body']>[1];
export type Given = Parameters<Maker['body']>[0][number];

/** The next carry: the old one and what the body made of it, made to fit. */
export const nextCarry = (body: Maker, carry: Known): Known => {
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
      { reverse: params['reverse'] === true, unroll: Number(params['unroll']) },
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
      params: { reverse: maker.draw.below(2) === 1, unroll: 1 + maker.draw.below(3) },
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
    // The same with a bound, which it may reach exactly: it differentiates in reverse.
    name: 'boundedLoop',
    kink: true,
    apply: ({ inputs, params, bodies }) => {
      const steps = Number(params['steps']);
      const [, carry] = whileLoop<readonly [NDArray, NDArray]>(
        ([i, c]) => np.logicalAnd(i.less(steps), c.sum().less(1.5)),
        ([i, c]) => [i.add(1), only(at(bodies, 0), i, c)],
        [np.array(0, 'int32'), at(inputs, 0)],
        { maxSteps: steps + Number(params['spare']) },
      );
      return [carry];
    },
    choose: (maker) => looping(maker, ({ draw }) => ({ steps: draw.below(4), spare: draw.below(3) })),
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

/** Averages weighted by place: associative, but not commutative, and they stay within their bounds. */
const averaging: Operation = {
  name: 'associativeScan',
  apply: ({ inputs, params }) => {
    const x = at(inputs, 0);
    const { total } = associativeScan<{ readonly weight: NDArray; readonly total: NDArray }>(
      (a, b) => ({ weight: a.weight.mul(b.weight), total: b.weight.mul(a.total).add(b.total) }),
      { weight: np.tanh(x).mul(0.5), total: x.mul(0.5) },
      { axis: Number(params['axis']), reverse: params['reverse'] === true },
    );
    return [total];
  },
  choose: (maker) => {
    const found = pickAxis(maker, floatsOf(maker));
    if (found === null) return null;
    const { value, axis } = found;
    return {
      inputs: [value],
      params: { axis, reverse: maker.draw.below(2) === 1 },
      outputs: [{ type: value.type, bound: value.bound }],
    };
  },
};

export const loopOperations: readonly Operation[] = [scanning, averaging, ...loops];
