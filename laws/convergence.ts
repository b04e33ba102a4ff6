/** Whether optimizers arrive: the table of optimizers, targets and types of Optax's own tests. */
import { foriLoop, hvp, jit, np, optim, valueAndGrad, type NDArray } from 'fluxion';
import { fact, type Law } from './law.ts';

/** A function with one lowest point, and a place to begin. */
export interface Target {
  readonly name: string;
  readonly start: readonly number[];
  readonly lowest: readonly number[];
  readonly value: (x: NDArray) => NDArray;
}

const at = (x: NDArray, i: number): NDArray => np.take(x, i, 0);

/** `|x - (1, -1, 1)|^2` from `(-1, 10, 1)`. */
export const parabola: Target = {
  name: 'a parabola',
  start: [-1, 10, 1],
  lowest: [1, -1, 1],
  value: (x) => np.sum(np.square(x.sub(np.array([1, -1, 1], x.dtype)))),
};
/** `(1 - x)^2 + 100 (y - x^2)^2` from the origin (Rosenbrock 1960). */
export const rosenbrock: Target = {
  name: 'the Rosenbrock valley',
  start: [0, 0],
  lowest: [1, 1],
  value: (p) => {
    const [x, y] = [at(p, 0), at(p, 1)];
    return np.square(np.subtract(1, x)).add(np.square(y.sub(np.square(x))).mul(100));
  },
};

export interface ConvergenceCase {
  readonly name: string;
  readonly optimizer: optim.GradientTransformation;
  /** Default both. */
  readonly targets?: readonly Target[];
  /** Default 10000. */
  readonly steps?: number;
  /** Where the parameters to judge are, if not in the parameters trained. */
  readonly judged?: (params: NDArray, memory: unknown) => NDArray;
}

/** Where many steps lead: one compiled program. */
export const arrival = (
  { optimizer, steps = 10000, judged = (params) => params }: ConvergenceCase,
  target: Target,
  dtype: 'float32' | 'float64',
): readonly number[] => {
  const valueAndGradient = (x: NDArray): readonly [NDArray, NDArray] => valueAndGrad(target.value)(x);
  type State = readonly [NDArray, unknown];
  const step = (_: NDArray, [x, memory]: State): State => {
    const [value, gradient] = valueAndGradient(x);
    const hessianProduct = (v: NDArray): NDArray => hvp(target.value, [x], [v]);
    const extra = { value, valueAndGradient, hessianProduct };
    const [updates, next] = optimizer.update(gradient, memory, x, extra);
    return [optim.applyUpdates(x, updates), next];
  };
  const run = jit((start: NDArray): NDArray => {
    const [x, memory] = foriLoop<State>(0, steps, step, [start, optimizer.init(start)] as never); // sound: arrays
    return judged(x, memory);
  });
  return [...run(np.array(target.start, dtype)).dataSync()];
};

/** After 10000 steps each coordinate is within 3 % and 0.03 of where it should be, as Optax asks of its optimizers. */
export const convergenceLaws = (one: ConvergenceCase): readonly Law[] =>
  (one.targets ?? [parabola, rosenbrock]).flatMap((target) =>
    (['float32', 'float64'] as const).map((dtype) =>
      fact(`${one.name}: finds the bottom of ${target.name} in ${dtype}`, () => {
        const got = arrival(one, target, dtype);
        const isNear = got.every(
          (x, i) => Math.abs(x - (target.lowest[i] ?? NaN)) <= 0.03 * (1 + Math.abs(target.lowest[i] ?? NaN)),
        );
        if (!isNear) throw new Error(`expected [${target.lowest.join(', ')}], got [${got.join(', ')}]`);
      }),
    ),
  );
