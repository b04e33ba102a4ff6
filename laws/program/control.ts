/** Operations of random programs that hold programs: loops, branches, nested transformations, custom rules. */
import {
  checkpoint,
  checkpointPolicies,
  cond,
  customJvp,
  customVjp,
  jit,
  jvp,
  linearTranspose,
  np,
  vmap,
  vjp,
  type NDArray,
} from 'fluxion';
import type { Flat } from '../numeric.ts';
import { someTest } from './discrete.ts';
import { loopOperations, nextCarry, type Finish, type Given } from './loops.ts';
import { at } from './program.ts';
import {
  floatsOf,
  floatType,
  newest,
  pick,
  pickAxis,
  without,
  type Choice,
  type Known,
  type Maker,
  type Operation,
} from './operation.ts';

/** Up to three float values to hand over. */
const operands = (maker: Maker): readonly Known[] => {
  const floats = floatsOf(maker);
  const count = 1 + maker.draw.below(2);
  return Array.from({ length: count }, () => pick(maker.draw, floats)).flatMap((v) => v ?? []);
};

const last: Finish = (body, inputs) => [newest(body) ?? at(inputs, 0)];
const outputsOf = (known: readonly Known[]): Choice['outputs'] => known.map(({ type, bound }) => ({ type, bound }));

/** A function of some values applied to them in a way that changes nothing but how. */
const wrapped = (
  name: string,
  wrap: (f: (...xs: Flat) => Flat) => (...xs: Flat) => Flat,
  more: Partial<Operation> & { readonly closed?: boolean } = {},
): Operation => ({
  name,
  apply: ({ inputs, bodies }) => wrap((...xs) => at(bodies, 0)(xs))(...inputs),
  choose: (maker) => {
    const inputs = operands(maker);
    if (inputs.length === 0) return null;
    const { program, outputs } = maker.body(inputs, last, more.closed);
    return { inputs, bodies: [program], outputs: outputsOf(outputs) };
  },
  ...more,
});

const rule = (f: (...xs: Flat) => Flat): ((...xs: Flat) => Flat) =>
  customJvp(f, (primals, tangents) => jvp(f, [...primals], [...tangents]));
const backRule = (f: (...xs: Flat) => Flat): ((...xs: Flat) => Flat) =>
  customVjp(f, { fwd: (...xs) => [f(...xs), xs], bwd: (xs, cts) => vjp(f, ...xs)[1]([...cts]) });

export const isPositive: Operation = {
  name: 'isPositive',
  kink: true,
  apply: ({ inputs }) => [at(inputs, 0).sum().greater(0.1)],
  choose: (maker) => {
    const x = pick(maker.draw, floatsOf(maker));
    return x === null ? null : { inputs: [x], outputs: [{ type: { element: 'bool', shape: [] }, bound: 1 }] };
  },
};

/** The transpose of what multiplies by one value, applied to another. */
const transposing: Operation = {
  name: 'linearTranspose',
  apply: ({ inputs }) => {
    const [x, y] = [at(inputs, 0), at(inputs, 1)];
    return [...linearTranspose((v: NDArray) => np.cumsum(v, 0).mul(np.sin(y)), x)(x.mul(0.25))];
  },
  choose: (maker) => {
    const x = pick(
      maker.draw,
      floatsOf(maker).filter((v) => v.type.shape.length > 0),
    );
    const y = pick(
      maker.draw,
      floatsOf(maker).filter((v) => v.type.shape.length === 0),
    );
    if (x === null || y === null) return null;
    return { inputs: [x, y], outputs: [{ type: x.type, bound: x.bound * Math.max(1, at(x.type.shape, 0) / 4) }] };
  },
};

const branching: Operation = {
  name: 'cond',
  apply: ({ inputs, bodies }) => {
    const [test, ...xs] = inputs;
    return cond(
      at(
        [test].flatMap((x) => x ?? []),
        0,
      ),
      (...own: Flat) => at(bodies, 0)(own),
      (...own: Flat) => at(bodies, 1)(own),
      ...xs,
    );
  },
  choose: (maker) => {
    const inputs = operands(maker);
    const [first] = inputs;
    if (first === undefined) return null;
    const test = someTest(maker);
    const finish: Finish = (body, own) => [nextCarry(body, at(own, 0))];
    const bodies = [0, 1].map(() => maker.body(inputs, finish).program);
    return { inputs: [test, ...inputs], bodies, outputs: [{ type: first.type, bound: Math.max(1, first.bound) }] };
  },
};

const mapping: Operation = {
  name: 'vmap',
  apply: ({ inputs, params, bodies }) =>
    vmap((...xs: Flat) => at(bodies, 0)(xs), { inAxes: params['inAxes'] as readonly (number | null)[] })(...inputs), // sound: made so below
  choose: (maker) => {
    const found = pickAxis(maker, floatsOf(maker), 1);
    const other = pick(maker.draw, floatsOf(maker));
    if (found === null || other === null) return null;
    const { value, axis, extent } = found;
    const otherAxis = maker.draw.below(2) === 1 ? other.type.shape.lastIndexOf(extent) : -1;
    const slice = ({ type, bound }: Known, of: number | null): Given => ({
      type: of === null ? type : floatType(without(type.shape, of)),
      bound,
    });
    const axes = [axis, otherAxis < 0 ? null : otherAxis];
    const { program, outputs } = maker.body([slice(value, at(axes, 0)), slice(other, axes[1] ?? null)], last);
    const y = at(outputs, 0);
    return {
      inputs: [value, other],
      params: { inAxes: axes },
      bodies: [program],
      outputs: [{ type: floatType([extent, ...y.type.shape]), bound: y.bound }],
    };
  },
};

export const controlOperations: readonly Operation[] = [
  wrapped('jit', (f) => jit(f)),
  wrapped('checkpoint', (f) => checkpoint(f)),
  wrapped('keepProducts', (f) => checkpoint(f, { policy: checkpointPolicies.dotsSaveable })),
  wrapped('customJvp', rule, { closed: true }),
  wrapped('customVjp', backRule, { closed: true, direction: 'reverse' }),
  ...loopOperations,
  transposing,
  branching,
  mapping,
];
