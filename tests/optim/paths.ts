/** Where optimizers lead with given gradients, in plain numbers. */
import { expect } from 'vitest';
import { np, optim } from 'fluxion';

type Path = readonly (readonly number[])[];

/** The parameters after each step, by fluxion. */
export const pathFrom = (start: readonly number[], gradients: Path, optimizer: optim.GradientTransformation): Path => {
  let x = np.array([...start], 'float64');
  let memory = optimizer.init(x);
  return gradients.map((g) => {
    const [updates, next] = optimizer.update(np.array([...g], 'float64'), memory, x);
    memory = next;
    x = optim.applyUpdates(x, updates);
    return [...x.dataSync()];
  });
};

/** Every number of a path to so many digits behind the point. */
export const expectPath = (got: Path, expected: Path, digits: number): void =>
  got.forEach((x, step) =>
    x.forEach((value, i) => expect(value, `step ${step}, ${i}`).toBeCloseTo(expected[step]?.[i] ?? NaN, digits)),
  );
