/** Loops over many samples at once, each of which goes on until its own condition fails. */
import type { NDArray } from '../array/ndarray.ts';
import { bind, build } from '../core/trace.ts';
import { whilePrimitive } from '../control/while.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { select } from '../primitives/logic.ts';
import { reduceOr } from '../primitives/reduction.ts';

interface Loop {
  readonly name: string;
  /** What steps read and do not change. */
  readonly constants: readonly NDArray[];
  /** Arrays with the samples along axis 0. */
  readonly start: readonly NDArray[];
  /** Which samples go on: `bool[n]`. */
  readonly goesOn: (constants: readonly NDArray[], carry: readonly NDArray[]) => NDArray;
  readonly step: (constants: readonly NDArray[], carry: readonly NDArray[]) => readonly NDArray[];
}

/** The loop while one of `goesOn` holds. */
const bound = ({ name, constants, start, goesOn }: Loop, step: Loop['step']): readonly NDArray[] => {
  const count = constants.length;
  const types = [...constants, ...start].map((x) => x.type);
  const parts = (values: readonly NDArray[]) => [values.slice(0, count), values.slice(count)] as const;
  const condition = build(name, types, (values) => {
    const isOn = goesOn(...parts(values));
    return [
      reduceOr(
        isOn,
        isOn.shape.map((_, axis) => axis),
      ),
    ];
  });
  const body = build(name, types, (values) => step(...parts(values)));
  return bind(whilePrimitive, { condition, body, conditionConstants: count, bodyConstants: count }, [
    ...constants,
    ...constants,
    ...start,
  ]);
};

/** What `vmap` of a while loop does: it runs until all samples have ended, and those that have keep their carry. */
export const eachWhile = (loop: Loop): readonly NDArray[] =>
  bound(loop, (constants, before) => {
    const isOn = loop.goesOn(constants, before);
    return loop.step(constants, before).map((x, i) => select(broadcast(isOn, x.shape, [0]), x, before[i] ?? x));
  });

/** One loop for all samples that ends when none goes on; its steps see to it that those that have ended keep what they have. */
export const whileAny = (loop: Loop): readonly NDArray[] => bound(loop, loop.step);
