/** What layers of convolutions must be: plain loops over windows, and a transposed one the adjoint. */
import * as fc from 'fast-check';
import { nn, np, random, vjp, type NDArray, type Shape } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose } from './close.ts';
import { law, type Law } from './law.ts';
import { plainConvolution } from './plain-windows.ts';

const list = (rank: number, max: number, min = 1): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });

interface Drawn {
  readonly key: random.Key;
  readonly extents: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: nn.LayerPadding;
  readonly groups: number;
  readonly channels: readonly [inputs: number, features: number];
  readonly lead: Shape;
}

const paddings = (rank: number): fc.Arbitrary<nn.LayerPadding> =>
  fc.oneof(
    fc.constantFrom<nn.LayerPadding>('same', 'valid', ...(rank === 1 ? (['causal'] as const) : [])),
    list(2 * rank, 2, 0).map((n) =>
      Array.from({ length: rank }, (_, i) => [n[2 * i] ?? 0, n[2 * i + 1] ?? 0] as const),
    ),
  );

const drawn = (): fc.Arbitrary<Drawn> =>
  fc.integer({ min: 1, max: 3 }).chain((rank) =>
    fc.record({
      key: keys(),
      extents: list(rank, rank === 3 ? 4 : 6, rank === 3 ? 3 : 5),
      window: list(rank, rank === 3 ? 2 : 3),
      strides: list(rank, 3),
      // The kernel spans no more than the extents.
      dilation: list(rank, 2),
      padding: paddings(rank),
      groups: fc.constantFrom(1, 1, 2),
      channels: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      lead: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    }),
  );

/** What a name of padding means for plain loops. */
const meant = ({ padding, window, dilation }: Drawn) =>
  padding === 'same'
    ? 'SAME'
    : padding === 'valid'
      ? 'VALID'
      : padding === 'causal'
        ? window.map((size, i) => [(size - 1) * (dilation[i] ?? 1), 0] as const)
        : padding;

/** The convolution of folded batch axes, by plain loops. */
const plain = (x: NDArray, kernel: NDArray, given: Drawn, featureGroupCount: number): NDArray => {
  const letters = 'XYZ'.slice(0, given.extents.length);
  return plainConvolution({
    lhs: x.reshape([-1, ...given.extents, x.shape.at(-1) ?? 1]),
    rhs: kernel,
    options: {
      windowStrides: given.strides,
      padding: meant(given),
      lhsDilation: given.extents.map(() => 1),
      rhsDilation: given.dilation,
      dimensionNumbers: [`N${letters}C`, `${letters}IO`, `N${letters}C`],
      featureGroupCount,
      batchGroupCount: 1,
    },
  });
};

const definitionLaw = (): Law =>
  law(
    'conv: plain loops over windows, groups and dilation, and a bias; init tells the shape',
    fc.property(drawn(), (given) => {
      const { key, extents, window, lead, groups, padding, strides, dilation, channels } = given;
      const [inputs, features] = channels.map((n) => n * groups);
      const inputShape = [...extents, inputs ?? 1];
      const layer = nn.conv(features ?? 1, window, { groups, padding, strides, dilation, bias: () => np.array([3]) });
      const { params, state, outputShape } = layer.init(key, inputShape);
      const x = random.normal(key, [...lead, ...inputShape]);
      const [y] = layer.apply(params, state, x, {});
      assertAllClose(
        y,
        plain(x, params.kernel, given, groups)
          .add(3)
          .reshape([...lead, ...outputShape]),
        'conv',
      );
    }),
  );

const depthwiseLaw = (): Law =>
  law(
    'depthwiseConv2d: a convolution of as many groups as channels; separableConv2d mixes its channels',
    fc.property(drawn(), (given) => {
      if (given.extents.length !== 2) return;
      const { key, extents, window, padding, strides, dilation, groups: multiplier } = given;
      const options = { padding, strides, dilation, multiplier } as const;
      const layer = nn.depthwiseConv2d(window, options);
      const { params, state, outputShape } = layer.init(key, [...extents, 3]);
      const x = random.normal(key, [2, ...extents, 3]);
      const [y] = layer.apply(params, state, x, {});
      assertAllClose(y, plain(x, params.kernel, given, 3).reshape([2, ...outputShape]), 'depthwise');
      const mixed = nn.separableConv2d(4, window, options);
      const { params: both } = mixed.init(key, [...extents, 3]);
      const seen = plain(x, both.depthwiseKernel, given, 3).reshape([2, ...outputShape]);
      assertAllClose(mixed.apply(both, null, x, {})[0], np.matmul(seen, both.pointwiseKernel), 'separable');
    }),
  );

const transposedLaw = (): Law =>
  law(
    'convTranspose: the adjoint of the convolution with its kernel; init tells the shape',
    fc.property(drawn(), fc.constantFrom('same' as const, 'valid' as const), (given, padding) => {
      const { key, extents, window, strides, lead, channels } = given;
      const [features, inputs] = channels;
      const up = nn.convTranspose(features, window, { strides, padding, transposeKernel: true, bias: false });
      const { params, state, outputShape } = up.init(key, [...extents, inputs]);
      const y = random.normal(key, [...lead, ...extents, inputs]);
      const down = nn.conv(inputs, window, { strides, padding, bias: false });
      const x = np.zeros([...lead, ...outputShape]);
      const [, pull] = vjp((z: NDArray) => down.apply(params, null, z, {})[0], x);
      assertAllClose(up.apply(params, state, y, {})[0], pull(y)[0], 'adjoint');
    }),
  );

/** The laws of `conv`, `depthwiseConv2d`, `separableConv2d` and `convTranspose`. */
export const convolutionLayerLaws = (): readonly Law[] => [definitionLaw(), depthwiseLaw(), transposedLaw()];
