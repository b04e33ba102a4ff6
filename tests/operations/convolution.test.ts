import { DTypeError, lax, np, ShapeError, vjp, type NDArray } from 'fluxion';
import { assertAllClose, convolutionLaws } from 'fluxion/laws';
import { withReference } from 'fluxion/reference';
import { describe, expect, test } from 'vitest';

describe('convolution laws', () => {
  for (const { name, check } of convolutionLaws()) test(name, () => check());
});

describe('convolutions larger than a block', () => {
  const counted = (...shape: number[]): NDArray => {
    const size = shape.reduce((a, b) => a * b, 1);
    return np.reshape(np.array(Array.from({ length: size }, (_, i) => ((i * 7) % 13) - 6)), shape);
  };
  const same = { padding: 'SAME', dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] } as const;
  test.for([
    { name: 'much depth', input: [1, 4, 6, 90], kernel: [3, 3, 90, 9] },
    { name: 'depth in one run', input: [1, 3, 5, 701], kernel: [1, 1, 701, 5] },
    { name: 'many positions', input: [2, 15, 21, 3], kernel: [3, 2, 3, 10] },
    { name: 'many rows', input: [1, 1, 211, 4], kernel: [1, 3, 4, 17] },
  ])('equal the reference, derivatives too: $name', ({ input, kernel }) => {
    const [lhs, rhs] = [counted(...input), counted(...kernel)];
    const f = (x: NDArray, w: NDArray): NDArray => lax.convGeneralDilated(x, w, same);
    const run = (): readonly NDArray[] => {
      const [y, pull] = vjp(f, lhs, rhs);
      return [y, ...pull(counted(...y.shape))];
    };
    const expected = withReference(run);
    run().forEach((y, i) => assertAllClose(y, expected[i] ?? y, `result ${i}`));
  });
});

describe('conv', () => {
  const [x, w] = [np.ones([1, 1, 3, 3]), np.ones([1, 1, 2, 2])];

  test('slides a kernel over an image', () => {
    const image = np.reshape(np.arange(9).astype('float32'), [1, 1, 3, 3]);
    const kernel = np.reshape(np.array([1, 0, 0, -1]), [1, 1, 2, 2]);
    expect(lax.conv(image, kernel).toNested()).toEqual([
      [
        [
          [-4, -4],
          [-4, -4],
        ],
      ],
    ]);
  });
  test('pads with zeros, the odd one behind for SAME and in front for SAME_LOWER', () => {
    const line = np.reshape(np.array([1, 2, 3]), [1, 1, 3]);
    const pair = np.reshape(np.array([1, 10]), [1, 1, 2]);
    expect(lax.conv(line, pair, { padding: 'SAME' }).toNested()).toEqual([[[21, 32, 3]]]);
    expect(lax.conv(line, pair, { padding: 'SAME_LOWER' }).toNested()).toEqual([[[10, 21, 32]]]);
  });
  test('puts zeros between the elements for lhsDilation', () => {
    const line = np.reshape(np.array([1, 2]), [1, 1, 2]);
    const kernel = np.reshape(np.array([1, 10]), [1, 1, 2]);
    expect(lax.convWithGeneralPadding(line, kernel, { lhsDilation: 2, padding: [[1, 1]] }).toNested()).toEqual([
      [[10, 1, 20, 2]],
    ]);
  });
  test('gives the axes by meaning', () => {
    expect(lax.convDimensionNumbers([8, 32, 30, 3], [5, 4, 3, 16], ['NHWC', 'HWIO', 'NCHW'])).toEqual({
      lhsSpec: [0, 3, 1, 2],
      rhsSpec: [3, 2, 0, 1],
      outSpec: [0, 1, 2, 3],
    });
  });

  const fails = (f: () => unknown, error: typeof ShapeError | typeof DTypeError, sentence: RegExp): void => {
    expect(f).toThrow(error);
    expect(f).toThrow(sentence);
  };
  const general =
    (options: lax.ConvOptions, lhs: NDArray = x, rhs: NDArray = w): (() => NDArray) =>
    () =>
      lax.convGeneralDilated(lhs, rhs, options);
  test('says what does not fit', () => {
    fails(general({}, np.ones([3, 3])), ShapeError, /one rank of at least 2, got \[3, 3\] and \[1, 1, 2, 2\]/);
    fails(general({ dimensionNumbers: ['NHWC', 'HWIO', 'NHQC'] }), ShapeError, /dimensionNumbers of 4 letters/);
    fails(general({}, np.ones([1, 2, 3, 3])), ShapeError, /expected 1 \* 1 input features, got 2/);
    fails(general({ windowStrides: [1] }), ShapeError, /windowStrides of 2 whole numbers/);
    fails(general({ rhsDilation: 0 }), ShapeError, /rhsDilation of 2 whole numbers of at least 1/);
    fails(general({ padding: [[1, 1]] }), ShapeError, /padding of 2 pairs/);
    fails(general({ batchGroupCount: 2 }), ShapeError, /2 groups divide/);
    fails(general({}, x.astype('float64')), DTypeError, /numbers of one type/);
  });
});
