/** What must hold of transformations around an optimizer, and of optimizers in parts. */
import * as fc from 'fast-check';
import { optim, random } from 'fluxion';
import { keys } from './arbitrary.ts';
import { exact, reordered } from './close.ts';
import { law, type Law } from './law.ts';
import { assertTreesClose, extraOf, paramsOf, updatesOf, type OptimizerCase, type Params } from './optimizer.ts';

type Transformation = optim.GradientTransformation;

const several = (key: random.Key, count: number): readonly Params[] =>
  Array.from({ length: count }, (_, i) => paramsOf(random.foldIn(key, i + 10)));

const accumulates = (name: string, optimizer: Transformation): Law =>
  law(
    `${name}: multiSteps takes a step with the mean of the gradients, and none in between`,
    fc.property(keys(), (key) => {
      const [params, gradients] = [paramsOf(key), several(key, 6)];
      const got = updatesOf(optim.multiSteps(optimizer, 3), params, gradients);
      const mean = (from: number): Params =>
        optim.tree.scale(1 / 3, gradients.slice(from + 1, from + 3).reduce(optim.tree.add, gradients[from] ?? params));
      const expected = updatesOf(optimizer, params, [mean(0), mean(3)]);
      const zero = optim.tree.zerosLike(params);
      const all = [zero, zero, expected[0] ?? zero, zero, zero, expected[1] ?? zero];
      // Means are taken in another order, and signs and roots near 0 make the most of it: the gradients are far from 0.
      assertTreesClose(got, all, 'updates', reordered.float64);
    }),
  );

const divides = (name: string, optimizer: Transformation): Law =>
  law(
    `${name}: partition and masked treat each part as if it were alone`,
    fc.property(keys(), (key) => {
      const [params, gradients] = [paramsOf(key), several(key, 3)];
      const part = ({ w, inner }: Params): Pick<Params, 'w' | 'inner'> => ({ w, inner });
      // The loss is that of all parameters; its gradient at a part is that of the part.
      const own = { ...extraOf(part(params)), value: extraOf(params).valueAndGradient(params)[0] };
      const alone = updatesOf(optimizer, part(params), gradients.map(part), own);
      const labels = { w: 'own', inner: 'own', gain: 'rest', kernel: 'rest' } as const;
      const mixed = updatesOf(optim.partition({ own: optimizer, rest: optim.scale(2) }, labels), params, gradients);
      const shown = updatesOf(
        optim.masked(optimizer, ([field]) => field === 'w' || field === 'inner'),
        params,
        gradients,
      );
      assertTreesClose(mixed.map(part), alone, 'the labelled part', exact);
      assertTreesClose(shown.map(part), alone, 'the masked part', exact);
      assertTreesClose(
        mixed.map((u) => u.kernel),
        gradients.map((g) => g.kernel.mul(2)),
        'the other part',
        exact,
      );
      assertTreesClose(
        shown.map((u) => u.gain),
        gradients.map((g) => g.gain),
        'what is not meant',
        exact,
      );
    }),
  );

const injects = (name: string, optimizer: Transformation): Law =>
  law(
    `${name}: injectHyperparams, applyIfFinite and namedChain change nothing by themselves`,
    fc.property(keys(), (key) => {
      const [params, gradients] = [paramsOf(key), several(key, 3)];
      const plain = updatesOf(optimizer, params, gradients);
      const scaled = updatesOf(optim.chain(optimizer, optim.scale(0.5)), params, gradients);
      const injected = optim.injectHyperparams(({ factor }) => optim.chain(optimizer, optim.scale(factor)), {
        factor: 0.5,
      });
      assertTreesClose(updatesOf(injected, params, gradients), scaled, 'injectHyperparams', exact);
      assertTreesClose(updatesOf(optim.applyIfFinite(optimizer, 2), params, gradients), plain, 'applyIfFinite', exact);
      assertTreesClose(updatesOf(optim.namedChain({ only: optimizer }), params, gradients), plain, 'namedChain', exact);
    }),
  );

/** The laws of wrappers around one optimizer. */
export const wrapperLaws = ({ name, optimizer }: OptimizerCase): readonly Law[] => [
  accumulates(name, optimizer),
  divides(name, optimizer),
  injects(name, optimizer),
];

/** Where leaves do not look at each other's neighbours: one vector, or many leaves, gives the same. */
export const flattenLaw = ({ name, optimizer }: OptimizerCase): Law =>
  law(
    `${name}: flatten does the same on one vector`,
    fc.property(keys(), (key) => {
      const [params, gradients] = [paramsOf(key), several(key, 3)];
      assertTreesClose(
        updatesOf(optim.flatten(optimizer), params, gradients),
        updatesOf(optimizer, params, gradients),
        'flatten',
      );
    }),
  );
