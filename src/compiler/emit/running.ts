/** Kernels with a running value: cumulative folds, positions of extrema, and contractions with affine indices. */
import { isFloat, type DType } from '../../array/dtype.ts';
import { byteSize, without, axesOf, type ArrayType } from '../../array/type.ts';
import {
  affine,
  neutral,
  type ArgReduceKernel,
  type AxisIndex,
  type ContractKernel,
  type CumulateKernel,
  type Monoid,
} from '../../kernels/kernel.ts';
import type { Basic } from '../../kernels/scalars.ts';
import { makeFunction, type Code, type FunctionCode } from '../encode.ts';
import { scalarLanes } from './scalar-lanes.ts';
import { scalarType, type Held } from './lanes.ts';
import {
  byteStrides,
  elementAt,
  forEach,
  forEachIndex,
  keep,
  pointers,
  pushAddress,
  pushInside,
  putElement,
} from './index-code.ts';

const join = (s: Basic<Held>, monoid: Monoid, x: Held, y: Held): Held =>
  monoid === 'sum' ? s.add(x, y) : monoid === 'prod' ? s.mul(x, y) : monoid === 'max' ? s.max(x, y) : s.min(x, y);
/** float32 sums and products run in float64, as in folds. */
const runsIn = (dtype: DType, monoid: Monoid): DType =>
  dtype === 'float32' && (monoid === 'sum' || monoid === 'prod') ? 'float64' : dtype;
const variable = (f: FunctionCode, dtype: DType): Held => ({ dtype, local: f.local(scalarType(dtype)) });
const assign = (f: FunctionCode, to: Held, from: Held): void => void f.body.get(from.local).set(to.local);

export const emitCumulate = ({ monoid, axis, reverse }: CumulateKernel, input: ArrayType): FunctionCode => {
  const f = makeFunction(pointers(1, 1));
  const s = scalarLanes(f);
  const strides = byteStrides(input);
  const others = without(axesOf(input.shape), [axis]);
  const extent = input.shape[axis] ?? 0;
  const kind = runsIn(input.dtype, monoid);
  const total = variable(f, kind);
  const step = (reverse ? -1 : 1) * (strides[axis] ?? 0);
  forEachIndex(
    f,
    others.map((a) => input.shape[a] ?? 1),
    (index) => {
      const first = reverse ? Math.max(0, extent - 1) * (strides[axis] ?? 0) : 0;
      const along = others.map((a) => strides[a] ?? 0);
      const from = keep(f, (c) => pushAddress(c, 0, index, along, first));
      const to = keep(f, (c) => pushAddress(c, 1, index, along, first));
      assign(f, total, s.constant(kind, neutral(monoid, kind)));
      forEach(f, extent, () => {
        assign(f, total, join(s, monoid, total, s.convert(kind, elementAt(f, input.dtype, from))));
        putElement(f, to, s.convert(input.dtype, total));
        for (const pointer of [from, to]) f.body.get(pointer).i32(step).op('i32.add').set(pointer);
      });
    },
  );
  return f;
};

/** Push 1 if `x` takes the place of `best`: larger (smaller), or the first NaN. */
const pushBeats = (s: Basic<Held>, c: Code, x: Held, best: Held, extremum: 'max' | 'min'): void => {
  const beats = extremum === 'max' ? s.gt(x, best) : s.lt(x, best);
  if (!isFloat(x.dtype)) return void c.get(beats.local);
  const isNew = s.and(s.ne(x, x), s.eq(best, best));
  c.get(s.or(beats, isNew).local);
};

