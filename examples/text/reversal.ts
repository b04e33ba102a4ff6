/** An encoder-decoder with attention learns to write words backwards; where it looks while it writes runs along the other diagonal. */
import { join } from 'node:path';
import { jit, nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { heatmap, saveChart, type Chart } from 'fluxion/plot';
import { padSequences } from 'fluxion/text';
import { fit } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const tasks = {
  full: { letters: 26, shortest: 4, longest: 12, words: 22_000, epochs: 8 },
  quick: { letters: 8, shortest: 3, longest: 6, words: 4000, epochs: 5 },
} as const;

/** Distinct words of random letters and lengths. */
const draw = (key: random.Key, { letters, shortest, longest, words }: (typeof tasks)['full' | 'quick']) => {
  const [forLengths, forLetters] = random.split(key);
  const lengths = random.randint(forLengths, [words], shortest, longest + 1).dataSync();
  const codes = random.randint(forLetters, [words, longest], 97, 97 + letters).dataSync();
  const all = Array.from(lengths, (length, i) =>
    String.fromCodePoint(...codes.subarray(i * longest, i * longest + length)),
  );
  return [...new Set(all)];
};

/** Tokens: 0 fills up and starts, 1 ends, the others are letters. */
const end = 1;
const tokensOf = (word: string): readonly number[] => Array.from(word, (letter) => (letter.codePointAt(0) ?? 0) - 95);
const wordOf = (tokens: NDArray): string =>
  Array.from(tokens.dataSync(), (token) => (token > end ? String.fromCodePoint(token + 95) : '')).join('');

/** What the model is taught with: words, which of their letters are real, and the answer one step late. */
const taught = (words: readonly string[]) => {
  const source = padSequences(words.map(tokensOf), { padding: 'post' });
  const target = padSequences(
    words.map((word) => [...tokensOf(word).toReversed(), end]),
    { padding: 'post' },
  );
  return { x: { source, mask: nn.maskZero(source), target: nn.shiftRight(target) }, y: target };
};

const [cell, attention] = [nn.gruCell(64), nn.multiplicativeAttention()];
const modelOf = (tokens: number) => nn.seq2seq({ source: tokens, target: tokens, width: 32, cell, attention });
type Model = ReturnType<typeof modelOf>;
type Params = Parameters<Model['translate']>[0];

/** How much the decoder looks at each letter of a word for each token that it writes, `[tokens, letters]`: the parts of the model one by one. */
const looks = (params: Params, word: string): NDArray => {
  const { x } = taught([word]);
  const encoder = nn.rnn(cell, { returnSequences: true, returnState: true });
  const [{ y: memory, carry }] = encoder.apply(params.encoder, null, np.take(params.source, x.source, 0), {});
  const input = { x: np.take(params.target, x.target, 0), memory, carry };
  return nn.attentiveDecoder(cell, attention).apply(params.decoder, null, input, {})[0].weights.get(0);
};

/** The same as a picture. Letters occur twice in a word, names of rows and columns must not: they have their places. */
const attentionChart = (weights: NDArray, [...letters]: string): Chart =>
  heatmap(weights, {
    title: `Where the decoder looks while it writes ${letters.toReversed().join('')}`,
    x: 'letter of the source',
    y: 'letter that is written',
    rows: [...letters.toReversed(), 'end'].map((letter, i) => `${letter} (${i + 1})`),
    columns: letters.map((letter, i) => `${letter} (${i + 1})`),
    legend: 'weight',
    domain: [0, 1],
  });

/** What is written greedily for sources, each token fed with the one that was written before: int32 `[n, steps]`. */
const translator = (model: Model, params: Params, steps: number): ((source: NDArray) => NDArray) => {
  const translate = jit((p: Params, source: NDArray) =>
    model.translate(p, source, { mask: nn.maskZero(source), steps, endToken: end }),
  );
  return (source) => translate(params, source).tokens;
};

/** The share of rows that are right to the last token. */
const exactMatch = (written: NDArray, target: NDArray): number => {
  const isRight = np.logicalOr(np.equal(written, target), np.equal(target, 0));
  return Number(np.mean(np.all(isRight, -1).astype('float32')).item());
};

export const run: Example = async ({ budget, out, write }) => {
  const task = tasks[budget];
  const words = draw(random.key(0), task);
  const held = Math.floor(words.length / 10);
  const [train, test] = [taught(words.slice(held)), taught(words.slice(0, held))];
  const model = modelOf(2 + task.letters);
  const rate = optim.schedules.cosineDecay(5e-3, (task.epochs * words.length) / 64);
  const fitted = await fit(model, {
    data: train,
    loss: nn.masked(nn.softmaxCrossEntropy, nn.maskZero),
    optimizer: optim.chain(optim.clipByGlobalNorm(1), optim.adam(rate)),
    epochs: task.epochs,
    batchSize: 64,
    key: random.key(1),
  });
  const written = translator(model, fitted.params, task.longest + 1)(test.x.source);
  const few = words.slice(0, 5).map((word, i) => `${word} -> ${wordOf(written.get(i))}`);
  write(few.join(', '));
  const exact = exactMatch(written, test.y);
  write(`of ${test.y.shape[0]} words that were not taught ${percent(exact)} come out right to the last letter`);

  const word = words.find(({ length }) => length === task.longest) ?? '';
  const weights = looks(fitted.params, word);
  const diagonal = Number(np.trace(np.flip(weights, 1)).item()) / word.length;
  write(`on average ${percent(diagonal)} of its attention is on the letter that comes next from the end`);
  await orThrow(saveChart(join(out, 'attention.png'), attentionChart(weights, word)));
  return { exact, diagonal };
};
