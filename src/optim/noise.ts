/** Noise on gradients. */
import type { NDArray } from '../array/ndarray.ts';
import { add, mul, neg } from '../primitives/arithmetic.ts';
import { exp, log, sqrt } from '../primitives/exponential.ts';
import { flattenArrays } from '../lift.ts';
import { foldIn, key as keyOf, split, type Key } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import { unflatten } from '../tree/structure.ts';
import { double, noSteps, oneMore, times, type Scalar } from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

export interface NoiseKind extends MemoryKind {
  readonly memory: { readonly count: NDArray; readonly key: Key };
}
/**
 * Normal noise of variance `eta / count^gamma` on each element (Neelakantan et al. 2015, equation 1), from a key or a seed. The count is 1 in
 * the first step.
 */
export const addNoise = (eta: Scalar, gamma: Scalar, key: Key | number): GradientTransformation<NoiseKind> => ({
  init: () => ({ count: noSteps(), key: typeof key === 'number' ? keyOf(key) : key }),
  update: <P>(gradients: P, memory: { readonly count: NDArray; readonly key: Key }) => {
    const count = oneMore(memory.count);
    const [next, own] = split(memory.key);
    const shrink = exp(neg(mul(double(gamma), log(double(count)))));
    const deviation = sqrt(mul(double(eta), shrink));
    const { leaves, structure } = flattenArrays(gradients);
    const noisy = leaves.map((g, i) =>
      add(g, times(normal(foldIn(own, i), g.shape, g.dtype === 'float64' ? 'float64' : 'float32'), deviation)),
    );
    return [unflatten(structure, noisy) as P, { count, key: next }] as const; // sound: like the gradients
  },
});
