/** What must hold of attention. */
import * as fc from 'fast-check';
import { grad, nn, np, random, vmap, type NDArray } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { checkGrads } from './derivative.ts';
import { law, type Law } from './law.ts';

interface Drawn {
  readonly query: NDArray;
  readonly key: NDArray;
  readonly value: NDArray;
  readonly seed: random.Key;
  readonly lead: readonly number[];
  readonly T: number;
  readonly S: number;
  readonly heads: number;
}

/** Queries `[..., T, heads, 2]` and keys and values of as many heads, in float64. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    seed: keys(),
    lead: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    T: fc.integer({ min: 1, max: 4 }),
    S: fc.integer({ min: 1, max: 4 }),
    heads: fc.integer({ min: 1, max: 3 }),
  })
  .map((sizes) => {
    const { seed, lead, T, S, heads } = sizes;
    const normal = (n: number, shape: readonly number[]): NDArray =>
      random.normal(random.foldIn(seed, n), [...lead, ...shape], 'float64');
    return {
      ...sizes,
      query: normal(1, [T, heads, 2]),
      key: normal(2, [S, heads, 2]),
      value: normal(3, [S, heads, 3]),
    };
  });

/** A random mask `[T, S]`. */
const maskOf = ({ seed, T, S }: Drawn): NDArray => random.bernoulli(random.foldIn(seed, 4), 0.6, [T, S]);

const sumLaw = (): Law =>
  law(
    'attention: rows of weights sum to one, or to zero where nothing may be seen',
    fc.property(drawn, (given) => {
      const mask = maskOf(given);
      const { query, key, lead, heads, T } = given;
      const weights = nn.attentionWeights(query.mul(30), key.mul(30), { mask });
      const expected = np.broadcastTo(np.any(mask, -1).astype('float64'), [...lead, heads, T]);
      assertAllClose(weights.sum(-1), expected, 'sums');
      const unseen = np.where(mask, 0, weights);
      assertAllClose(unseen, np.zerosLike(unseen), 'weights of what may not be seen', exact);
    }),
  );

const maskLaw = (): Law =>
  law(
    'attention: what is masked has no influence, and no gradient',
    fc.property(drawn, (given) => {
      const { query, key, value, S, seed } = given;
      const real = random.bernoulli(random.foldIn(seed, 5), 0.5, [S]);
      const put = (x: NDArray, other: number): NDArray => np.where(real.reshape(S, 1, 1), x, other);
      const use = (k: NDArray, v: NDArray): NDArray => nn.dotProductAttention(query, k, v, { mask: real });
      assertAllClose(use(put(key, 100), put(value, -50)), use(key, value), 'influence', exact);
      const slopes = grad((k: NDArray, v: NDArray) => np.sin(use(k, v)).sum(), { argnums: [0, 1] })(key, value);
      for (const slope of slopes) {
        const masked = np.where(real.reshape(S, 1, 1), 0, slope);
        assertAllClose(masked, np.zerosLike(masked), 'gradient', exact);
      }
      checkGrads((q, k, v) => nn.dotProductAttention(q, k, v, { mask: maskOf(given) }), [query, key, value], {
        order: 1,
      });
    }),
  );

const causalLaw = (): Law =>
  law(
    'attention: causal attention is that of each prefix',
    fc.property(drawn, ({ query, key, value, T, S }) => {
      const n = Math.min(T, S);
      const [q, k, v] = [query, key, value].map((x) => x.get('...', `:${n}`, ':', ':')) as [NDArray, NDArray, NDArray];
      const all = nn.dotProductAttention(q, k, v, { causal: true });
      for (let t = 1; t <= n; t++) {
        const part = (x: NDArray): NDArray => x.get('...', `:${t}`, ':', ':');
        const prefix = nn.dotProductAttention(part(q), part(k), part(v)).get('...', '-1:', ':', ':');
        assertAllClose(all.get('...', `${t - 1}:${t}`, ':', ':'), prefix, `step ${t - 1}`);
      }
    }),
  );

const orderLaw = (): Law =>
  law(
    'attention: the order of keys does not matter, queries go their own ways',
    fc.property(drawn, ({ query, key, value, T, S, seed }) => {
      const byKeys = random.permutation(random.foldIn(seed, 6), np.arange(S));
      const byQueries = random.permutation(random.foldIn(seed, 7), np.arange(T));
      const y = nn.dotProductAttention(query, key, value);
      const moved = nn.dotProductAttention(
        np.take(query, byQueries, -3),
        np.take(key, byKeys, -3),
        np.take(value, byKeys, -3),
      );
      assertAllClose(moved, np.take(y, byQueries, -3), 'permuted');
    }),
  );

const headLaw = (): Law =>
  law(
    'attention: heads and batches go their own ways, and heads may share keys',
    fc.property(drawn, (given) => {
      const { query, key, value } = given;
      const options = { mask: maskOf(given) };
      const y = nn.dotProductAttention(query, key, value, options);
      const one = (q: NDArray, k: NDArray, v: NDArray): NDArray =>
        np.squeeze(
          nn.dotProductAttention(
            ...([q, k, v].map((x) => np.expandDims(x, -2)) as [NDArray, NDArray, NDArray]),
            options,
          ),
          -2,
        );
      const axis = query.ndim - 2;
      assertAllClose(vmap(one, { inAxes: axis, outAxes: axis })(query, key, value), y, 'heads');
      const first = (x: NDArray): NDArray => x.get('...', ':1', ':');
      const [k, v] = [first(key), first(value)];
      const spread = (x: NDArray): NDArray => np.repeat(x, given.heads, -2);
      assertAllClose(
        nn.dotProductAttention(query, k, v),
        nn.dotProductAttention(query, spread(k), spread(v)),
        'shared',
      );
    }),
  );

/** The laws of `dotProductAttention`. */
export const attentionLaws = (): readonly Law[] => [sumLaw(), maskLaw(), causalLaw(), orderLaw(), headLaw()];
