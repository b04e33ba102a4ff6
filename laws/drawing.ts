/** What must hold of draws that hand their key on: the laws of a monad, and that they are splitting and drawing by hand. */
import * as fc from 'fast-check';
import { pipe } from 'fp-ts/lib/function.js';
import * as S from 'fp-ts/lib/State.js';
import { jit, random, type NDArray } from 'fluxion';
import { evaluate, lift, type Draw } from 'fluxion/random';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { law, type Law } from './law.ts';

/** A sampler of a key and one number, which draws one number. */
export interface NumberSampler {
  readonly name: string;
  readonly sample: (key: random.Key, by: number | NDArray) => NDArray;
}

/** The same value and the same key for what comes next. */
const same = (a: Draw<NDArray>, b: Draw<NDArray>, key: random.Key): void => {
  const [[x, next], [y, after]] = [a(key), b(key)];
  assertAllClose(x, y, 'value', exact);
  assertAllClose(next, after, 'next key', exact);
};

/** Whether two ways of drawing give the same numbers. */
const sameNumbers = (xs: readonly NDArray[], ys: readonly NDArray[]): boolean =>
  String(xs.map((x) => x.toNested())) === String(ys.map((y) => y.toNested()));

/** Splitting and drawing by hand, one after another. */
const byHand = (samplers: readonly NumberSampler[], key: random.Key): readonly NDArray[] => {
  let rest = key;
  return samplers.map(({ sample }, i) => {
    const [next, own] = random.split(rest);
    rest = next;
    return sample(own, i + 1);
  });
};

const drawnBy = ({ sample }: NumberSampler): ((by: number | NDArray) => Draw<NDArray>) => lift(sample);
/** All in a list, one after another. */
const inOrder = (plan: readonly NumberSampler[]): Draw<readonly NDArray[]> =>
  pipe(
    plan.map((sampler, i) => drawnBy(sampler)(i + 1)),
    S.sequenceArray,
  );

const monad = (one: fc.Arbitrary<NumberSampler>): readonly Law[] => [
  law(
    'draw: a value first changes nothing (left identity)',
    fc.property(keys(), one, fc.integer({ min: 1, max: 9 }), (key, sampler, by) =>
      same(pipe(S.of<random.Key, number>(by), S.chain(drawnBy(sampler))), drawnBy(sampler)(by), key),
    ),
  ),
  law(
    'draw: a value last changes nothing (right identity)',
    fc.property(keys(), one, (key, sampler) =>
      same(pipe(drawnBy(sampler)(1), S.chain<random.Key, NDArray, NDArray>(S.of)), drawnBy(sampler)(1), key),
    ),
  ),
  law(
    'draw: what comes later may be put together first (associativity)',
    fc.property(keys(), one, one, one, (key, a, b, c) => {
      const later = (x: NDArray): Draw<NDArray> => pipe(drawnBy(b)(x), S.chain(drawnBy(c)));
      same(pipe(drawnBy(a)(1), S.chain(drawnBy(b)), S.chain(drawnBy(c))), pipe(drawnBy(a)(1), S.chain(later)), key);
    }),
  ),
];

/** Draws made of these samplers are a monad and are what splitting by hand gives, compiled too; no key is used twice. */
export const drawLaws = (samplers: readonly NumberSampler[]): readonly Law[] => {
  const one = fc.constantFrom(...samplers);
  const plans = fc.array(one, { maxLength: 4 });
  return [
    ...monad(one),
    law(
      'draw: several are splitting and drawing by hand',
      fc.property(keys(), plans, (key, plan) => sameNumbers(pipe(inOrder(plan), evaluate(key)), byHand(plan, key))),
    ),
    law(
      'draw: jit changes nothing',
      fc.property(keys(), plans, (key, plan) => {
        const [values, next] = jit(inOrder(plan))(key);
        const [expected, after] = inOrder(plan)(key);
        values.forEach((x, i) => assertAllClose(x, expected[i] ?? next, 'value'));
        assertAllClose(next, after, 'next key', exact);
      }),
    ),
    law(
      'draw: no key is used twice',
      fc.property(keys(), plans, (key, plan) => {
        random.debugKeyReuse(() => pipe(inOrder(plan), evaluate(key)));
      }),
    ),
  ];
};
