/** What convolutions must be: their definition, and whatever transformations promise of them. */
import * as fc from 'fast-check';
import { jit, lax, np, vjp, vmap, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { assertAllClose } from './close.ts';
import { checkGrads } from './derivative.ts';
import { law, type Law } from './law.ts';
import { counted, looped, threefold } from './examples.ts';
import { plainConvolution } from './plain-windows.ts';
import { convCases, wideConvCases, type ConvCase } from './window-cases.ts';

const convolve = ({ lhs, rhs, options }: ConvCase): NDArray => lax.convGeneralDilated(lhs, rhs, options);

/** What the two derivatives of a convolution make of a cotangent. */
const pulled = ({ lhs, rhs, options }: ConvCase, ct: NDArray): readonly NDArray[] =>
  vjp((x: NDArray, w: NDArray) => lax.convGeneralDilated(x, w, options), lhs, rhs)[1](ct);

const mappings: fc.Arbitrary<readonly [boolean, boolean]> = fc.constantFrom([true, false], [false, true], [true, true]);

const valueLaws = (): readonly Law[] => [
  law(
    'conv: sums of products over windows, by plain loops',
    fc.property(convCases(), (c) => assertAllClose(convolve(c), plainConvolution(c), 'conv')),
  ),
  law(
    'conv: compiled equals reference, its derivatives too',
    fc.property(fc.oneof(convCases(['float32', 'float64']), wideConvCases()), (c) => {
      const y = convolve(c);
      assertAllClose(
        y,
        withReference(() => convolve(c)),
        'conv',
      );
      const slow = withReference(() => pulled(c, counted(y)));
      pulled(c, counted(y)).forEach((g, i) => assertAllClose(g, slow[i] ?? g, `gradient ${i}`));
    }),
  ),
  law(
    'conv: jit is the identity',
    fc.property(convCases(), (c) => {
      const f = jit((x: NDArray, w: NDArray) => lax.convGeneralDilated(x, w, c.options));
      assertAllClose(f(c.lhs, c.rhs), convolve(c), 'jit');
    }),
  ),
];

const transformationLaws = (): readonly Law[] => [
  law(
    'conv: vmap over input, kernel or both is a loop',
    fc.property(convCases(['float32', 'int32']), mappings, (c, [overLhs, overRhs]) => {
      const f = (...xs: readonly NDArray[]): NDArray =>
        lax.convGeneralDilated(xs[0] ?? c.lhs, xs[1] ?? c.rhs, c.options);
      const xs = [overLhs ? threefold(c.lhs) : c.lhs, overRhs ? threefold(c.rhs) : c.rhs] as const;
      const mapped = vmap(f, { inAxes: [overLhs ? 0 : null, overRhs ? 0 : null] });
      assertAllClose(mapped(...xs), looped(f, xs, [overLhs, overRhs]), 'vmap');
    }),
  ),
  law(
    'conv: first and second derivatives are limits of differences',
    fc.property(convCases(['float64']), (c) => {
      if (convolve(c).size === 0) return;
      checkGrads((x: NDArray, w: NDArray) => np.tanh(lax.convGeneralDilated(x, w, c.options)), [c.lhs, c.rhs], {
        directions: 1,
      });
    }),
  ),
];

/** A strided convolution and the transposed one that should be its adjoint. */
const adjointCases = fc.record({
  stride: fc.integer({ min: 1, max: 3 }),
  extent: fc.integer({ min: 1, max: 3 }),
  longer: fc.nat(2),
  read: fc.integer({ min: 1, max: 3 }),
  made: fc.integer({ min: 1, max: 5 }),
  padding: fc.constantFrom<lax.Padding>('SAME', 'VALID'),
});

const transposedLaw = (): Law =>
  law(
    'convTranspose: with the kernel turned round, the adjoint of the strided convolution',
    fc.property(adjointCases, ({ stride, extent, longer, read, made, padding }) => {
      const size = stride + longer;
      const input = padding === 'SAME' ? extent * stride : (extent - 1) * stride + size;
      const x = counted(np.zeros([2, input, input + stride, read], 'float64'));
      const w = counted(np.zeros([size, size, read, made], 'float64'));
      const down = (z: NDArray): NDArray =>
        lax.convGeneralDilated(z, w, { windowStrides: stride, padding, dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] });
      const [y, pull] = vjp(down, x);
      const up = lax.convTranspose(counted(y), w, { strides: stride, padding, transposeKernel: true });
      assertAllClose(up, pull(counted(y))[0], 'convTranspose');
    }),
  );

/** The laws of `convGeneralDilated` under every option and layout, and of `convTranspose`. */
export const convolutionLaws = (): readonly Law[] => [...valueLaws(), ...transformationLaws(), transposedLaw()];
