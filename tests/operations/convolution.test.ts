import { DTypeError, lax, np, ShapeError, type NDArray } from 'fluxion';
import { convolutionLaws } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

describe('convolution laws', () => {
  for (const { name, check } of convolutionLaws()) test(name, () => check());
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
