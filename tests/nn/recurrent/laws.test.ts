/** Recurrent layers under the laws of layers and of recurrence. */
import { describe, test } from 'vitest';
import { nn, np, type NDArray, type Shape } from 'fluxion';
import { layerLaws, recurrentLaws, type LayerCase, type RecurrentCase } from 'fluxion/laws';

const cells: readonly RecurrentCase[] = [
  { name: 'simpleRnn', cell: nn.simpleRnnCell(3), inputShape: [2] },
  { name: 'lstm with dropout', cell: nn.lstmCell(3, { dropout: 0.3, recurrentDropout: 0.3 }), inputShape: [2] },
  { name: 'gru', cell: nn.gruCell(3, { recurrentDropout: 0.5 }), inputShape: [2] },
  { name: 'gru, reset before', cell: nn.gruCell(2, { resetAfter: false, recurrentDropout: 0.5 }), inputShape: [3] },
  {
    name: 'stacked cells',
    cell: nn.stackedCells(nn.lstmCell(2, { dropout: 0.4 }), nn.gruCell(3), nn.simpleRnnCell(2)) as nn.Cell,
    inputShape: [2],
  },
];

/** A layer of sequences fed with an array, of which the last step is masked. */
const masked = <P, S, C>(layer: nn.Layer<P, S, nn.Sequence<C>>): nn.Layer =>
  nn.serial(
    nn.lambda(
      (x: NDArray): nn.Masked => ({ x, mask: np.broadcastTo(np.array([true, true, false]), x.shape.slice(0, -1)) }),
      (shape: Shape) => ({ x: shape, mask: shape.slice(0, -1) }),
    ),
    layer,
  ) as nn.Layer;

const cases: readonly LayerCase[] = [
  { name: 'simpleRnn', layer: nn.simpleRnn(2) as nn.Layer, inputShape: [3, 2] },
  {
    name: 'lstm of all steps',
    layer: nn.lstm(2, { returnSequences: true, dropout: 0.3, recurrentDropout: 0.3 }) as nn.Layer,
    inputShape: [3, 2],
  },
  { name: 'gru', layer: nn.gru(2, { goBackwards: true }) as nn.Layer, inputShape: [3, 2] },
  { name: 'masked gru, reset before', layer: masked(nn.gru(2, { resetAfter: false })), inputShape: [3, 2] },
  {
    name: 'masked bidirectional lstm',
    layer: masked(nn.bidirectional(nn.lstm(2, { returnSequences: true }), { merge: 'sum' })),
    inputShape: [3, 2],
  },
  { name: 'masked mean', layer: masked(nn.maskedMean()), inputShape: [3, 2] },
  { name: 'last real step', layer: masked(nn.lastStep()), inputShape: [3, 2] },
  { name: 'timeDistributed', layer: nn.timeDistributed(nn.dense(2)) as nn.Layer, inputShape: [3, 2] },
  {
    name: 'layers in layers',
    layer: masked(
      nn.serial(nn.keepMask(nn.gru(2, { returnSequences: true })), nn.lstm(2)) as nn.Layer<
        unknown,
        unknown,
        nn.Sequence
      >,
    ),
    inputShape: [3, 2],
    smooth: false, // Its parts are compared with differences above.
  },
];

describe('recurrent layers', () => {
  for (const { name, check } of cases.flatMap(layerLaws))
    test(name, () => check({ runs: name.includes('gradient') ? 1 : 2 }));
});
describe('cells', () => {
  for (const { name, check } of cells.flatMap(recurrentLaws))
    test(name, () => check({ runs: name.startsWith('stacked') ? 1 : 2 }));
});
