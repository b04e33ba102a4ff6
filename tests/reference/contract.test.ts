import { describe, expect, test } from 'vitest';
import type { ContractKernel } from '../../src/kernels/kernel.ts';
import { array, backwards, counting, f32, f64, i32, run, values } from './arrays.ts';

describe('contract', () => {
  const product = (m: number, k: number, n: number): ContractKernel => ({
    kind: 'contract',
    extents: [m, k, n],
    left: [0, 1],
    right: [1, 2],
    output: [0, 2],
  });
  test('is the matrix product', () => {
    const [a, b] = [counting('float32', [2, 3]), counting('float32', [3, 2])];
    for (const left of [a, backwards(a)])
      for (const right of [b, backwards(b)])
        expect(run(product(2, 3, 2), [left, right], 'float32', [2, 2])).toEqual([10, 13, 28, 40]);
  });
  test('over nothing is 0', () => {
    expect(
      run(product(1, 0, 2), [array('float32', [], [1, 0]), array('float32', [], [0, 2])], 'float32', [1, 2]),
    ).toEqual([0, 0]);
  });
  test('outer product, batch, diagonal, and the product of two scalars', () => {
    expect(
      run(
        { kind: 'contract', extents: [2, 2], left: [0], right: [1], output: [0, 1] },
        [i32(1, 2), i32(3, 5)],
        'int32',
        [2, 2],
      ),
    ).toEqual([3, 5, 6, 10]);
    expect(
      run({ kind: 'contract', extents: [2], left: [0], right: [0], output: [0] }, [i32(1, 2), i32(3, 5)], 'int32', [2]),
    ).toEqual([3, 10]);
    expect(
      run(
        { kind: 'contract', extents: [2], left: [0, 0], right: [0], output: [] },
        [counting('int32', [2, 2]), i32(7, 5)],
        'int32',
        [],
      ),
    ).toEqual([15]);
    expect(
      run(
        { kind: 'contract', extents: [], left: [], right: [], output: [] },
        [array('int32', [6], []), array('int32', [7], [])],
        'int32',
        [],
      ),
    ).toEqual([42]);
  });
  test('a label that only one operand has is summed over', () => {
    expect(
      run(
        { kind: 'contract', extents: [3, 2], left: [0], right: [1], output: [1] },
        [f32(1, 2, 3), f32(10, 20)],
        'float32',
        [2],
      ),
    ).toEqual([60, 120]);
  });
  test('integers wrap; floats are summed in double and rounded once', () => {
    const dot = (n: number): ContractKernel => ({ kind: 'contract', extents: [n], left: [0], right: [0], output: [] });
    expect(run(dot(2), [i32(2147483647, 2147483647), i32(2147483647, 3)], 'int32', [])).toEqual([
      (1 + Math.imul(2147483647, 3)) | 0,
    ]);
    expect(run(dot(3), [f32(16777216, 1, 1), f32(1, 1, 1)], 'float32', [])).toEqual([16777218]);
    expect(run(dot(2), [f64(NaN, 1), f64(0, 1)], 'float64', [])).toEqual([NaN]);
  });
});

describe('contract with affine labels', () => {
  const [stride, dilation, pad, length, size, channels] = [2, 3, 2, 9, 3, 2] as const;
  const positions = Math.floor((length + 2 * pad - (dilation * (size - 1) + 1)) / stride) + 1;
  /** `stride * o + dilation * k - pad`, labels o = 0 and k = 1. */
  const input = {
    offset: -pad,
    terms: [
      { label: 0, factor: stride },
      { label: 1, factor: dilation },
    ],
  };
  // Labels: output position, kernel position, channel.
  const extents = [positions, size, channels];
  const signal = array(
    'float64',
    Array.from({ length: length * channels }, (_, i) => ((i * 7) % 11) - 5),
    [length, channels],
  );
  const weights = array(
    'float64',
    Array.from({ length: size * channels }, (_, i) => ((i * 5) % 7) - 3),
    [size, channels],
  );
  const cotangent = array(
    'float64',
    Array.from({ length: positions }, (_, i) => i + 1),
  );

  /** Every triple (output position, kernel position, input position inside) of the convolution, by hand. */
  const triples: (readonly [number, number, number])[] = [];
  for (let o = 0; o < positions; o++)
    for (let k = 0; k < size; k++) {
      const at = o * stride + k * dilation - pad;
      if (at >= 0 && at < length) triples.push([o, k, at]);
    }
  const [s, w, ct] = [signal, weights, cotangent].map(values);
  const entry = (list: readonly number[] | undefined, i: number): number => list?.[i] ?? NaN;

  test('is a strided, dilated, padded convolution', () => {
    const expected = Array.from({ length: positions }, () => 0);
    for (const [o, k, at] of triples)
      for (let c = 0; c < channels; c++)
        expected[o] = (expected[o] ?? 0) + entry(s, at * channels + c) * entry(w, k * channels + c);
    const kernel: ContractKernel = { kind: 'contract', extents, left: [input, 2], right: [1, 2], output: [0] };
    expect(positions).toBe(4);
    expect(run(kernel, [signal, weights], 'float64', [positions])).toEqual(expected);
    expect(run(kernel, [backwards(signal), weights], 'float64', [positions])).toEqual(expected);
    expect(
      run({ ...kernel, left: kernel.right, right: kernel.left }, [weights, signal], 'float64', [positions]),
    ).toEqual(expected);
  });
  test('and with the operand and the output exchanged its adjoint', () => {
    const expected = Array.from({ length: length * channels }, () => 0);
    for (const [o, k, at] of triples)
      for (let c = 0; c < channels; c++) {
        const place = at * channels + c;
        expected[place] = (expected[place] ?? 0) + entry(ct, o) * entry(w, k * channels + c);
      }
    const kernel: ContractKernel = { kind: 'contract', extents, left: [0], right: [1, 2], output: [input, 2] };
    expect(run(kernel, [cotangent, weights], 'float64', [length, channels])).toEqual(expected);
  });
});
