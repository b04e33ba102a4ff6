/** Operations of random programs that slide windows: convolutions and pooling. */
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
  type Draw,
  type Known,
  type Maker,
  type Operation,
} from './operation.ts';

const numberOf = (params: Params, name: string): number => Number(params[name]);

/** Padding of one axis. */
const padsOf = (params: Params): readonly [number, number] => [numberOf(params, 'low'), numberOf(params, 'high')];

/** How far `n` elements reach, `dilation` apart. */
const span = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1);

/** How many windows there are. */
const windows = (extent: number, window: number, stride: number): number =>
  extent < window ? 0 : Math.floor((extent - window) / stride) + 1;

interface Pair {
  /** Its last axes are space and features; those before are the batch. */
  readonly x: Known;
  /** Space, features of one group, and features made if there is a third axis. */
  readonly kernel: Known;
  readonly groups: number;
  readonly made: number;
}

const pairs = (maker: Maker): readonly Pair[] =>
  floatsOf(maker).flatMap((x) =>
    floatsOf(maker).flatMap((kernel) => {
      const [shape, [size, read, made = 1, ...more]] = [x.type.shape, kernel.type.shape];
      if (shape.length < 2 || size === undefined || size === 0 || read === undefined || more.length > 0) return [];
      const features = at(shape, shape.length - 1);
      // All features together, or each in a group of its own.
      const isGrouped = features > 1 && read === 1 && made % features === 0;
      return read === features
        ? [{ x, kernel, groups: 1, made }]
        : isGrouped
          ? [{ x, kernel, groups: features, made }]
          : [];
    }),
  );

const convolve = (x: NDArray, kernel: NDArray, params: Params): NDArray => {
  const [batch, [width = 0, features = 0]] = [x.shape.slice(0, -2), x.shape.slice(-2)];
  const [size = 0, read = 0, made = 1] = kernel.shape;
  const y = lax.convGeneralDilated(
    np.reshape(x, [sizeOf(batch), width, features]),
    np.reshape(kernel, [size, read, made]),
    {
      windowStrides: [numberOf(params, 'stride')],
      padding: [padsOf(params)],
      lhsDilation: [numberOf(params, 'apart')],
      rhsDilation: [numberOf(params, 'dilation')],
      featureGroupCount: numberOf(params, 'groups'),
      dimensionNumbers: ['NWC', 'WIO', 'NWC'],
    },
  );
  return np.reshape(y, [...batch, ...y.shape.slice(1)]);
};

const oneOrTwo = (draw: Draw): number => 1 + draw.below(2);

/** Along one axis, with any stride, dilations, padding and groups. */
export const convolution: Operation = {
  name: 'convolution',
  apply: ({ inputs, params }) => [convolve(at(inputs, 0), at(inputs, 1), params)],
  choose: (maker) => {
    const found = pick(maker.draw, pairs(maker));
    if (found === null) return null;
    const { x, kernel, groups, made } = found;
    const { draw } = maker;
    const [stride, apart, dilation] = [oneOrTwo(draw), oneOrTwo(draw), oneOrTwo(draw)];
    const [low, high] = [draw.below(2), draw.below(2)];
    const [size, read] = [at(kernel.type.shape, 0), at(kernel.type.shape, 1)];
    const space = span(at(x.type.shape, x.type.shape.length - 2), apart) + low + high;
    const shape = [...x.type.shape.slice(0, -2), windows(space, span(size, dilation), stride), made];
    if (sizeOf(shape) > sizeLimit) return null;
    return {
      inputs: [x, kernel],
      params: { stride, apart, dilation, low, high, groups },
      outputs: [{ type: floatType(shape), bound: x.bound * kernel.bound * Math.max(1, size * read) }],
    };
  },
};

/** Windows of two or three elements along one axis; with padding of at most one, each has an element in it. */
const pool = (monoid: 'sum' | 'max' | 'min', kink: boolean): Operation => ({
  name: `pool ${monoid}`,
  kink,
  apply: ({ inputs, params }) => {
    const x = at(inputs, 0);
    const along = (n: number): readonly number[] => x.shape.map((_, i) => (i === numberOf(params, 'axis') ? n : 1));
    return [
      lax.reduceWindow(x, monoid, {
        windowDimensions: along(numberOf(params, 'size')),
        windowStrides: along(numberOf(params, 'stride')),
        padding: x.shape.map((_, i) => (i === numberOf(params, 'axis') ? padsOf(params) : [0, 0])),
      }),
    ];
  },
  choose: (maker) => {
    const found = pickAxis(maker, floatsOf(maker), 1);
    if (found === null) return null;
    const { draw } = maker;
    const { value, axis, extent } = found;
    const [size, stride, low, high] = [2 + draw.below(2), oneOrTwo(draw), draw.below(2), draw.below(2)];
    const shape = withExtent(value.type.shape, axis, windows(extent + low + high, size, stride));
    if (sizeOf(shape) > sizeLimit) return null;
    const bound = monoid === 'sum' ? value.bound * size : value.bound;
    return { inputs: [value], params: { axis, size, stride, low, high }, outputs: [{ type: floatType(shape), bound }] };
  },
});

export const smoothWindows: readonly Operation[] = [convolution, pool('sum', false)];
export const kinkedWindows: readonly Operation[] = [pool('max', true), pool('min', true)];
