import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';
import { describe, expect, test } from 'vitest';
import { allocate, dtypes } from '../../src/array/dtype.ts';
import { splat, strided } from '../../src/array/ndarray.ts';
import { sizeOf, typeOf } from '../../src/array/type.ts';
import { fromNdarray, toNdarray } from '../../src/reference/ndarray.ts';
import { copyInto, eachIndex, freshView, type View } from '../../src/reference/view.ts';
import { array, backwards, counting, f32, values } from './arrays.ts';

interface Walk {
  readonly extent: number;
  /** Positions from one element to the next; may be 0 or negative. */
  readonly step: number;
}

const walks = fc.array(fc.record({ extent: fc.nat(3), step: fc.integer({ min: -4, max: 4 }) }), { maxLength: 4 });
const dtype = fc.constantFrom(...dtypes);

/** A view by any strides over 1, 2, 3, ... (0 and 1 in bool), its offset such that it stays within the data. */
const viewBy = (type: (typeof dtypes)[number], steps: readonly Walk[]): View => {
  const reach = steps.map(({ extent, step }) => Math.max(0, extent - 1) * step);
  const offset = reach.reduce((sum, r) => sum - Math.min(0, r), 0);
  const data = allocate(type, 1 + reach.reduce((sum, r) => sum + Math.abs(r), 0));
  for (let i = 0; i < data.length; i++) data[i] = type === 'bool' ? i % 2 : i + 1;
  return ndarray(
    data,
    steps.map((w) => w.extent),
    steps.map((w) => w.step),
    offset,
  );
};

describe('ndarray-ops', () => {
  test('copies as a plain loop does, whatever the strides', () => {
    fc.assert(
      fc.property(walks, dtype, (steps, type) => {
        const from = viewBy(type, steps);
        const [copied, looped] = [
          freshView({ dtype: type, shape: from.shape }),
          freshView({ dtype: type, shape: from.shape }),
        ];
        copyInto(copied, from);
        eachIndex(from.shape, (index) => looped.set(...index, from.get(...index)));
        expect(copied.data).toEqual(looped.data);
      }),
    );
  });
  test('copies into a part of a larger view and touches nothing else', () => {
    fc.assert(
      fc.property(walks, fc.nat(2), fc.nat(2), (steps, before, after) => {
        const from = viewBy('int32', steps);
        const whole = from.shape.map((extent) => extent + before + after);
        const [copied, looped] = [
          freshView({ dtype: 'int32', shape: whole }),
          freshView({ dtype: 'int32', shape: whole }),
        ];
        copyInto(copied.lo(...whole.map(() => before)).hi(...from.shape), from);
        eachIndex(from.shape, (index) => looped.set(...index.map((i) => i + before), from.get(...index)));
        expect(copied.data).toEqual(looped.data);
      }),
    );
  });
  test('rounds doubles to the store as JavaScript does', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 9 }), (xs) => {
        const to = freshView(typeOf('float32', [xs.length]));
        copyInto(to, ndarray(new Float64Array(xs)));
        expect(Array.from(to.data)).toEqual(xs.map(Math.fround));
      }),
    );
  });
  test('is used for nothing that the properties above do not cover', () => {
    const folder = new URL('../../src/reference/', import.meta.url);
    const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const used = sources.flatMap((text) => [...text.matchAll(/\bops\.(\w+)/g)].map(([, name]) => name));
    expect([...new Set(used)]).toEqual(['assign']);
    expect(sources.filter((text) => text.includes("from 'ndarray-ops'")).length).toBe(1);
  });
  test('does not agree here, which is why', () => {
    const int = ndarray(new Int32Array([2147483647]));
    const product = ndarray(new Int32Array(1));
    ops.mul(product, int, int);
    expect(product.get(0)).not.toBe(Math.imul(2147483647, 2147483647));
    expect(ops.sup(ndarray(new Float64Array([1, NaN])))).toBe(1);
  });
});

describe('toNdarray and fromNdarray', () => {
  test('are inverse for every element type, whatever the strides', () => {
    fc.assert(
      fc.property(walks, dtype, (steps, type) => {
        const { data, shape, stride, offset } = viewBy(type, steps);
        const x = strided(typeOf(type, shape), data, stride, offset);
        const back = fromNdarray(toNdarray(x), type);
        expect(back.type).toEqual(x.type);
        expect(values(back)).toEqual(values(x));
        expect(toNdarray(x).data.length).toBe(sizeOf(shape));
      }),
    );
  });
  test('copy: writing to the view changes nothing', () => {
    const x = counting('float32', [2, 2]);
    const view = toNdarray(x);
    view.set(0, 0, 99);
    const y = fromNdarray(view);
    view.set(0, 0, 77);
    expect([values(x), values(y)]).toEqual([
      [0, 1, 2, 3],
      [99, 1, 2, 3],
    ]);
  });
  test('splats, flipped arrays, scalars', () => {
    expect(Array.from(toNdarray(splat(typeOf('int32', [2, 2]), 5)).data)).toEqual([5, 5, 5, 5]);
    expect(Array.from(toNdarray(backwards(f32(1, 2))).data)).toEqual([1, 2]);
    expect(toNdarray(array('bool', [1], [])).get()).toBe(1);
  });
  test('the element type is that of the store, or the one asked for', () => {
    expect(fromNdarray(ndarray([1.5, 2])).dtype).toBe('float32');
    expect(fromNdarray(ndarray(new Uint8ClampedArray([1]))).dtype).toBe('uint8');
    expect(values(fromNdarray(ndarray(new Float64Array([1.7, -1e20, NaN])), 'int32'))).toEqual([1, -2147483648, 0]);
    expect(values(fromNdarray(ndarray(new Int16Array([-3, 0])), 'bool'))).toEqual([1, 0]);
    expect(() => fromNdarray(ndarray(new Int16Array(1)))).toThrow('got int16');
  });
  test('views by any strides', () => {
    expect(
      values(
        fromNdarray(
          ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3])
            .transpose(1, 0)
            .step(-2),
        ),
      ),
    ).toEqual([3, 6, 1, 4]);
  });
});
