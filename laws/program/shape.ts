/** Operations of random programs that move elements about, or make new ones. */
import { lax, np, type NDArray } from 'fluxion';
import { at, type Params } from './program.ts';
import {
  floatsOf,
  floatType,
  pick,
  pickAxis,
  sizeLimit,
  sizeOf,
  withExtent,
  type Choice,
  type Maker,
  type Operation,
} from './operation.ts';

const axisOf = (params: Params): number => Number(params['axis']);
// Sound: params of the operation itself, which it made so.
const numbersOf = (params: Params, name: string): readonly number[] => params[name] as readonly number[];

/** One value along one axis. */
const along =
  (
    least: number,
    choice: (
      maker: Maker,
      shape: readonly number[],
      axis: number,
    ) => { params: Params; shape: readonly number[] } | null,
  ) =>
  (maker: Maker): Choice | null => {
    const found = pickAxis(maker, floatsOf(maker), least);
    if (found === null) return null;
    const made = choice(maker, found.value.type.shape, found.axis);
    return made === null
      ? null
      : {
          inputs: [found.value],
          params: { ...made.params, axis: found.axis },
          outputs: [{ type: floatType(made.shape), bound: found.value.bound }],
        };
  };

/** Other shapes of the same size. */
const reshapes = (shape: readonly number[]): readonly (readonly number[])[] => {
  const size = sizeOf(shape);
  const pairs = [1, 2, 3, 4, 6].flatMap((n) => (size > 0 && size % n === 0 ? [[n, size / n]] : []));
  return [[size], ...(size === 1 ? [[]] : []), [1, ...shape], [...shape, 1], ...pairs].filter((s) => s.length <= 3);
};

/** All orders of the axes. */
const orders = (rank: number): readonly (readonly number[])[] =>
  rank === 0
    ? [[]]
    : orders(rank - 1).flatMap((order) =>
        Array.from({ length: rank }, (_, i) => [...order.slice(0, i), rank - 1, ...order.slice(i)]),
      );

const rearranging: readonly Operation[] = [
  {
    name: 'reshape',
    apply: ({ inputs, params }) => [np.reshape(at(inputs, 0), numbersOf(params, 'shape'))],
    choose: (maker) => {
      const x = pick(maker.draw, floatsOf(maker));
      const shape = x === null ? null : pick(maker.draw, reshapes(x.type.shape));
      return x === null || shape === null
        ? null
        : { inputs: [x], params: { shape }, outputs: [{ type: floatType(shape), bound: x.bound }] };
    },
  },
  {
    name: 'transpose',
    apply: ({ inputs, params }) => [np.transpose(at(inputs, 0), numbersOf(params, 'axes'))],
    choose: (maker) => {
      const x = pick(maker.draw, floatsOf(maker));
      const axes = x === null ? null : pick(maker.draw, orders(x.type.shape.length));
      if (x === null || axes === null) return null;
      const type = floatType(axes.map((axis) => at(x.type.shape, axis)));
      return { inputs: [x], params: { axes }, outputs: [{ type, bound: x.bound }] };
    },
  },
  {
    name: 'broadcast',
    apply: ({ inputs, params }) => [np.broadcastTo(at(inputs, 0), numbersOf(params, 'shape'))],
    choose: (maker) => {
      const x = pick(
        maker.draw,
        floatsOf(maker).filter((v) => v.type.shape.length < 3),
      );
      const extent = 1 + maker.draw.below(3);
      if (x === null || sizeOf(x.type.shape) * extent > sizeLimit) return null;
      const shape = [extent, ...x.type.shape];
      return { inputs: [x], params: { shape }, outputs: [{ type: floatType(shape), bound: x.bound }] };
    },
  },
  {
    name: 'flip',
    apply: ({ inputs, params }) => [np.flip(at(inputs, 0), axisOf(params))],
    choose: along(0, (_, shape) => ({ params: {}, shape })),
  },
];

