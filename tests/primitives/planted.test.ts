/** Rules made wrong on purpose: the laws must find each, whatever the seed. */
import { lax, np, type NDArray } from 'fluxion';
import {
  bind,
  controlPrimitives,
  executor,
  primitives,
  withExecutor,
  type Primitive,
  type Tangent,
} from 'fluxion/extend';
import { primitiveLaws, specimens, type Law } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

interface Fault {
  readonly what: string;
  readonly primitive: string;
  /** The one rule that is other than it should be. */
  readonly wrong: (right: Primitive) => Partial<Primitive>;
  /** The law that finds it. */
  readonly found: string;
}

const negated = (x: Tangent): Tangent => (x === null ? null : x.neg());
const only = (xs: readonly NDArray[]): NDArray => xs[0] ?? np.array(NaN);

const faults: readonly Fault[] = [
  {
    what: 'one sign in a jvp',
    primitive: 'cos',
    wrong: (right) => ({
      jvp: (moving) => {
        const { outputs, tangents } = right.jvp(moving);
        return { outputs, tangents: tangents.map(negated) };
      },
    }),
    found: 'the jvp is the limit of differences',
  },
  {
    what: 'one partial without its factor',
    primitive: 'div',
    wrong: (right) => ({
      jvp: (moving) => {
        const [, dy = null] = moving.tangents;
        const whole = right.jvp(moving);
        return dy === null ? whole : { ...whole, tangents: [dy] };
      },
    }),
    found: 'the jvp is the limit of differences',
  },
  {
    what: 'a tangent squared',
    primitive: 'exp',
    wrong: (right) => ({
      jvp: (moving) => {
        const { outputs, tangents } = right.jvp(moving);
        return { outputs, tangents: tangents.map((dy) => (dy === null ? null : dy.mul(dy))) };
      },
    }),
    found: 'the jvp is linear in the tangents',
  },
  {
    what: 'one axis in a batch rule',
    primitive: 'cumsum',
    wrong: (right) => ({
      batch: ({ inputs, params }) => ({ outputs: bind(right, params, inputs), mapped: [true] }),
    }),
    found: 'a batch is a loop over its examples',
  },
  {
    what: 'a batch said to be one result for all',
    primitive: 'contract',
    wrong: (right) => ({
      batch: (batched) => {
        const { outputs } = right.batch(batched);
        return { outputs, mapped: batched.mapped.every(Boolean) ? [false] : [true] };
      },
    }),
    found: 'a batch is a loop over its examples',
  },
  {
    what: 'one missing broadcast in a transpose',
    primitive: 'reduceSum',
    wrong: () => ({ transpose: ({ cotangents }) => cotangents }),
    found: 'the transpose is the adjoint',
  },
  {
    what: 'one wrong adjoint: the running sum not turned round',
    primitive: 'cumsum',
    wrong: (right) => ({
      transpose: ({ cotangents, params }) =>
        cotangents.map((ct) => (ct === null ? null : only(bind(right, params, [ct])))),
    }),
    found: 'the transpose is the adjoint',
  },
  {
    what: 'one wrong adjoint: the other operand forgotten',
    primitive: 'mul',
    wrong: () => ({ transpose: ({ cotangents: [ct = null], known }) => known.map((x) => (x === null ? ct : null)) }),
    found: 'the transpose is the adjoint',
  },
  {
    what: 'one wrong type: the extents joined by their largest',
    primitive: 'concatenate',
    wrong: (right) => ({
      infer: (inputs, params) => {
        const { axis } = params as { readonly axis: number };
        const most = Math.max(...inputs.map((t) => t.shape[axis] ?? 0));
        return right.infer(inputs, params).map(({ dtype, shape }) => ({
          dtype,
          shape: shape.map((n, a) => (a === axis ? most : n)),
        }));
      },
    }),
    found: 'the outputs have the types that they should have',
  },
  {
    what: 'one formula off: the quotient of the other way round',
    primitive: 'rem',
    wrong: () => ({
      kernel: () => ({
        kind: 'map',
        formula: (s, [x, y]) => (x === undefined || y === undefined ? [] : [s.rem(y, x)]),
      }),
    }),
    found: 'each element is what the name says',
  },
  {
    what: 'one kernel off: a start forgotten',
    primitive: 'slice',
    wrong: (right) => ({
      kernel: (params, inputs, outputs) => {
        const made = right.kernel(params, inputs, outputs);
        return made.kind === 'view' ? { ...made, starts: made.starts.map(() => 0) } : made;
      },
    }),
    found: 'the transpose is the adjoint',
  },
  {
    what: 'one kernel off: the smallest for the largest',
    primitive: 'argmax',
    wrong: () => ({
      kernel: (params) => ({ kind: 'argReduce', extremum: 'min', ...(params as { readonly axis: number }) }),
    }),
    found: 'each element is what plain indices give',
  },
  {
    what: 'one kernel off: axes in the order that takes back',
    primitive: 'transpose',
    wrong: () => ({
      kernel: (params) => {
        const { order } = params as { readonly order: readonly number[] };
        return {
          kind: 'view',
          axes: order.map((_, i) => ({ axis: order.indexOf(i), step: 1 })),
          starts: order.map(() => 0),
        };
      },
    }),
    found: 'each element is what plain indices give',
  },
  {
    what: 'a loop run backwards from the wrong end',
    primitive: 'scan',
    wrong: (right) => ({
      transpose: (backwards) => {
        const params = backwards.params as { readonly reverse: boolean };
        return right.transpose({ ...backwards, params: { ...params, reverse: !params.reverse } });
      },
    }),
    found: 'the transpose is the adjoint',
  },
  {
    what: 'a residual of a checkpoint forgotten',
    primitive: 'checkpoint',
    wrong: (right) => ({
      partition: (equation, known) => {
        const split = right.partition(equation, known);
        if (split === null) return null;
        return {
          ...split,
          later: (residuals, inputs) =>
            split.later(
              residuals.map((r) => np.zerosLike(r)),
              inputs,
            ),
        };
      },
    }),
    found: 'split it gives the whole',
  },
];

