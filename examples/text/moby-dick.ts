/** A recurrent network reads Moby Dick letter by letter and writes on in its manner: timid at a low temperature, wild at a high one. */
import { join } from 'node:path';
import { jit, nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { lineChart, saveChart, type Chart, type Line } from 'fluxion/plot';
import { characters, charWindows, decode, encode, vocabulary, type Vocabulary, type Windows } from 'fluxion/text';
import { fit, type EpochRecord } from 'fluxion/train';
import { mobyDick } from '../shared/datasets.ts';
import type { Example } from '../shared/example.ts';

const budgets = {
  full: { chapters: 135, units: 128, length: 64, batchSize: 64, epochs: 6, rate: 8e-3 },
  quick: { chapters: 12, units: 64, length: 32, batchSize: 32, epochs: 3, rate: 1e-2 },
} as const;

const modelOf = (letters: number, units: number) =>
  nn.serial({
    embed: nn.embedding(letters, 32),
    gru: nn.gru(units, { returnSequences: true }),
    head: nn.dense(letters),
  });
type Model = ReturnType<typeof modelOf>;
type Params = nn.ParamsOf<Model>;

/** The perplexity of the frequencies of pairs of letters, each pair counted once more than it occurs. */
const bigramPerplexity = (train: Windows, test: Windows, letters: number): number => {
  const pairs = ({ inputs, targets }: Windows): NDArray => np.ravel(inputs.mul(letters).add(targets));
  const counts = np
    .bincount(pairs(train), { length: letters * letters })
    .reshape(letters, letters)
    .add(1);
  const chances = counts.div(counts.sum({ axis: 1, keepdims: true }));
  return Number(np.exp(np.mean(np.log(np.take(np.ravel(chances), pairs(test), 0))).neg()).item());
};

/** What the network writes behind a prompt. */
const writer = (units: number, params: Params, known: Vocabulary) => {
  const cell = nn.gruCell(units);
  const embed = (p: Params, tokens: NDArray): NDArray => np.take(p.embed.table ?? np.zeros([1]), tokens, 0);
  const go = jit((p: Params, prompt: NDArray, key: random.Key, temperature: NDArray) => {
    const [{ carry }] = nn.rnn(cell, { returnState: true }).apply(p.gru, null, embed(p, prompt.get(':-1')), {});
    const step = (state: NDArray, token: NDArray): readonly [NDArray, NDArray] => {
      const [next, y] = cell.apply(p.gru, state, embed(p, token));
      return [next, np.matmul(y, p.head.kernel).add(p.head.bias)];
    };
    return nn.decode(step, carry, prompt.get(-1), { key, temperature, steps: 300 }).tokens;
  });
  return (prompt: string, temperature: number): string => {
    const tokens = go(
      params,
      np.array(encode(known, characters(prompt)), 'int32'),
      random.key(7),
      np.array(temperature),
    );
    return prompt + decode(known, tokens).join('');
  };
};

/** Windows of the first nine tenths of the book to train on, of the rest to test; what is rare there is unknown. */
const windowsOf = async ({ chapters, length }: { readonly chapters: number; readonly length: number }) => {
  const book = (await orThrow(mobyDick())).slice(0, chapters).map(({ text }) => text.replaceAll(/\s+/g, ' '));
  const text = book.join('\n');
  const border = Math.floor(text.length * 0.9);
  const start = text.slice(0, border);
  const known = vocabulary([characters(start)], { minFrequency: 20, specials: { pad: null } });
  const cut = (part: string): Windows => charWindows(part, known, length, { stride: length });
  return { known, train: cut(start), test: cut(text.slice(border)) };
};

const chartOf = (history: readonly EpochRecord[], baseline: number): Chart => {
  const line = (values: readonly (number | undefined)[], dashed = false): Line => ({
    x: history.map(({ epoch }) => epoch),
    y: values.map((value) => value ?? NaN),
    dashed,
  });
  return lineChart(
    {
      training: line(history.map(({ training }) => training['perplexity'])),
      test: line(history.map(({ validation }) => validation?.['perplexity'])),
      'pairs of letters, test': line(
        history.map(() => baseline),
        true,
      ),
    },
    { title: 'Among how many letters the next is to be guessed', x: 'epoch', y: 'perplexity', points: true },
  );
};

export const run: Example = async ({ budget, out, write }) => {
  const { units, batchSize, epochs, rate } = budgets[budget];
  const { known, train, test } = await windowsOf(budgets[budget]);
  const letters = known.tokens.length;
  const baseline = bigramPerplexity(train, test, letters);
  const steps = (epochs * (train.inputs.shape[0] ?? 0)) / batchSize;
  const fitted = await fit(modelOf(letters, units), {
    data: { x: train.inputs, y: train.targets },
    validation: { x: test.inputs, y: test.targets },
    loss: nn.softmaxCrossEntropy,
    metrics: { perplexity: nn.metrics.perplexity() },
    optimizer: optim.chain(optim.clipByGlobalNorm(1), optim.adam(optim.schedules.cosineDecay(rate, steps))),
    epochs,
    batchSize,
    key: random.key(0),
  });
  const perplexity = fitted.history.at(-1)?.validation?.['perplexity'] ?? NaN;
  write(`${letters} letters; perplexity of pairs ${baseline.toFixed(2)}, of the network ${perplexity.toFixed(2)}`);
  const writeOn = writer(units, fitted.params, known);
  for (const temperature of [0.3, 0.7, 1, 1.5])
    write(`\ntemperature ${temperature}: ${writeOn('The whale ', temperature)}`);
  await orThrow(saveChart(join(out, 'perplexity.png'), chartOf(fitted.history, baseline)));
  return { perplexity, baseline };
};
