/** What layers of pooling must be: plain loops over windows and bins. */
import * as fc from 'fast-check';
import { nn, np, random, type NDArray } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose } from './close.ts';
import { law, type Law } from './law.ts';
import { plainReduction, plainWindows } from './plain-windows.ts';

const pools = {
  max: [nn.maxPool1d, nn.maxPool2d, nn.maxPool3d],
  avg: [nn.avgPool1d, nn.avgPool2d, nn.avgPool3d],
} as const;
const adaptive = {
  max: [nn.adaptiveMaxPool1d, nn.adaptiveMaxPool2d, nn.adaptiveMaxPool3d],
  avg: [nn.adaptiveAvgPool1d, nn.adaptiveAvgPool2d, nn.adaptiveAvgPool3d],
} as const;
const globals = {
  max: [nn.globalMaxPool1d, nn.globalMaxPool2d, nn.globalMaxPool3d],
  avg: [nn.globalAvgPool1d, nn.globalAvgPool2d, nn.globalAvgPool3d],
} as const;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const reductions = { max: (values: readonly number[]) => Math.max(...values), avg: mean } as const;

const list = (rank: number, min: number, max: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });

const drawn = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.record({
    key: keys(),
    kind: fc.constantFrom('max' as const, 'avg' as const),
    lead: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    extents: list(rank, 3, rank === 3 ? 4 : 6),
    size: list(rank, 1, 3),
    strides: list(rank, 1, 3),
    padding: fc.constantFrom('same' as const, 'valid' as const),
    countIncludePad: fc.boolean(),
  }),
);

const windowLaw = (): Law =>
  law(
    'pooling: the largest or the mean of each window, by plain loops; init tells the shape',
    fc.property(drawn, ({ key, kind, lead, extents, size, strides, padding, countIncludePad }) => {
      const make = pools[kind][extents.length - 1] ?? nn.maxPool1d;
      const layer = make(size, { strides, padding, ...(kind === 'avg' ? { countIncludePad } : {}) });
      const { outputShape } = layer.init(key, [...extents, 2]);
      const x = random.normal(key, [...lead, ...extents, 2]);
      const folded = x.reshape([-1, ...extents, 2]);
      const given = {
        x: folded,
        options: {
          windowDimensions: [1, ...size, 1],
          windowStrides: [1, ...strides, 1],
          windowDilation: [1, ...size.map(() => 1), 1],
          padding: padding === 'same' ? 'SAME' : 'VALID',
        },
      } as const;
      const whole = size.reduce((a, b) => a * b, 1);
      const counted = (values: readonly number[]): number =>
        countIncludePad ? (mean(values) * values.length) / whole : mean(values);
      const expected = plainReduction(given, kind === 'max' ? reductions.max : counted);
      if (plainWindows(given).shape.length !== folded.ndim) throw new Error('the plain loops lost an axis');
      assertAllClose(layer.apply(null, null, x, {})[0], expected.reshape([...lead, ...outputShape]), 'pooled');
    }),
  );

/** Every place of a box, the last axis running fastest. */
const places = (ranges: readonly (readonly [number, number])[]): readonly (readonly number[])[] =>
  ranges.reduce<readonly (readonly number[])[]>(
    (all, [start, end]) => all.flatMap((at) => Array.from({ length: end - start }, (_, i) => [...at, start + i])),
    [[]],
  );

/** Each bin of an example without channels, by its definition. */
const plainBins = (x: NDArray, size: readonly number[], f: (values: readonly number[]) => number): NDArray => {
  const data = x.dataSync();
  const at = (index: readonly number[]): number =>
    data[index.reduce((sum, i, axis) => sum * (x.shape[axis] ?? 1) + i, 0)] ?? NaN;
  const values = places(size.map((n) => [0, n] as const)).map((bin) =>
    f(
      places(
        bin.map((i, axis) => {
          const [n, count] = [x.shape[axis] ?? 1, size[axis] ?? 1];
          return [Math.floor((i * n) / count), Math.ceil(((i + 1) * n) / count)] as const;
        }),
      ).map(at),
    ),
  );
  return np.array(values).reshape(size);
};

const adaptiveLaw = (): Law =>
  law(
    'adaptive pooling: the largest or the mean of each bin, by plain loops; the global one is one bin',
    fc.property(drawn, ({ key, kind, extents, size }) => {
      const layer = (adaptive[kind][extents.length - 1] ?? nn.adaptiveMaxPool1d)(size);
      const x = random.normal(key, [...extents, 2]);
      const y = layer.apply(null, null, x, {})[0];
      const channels = [0, 1].map((c) => plainBins(x.get('...', c), size, reductions[kind]));
      assertAllClose(y, np.stack(channels, -1), 'bins');
      assertAllClose(np.array(layer.init(key, [...extents, 2]).outputShape), np.array(y.shape), 'shape');
      const all = (globals[kind][extents.length - 1] ?? nn.globalMaxPool1d)({ keepdims: true });
      const one = (adaptive[kind][extents.length - 1] ?? nn.adaptiveMaxPool1d)(1);
      assertAllClose(all.apply(null, null, x, {})[0], one.apply(null, null, x, {})[0], 'global');
    }),
  );

/** The laws of windowed, adaptive and global pooling layers. */
export const poolingLayerLaws = (): readonly Law[] => [windowLaw(), adaptiveLaw()];
