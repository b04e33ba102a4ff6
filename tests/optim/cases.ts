/** Every optimizer with the hyperparameters and targets of Optax's alias_test.py. */
import { optim } from 'fluxion';
import { parabola, type ConvergenceCase, type OptimizerCase } from 'fluxion/laws';

export const cases: readonly (ConvergenceCase & OptimizerCase)[] = [
  { name: 'sgd', optimizer: optim.sgd(1e-3, { momentum: 0.9 }) },
  { name: 'adadelta', optimizer: optim.adadelta(0.1) },
  { name: 'adagrad', optimizer: optim.adagrad(1) },
  { name: 'adam', optimizer: optim.adam(0.1) },
  { name: 'adamw', restsAtZero: false, optimizer: optim.adamw(0.1) },
  { name: 'adamax', optimizer: optim.adamax(0.1) },
  { name: 'adamaxw', restsAtZero: false, optimizer: optim.adamaxw(0.1) },
  { name: 'amsgrad', optimizer: optim.amsgrad(0.1) },
  { name: 'lars', optimizer: optim.lars(1) },
  { name: 'lamb', optimizer: optim.lamb(1e-3) },
  { name: 'lion', restsAtZero: false, optimizer: optim.lion(1e-2, { weightDecay: 1e-4 }) },
  { name: 'nadam', optimizer: optim.nadam(1e-2) },
  { name: 'nadamw', restsAtZero: false, optimizer: optim.nadamw(1e-2) },
  { name: 'noisySgd', restsAtZero: false, optimizer: optim.noisySgd(1e-3, { eta: 1e-4 }) },
  { name: 'rmsprop', optimizer: optim.rmsprop(5e-3) },
  { name: 'rmsprop with momentum', optimizer: optim.rmsprop(5e-3, { momentum: 0.9 }) },
  { name: 'rmsprop, centered', optimizer: optim.rmsprop(5e-3, { centered: true, eps: 1e-4 }) },
  { name: 'signSgd', optimizer: optim.signSgd(0.1), targets: [parabola] },
  { name: 'adabelief', optimizer: optim.adabelief(1e-2) },
  { name: 'radam', optimizer: optim.radam(5e-3) },
  { name: 'rprop', optimizer: optim.rprop(0.1) },
  // Its moments begin above 0.
  { name: 'yogi', restsAtZero: false, optimizer: optim.yogi(0.1) },
  { name: 'polyakSgd', optimizer: optim.polyakSgd() },
  { name: 'lbfgs with a rate', optimizer: optim.lbfgs({ learningRate: 0.5 }), targets: [parabola] },
  { name: 'lbfgs', optimizer: optim.lbfgs(), steps: 100 },
  { name: 'adafactor', optimizer: optim.adafactor(5e-3) },
  { name: 'adan', optimizer: optim.adan(0.1) },
  { name: 'novograd', optimizer: optim.novograd(1e-3) },
  { name: 'ademamix', optimizer: optim.ademamix(1e-2) },
  // It shrinks the parameters in each step.
  { name: 'fromage', restsAtZero: false, optimizer: optim.fromage(5e-3) },
  { name: 'sm3', optimizer: optim.sm3(1) },
  { name: 'sophia', restsAtZero: false, optimizer: optim.sophia(1e-2) },
  { name: 'sam', optimizer: optim.sam(optim.sgd(1e-3, { momentum: 0.9 }), { rho: 1e-3 }) },
  { name: 'muon', optimizer: optim.muon(0.1) },
  { name: 'optimisticGradientDescent', optimizer: optim.optimisticGradientDescent(2e-3, { alpha: 0.7, beta: 0.1 }) },
  { name: 'optimisticAdam', optimizer: optim.optimisticAdam(2e-3) },
  { name: 'prodigy', optimizer: optim.prodigy({ learningRate: 0.1 }) },
  { name: 'dadaptAdamw', optimizer: optim.dadaptAdamw({ learningRate: 0.1 }) },
  { name: 'scheduleFreeSgd', optimizer: optim.scheduleFreeSgd(2e-3) },
  { name: 'scheduleFreeAdamw', optimizer: optim.scheduleFreeAdamw(1e-2) },
  {
    name: 'reduceOnPlateau',
    optimizer: optim.chain(optim.adam(0.1), optim.reduceOnPlateau({ patience: 500, factor: 0.5 })),
  },
  { name: 'lookahead', optimizer: optim.lookahead(optim.adam(0.1)) },
];

/** Those that look at each leaf as a whole. */
export const leafwise: ReadonlySet<string> = new Set([
  'polyakSgd',
  'lbfgs',
  'lbfgs with a rate',
  'lars',
  'lamb',
  'noisySgd',
  'adafactor',
  'novograd',
  'fromage',
  'sm3',
  'sophia',
  'muon',
]);

/** Those whose wrappers do not compute the same numbers: other draws, or a search that adds the same values in another order. */
export const alone: ReadonlySet<string> = new Set(['noisySgd', 'lbfgs']);
