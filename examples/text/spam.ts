/** Spam told from mail by the words of letters alone, in four ways: by a bag of words, by embedded words and their mean, by an LSTM, by a bidirectional GRU. */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { barChart, confusionChart, gridChart, lineChart, saveChart, type Chart, type Line } from 'fluxion/plot';
import { encodeTexts, fitVectorizer, textVectorization, tfidfVectorizer, transform } from 'fluxion/text';
import { fit, predict } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { splitLetters } from '../shared/letters.ts';

const budgets = {
  full: { letters: Infinity, vocabulary: 5000, length: 150 },
  quick: { letters: 1500, vocabulary: 1500, length: 50 },
} as const;
type Budget = (typeof budgets)['full' | 'quick'];

/** Words as vectors, with a mask of those that are no padding. */
const embedded = (vocabulary: number) => nn.fanOut({ x: nn.embedding(vocabulary, 32), mask: nn.maskZero });
const answer = { drop: nn.dropout(0.3), head: nn.dense(2) };
const sequences = nn.keepMask(nn.lstm(32, { returnSequences: true }));

/** Each model, what it reads, and how it is taught. */
const modelsOf = (vocabulary: number) =>
  ({
    'TF-IDF, logistic': { model: nn.serial({ head: nn.dense(2) }), reads: 'terms', rate: 0.01, epochs: 20 },
    'embedding, mean': {
      model: nn.serial({ words: embedded(vocabulary), mean: nn.maskedMean(), ...answer }),
      reads: 'words',
      rate: 0.01,
      epochs: 6,
    },
    LSTM: {
      model: nn.serial({ words: embedded(vocabulary), lstm: sequences, mean: nn.maskedMean(), ...answer }),
      reads: 'words',
      rate: 0.005,
      epochs: 5,
    },
    'bidirectional GRU': {
      model: nn.serial({ words: embedded(vocabulary), gru: nn.bidirectional(nn.gru(32)), ...answer }),
      reads: 'words',
      rate: 0.005,
      epochs: 5,
    },
  }) as const;

/** How many of the spam letters are caught as the share of the others that are taken for spam grows, from the first that is. */
const rocCurve = (scores: NDArray, y: NDArray): Line => {
  const sorted = np.take(y, np.argsort(scores.neg()));
  const first = Number(np.argmin(sorted).item());
  const share = (hits: NDArray): NDArray => np.cumsum(hits, 0).div(hits.sum()).get(`${first}:`);
  return { x: share(sorted.neg().add(1)), y: share(sorted) };
};

/** What is found out about a model. */
interface Found {
  readonly name: string;
  readonly accuracy: number;
  readonly logits: NDArray;
  readonly curve: Line;
}

const chartOf = (found: readonly Found[], best: Found, y: NDArray): Chart => {
  const errors = Object.fromEntries(found.map(({ name, accuracy }) => [name, 1 - accuracy]));
  const curves = Object.fromEntries(found.map(({ name, curve }) => [name, curve]));
  const confusion = nn.metrics.measure(nn.metrics.confusionMatrix(2), best.logits, y);
  const size = { width: 300, height: 220 };
  const [x, high] = ['share of mail taken for spam', 'share of spam that is caught'];
  return gridChart([
    barChart(errors, { title: 'Wrong test letters', x: 'share', y: 'model', horizontal: true, ...size }),
    confusionChart(confusion, { title: `The best: ${best.name}`, names: ['mail', 'spam'] }),
    lineChart(curves, { title: 'ROC curves', x, y: high, xScale: 'log', ...size }),
  ]);
};

/** Texts as the models read them, by what is in the letters to train on. */
const readersOf = (texts: readonly string[], { vocabulary, length }: Budget) => {
  const vectorizer = fitVectorizer(tfidfVectorizer({ maxFeatures: vocabulary, sublinear: true }), texts);
  const words = textVectorization(texts, { maxSize: vocabulary, length });
  return {
    terms: (some: readonly string[]): NDArray => transform(vectorizer, some),
    words: (some: readonly string[]): NDArray => encodeTexts(words, some),
  };
};

export const run: Example = async ({ budget, out, write }) => {
  const { train, test } = await splitLetters(random.key(0), budgets[budget].letters);
  write(`${train.texts.length} letters to train on, ${test.texts.length} to test`);
  const readers = readersOf(train.texts, budgets[budget]);
  const found: Found[] = [];
  const figures: { [name: string]: number } = {};
  for (const [name, { model, reads, rate, epochs }] of Object.entries(modelsOf(budgets[budget].vocabulary))) {
    const fitted = await fit(model, {
      data: { x: readers[reads](train.texts), y: train.y },
      loss: nn.softmaxCrossEntropy,
      optimizer: optim.chain(optim.clipByGlobalNorm(1), optim.adam(rate)),
      epochs,
      batchSize: 64,
      key: random.key(2),
    });
    const logits = await predict(model, fitted, readers[reads](test.texts));
    const scores = logits.get(':', 1).sub(logits.get(':', 0));
    const accuracy = Number(nn.accuracy(logits, test.y).mean().item());
    const auc = Number(nn.metrics.rocAuc(scores, test.y).item());
    write(`${name.padEnd(18)} accuracy ${percent(accuracy)}, area under the ROC curve ${auc.toFixed(4)}`);
    Object.assign(figures, { [name]: accuracy, [`${name}: AUC`]: auc });
    found.push({ name, accuracy, logits, curve: rocCurve(scores, test.y) });
  }
  const best = found.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  await orThrow(saveChart(join(out, 'spam.png'), chartOf(found, best, test.y)));
  return { ...figures, best: best.accuracy };
};
