/** Words as vectors without a network: how often words of Moby Dick stand near each other, weighed and brought to 50 dimensions by singular values. Words that are used alike come close. */
import { join } from 'node:path';
import { linalg, np, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { heatmap, saveChart } from 'fluxion/plot';
import { encode, nearestNeighbours, normalize, vocabulary, vocabularyFrom, words, type Embeddings } from 'fluxion/text';
import { mobyDick } from '../shared/datasets.ts';
import type { Example } from '../shared/example.ts';

const budgets = {
  full: { chapters: 135, vocabulary: 2000 },
  quick: { chapters: 40, vocabulary: 700 },
} as const;
const [reach, dimensions] = [4, 50];

/** How often each two words stand at most `reach` words apart: float32 `[words, words]`, symmetric. */
const cooccurrences = (ids: NDArray, size: number): NDArray => {
  const apart = Array.from({ length: reach }, (_, i) => {
    const [left, right] = [ids.get(`:${-(i + 1)}`), ids.get(`${i + 1}:`)];
    return np.bincount(left.mul(size).add(right), { length: size * size });
  });
  const counts = apart
    .reduce((a, b) => a.add(b))
    .reshape(size, size)
    .astype('float32');
  return counts.add(np.transpose(counts));
};

/** How much more often than by chance, as a logarithm; what is rarer than by chance is 0 (Levy and Goldberg 2014). */
const positivePmi = (counts: NDArray): NDArray => {
  const total = counts.sum();
  const [rows, columns] = [counts.sum({ axis: 1, keepdims: true }), counts.sum({ axis: 0, keepdims: true })];
  const byChance = np.maximum(rows.mul(columns).div(total), 1e-6);
  return np.log(np.maximum(counts.div(byChance), 1));
};

/** The first left singular vectors times the roots of their singular values, by a random range finder (Halko, Martinsson and Tropp 2011). */
const reduced = (matrix: NDArray, rank: number): NDArray => {
  const basis = (x: NDArray): NDArray => linalg.qr(x).q;
  const [n = 0] = matrix.shape;
  let q = basis(np.matmul(matrix, random.normal(random.key(0), [n, rank + 20])));
  for (let i = 0; i < 3; i++) q = basis(np.matmul(matrix, basis(np.matmul(np.transpose(matrix), q))));
  const { u, s } = linalg.svd(np.matmul(np.transpose(q), matrix), { fullMatrices: false });
  return np.matmul(q, u.get(':', `:${rank}`)).mul(np.sqrt(s.get(`:${rank}`)));
};

const vectorsOf = (tokens: readonly string[], maxSize: number): Embeddings => {
  const known = vocabulary([tokens], { maxSize, specials: { pad: null } });
  const size = known.tokens.length;
  // The first id stands for all words that are too rare; it gets no vector.
  const counts = cooccurrences(np.array(encode(known, tokens), 'int32'), size).get('1:', '1:');
  const specials = { pad: null, unknown: null, start: null, end: null };
  return {
    vocabulary: vocabularyFrom(known.tokens.slice(1), specials),
    vectors: reduced(positivePmi(counts), dimensions),
  };
};

/** The cosines between all words. */
const cosines = (vectors: NDArray): NDArray => {
  const units = vectors.div(linalg.vectorNorm(vectors, { axis: 1, keepdims: true }));
  return np.matmul(units, np.transpose(units));
};

const shown = [
  'whale',
  'whales',
  'fish',
  'ship',
  'boat',
  'ahab',
  'captain',
  'he',
  'she',
  'three',
  'four',
  'hand',
  'head',
];

export const run: Example = async ({ budget, out, write }) => {
  const { chapters, vocabulary: size } = budgets[budget];
  const book = (await orThrow(mobyDick())).slice(0, chapters).map(({ text }) => text);
  const embeddings = vectorsOf(words(normalize(book.join('\n'), { lowercase: true })), size);
  for (const word of ['whale', 'ship', 'ahab', 'three', 'sea']) {
    const near = nearestNeighbours(embeddings, word, 6);
    write(`${word}: ${near.map((one) => `${one.word} ${one.similarity.toFixed(2)}`).join(', ')}`);
  }
  const all = cosines(embeddings.vectors);
  const rows = np.array(encode(embeddings.vocabulary, shown), 'int32');
  const some = np.take(np.take(all, rows, 0), rows, 1);
  const chart = heatmap(some, {
    title: 'Cosines between words of Moby Dick',
    x: 'word',
    y: 'word',
    rows: shown,
    columns: shown,
    scheme: 'redblue',
    domain: [-1, 1],
    legend: 'cosine',
    text: (value) => value.toFixed(1),
    width: 420,
    height: 420,
  });
  await orThrow(saveChart(join(out, 'cosines.png'), chart));
  const between = (a: string, b: string): number => Number(some.get(shown.indexOf(a), shown.indexOf(b)).item());
  return {
    chance: Number(all.mean().item()),
    captain: between('ahab', 'captain'),
    numbers: between('three', 'four'),
    whales: between('whale', 'whales'),
  };
};