/** Every `stride`-th element from `start` up to `limit` along an axis. */
const sliced = (x: NDArray, axis: number, start: number, limit: number, stride: number): NDArray =>
  lax.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((n, i) => (i === axis ? limit : n)),
    x.shape.map((_, i) => (i === axis ? stride : 1)),
  );

const cutting: readonly Operation[] = [
  {
    name: 'slice',
    apply: ({ inputs, params }) => [
      sliced(at(inputs, 0), axisOf(params), Number(params['start']), Number(params['limit']), Number(params['stride'])),
    ],
    choose: along(1, ({ draw }, shape, axis) => {
      const extent = at(shape, axis);
      const start = draw.below(extent);
      const limit = start + 1 + draw.below(extent - start);
      const stride = 1 + draw.below(2);
      return { params: { start, limit, stride }, shape: withExtent(shape, axis, Math.ceil((limit - start) / stride)) };
    }),
  },
  {
    name: 'pad',
    apply: ({ inputs, params }) => {
      const x = at(inputs, 0);
      const here = (n: unknown): number[] => x.shape.map((_, i) => (i === axisOf(params) ? Number(n) : 0));
      const [low, high, interior] = [here(params['low']), here(params['high']), here(params['interior'])];
      return [lax.pad(x, np.full([], 0.5, x.dtype), { low, high, interior })];
    },
    choose: along(1, ({ draw }, shape, axis) => {
      const extent = at(shape, axis);
      const [low, high, interior] = [draw.below(3) - (extent > 1 ? 1 : 0), draw.below(2), draw.below(2)];
      const padded = withExtent(shape, axis, low + high + extent + (extent - 1) * interior);
      return sizeOf(padded) > sizeLimit ? null : { params: { low, high, interior }, shape: padded };
    }),
  },
];

const joining: readonly Operation[] = [
  {
    name: 'concatenate',
    apply: ({ inputs, params }) => [np.concatenate(inputs, axisOf(params))],
    choose: (maker) => {
      const found = pickAxis(maker, floatsOf(maker));
      if (found === null) return null;
      const { value: a, axis } = found;
      const rest = (shape: readonly number[]): string => withExtent(shape, axis, 0).join();
      const b = pick(
        maker.draw,
        floatsOf(maker).filter(
          (v) => v.type.shape.length === a.type.shape.length && rest(v.type.shape) === rest(a.type.shape),
        ),
      );
      if (b === null) return null;
      const shape = withExtent(a.type.shape, axis, at(a.type.shape, axis) + at(b.type.shape, axis));
      if (sizeOf(shape) > sizeLimit) return null;
      return {
        inputs: [a, b],
        params: { axis },
        outputs: [{ type: floatType(shape), bound: Math.max(a.bound, b.bound) }],
      };
    },
  },
];

const constantShapes: readonly (readonly number[])[] = [[], [2], [3], [1, 3], [2, 3], [2, 2]];

/** Values that no input decides. */
const making: readonly Operation[] = [
  {
    name: 'constant',
    apply: ({ params, float }) => {
      const shape = numbersOf(params, 'shape');
      const data = Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(Number(params['seed']) + 1.7 * i));
      return [np.reshape(np.array(data, float), shape)];
    },
    choose: ({ draw }) => {
      const shape = pick(draw, constantShapes) ?? [];
      return { inputs: [], params: { seed: draw.below(100), shape }, outputs: [{ type: floatType(shape), bound: 1 }] };
    },
  },
  {
    name: 'full',
    apply: ({ params, float }) => [np.full(numbersOf(params, 'shape'), Number(params['value']), float)],
    choose: ({ draw }) => {
      const shape = pick(draw, constantShapes) ?? [];
      return {
        inputs: [],
        params: { value: draw.below(3) - 0.5, shape },
        outputs: [{ type: floatType(shape), bound: 2 }],
      };
    },
  },
];

export const shapeOperations: readonly Operation[] = [...rearranging, ...cutting, ...joining, ...making];
