/** The types of index expressions: checked by `npm run check:types`; nothing here runs. */
import type { NDArray } from 'fluxion';
import { expectTypeOf } from 'vitest';

declare const x: NDArray;
declare const i: number;

expectTypeOf(x.get(0, ':', '1:3', '::-1', '...', null, [0, 1], [[true]], x)).toEqualTypeOf<NDArray>();
expectTypeOf(x.get()).toEqualTypeOf<NDArray>();
expectTypeOf(x.get(`${i}:${i + 1}`, `${i}:`, `:${i}:2`, new Int32Array(2))).toEqualTypeOf<NDArray>();
expectTypeOf(x.get(x, { mode: 'fill', fillValue: 0 })).toEqualTypeOf<NDArray>();
expectTypeOf(x.get({ mode: 'clip' })).toEqualTypeOf<NDArray>();
expectTypeOf(x.at(0).set(1)).toEqualTypeOf<NDArray>();
expectTypeOf(x.at('1:', { uniqueIndices: true }).apply((y) => y.mul(2))).toEqualTypeOf<NDArray>();

// @ts-expect-error -- no slice
x.get('a');
// @ts-expect-error -- a bound that is no number
x.get('1:b');
// @ts-expect-error -- too many colons
x.get('1:2:3:4');
// @ts-expect-error -- a number in a string
x.get('1');
// @ts-expect-error -- an unknown mode
x.get(0, { mode: 'wrap' });
// @ts-expect-error -- options stand last
x.get({ mode: 'clip' }, 0);
// @ts-expect-error -- a boolean alone is no mask
x.get(true);
// @ts-expect-error -- undefined is no index
x.get(undefined);
// @ts-expect-error -- a write needs values
x.at(0).set();
