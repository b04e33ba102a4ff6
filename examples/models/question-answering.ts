/**
 * A model of two inputs: a story as vectors of its words, and a question that an LSTM has read; joined, another LSTM reads them and answers in one word.
 * The stories are made up like those of bAbI: who moved where, and where is Mary?
 */
import { join } from 'node:path';
import { nn, np, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { dotChart, plotModel, saveChart } from 'fluxion/plot';
import { encodeTexts, textVectorization, vocabularySize } from 'fluxion/text';
import { evaluate, fit, predict } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const people = ['Mary', 'John', 'Sandra', 'Daniel'];
const verbs = ['moved to', 'went to', 'travelled to', 'went back to'];
const places = ['kitchen', 'garden', 'office', 'bathroom', 'bedroom', 'hallway'];

interface Tale {
  readonly story: string;
  readonly question: string;
  readonly answer: number;
}

/** A tale of at most `most` sentences, told by shares from 0 to 1. */
const tale = (shares: readonly number[], most: number): Tale => {
  const pick = (list: readonly string[], i: number): string => list[Math.floor((shares[i] ?? 0) * list.length)] ?? '';
  const count = 1 + Math.floor((shares[0] ?? 0) * most);
  const moves = Array.from({ length: count }, (_, i) => ({
    who: pick(people, 3 * i + 2),
    how: pick(verbs, 3 * i + 3),
    place: pick(places, 3 * i + 4),
  }));
  const asked = pick(
    moves.map(({ who }) => who),
    1,
  );
  return {
    story: moves.map(({ who, how, place }) => `${who} ${how} the ${place}.`).join(' '),
    question: `Where is ${asked}?`,
    answer: places.indexOf(moves.findLast(({ who }) => who === asked)?.place ?? ''),
  };
};

const tales = (key: random.Key, count: number, most: number): readonly Tale[] => {
  const shares = [...random.uniform(key, [count, 14]).dataSync()].map(Number);
  return Array.from({ length: count }, (_, i) => tale(shares.slice(14 * i, 14 * (i + 1)), most));
};

const text = textVectorization(
  tales(random.key(0), 500, 4).flatMap(({ story, question }) => [story, question]),
  { padding: 'pre' },
);
/** Words of a sentence at most. */
const sentence = 6;
const examplesOf = (all: readonly Tale[], most: number) => {
  const rows = (texts: readonly string[], length: number) => encodeTexts({ ...text, length }, texts);
  const [stories, questions] = [all.map(({ story }) => story), all.map(({ question }) => question)];
  const answers = all.map(({ answer }) => answer);
  return {
    x: { story: rows(stories, sentence * most), question: rows(questions, 3) },
    y: np.array(answers, 'int32'),
  };
};

const words = (width: number) => nn.embedding(vocabularySize(text.vocabulary), width);
/** The question as one vector stands beside each word of the story, so that who reads knows what is asked. */
const modelFor = (most: number) =>
  nn.serial(
    nn.named(
      'inputs',
      nn.parallel({
        story: words(32),
        question: nn.serial({ words: words(16), lstm: nn.lstm(16), beside: nn.repeatVector(sentence * most) }),
      }),
    ),
    nn.named('joined', nn.fanIn('concatenate')),
    nn.named('reader', nn.lstm(48)),
    nn.named('answer', nn.dense(places.length)),
  );

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const most = isFull ? 4 : 2;
  const told = tales(random.key(2), 2000, most);
  const train = examplesOf(tales(random.key(1), isFull ? 20_000 : 4000, most), most);
  const [test, model] = [examplesOf(told, most), modelFor(most)];
  const shapes = { story: test.x.story.get(0), question: test.x.question.get(0) };
  write(String(nn.summary(model, shapes)));
  const compiled = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  const fitted = await fit(model, {
    ...compiled,
    data: train,
    optimizer: optim.adam(0.005),
    epochs: 8,
    batchSize: isFull ? 64 : 32,
    key: random.key(3),
  });
  const { accuracy = NaN } = await evaluate(model, fitted, { ...compiled, data: test });
  write(
    `${train.y.size} stories to learn from; of ${told.length} new ones ${percent(accuracy, 1)} are answered rightly`,
  );
  const answers = np.argmax(await predict(model, fitted, test.x), -1).dataSync();
  for (const [i, { story, question }] of told.slice(0, 4).entries())
    write(`${story} ${question} ${places[Number(answers[i])] ?? ''}`);
  const picture = plotModel(model, shapes, { title: 'A story and a question' });
  await orThrow(saveChart(join(out, 'model.png'), dotChart(picture)));
  return { accuracy };
};
