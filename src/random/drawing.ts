/**
 * Draws that hand their key on, public as `fluxion/random`: `State<Key, A>` of fp-ts, so that programs of many draws name no key. They are
 * put together by `fp-ts/State`: `pipe`, `S.map`, `S.chain`, `S.traverseArray`, do notation. Nothing else imports this file, so that programs
 * which do not use fp-ts do not carry it.
 *
 * @example
 * const spring = pipe(Do, S.bind('mass', () => gamma(2)), S.bind('noise', ({ mass }) => normal(mass.shape)));
 * pipe(spring, evaluate(random.key(0)))
 */
import { evaluate as evaluateFrom, of, type State } from 'fp-ts/lib/State.js';
import * as choosing from './choice.ts';
import * as continuous from './continuous.ts';
import * as counting from './counting.ts';
import * as gammas from './gamma.ts';
import { bits as drawBits, split, type Key } from './key.ts';
import * as vectors from './multivariate.ts';
import * as sampling from './sample.ts';

/** A value drawn with a key, and the key for what is drawn next. */
export type Draw<A> = State<Key, A>;

/** What a function of a key gives, as a draw: the key is split, the function gets the second part and what follows the first. */
export const draw =
  <A>(sampler: (key: Key) => A): Draw<A> =>
  (key) => {
    const [next, own] = split(key);
    return [sampler(own), next];
  };

/** A sampler, whose first argument is a key, as a function of its other arguments that gives a draw. */
export const lift =
  <Args extends readonly unknown[], A>(sampler: (key: Key, ...args: Args) => A) =>
  (...args: Args): Draw<A> =>
    draw((key) => sampler(key, ...args));

/** A key of its own, for a function that takes one, such as `init` of a layer. */
export const nextKey: Draw<Key> = draw((key) => key);

/** Nothing drawn, a record without fields: `S.bind` adds what is drawn by name (do notation). */
export const Do: Draw<Readonly<Record<never, never>>> = of({});

/** What a draw gives from a key on. */
export const evaluate: (key: Key) => <A>(drawn: Draw<A>) => A = evaluateFrom;

/** Uniform uint32 words. */
export const bits = lift(drawBits);
/** `random.uniform` as a draw. */
export const uniform = lift(sampling.uniform);
/** `random.normal` as a draw. */
export const normal = lift(sampling.normal);
/** `random.truncatedNormal` as a draw. */
export const truncatedNormal = lift(sampling.truncatedNormal);
/** `random.bernoulli` as a draw. */
export const bernoulli = lift(sampling.bernoulli);
/** `random.randint` as a draw. */
export const randint = lift(sampling.randint);
/** `random.gumbel` as a draw. */
export const gumbel = lift(sampling.gumbel);
/** `random.exponential` as a draw. */
export const exponential = lift(sampling.exponential);
/** `random.laplace` as a draw. */
export const laplace = lift(continuous.laplace);
/** `random.logistic` as a draw. */
export const logistic = lift(continuous.logistic);
/** `random.cauchy` as a draw. */
export const cauchy = lift(continuous.cauchy);
/** `random.rademacher` as a draw. */
export const rademacher = lift(continuous.rademacher);
/** `random.lognormal` as a draw. */
export const lognormal = lift(continuous.lognormal);
/** `random.rayleigh` as a draw. */
export const rayleigh = lift(continuous.rayleigh);
/** `random.weibullMin` as a draw. */
export const weibullMin = lift(continuous.weibullMin);
/** `random.pareto` as a draw. */
export const pareto = lift(continuous.pareto);
/** `random.triangular` as a draw. */
export const triangular = lift(continuous.triangular);
/** `random.gamma` as a draw. */
export const gamma = lift(gammas.gamma);
/** `random.loggamma` as a draw. */
export const loggamma = lift(gammas.loggamma);
/** `random.beta` as a draw. */
export const beta = lift(gammas.beta);
/** `random.dirichlet` as a draw. */
export const dirichlet = lift(gammas.dirichlet);
/** `random.t` as a draw. */
export const t = lift(gammas.t);
/** `random.chisquare` as a draw. */
export const chisquare = lift(gammas.chisquare);
/** `random.poisson` as a draw. */
export const poisson = lift(counting.poisson);
/** `random.binomial` as a draw. */
export const binomial = lift(counting.binomial);
/** `random.geometric` as a draw. */
export const geometric = lift(counting.geometric);
/** `random.multinomial` as a draw. */
export const multinomial = lift(counting.multinomial);
/** `random.categorical` as a draw. */
export const categorical = lift(choosing.categorical);
/** `random.permutation` as a draw. */
export const permutation = lift(choosing.permutation);
/** `random.shuffle` as a draw. */
export const shuffle = lift(choosing.shuffle);
/** `random.choice` as a draw. */
export const choice = lift(choosing.choice);
/** `random.multivariateNormal` as a draw. */
export const multivariateNormal = lift(vectors.multivariateNormal);
/** `random.orthogonal` as a draw. */
export const orthogonal = lift(vectors.orthogonal);
