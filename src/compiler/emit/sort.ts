/** Positions along one axis sorted, by counting or by merging, then every operand in that order. */
import { bytesOf, isFloat } from '../../array/dtype.ts';
import { axesOf, without, type ArrayType } from '../../array/type.ts';
import type { SortKernel } from '../../kernels/kernel.ts';
import { makeFunction, type FunctionCode } from '../encode.ts';
import { emitRadix, isRadix, radixScratch } from './radix.ts';
import { scalarLanes } from './scalar-lanes.ts';
import {
  byteStrides,
  elementAt,
  forEach,
  forEachIndex,
  keep,
  pointers,
  pushAddress,
  putElement,
} from './index-code.ts';

/** Bytes of scratch: two lists of positions, more for counting digits. */
export const sortScratch = (kernel: SortKernel, input: ArrayType): number => {
  const extent = input.shape[kernel.axis] ?? 0;
  return isRadix(kernel, input) ? radixScratch(extent) : 8 * extent;
};

export const emitSort = (kernel: SortKernel, inputs: readonly ArrayType[]): FunctionCode => {
  const { axis, keys } = kernel;
  const f = makeFunction(pointers(inputs.length, inputs.length));
  const [first] = inputs;
  if (first === undefined) return f;
  const extent = first.shape[axis] ?? 0;
  const others = without(axesOf(first.shape), [axis]);
  const scratch = 2 * inputs.length;
  forEachIndex(
    f,
    others.map((a) => first.shape[a] ?? 1),
    (index) => {
      const rows = [...inputs, ...inputs].map((type, i) =>
        keep(f, (c) =>
          pushAddress(
            c,
            i,
            index,
            others.map((a) => byteStrides(type)[a] ?? 0),
          ),
        ),
      );
      const stride = byteStrides(first)[axis] ?? 0;
      const from = isRadix(kernel, first)
        ? emitRadix(f, rows[0] ?? 0, stride, extent, first.dtype, scratch)
        : emitMerge(f, extent, scratch, (left, right) => pushBefore(f, inputs.slice(0, keys), rows, axis, right, left));
      inputs.forEach((type, n) => takeInOrder(f, extent, from, type, axis, rows[n] ?? 0, rows[inputs.length + n] ?? 0));
    },
  );
  return f;
};

/** Sort the positions of one row by merging; gives the local with their address. */
const emitMerge = (
  f: FunctionCode,
  extent: number,
  scratch: number,
  pushRightFirst: (left: number, right: number) => void,
): number => {
  const from = keep(f, (c) => c.get(scratch));
  const to = keep(f, (c) =>
    c
      .get(scratch)
      .i32(4 * extent)
      .op('i32.add'),
  );
  forEach(f, extent, (i) => void pushAddress(f.body, from, [i], [4]).get(i).memory('i32.store'));
  mergePasses(f, extent, from, to, pushRightFirst);
  return from;
};

/** Write one row of an operand in the order of the positions that `from` points to. */
const takeInOrder = (
  f: FunctionCode,
  extent: number,
  from: number,
  type: ArrayType,
  axis: number,
  row: number,
  out: number,
): void => {
  const stride = byteStrides(type)[axis] ?? 0;
  forEach(f, extent, (i) => {
    const place = keep(f, (c) => pushAddress(c, from, [i], [4]).memory('i32.load'));
    const source = keep(f, (c) => pushAddress(c, row, [place], [stride]));
    putElement(
      f,
      keep(f, (c) => pushAddress(c, out, [i], [stride])),
      elementAt(f, type.dtype, source),
    );
  });
};

/** Push 1 if the element at position `a` must stand before that at `b`: by the first key that differs; NaN last. */
const pushBefore = (
  f: FunctionCode,
  keys: readonly ArrayType[],
  rows: readonly number[],
  axis: number,
  a: number,
  b: number,
): void => {
  const s = scalarLanes(f);
  const [before, tied] = [keep(f, (c) => c.i32(0)), keep(f, (c) => c.i32(1))];
  keys.forEach((type, n) => {
    const stride = byteStrides(type)[axis] ?? bytesOf(type.dtype);
    const [x, y] = [a, b].map((p) =>
      elementAt(
        f,
        type.dtype,
        keep(f, (c) => pushAddress(c, rows[n] ?? 0, [p], [stride])),
      ),
    );
    if (x === undefined || y === undefined) return;
    const less = isFloat(type.dtype) ? s.or(s.lt(x, y), s.and(s.ne(y, y), s.eq(x, x))) : s.lt(x, y);
    const same = isFloat(type.dtype) ? s.or(s.eq(x, y), s.and(s.ne(x, x), s.ne(y, y))) : s.eq(x, y);
    f.body
      .get(tied)
      .get(less.local)
      .op('i32.and')
      .get(before)
      .op('i32.or')
      .set(before)
      .get(tied)
      .get(same.local)
      .op('i32.and')
      .set(tied);
  });
  f.body.get(before);
};

/** Code that merges the run from `low` below `middle` with that from `middle` below `high`; the three are locals. */
const pairMerger = (
  f: FunctionCode,
  from: number,
  to: number,
  pushRightFirst: (left: number, right: number) => void,
): ((low: number, middle: number, high: number) => void) => {
  const c = f.body;
  const [i, j, k, left, right] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const take = (next: number): void => {
    pushAddress(c, to, [k], [4]);
    pushAddress(c, from, [next], [4]).memory('i32.load').memory('i32.store');
    c.get(next).i32(1).op('i32.add').set(next);
  };
  return (low, middle, high) => {
    c.get(low).set(i).get(middle).set(j).get(low).set(k).block('loop');
    // Take from the right run if the left is used up, or if neither is and the right element must stand first.
    c.get(i).get(middle).op('i32.ge_u').block('if', 'i32').i32(1).op('else');
    c.get(j).get(high).op('i32.ge_u').block('if', 'i32').i32(0).op('else');
    pushAddress(c, from, [i], [4]).memory('i32.load').set(left);
    pushAddress(c, from, [j], [4]).memory('i32.load').set(right);
    pushRightFirst(left, right);
    c.op('end').op('end').block('if');
    take(j);
    c.op('else');
    take(i);
    c.op('end');
    c.get(k).i32(1).op('i32.add').tee(k).get(high).op('i32.lt_u').brIf(0).op('end');
  };
};

/** Merge runs of doubling width from one list of positions to the other; the sorted list ends in the local `from`. */
const mergePasses = (
  f: FunctionCode,
  extent: number,
  from: number,
  to: number,
  pushRightFirst: (left: number, right: number) => void,
): void => {
  const c = f.body;
  const [low, middle, high, swap] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const mergePair = pairMerger(f, from, to, pushRightFirst);
  const cap = (local: number): void =>
    void c.i32(extent).get(local).get(local).i32(extent).op('i32.gt_u').op('select').set(local);
  for (let width = 1; width < extent; width *= 2) {
    c.i32(0).set(low).block('loop');
    c.get(low)
      .i32(width)
      .op('i32.add')
      .set(middle)
      .get(low)
      .i32(2 * width)
      .op('i32.add')
      .set(high);
    cap(middle);
    cap(high);
    mergePair(low, middle, high);
    c.get(high).tee(low).i32(extent).op('i32.lt_u').brIf(0).op('end');
    c.get(from).set(swap).get(to).set(from).get(swap).set(to);
  }
};
