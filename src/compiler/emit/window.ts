/** Positions of the extreme elements of sliding windows: no bound is checked per element; neighbours along a last axis left alone go four at a time. */
import { bytesOf, isFloat, type DType } from '../../array/dtype.ts';
import { rowMajor, sizeOf, type ArrayType } from '../../array/type.ts';
import type { WindowArgKernel } from '../../kernels/kernel.ts';
import { makeFunction, type Code, type FunctionCode } from '../encode.ts';
import { constants } from './lanes.ts';
import { countLoop } from './loops.ts';
import { forEach, keep, pointers } from './index-code.ts';
import { copyOf, move } from './tile.ts';
import { fourBest, singleBest, type Best } from './window-best.ts';

/** One axis behind the batch. `element` is the stride of the array along it. */
interface Axis {
  readonly extent: number;
  readonly count: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly element: number;
}

/** Whether every element of every window lies inside along an axis. */
const isInside = ({ extent, count, size, stride, dilation, low }: Axis): boolean =>
  low <= 0 && (count - 1) * stride + (size - 1) * dilation - low < extent;

/** Along the last axis nothing happens. */
const isIdle = ({ extent, count, size, stride, low }: Axis): boolean =>
  size === 1 && stride === 1 && low === 0 && count === extent;

/** The offsets of all elements of a window, in elements. */
const offsetsOf = (axes: readonly Axis[]): readonly number[] =>
  axes.reduce<readonly number[]>(
    (offsets, { size, dilation, element }) =>
      offsets.flatMap((o) => Array.from({ length: size }, (_, k) => o + k * dilation * element)),
    [0],
  );

/** Windows of up to this many elements are written out. */
const mostUnrolled = 16;

interface Search {
  readonly f: FunctionCode;
  readonly axes: readonly Axis[];
  readonly bytes: number;
  readonly best: Best;
  readonly constant: (value: number) => number;
}

/** Push `place`, four neighbouring places if lanes are four, plus what `more` pushes as an i32. */
const pushPlace = (
  { best, constant }: Search,
  place: number,
  c: Code,
  offset: number | { readonly local: number },
): void => {
  c.get(place);
  if (offset === 0) return;
  if (typeof offset === 'number') {
    if (best.lanes === 4) c.get(constant(offset)).op('i32x4.add');
    else c.i32(offset).op('i32.add');
  } else if (best.lanes === 4) c.get(offset.local).op('i32x4.splat').op('i32x4.add');
  else c.get(offset.local).op('i32.add');
};

/** All elements of a window that lies inside, one after the other. */
const writtenOut = (search: Search, pointer: number, place: number): void => {
  const { axes, bytes, best } = search;
  offsetsOf(axes).forEach((offset, i) => {
    best.load(pointer, offset * bytes);
    const position = (c: Code): void => pushPlace(search, place, c, offset);
    if (i === 0) best.take(position);
    else best.compete(position, false);
  });
};

type Range = readonly [from: number, to: number];

/** The elements of a window within `ranges`, by loops. */
const looped = (search: Search, pointer: number, place: number, ranges: readonly Range[]): void => {
  const { f, axes, bytes, best } = search;
  const c = f.body;
  best.clear();
  const level = (i: number, at: number, offset: number): void => {
    const [axis, range] = [axes[i], ranges[i]];
    if (axis === undefined || range === undefined) {
      best.load(at, 0);
      return best.compete((code) => pushPlace(search, place, code, { local: offset }), true);
    }
    const step = axis.dilation * axis.element;
    const k = copyOf(f, range[0]);
    const [own, ownOffset] = [at, offset].map((base, j) =>
      keep(f, () =>
        c
          .get(base)
          .get(k)
          .i32(step * (j === 0 ? bytes : 1))
          .op('i32.mul')
          .op('i32.add'),
      ),
    );
    if (own === undefined || ownOffset === undefined) return;
    c.block('block').block('loop').get(k).get(range[1]).op('i32.ge_s').brIf(1);
    level(i + 1, own, ownOffset);
    move(f, own, step * bytes);
    move(f, ownOffset, step);
    move(f, k, 1);
    c.br(0).op('end').op('end');
  };
  level(
    0,
    pointer,
    keep(f, () => c.i32(0)),
  );
};

