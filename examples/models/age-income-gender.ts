/**
 * A model of one input and three outputs: from what people write about, their age, their income group and their gender, with a loss, a weight and a metric
 * for each. The people are made up, so that it is known how well one can do.
 */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { dotChart, figureChart, gridChart, plotModel, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const [themes, wordsOfTheme, length, groups] = [10, 20, 60, 5];

/**
 * People by a key: an age from 20 to 60, an income group that grows with it, a gender. They write of ten themes, each with words of its own, and how
 * often they come to a theme depends on who they are.
 */
const people = (key: random.Key, n: number) => {
  const [a, b, c, d] = random.split(key, 4);
  const [e, f] = random.split(d);
  const age = random.uniform(a, [n], { minval: 20, maxval: 60 });
  const years = np.divide(np.subtract(age, 40), 12);
  const income = np.clip(np.floor(years.add(random.normal(b, [n])).add(groups / 2)), 0, groups - 1);
  const gender = random.bernoulli(c, 0.5, [n]).astype('float32');
  const traits = np.stack([years, np.subtract(income, 2), np.subtract(gender, 0.5)], 1);
  // What each trait inclines to is the same for all.
  const inclinations = random.normal(random.key(99), [3, themes]);
  const theme = np.transpose(random.categorical(e, np.matmul(traits, inclinations), { shape: [length, n] }));
  const word = theme.mul(wordsOfTheme).add(random.randint(f, [n, length], 0, wordsOfTheme));
  return { x: word.astype('int32'), y: { age, income: income.astype('int32'), gender } };
};
type People = ReturnType<typeof people>;

/** What a head makes of the mean of the word vectors. */
const head = (units: number) => nn.serial({ hidden: nn.dense(32), act: nn.relu, out: nn.dense(units) });
const one = (x: NDArray): NDArray => np.squeeze(x, -1);
const inYears = (x: NDArray): NDArray => one(x).mul(10).add(40);
const model = nn.serial(
  nn.named('words', nn.embedding(themes * wordsOfTheme, 32)),
  nn.named('mean', nn.globalAvgPool1d()),
  nn.named(
    'heads',
    nn.fanOut({ age: nn.serial(head(1), inYears), income: head(groups), gender: nn.serial(head(1), one) }),
  ),
);

const compiled = {
  loss: { age: nn.squaredError, income: nn.softmaxCrossEntropy, gender: nn.sigmoidBinaryCrossEntropy },
  // Squares of years are some dozens, cross entropies about one.
  lossWeights: { age: 0.02, income: 1, gender: 2 },
  metrics: {
    age: { error: nn.meanAbsoluteError },
    income: { accuracy: nn.accuracy },
    gender: { accuracy: nn.metrics.binaryAccuracy({ threshold: 0 }) },
  },
};

const share = (x: NDArray): number => Number(np.mean(x.astype('float32')).item());
/** The same for who says the mean age, the most frequent group and one gender of all. */
const withoutReading = ({ y }: People) => ({
  age: share(np.abs(y.age.sub(np.mean(y.age)))),
  income: Number(np.max(np.bincount(y.income)).item()) / y.income.size,
  gender: Math.max(share(y.gender), 1 - share(y.gender)),
});

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const [train, test] = [people(random.key(0), isFull ? 20_000 : 4000), people(random.key(1), 2000)];
  write(String(nn.summary(model, test.x.get(0))));
  const fitted = await fit(model, {
    ...compiled,
    data: train,
    validation: test,
    optimizer: optim.adam(0.003),
    epochs: isFull ? 10 : 6,
    batchSize: 64,
    key: random.key(2),
  });
  const found = await evaluate(model, fitted, { ...compiled, data: test });
  const [age, income, gender] = ['age.error', 'income.accuracy', 'gender.accuracy'].map(
    (name) => found[name] ?? NaN,
  ) as [number, number, number]; // sound: three of three
  const blind = withoutReading(test);
  write(`age: ${age.toFixed(2)} years off, ${blind.age.toFixed(2)} without reading`);
  write(`income group: ${percent(income, 1)} right, ${percent(blind.income, 1)} without reading`);
  write(`gender: ${percent(gender, 1)} right, ${percent(blind.gender, 1)} without reading`);
  const small = { width: 220, height: 150 };
  const charts = gridChart(
    [
      figureChart(fitted.history, 'age.error', 'age: years off', small),
      figureChart(fitted.history, 'income.accuracy', 'income: accuracy', small),
      figureChart(fitted.history, 'gender.accuracy', 'gender: accuracy', small),
    ],
    { columns: 3 },
  );
  const picture = dotChart(plotModel(model, test.x.get(0), { title: 'One input, three outputs' }));
  await orThrow(saveChart(join(out, 'model.png'), picture));
  await orThrow(saveChart(join(out, 'training.png'), charts));
  return { age, income, gender, 'income without reading': blind.income };
};
