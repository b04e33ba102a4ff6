/** What the loops share: growing masks to a fixed point, and bodies rewritten to carry more. */
import { splat } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { cut, either, inputTypes, spread, where, zipExact, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import type { AxisName, Tangent } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { identityOf } from '../core/supply.ts';
import { build } from '../core/trace.ts';
import { repeatBatch } from '../primitives/broadcast.ts';
import { forward } from './forward.ts';
import { vectorize } from './vectorize.ts';
import { dense } from '../core/tangent.ts';

/** The least mask above `start` that `next` does not enlarge. */
export const growMask = (start: Mask, next: (mask: Mask) => Mask): Mask => {
  let mask = start;
  for (;;) {
    const larger = either(mask, next(mask));
    if (zipExact(mask, larger).every(([a, b]) => a === b)) return mask;
    mask = larger;
  }
};

/** The greatest mask below `start` that `next` does not shrink. */
export const shrinkMask = (start: Mask, next: (mask: Mask) => Mask): Mask =>
  growMask(
    start.map((m) => !m),
    (mask) => next(mask.map((m) => !m)).map((m) => !m),
  ).map((m) => !m);

const groupsKey = (groups: readonly Mask[]): string => groups.map(maskKey).join(',');

/**
 * The derivative of a body with each group of inputs followed by its moving tangents, and each group of outputs by its own;
 * tangents asked for that are zero are made dense.
 */
export const extended = remember(
  (moving: readonly Mask[], asked: readonly Mask[]) => `${groupsKey(moving)}/${groupsKey(asked)}`,
  (body: Graph, moving: readonly Mask[], asked: readonly Mask[]): Graph => {
    const moved = forward(body, moving.flat());
    const grouped = cut(inputTypes(body), ...moving.map((m) => m.length));
    const types = zipExact(grouped, moving).flatMap(([group, mask]) => [...group, ...where(group, mask)]);
    const lengths = moving.flatMap((mask) => [mask.length, where(mask, mask).length]);
    const count = body.outputs.length;
    return build(body.name, types, (values) => {
      const parts = cut(values, ...lengths);
      const results = replay(moved.graph, [
        ...parts.filter((_, i) => i % 2 === 0).flat(),
        ...parts.filter((_, i) => i % 2 === 1).flat(),
      ]);
      const tangents = spread<Tangent>(results.slice(count), moved.moving, null);
      const outs = cut(zipExact(results.slice(0, count), tangents), ...asked.map((m) => m.length));
      return zipExact(outs, asked).flatMap(([group, mask]) => [
        ...group.map(([y]) => y),
        ...where(group, mask).map(([y, dy]) => dense(dy, y.type)),
      ]);
    });
  },
);

/** A body on a batch, with the outputs that must carry the batch axis made to. */
export const mappedBody = remember(
  (mapped: Mask, size: number, axis: AxisName | null, outputs: Mask) =>
    `${maskKey(mapped)} ${size} ${axis === null ? '' : identityOf(axis)} ${maskKey(outputs)}`,
  (body: Graph, mapped: Mask, size: number, axis: AxisName | null, outputs: Mask): Graph => {
    const batched = vectorize(body, mapped, size, axis);
    return build(body.name, inputTypes(batched.graph), (values) =>
      replay(batched.graph, values).map((y, i) =>
        outputs[i] === true && batched.mapped[i] !== true ? repeatBatch(y, size) : y,
      ),
    );
  },
);

/** A program with zeros for further outputs: `types` at the places where `mask` has none of its own. */
export const filled = (graph: Graph, produced: Mask, asked: Mask, types: readonly ArrayType[]): Graph =>
  build(graph.name, inputTypes(graph), (values) => {
    const own = spread<Tangent>(replay(graph, values), produced, null);
    return zipExact(own, types).flatMap(([y, type], i) => (asked[i] === true ? [y ?? splat(type, 0)] : []));
  });

/** For each residual of an early part: the position of the input that it merely passes on, or -1. */
export const passedOn = (early: Graph, first: number): readonly number[] =>
  early.outputs.slice(first).map((atom) => (atom.kind === 'variable' ? early.inputs.indexOf(atom) : -1));
