/** Operations of random programs that read and write at positions which are data. */
import { lax, np, type NDArray } from 'fluxion';
import { integersOf as integers, somePosition, somePositions } from './discrete.ts';
import { at } from './program.ts';
import {
  floatsOf,
  floatType,
  pick,
  pickAxis,
  sizeLimit,
  sizeOf,
  withExtent,
  without,
  type Known,
  type Operation,
} from './operation.ts';

/** Starts for each axis: one integer scalar for all. */
const startsFor = (x: NDArray, start: NDArray): readonly NDArray[] => x.shape.map(() => start);

const slices: readonly Operation[] = [
  {
    name: 'dynamicSlice',
    apply: ({ inputs, params }) => {
      const x = at(inputs, 0);
      return [lax.dynamicSlice(x, startsFor(x, at(inputs, 1)), params['sizes'] as readonly number[])]; // sound: made so below
    },
    choose: (maker) => {
      const [x, start] = [pick(maker.draw, floatsOf(maker)), somePosition(maker)];
      if (x === null || start === null) return null;
      const sizes = x.type.shape.map((n) => n - maker.draw.below(n));
      return { inputs: [x, start], params: { sizes }, outputs: [{ type: floatType(sizes), bound: x.bound }] };
    },
  },
  {
    name: 'dynamicUpdateSlice',
    apply: ({ inputs }) => {
      const x = at(inputs, 0);
      return [lax.dynamicUpdateSlice(x, at(inputs, 1), startsFor(x, at(inputs, 2)))];
    },
    choose: (maker) => {
      const [x, start] = [pick(maker.draw, floatsOf(maker)), somePosition(maker)];
      if (x === null || start === null) return null;
      const isPart = (v: Known): boolean =>
        v.type.shape.length === x.type.shape.length && v.type.shape.every((n, i) => n <= at(x.type.shape, i));
      const part = pick(maker.draw, floatsOf(maker).filter(isPart));
      return part === null
        ? null
        : {
            inputs: [x, part, start],
            outputs: [{ type: x.type, bound: Math.max(x.bound, part.bound) }],
          };
    },
  },
];

/** Slices put in along axis 0, at positions that may repeat or lie outside. */
const scattering = (name: string, combine: 'add' | 'set'): Operation => ({
  name,
  apply: ({ inputs }) => {
    const [x, positions, updates] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    const columns = np.reshape(positions, [...positions.shape, 1]);
    return [lax.scatter(x, columns, updates, { batch: 0, combine, unique: false })];
  },
  choose: (maker) => {
    const positions = somePositions(maker);
    const x = pick(
      maker.draw,
      floatsOf(maker).filter((v) => (v.type.shape[0] ?? 0) > 0),
    );
    if (positions === null || x === null) return null;
    const count = at(positions.type.shape, 0);
    const shape = withExtent(x.type.shape, 0, count);
    const updates = pick(
      maker.draw,
      floatsOf(maker).filter((v) => v.type.shape.join() === shape.join()),
    );
    return updates === null
      ? null
      : {
          inputs: [x, positions, updates],
          outputs: [{ type: x.type, bound: x.bound + updates.bound * Math.max(1, count) }],
        };
  },
});

const gathers: readonly Operation[] = [
  {
    name: 'take',
    apply: ({ inputs, params }) => [np.take(at(inputs, 0), at(inputs, 1), Number(params['axis']), { mode: 'clip' })],
    choose: (maker) => {
      const found = pickAxis(maker, floatsOf(maker), 1);
      const positions = pick(maker.draw, integers(maker));
      if (found === null || positions === null) return null;
      const { value, axis } = found;
      const shape = [...value.type.shape.slice(0, axis), ...positions.type.shape, ...value.type.shape.slice(axis + 1)];
      if (shape.length > 3 || sizeOf(shape) > sizeLimit) return null;
      return {
        inputs: [value, positions],
        params: { axis },
        outputs: [{ type: floatType(shape), bound: value.bound }],
      };
    },
  },
  scattering('scatterAdd', 'add'),
  scattering('scatterSet', 'set'),
  {
    name: 'takeAlongAxis',
    apply: ({ inputs, params }) => [np.takeAlongAxis(at(inputs, 0), at(inputs, 1), Number(params['axis']))],
    choose: (maker) => {
      const found = pickAxis(maker, floatsOf(maker), 1);
      if (found === null) return null;
      const { value, axis, extent } = found;
      const rest = without(value.type.shape, axis).join();
      const fits = (v: Known): boolean =>
        v.bound < extent &&
        v.type.shape.length === value.type.shape.length &&
        without(v.type.shape, axis).join() === rest;
      const positions = pick(maker.draw, integers(maker).filter(fits));
      return positions === null
        ? null
        : {
            inputs: [value, positions],
            params: { axis },
            outputs: [{ type: floatType(positions.type.shape), bound: value.bound }],
          };
    },
  },
];

export const indexingOperations: readonly Operation[] = [...slices, ...gathers];
