/** Operations of random programs on integers and booleans: positions to read at, and what to choose by. */
import { np } from 'fluxion';
import { at } from './program.ts';
import { pick, type Choice, type Known, type Maker, type Operation } from './operation.ts';

export const integersOf = ({ values }: Maker): readonly Known[] => values.filter((v) => v.type.element === 'int32');
const scalarsOf = (maker: Maker): readonly Known[] => integersOf(maker).filter((v) => v.type.shape.length === 0);
const listsOf = (maker: Maker): readonly Known[] =>
  integersOf(maker).filter((v) => v.type.shape.length === 1 && at(v.type.shape, 0) > 0);

const positionsChoice = ({ draw }: Maker): Choice => {
  const extent = 1 + draw.below(3);
  const values = Array.from({ length: 1 + draw.below(4) }, () => draw.below(extent));
  const type = { element: 'int32', shape: [values.length] } as const;
  return { inputs: [], params: { values }, outputs: [{ type, bound: extent - 1 }] };
};
const positions: Operation = {
  name: 'positions',
  apply: ({ params }) => [np.array(params['values'] as readonly number[], 'int32')], // sound: made so above
  choose: positionsChoice,
};

const positionChoice = ({ draw }: Maker, x: Known): Choice => {
  const of = draw.below(at(x.type.shape, 0));
  return { inputs: [x], params: { of }, outputs: [{ type: { element: 'int32', shape: [] }, bound: x.bound }] };
};
const position: Operation = {
  name: 'position',
  apply: ({ inputs, params }) => [np.take(at(inputs, 0), [Number(params['of'])], 0).reshape([])],
  choose: (maker) => {
    const x = pick(maker.draw, listsOf(maker));
    return x === null ? null : positionChoice(maker, x);
  },
};

const evenChoice = (x: Known): Choice => ({
  inputs: [x],
  outputs: [{ type: { element: 'bool', shape: x.type.shape }, bound: 1 }],
});
const isEven: Operation = {
  name: 'isEven',
  apply: ({ inputs }) => [at(inputs, 0).mod(2).equal(0)],
  choose: (maker) => {
    const x = pick(maker.draw, integersOf(maker));
    return x === null ? null : evenChoice(x);
  },
};

const step: Operation = {
  name: 'step',
  apply: ({ inputs, params }) => [at(inputs, 0).mul(Number(params['by'])).add(1).mod(3)],
  choose: (maker) => {
    const x = pick(maker.draw, integersOf(maker));
    return x === null
      ? null
      : { inputs: [x], params: { by: 1 + maker.draw.below(2) }, outputs: [{ type: x.type, bound: 2 }] };
  },
};

export const discreteOperations: readonly Operation[] = [step, isEven, position, positions];

/** A list of integers: one that is known, else a new one. */
export const somePositions = (maker: Maker): Known =>
  pick(maker.draw, listsOf(maker)) ?? at(maker.emit(positions, positionsChoice(maker)), 0);
/** An integer: one that is known, else one from a list. */
export const somePosition = (maker: Maker): Known =>
  pick(maker.draw, scalarsOf(maker)) ?? at(maker.emit(position, positionChoice(maker, somePositions(maker))), 0);
/** A bool scalar: one that is known, else whether an integer is even. */
export const someTest = (maker: Maker): Known =>
  pick(
    maker.draw,
    maker.values.filter((v) => v.type.element === 'bool' && v.type.shape.length === 0),
  ) ?? at(maker.emit(isEven, evenChoice(somePosition(maker))), 0);
/** Booleans: some that are known, else whether integers are even. */
export const someTests = (maker: Maker): Known =>
  pick(
    maker.draw,
    maker.values.filter((v) => v.type.element === 'bool'),
  ) ?? at(maker.emit(isEven, evenChoice(pick(maker.draw, integersOf(maker)) ?? somePosition(maker))), 0);