const catalogue = [...primitives, ...controlPrimitives];

const lawsOf = (name: string, wrong: Fault['wrong']): readonly Law[] => {
  const right = catalogue.find((p) => p.name === name);
  if (right === undefined) throw new Error(`expected a primitive ${name}`);
  const planted: Primitive = { ...right, ...wrong(right) };
  return specimens.filter((s) => s.name === name).flatMap((specimen) => primitiveLaws(planted, specimen));
};

/** Whether a law is broken for a seed. */
const isBroken = (law: Law, seed: number): boolean => {
  try {
    law.check({ runs: 60, seed });
    return false;
  } catch {
    return true;
  }
};

const seeds = [1, 22, 333, 4444, 55_555];

describe('a planted fault is found with every seed', () => {
  test.each(faults.map((fault) => [`${fault.what} (${fault.primitive})`, fault] as const))('%s', (_, fault) => {
    const finders = lawsOf(fault.primitive, fault.wrong).filter((l) => l.name === `${fault.primitive}: ${fault.found}`);
    expect(finders.length).toBeGreaterThan(0);
    for (const seed of seeds)
      expect(
        finders.some((l) => isBroken(l, seed)),
        `seed ${seed}`,
      ).toBe(true);
  });
  test('a machine that puts the elements in the wrong order', () => {
    const right = executor();
    const faulty = {
      ...right,
      run: (...args: Parameters<typeof right.run>) =>
        right.run(...args).map((y) =>
          lax.rev(
            y,
            y.shape.map((_n, axis) => axis),
          ),
        ),
    };
    const [finder] = lawsOf('cumsum', () => ({})).filter((l) => l.name.includes('compiled at once'));
    for (const seed of seeds)
      expect(finder !== undefined && withExecutor(faulty, () => isBroken(finder, seed))).toBe(true);
  });
  test('without a fault the same laws hold', () => {
    for (const { primitive, found } of faults)
      for (const l of lawsOf(primitive, () => ({})).filter((one) => one.name === `${primitive}: ${found}`))
        l.check({ runs: 20, seed: seeds[0] ?? 0 });
  });
});
