/** The five arrangements of recurrent networks: one to one, one to many, many to one, many to many in step, and many to many by an encoder and a decoder. */
import { join } from 'node:path';
import { nn, np, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { dotChart, gridChart, plotModel, saveChart, type Chart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const [features, steps, written] = [3, 6, 4];

/** No time at all: a picture gets its label. */
const oneToOne = nn.serial({ hidden: nn.dense(8), act: nn.tanh, head: nn.dense(2) });

/** A vector repeated, an output at each step: a picture gets its caption. */
const oneToMany = nn.serial({
  repeat: nn.repeatVector(written),
  gru: nn.gru(8, { returnSequences: true }),
  head: nn.timeDistributed(nn.dense(2)),
});

/** What is left after the last step: a letter is spam or not. */
const manyToOne = nn.serial({ lstm: nn.lstm(8), head: nn.dense(2) });

/** An output for each input at once: each word gets its part of speech. */
const inStep = nn.serial({
  rnn: nn.simpleRnn(8, { returnSequences: true }),
  head: nn.timeDistributed(nn.dense(2)),
});

/** All is read before anything is written, and lengths may differ: a sentence gets its translation. */
const encoderDecoder = nn.seq2seq({
  source: 20,
  target: 30,
  width: 8,
  cell: nn.gruCell(8),
  attention: nn.multiplicativeAttention(),
});

/** What a model makes of a batch of two, and its picture. */
const look = <P, S, In>(
  title: string,
  model: nn.Layer<P, S, In>,
  shapes: nn.ShapesOf<In> & nn.InputShapes<In>,
  batch: In,
): { readonly shape: readonly number[]; readonly chart: Chart } => {
  const { params, state } = model.init(random.key(0), shapes);
  const [y] = model.apply(params, state, batch, {});
  return { shape: y.shape, chart: dotChart(plotModel(model, shapes, { title })) };
};

export const run: Example = async ({ out, write }) => {
  const vector = random.normal(random.key(1), [2, features]);
  const sequence = random.normal(random.key(1), [2, steps, features]);
  const tokens = { source: np.ones([2, steps], 'int32'), target: np.zeros([2, written], 'int32') };
  const found = {
    'one to one': look('One to one', oneToOne, [features], vector),
    'one to many': look('One to many', oneToMany, [features], vector),
    'many to one': look('Many to one', manyToOne, [steps, features], sequence),
    'many to many, in step': look('In step', inStep, [steps, features], sequence),
    'many to many': look('Encoder and decoder', encoderDecoder, { source: [steps], target: [written] }, tokens),
  };
  const figures: { [name: string]: number } = {};
  for (const [name, { shape }] of Object.entries(found)) {
    const [, first = 0, last] = shape;
    const outputs = last === undefined ? 1 : first;
    const inputs = name.startsWith('one') ? 1 : steps;
    write(
      `${name.padEnd(22)} steps in: ${inputs}, out: ${outputs}; the output for a batch of two: [${shape.join(', ')}]`,
    );
    figures[name] = outputs;
  }
  const charts = Object.values(found).map(({ chart }) => chart);
  await orThrow(saveChart(join(out, 'arrangements.png'), gridChart(charts, { columns: 5, gap: 24 })));
  return figures;
};