/** Locals with the first element of a window inside along an axis, and the one behind the last; `count` is a local with the window's number. */
const rangeOf = (f: FunctionCode, { extent, size, stride, dilation, low }: Axis, count: number): Range => {
  const first = (limit: number): number => {
    // The least k with count * stride + k * dilation - low >= limit, between 0 and size.
    const k = keep(f, (c) =>
      c
        .i32(limit + low + dilation - 1)
        .get(count)
        .i32(stride)
        .op('i32.mul')
        .op('i32.sub')
        .i32(dilation)
        .op('i32.div_s'),
    );
    f.body.i32(0).get(k).get(k).i32(0).op('i32.lt_s').op('select').set(k);
    f.body.i32(size).get(k).get(k).i32(size).op('i32.gt_s').op('select').set(k);
    return k;
  };
  return [first(0), first(extent)];
};

/** One round: the windows that begin at `pointer`, which stands at `place` of the array. */
const oneRound = (search: Search, pointer: number, place: number, ranges: readonly Range[], out: number): void => {
  const { axes, best } = search;
  if (axes.every(isInside) && sizeOf(axes.map((a) => a.size)) <= mostUnrolled) writtenOut(search, pointer, place);
  else looped(search, pointer, place, ranges);
  best.store(out);
  move(search.f, out, 4 * best.lanes);
};

/** The last axis four neighbours at a time; what remains is done with some done before. */
const neighbours = (search: Search, pointer: number, place: number, ranges: readonly Range[], out: number): void => {
  const { f, axes, constant } = search;
  const extent = axes.at(-1)?.extent ?? 0;
  const at = copyOf(f, pointer);
  const places = f.local('v128');
  const c = f.body;
  c.get(place).op('i32x4.splat');
  for (let lane = 1; lane < 4; lane++) c.get(place).i32(lane).op('i32.add').lane('i32x4.replace_lane', lane);
  c.set(places);
  const shift = (elements: number): void => {
    move(f, at, elements * 4);
    c.get(places).get(constant(elements)).op('i32x4.add').set(places);
  };
  countLoop(f, Math.floor(extent / 4), () => {
    oneRound(search, at, places, ranges, out);
    shift(4);
  });
  const rest = extent % 4;
  if (rest === 0) return;
  shift(rest - 4);
  move(f, out, (rest - 4) * 4);
  oneRound(search, at, places, ranges, out);
};

/** The loops over the windows along the axes from `i` on. */
const eachWindow = (
  search: Search,
  i: number,
  pointer: number,
  place: number,
  ranges: readonly Range[],
  out: number,
): void => {
  const { f, axes, bytes, best } = search;
  const axis = axes[i];
  if (axis === undefined) return oneRound(search, pointer, place, ranges, out);
  const full: Range = [keep(f, (c) => c.i32(0)), keep(f, (c) => c.i32(axis.size))];
  if (best.lanes === 4 && i === axes.length - 1) return neighbours(search, pointer, place, [...ranges, full], out);
  const { low, stride, element, count } = axis;
  const [own, ownPlace] = [copyOf(f, pointer, -low * element * bytes), copyOf(f, place, -low * element)];
  forEach(f, count, (number) => {
    const range = isInside(axis) ? full : rangeOf(f, axis, number);
    eachWindow(search, i + 1, own, ownPlace, [...ranges, range], out);
    move(f, own, stride * element * bytes);
    move(f, ownPlace, stride * element);
  });
};

const canGoFour = (dtype: DType, last: Axis | undefined): boolean =>
  bytesOf(dtype) === 4 &&
  last !== undefined &&
  isIdle(last) &&
  last.extent >= 4 &&
  (isFloat(dtype) || dtype !== 'bool');

export const emitWindowArg = (w: WindowArgKernel, input: ArrayType, output: ArrayType): FunctionCode => {
  const f = makeFunction(pointers(1, 1));
  const bytes = bytesOf(input.dtype);
  const shape = input.shape.slice(w.batch);
  const strides = rowMajor(shape);
  const axes = shape.map((extent, i): Axis => ({
    extent,
    count: output.shape[w.batch + i] ?? 0,
    size: w.size[i] ?? 1,
    stride: w.stride[i] ?? 1,
    dilation: w.dilation[i] ?? 1,
    low: w.low[i] ?? 0,
    element: strides[i] ?? 1,
  }));
  const goesFour = canGoFour(input.dtype, axes.at(-1));
  const held = constants(
    f,
    () => 'v128',
    (c, _, value) => c.i32(value).op('i32x4.splat'),
  );
  const best = (goesFour ? fourBest : singleBest)(f, input.dtype, w.extremum);
  const search: Search = { f, axes, bytes, best, constant: (value) => held('int32', value).local };
  const out = copyOf(f, 1);
  const origin = keep(f, (c) => c.i32(0));
  forEach(f, sizeOf(input.shape.slice(0, w.batch)), () => {
    eachWindow(search, 0, 0, origin, [], out);
    move(f, 0, sizeOf(shape) * bytes);
  });
  return f;
};
