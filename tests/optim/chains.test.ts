import { describe, expect, test } from 'vitest';
import { optim, random, type NDArray } from 'fluxion';
import { parabola, arrival, sameUpdates } from 'fluxion/laws';

const rate = optim.scaleByLearningRate(0.1);
/** Optimizers beside the chains that they are. */
const pairs: Readonly<Record<string, readonly [optim.GradientTransformation, optim.GradientTransformation]>> = {
  rmsprop: [optim.rmsprop(0.1), optim.chain(optim.scaleByRms(), rate)],
  adagrad: [optim.adagrad(0.1), optim.chain(optim.scaleByRss(), rate)],
  adamax: [optim.adamax(0.1), optim.chain(optim.scaleByAdamax(), rate)],
  amsgrad: [optim.amsgrad(0.1), optim.chain(optim.scaleByAmsgrad(), rate)],
  adabelief: [optim.adabelief(0.1), optim.chain(optim.scaleByBelief(), rate)],
  yogi: [optim.yogi(0.1), optim.chain(optim.scaleByYogi(), rate)],
  radam: [optim.radam(0.1), optim.chain(optim.scaleByRadam(), rate)],
  lion: [optim.lion(0.1, { weightDecay: 0 }), optim.chain(optim.scaleByLion(), rate)],
  noisySgd: [optim.noisySgd(0.1, { key: 5 }), optim.chain(optim.addNoise(0.01, 0.55, 5), rate)],
  scale: [optim.scale(2), optim.stateless((g) => optim.tree.scale(2, g))],
};
describe('optimizers are chains', () => {
  test.for(Object.entries(pairs))('%s', ([, [whole, parts]]) => sameUpdates(whole, parts, random.key(3)));
});

describe('line searches as transformations', () => {
  test.for([
    optim.chain(optim.scale(-1), optim.scaleByZoomLinesearch()),
    optim.chain(optim.scale(-1), optim.scaleByBacktrackingLinesearch()),
  ])('find how far to go along the gradient', (optimizer) => {
    const got = arrival({ name: 'steepest descent', optimizer, steps: 50 }, parabola, 'float64');
    parabola.lowest.forEach((x, i) => expect(got[i]).toBeCloseTo(x, 6));
  });
  test('ask for the function', () => {
    const x: NDArray = random.normal(random.key(1), [2]);
    const t = optim.scaleByZoomLinesearch();
    expect(() => t.update(x, t.init(x), x)).toThrow('scaleByZoomLinesearch: expected { valueAndGradient }');
  });
});
