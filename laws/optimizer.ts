/** What must hold of gradient transformations. */
import * as fc from 'fast-check';
import { jit, np, optim, random, tree, type NDArray } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact, reordered } from './close.ts';
import { fact, law, type Law } from './law.ts';

type Transformation = optim.GradientTransformation;
/** Parameters of several ranks: matrix, vector, scalar, kernel; and a place without any. */
export interface Params {
  readonly w: NDArray;
  readonly inner: readonly [NDArray, null];
  readonly gain: NDArray;
  readonly kernel: NDArray;
}

/** Random parameters, or gradients, of float64. */
export const paramsOf = (key: random.Key): Params => {
  const [a, b, c, d] = random.split(key, 4);
  return {
    w: random.normal(a, [2, 3], 'float64'),
    inner: [random.normal(b, [2], 'float64'), null],
    gain: random.normal(c, [], 'float64'),
    kernel: random.normal(d, [2, 1, 2, 3], 'float64'),
  };
};

/** What a step on half the sum of squares knows. */
export const extraOf = <P>(params: P): Required<optim.Extra<P>> => {
  const valueAndGradient = (at: P): readonly [NDArray, P] => [
    optim.tree.norm(at, { isSquared: true }).mul(0.5).add(1),
    at,
  ];
  return { value: valueAndGradient(params)[0], valueAndGradient, hessianProduct: (direction) => direction };
};

/** Several steps on parameters that stay: the updates. */
export const updatesOf = <P>(
  t: Transformation,
  params: P,
  gradients: readonly P[],
  extra: optim.Extra<P> = extraOf(params),
): readonly P[] => {
  let memory = t.init(params);
  return gradients.map((g) => {
    const [updates, next] = t.update(g, memory, params, extra);
    memory = next;
    return updates;
  });
};

/** Throws unless two trees have one structure and close leaves. */
export const assertTreesClose = (a: unknown, b: unknown, what: string, tolerance = reordered.float64): void => {
  if (!tree.sameStructure(tree.structure(a), tree.structure(b))) throw new Error(`${what}: the structures differ`);
  const others = tree.leaves(b);
  tree.leaves(a).forEach((x, i) => assertAllClose(np.array(x), np.array(others[i] ?? x), what, tolerance));
};

/** Whether two transformations give the same updates; their memories may be nested in other ways. */
export const sameUpdates = (a: Transformation, b: Transformation, key: random.Key): void => {
  const [params, gradients] = [paramsOf(key), [2, 3, 4].map((step) => paramsOf(random.foldIn(key, step)))];
  assertTreesClose(updatesOf(a, params, gradients), updatesOf(b, params, gradients), 'updates', exact);
};

export interface OptimizerCase {
  readonly name: string;
  readonly optimizer: Transformation;
  /** Whether a zero gradient on fresh memory leaves parameters as they are; not so with weight decay. Default true. */
  readonly restsAtZero?: boolean;
}

const compiledLaw = (name: string, optimizer: Transformation): Law => {
  const update = (g: Params, m: unknown, p: Params): unknown => optimizer.update(g, m, p, extraOf(p));
  // Compiled once: all cases have the same types.
  const compiled = jit(update);
  return law(
    `${name}: jit computes the same update, and nothing that is passed changes`,
    fc.property(keys(), (key) => {
      const [params, gradients] = [paramsOf(key), paramsOf(random.foldIn(key, 5))];
      const memory = optimizer.init(params);
      const plain = update(gradients, memory, params);
      assertTreesClose(compiled(gradients, memory, params), plain, 'jit');
      assertTreesClose(update(gradients, memory, params), plain, 'again', exact);
    }),
  );
};

const updateLaws = (name: string, optimizer: Transformation): readonly Law[] => [
  law(
    `${name}: updates are like the parameters, and memory keeps structure and types`,
    fc.property(keys(), (key) => {
      const params = paramsOf(key);
      const before = optimizer.init(params);
      const [updates, after] = optimizer.update(paramsOf(random.foldIn(key, 5)), before, params, extraOf(params));
      const types = (t: unknown): string =>
        tree
          .leaves(t)
          .map((x) => np.array(x))
          .map((x) => `${x.dtype}[${x.shape.join()}]`)
          .join(' ');
      for (const [a, b] of [
        [updates, params],
        [after, before],
      ] as const)
        if (!tree.sameStructure(tree.structure(a), tree.structure(b)) || types(a) !== types(b))
          throw new Error(`expected ${types(b)}, got ${types(a)}`);
    }),
  ),
  compiledLaw(name, optimizer),
];

/** The laws of one optimizer. */
export const optimizerLaws = ({ name, optimizer, restsAtZero = true }: OptimizerCase): readonly Law[] => [
  ...updateLaws(name, optimizer),
  ...(restsAtZero
    ? [
        fact(`${name}: a zero gradient on fresh memory leaves parameters as they are`, () => {
          const params = paramsOf(random.key(1));
          const zero = tree.map((x: NDArray) => np.zerosLike(x), params);
          const [updates] = optimizer.update(zero, optimizer.init(params), params, {
            ...extraOf(params),
            valueAndGradient: (at) => [np.zeros([], 'float64'), tree.map((x: NDArray) => np.zerosLike(x), at)],
          });
          assertTreesClose(optim.applyUpdates(params, updates), params, 'parameters', exact);
        }),
      ]
    : []),
];