export const emitArgReduce = ({ extremum, axis }: ArgReduceKernel, input: ArrayType): FunctionCode => {
  const f = makeFunction(pointers(1, 1));
  const s = scalarLanes(f);
  const strides = byteStrides(input);
  const others = without(axesOf(input.shape), [axis]);
  const out = keep(f, (c) => c.get(1));
  const [best, position] = [variable(f, input.dtype), f.local('i32')];
  forEachIndex(
    f,
    others.map((a) => input.shape[a] ?? 1),
    (index) => {
      const from = keep(f, (c) =>
        pushAddress(
          c,
          0,
          index,
          others.map((a) => strides[a] ?? 0),
        ),
      );
      assign(f, best, elementAt(f, input.dtype, from));
      f.body.i32(0).set(position);
      forEach(f, input.shape[axis] ?? 0, (count) => {
        const x = elementAt(f, input.dtype, from);
        pushBeats(s, f.body, x, best, extremum);
        f.body.block('if').get(x.local).set(best.local).get(count).set(position).op('end');
        f.body
          .get(from)
          .i32(strides[axis] ?? 0)
          .op('i32.add')
          .set(from);
      });
      f.body.get(out).get(position).memory('i32.store').get(out).i32(4).op('i32.add').set(out);
    },
  );
  return f;
};

/** The order of the loops: labels that are axes of the output outside, so that it is written along its memory. */
const loopOrder = ({ extents, output }: ContractKernel): readonly number[] => {
  const isDirect = output.every(
    (i) => typeof i === 'number' || (i.offset === 0 && i.terms.length === 1 && i.terms[0]?.factor === 1),
  );
  const labelsOut = isDirect ? output.map((i) => affine(i).terms[0]?.label ?? 0) : [];
  return [...labelsOut, ...extents.map((_, l) => l).filter((l) => !labelsOut.includes(l))];
};

/** Locals with the address of an element of an operand, and whether it lies inside; `labels` holds the loops' counts. */
const affinePlace = (
  f: FunctionCode,
  labels: readonly number[],
  indices: readonly AxisIndex[],
  type: ArrayType,
  base: number,
): { readonly inside: number; readonly pointer: number } => {
  const at = indices.map((index) => {
    const { offset, terms } = affine(index);
    const counts = terms.map((t) => labels[t.label] ?? 0);
    const factors = terms.map((t) => t.factor);
    return keep(f, (c) => pushAddress(c, null, counts, factors, offset));
  });
  const inside = keep(f, (c) => {
    c.i32(1);
    at.forEach((local, i) => pushInside(c, local, type.shape[i] ?? 0).op('i32.and'));
  });
  return { inside, pointer: keep(f, (c) => pushAddress(c, base, at, byteStrides(type))) };
};

/** A contraction by its definition, one term at a time, sums in float64 for floats. */
export const emitAffineContract = (
  kernel: ContractKernel,
  types: readonly [ArrayType, ArrayType, ArrayType],
): FunctionCode => {
  const { extents, left, right, output } = kernel;
  const f = makeFunction(pointers(2, 1));
  const s = scalarLanes(f);
  const [a, b, y] = types;
  const kind: DType = isFloat(y.dtype) ? 'float64' : y.dtype;
  const bytes = byteSize(y);
  if (bytes > 0) f.body.get(2).i32(0).i32(bytes).memoryFill();
  const order = loopOrder(kernel);
  const labels = new Array<number>(extents.length).fill(0);
  const term = (): void => {
    const x = affinePlace(f, labels, left, a, 0);
    const w = affinePlace(f, labels, right, b, 1);
    const out = affinePlace(f, labels, output, y, 2);
    f.body.get(x.inside).get(w.inside).op('i32.and').get(out.inside).op('i32.and').block('if');
    const product = s.mul(
      s.convert(kind, elementAt(f, a.dtype, x.pointer)),
      s.convert(kind, elementAt(f, b.dtype, w.pointer)),
    );
    putElement(f, out.pointer, s.convert(y.dtype, s.add(s.convert(kind, elementAt(f, y.dtype, out.pointer)), product)));
    f.body.op('end');
  };
  const loop = (depth: number): void => {
    const label = order[depth];
    if (label === undefined) return term();
    forEach(f, extents[label] ?? 0, (count) => {
      labels[label] = count;
      loop(depth + 1);
    });
  };
  loop(0);
  return f;
};
