/** What must hold of functions that draw with a key. */
import * as fc from 'fast-check';
import { jit, np, random, vmap, type NDArray } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { law, type Law } from './law.ts';

export interface Sampler {
  readonly name: string;
  /** Draws with a key; always the same number of elements. */
  readonly draw: (key: random.Key) => NDArray;
  /** Whether two keys all but surely give different draws; false for few outcomes, such as one bit. Default true. */
  readonly manyOutcomes?: boolean;
}

const isSame = (x: NDArray, y: NDArray): boolean => String(x.toNested()) === String(y.toNested());

/** Draws are functions of the key alone: repeated, compiled and batched they are the same; keys made from one key differ. */
export const samplerLaws = ({ name, draw, manyOutcomes = true }: Sampler): readonly Law[] => [
  law(
    `${name}: the same key draws the same`,
    fc.property(keys(), (key) => assertAllClose(draw(key), draw(random.wrapKeyData(key.add(0))), name, exact)),
  ),
  law(
    `${name}: jit draws the same`,
    fc.property(keys(), (key) => assertAllClose(jit(draw)(key), draw(key), name)),
  ),
  law(
    `${name}: vmap over stacked keys draws what a loop draws`,
    fc.property(keys(), fc.integer({ min: 1, max: 4 }), (key, n) => {
      const stacked = random.split(key, [n]);
      assertAllClose(vmap(draw)(stacked), np.stack(Array.from(stacked, draw)), name);
    }),
  ),
  ...(manyOutcomes
    ? [
        law(
          `${name}: keys split or folded from one key draw differently`,
          // Folding in 0 and 1 gives the two keys of a split: it is the same cipher at the same counters.
          fc.property(keys(), fc.integer({ min: 2, max: 1000 }), (key, n) => {
            const all = [key, ...random.split(key), random.foldIn(key, n)].map(draw);
            if (all.some((x, i) => all.slice(0, i).some((y) => isSame(x, y))))
              throw new Error('two keys drew the same');
          }),
        ),
      ]
    : []),
];

export interface Distribution {
  readonly name: string;
  /** Draws so many numbers. */
  readonly draw: (key: random.Key, count: number) => NDArray;
  /** The share of the distribution below `x`. */
  readonly below: (x: number) => number;
  readonly mean: number;
  readonly variance: number;
}

/** With 20,000 draws a true distribution is within these but once in about ten thousand keys. */
const count = 20_000;
const farthest = 2.23 / Math.sqrt(count);
const errors = 4;

/** A sentence saying how draws depart from a distribution (Kolmogorov and Smirnov's distance, mean, variance), or `null`. */
export const departure = ({ draw, below, mean, variance }: Distribution, key: random.Key): string | null => {
  const xs = Float64Array.from(draw(key, count).dataSync()).sort();
  let distance = 0;
  xs.forEach((x, i) => {
    const share = below(x);
    distance = Math.max(distance, share - i / count, (i + 1) / count - share);
  });
  if (distance > farthest) return `the distance of the distributions is ${distance}, more than ${farthest}`;
  const average = xs.reduce((sum, x) => sum + x, 0) / count;
  const spread = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
  const fourth = xs.reduce((sum, x) => sum + (x - mean) ** 4, 0) / count;
  if (Math.abs(average - mean) > errors * Math.sqrt(variance / count))
    return `the mean is ${average}, expected ${mean}`;
  if (Math.abs(spread - variance) > errors * Math.sqrt((fourth - variance ** 2) / count))
    return `the variance is ${spread}, expected ${variance}`;
  return null;
};
