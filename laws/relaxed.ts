/** What fused multiply-add may change: sums of products, by roundings. Everything else has the same bits with it and without. */
import * as fc from 'fast-check';
import { configure, grad, jit, np, random, type NDArray } from 'fluxion';
import { bind, controlPrimitives, primitives } from 'fluxion/extend';
import { law, type Law } from './law.ts';
import { assertAgreement } from './primitive/agreement.ts';
import { specimens } from './primitive.ts';
import { programs } from './program/arbitrary.ts';
import { agree, gradientOf, pointOf } from './program/point.ts';
import { linalgOperations } from './program/linalg.ts';
import { products } from './program/reduction.ts';
import { convolution } from './program/window.ts';

/** Run `body` on code compiled with fused multiply-add (`force`) or without (`off`). */
const choosing = <A>(relaxedSimd: 'force' | 'off', body: () => A): A => {
  const before = configure();
  configure({ relaxedSimd, strict: false });
  try {
    return body();
  } finally {
    configure({ relaxedSimd: before.relaxedSimd, strict: before.strict });
  }
};

/** The same laws of code compiled with fused multiply-add (`force`) or without (`off`), whatever is in force elsewhere. */
export const underRelaxedSimd = (relaxedSimd: 'force' | 'off', laws: readonly Law[]): readonly Law[] =>
  laws.map((one) => ({
    ...one,
    check: (parameters) => choosing(relaxedSimd, () => one.check(parameters)),
  }));

/** Throws unless the results are the same either way. */
const assertSameBits = (what: string, run: () => readonly NDArray[]): void =>
  assertAgreement(what, 'bits', choosing('force', run), choosing('off', run));

/** The one primitive that sums products. */
const sumsProducts = 'contract';

const ofPrimitives = (): readonly Law[] =>
  [...primitives, ...controlPrimitives].flatMap((primitive) =>
    specimens
      .filter(({ name }) => name === primitive.name && name !== sumsProducts)
      .slice(0, 1)
      .map(({ cases }) =>
        law(
          `${primitive.name}: with fused multiply-add and without it gives the same bits`,
          fc.property(cases, ({ params, inputs }) =>
            assertSameBits(primitive.name, () =>
              jit((...xs: readonly NDArray[]) => bind(primitive, params, xs))(...inputs),
            ),
          ),
        ),
      ),
  );

const ofPrograms = (): Law =>
  law(
    'programs without products have the same bits with fused multiply-add and without, their gradients too',
    fc.property(
      programs({ without: [...products, convolution, ...linalgOperations].map(({ name }) => name) }),
      fc.boolean(),
      (item, isSingle) => {
        const { f, xs, loss, moving } = pointOf(item, isSingle ? 'float32' : 'float64');
        assertSameBits('values', () => jit(f)(xs));
        assertSameBits('gradients', () => jit(gradientOf(loss))(moving));
      },
    ),
  );

const extents = fc.integer({ min: 1, max: 40 });

/** Products of matrices of any extents, and their gradients. */
const ofProducts = (): Law => {
  const run = (seed: number, [m, n, k]: readonly [number, number, number], dtype: 'float32' | 'float64') => {
    const [a, b] = [random.normal(random.key(seed), [m, k], dtype), random.normal(random.key(seed + 1), [k, n], dtype)];
    const f = (x: NDArray, y: NDArray): NDArray => np.matmul(x, y);
    return (['force', 'off'] as const).map((choice) =>
      choosing(choice, () => [
        jit(f)(a, b),
        ...jit(grad((x: NDArray, y: NDArray) => f(x, y).square().sum(), { argnums: [0, 1] }))(a, b),
      ]),
    );
  };
  return law(
    'products with fused multiply-add differ from those without by roundings only',
    fc.property(
      fc.nat(1000),
      fc.tuple(extents, extents, extents),
      fc.constantFrom('float32', 'float64'),
      (...drawn) => {
        const [fused = [], plain = []] = run(...drawn);
        agree('products', fused, plain);
      },
    ),
  );
};

/** The laws of fused multiply-add. */
export const relaxedLaws = (): readonly Law[] => [ofPrograms(), ofProducts(), ...ofPrimitives()];
