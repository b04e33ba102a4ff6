/** A key is a leaf type of its own: checked by `npm run check:types`; nothing here runs. */
import { grad, jit, np, random, scan, vmap, type Input, type NDArray } from 'fluxion';
import { normal, type Draw } from 'fluxion/random';
import { expectTypeOf } from 'vitest';

declare const key: random.Key;
declare const words: NDArray;
declare const draw: (key: random.Key, x: NDArray) => NDArray;

// A key is an array, so that trees hold it; an array is no key.
expectTypeOf(key).toExtend<NDArray>();
expectTypeOf(words).not.toExtend<random.Key>();
// @ts-expect-error -- words are no key
random.normal(words);
// @ts-expect-error -- what arithmetic makes of a key is no key
random.normal(key.add(1));
// @ts-expect-error -- a seed is no key
random.normal(7);
expectTypeOf(random.wrapKeyData(words)).toEqualTypeOf<random.Key>();
expectTypeOf(random.keyData(key)).toEqualTypeOf<NDArray>();

// Keys of keys.
expectTypeOf(random.split(key)).toEqualTypeOf<readonly [random.Key, random.Key]>();
expectTypeOf(random.split(key, 3)).toEqualTypeOf<readonly [random.Key, random.Key, random.Key]>();
expectTypeOf(random.split(key, [3])).toEqualTypeOf<random.Key>();
expectTypeOf(random.foldIn(key, 1)).toEqualTypeOf<random.Key>();
expectTypeOf(random.split(key, [3]).get(0)).toEqualTypeOf<random.Key>();
expectTypeOf(Array.from(random.split(key, [3]))).toEqualTypeOf<random.Key[]>();

// Numbers and typed arrays stand in for arrays where functions are lifted, not for keys.
expectTypeOf<Input<random.Key>>().toEqualTypeOf<random.Key>();
expectTypeOf<Input<{ readonly key: random.Key; readonly x: NDArray }>['key']>().toEqualTypeOf<random.Key>();
expectTypeOf(jit(draw)(key, 1)).toEqualTypeOf<NDArray>();
// @ts-expect-error -- words are no key
jit(draw)(words, 1);
// @ts-expect-error -- nor is a seed
jit(draw)(7, 1);
expectTypeOf(vmap(draw)(random.split(key, [2]), np.ones([2]))).toEqualTypeOf<NDArray>();
expectTypeOf(jit((k: random.Key) => random.split(k))(key)).toEqualTypeOf<readonly [random.Key, random.Key]>();
expectTypeOf(grad((x: NDArray, k: random.Key) => draw(k, x))(1, key)).toEqualTypeOf<NDArray>();
// A key as carry, and keys as what is scanned over.
const step = (k: random.Key, x: NDArray): readonly [random.Key, NDArray] => [random.foldIn(k, 1), draw(k, x)];
expectTypeOf(scan(step, key, np.ones([3]))[0]).toEqualTypeOf<random.Key>();
scan((c: NDArray, k: random.Key): readonly [NDArray, null] => [draw(k, c), null], 0, random.split(key, [3]));

expectTypeOf(normal([2])).toEqualTypeOf<Draw<NDArray>>();
normal([2], 'float64');
// @ts-expect-error -- the other arguments keep their types
normal([2], 'int32');
// @ts-expect-error -- and the key is not among them
normal(key);
