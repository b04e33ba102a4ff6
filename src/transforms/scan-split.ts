/** Splitting a scan into an early and a later one, and running a linear scan backwards. */
import { splat } from '../array/ndarray.ts';
import { cut, inputTypes, negate, outputTypes, spread, where, zipExact, type Graph, type Mask } from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import type { Backwards, Primitive, Split, Tangent } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { bind, build } from '../core/trace.ts';
import type { ScanKernel } from '../kernels/kernel.ts';
import { add } from '../primitives/arithmetic.ts';
import { partition } from './partition.ts';
import { transpose, type Transposed } from './transpose.ts';
import { dense, present } from '../core/tangent.ts';
import { passedOn, shrinkMask } from './loop-body.ts';

/** What `ScanKernel` says, without its kind. */
export type Scan = Omit<ScanKernel<Graph>, 'kind'>;

/** What each residual of the body is to the loop: a constant passed on, a slice passed on, or a value to stack. */
type Residual = { readonly kind: 'constant' | 'slice'; readonly input: number } | { readonly kind: 'stack' };

interface Plan {
  /** Which constants, carries and xs are known all the way. */
  readonly known: Mask;
  readonly carry: Mask;
  readonly ys: Mask;
  readonly early: Graph;
  readonly later: Graph;
  readonly residuals: readonly Residual[];
}

const planOf = remember(
  (known: Mask, constants: number, carry: number) => `${maskKey(known)} ${constants} ${carry}`,
  (body: Graph, known: Mask, constants: number, carry: number): Plan => {
    const [kc = [], start = [], kx = []] = cut(known, constants, carry, known.length - constants - carry);
    const knownCarry = shrinkMask(start, (mask) =>
      partition(body, [...kc, ...mask, ...kx]).knownOutputs.slice(0, carry),
    );
    const mask = [...kc, ...knownCarry, ...kx];
    const parts = partition(body, mask, negate(knownCarry));
    const outputs = where(parts.knownOutputs, parts.knownOutputs).length;
    const constantCount = where(kc, kc).length;
    const carryCount = where(knownCarry, knownCarry).length;
    const residuals = passedOn(parts.early, outputs).map((input): Residual => {
      if (input < 0 || (input >= constantCount && input < constantCount + carryCount)) return { kind: 'stack' };
      return input < constantCount
        ? { kind: 'constant', input }
        : { kind: 'slice', input: input - constantCount - carryCount };
    });
    const early: Graph = {
      ...parts.early,
      outputs: parts.early.outputs.filter((_, i) => i < outputs || residuals[i - outputs]?.kind === 'stack'),
    };
    const later = reorder(parts.later, residuals);
    return { known: mask, carry: knownCarry, ys: parts.knownOutputs.slice(carry), early, later, residuals };
  },
);

/** The later body takes residual constants first and residual slices and stacks last, as a scan wants them. */
const reorder = (later: Graph, residuals: readonly Residual[]): Graph => {
  const own = later.inputs.slice(residuals.length);
  const isConstant = residuals.map((r) => r.kind === 'constant');
  const given = later.inputs.slice(0, residuals.length);
  return { ...later, inputs: [...where(given, isConstant), ...own, ...where(given, negate(isConstant))] };
};

/** A carry whose start is known but whose later values are not starts the later loop. */
const startsLater = (plan: Plan, known: Mask, constants: number): Mask =>
  plan.carry.map((k, n) => !k && known[constants + n] === true);

/** How a scan parts when some of its inputs are known. */
export const splitScan = (params: Scan, known: Mask, scan: Primitive<Scan>): Split => {
  const { body, constants, carry, xsAxes, ysAxes } = params;
  const plan = planOf(body, known, constants, carry);
  const [kc = [], , kx = []] = cut(plan.known, constants, carry, xsAxes.length);
  const stacks = plan.residuals.filter((r) => r.kind === 'stack').length;
  const counts = [where(plan.carry, plan.carry).length, where(plan.ys, plan.ys).length, stacks];
  const early: Split['early'] = (inputs) => {
    const [c = [], i = [], x = []] = cut(inputs, constants, carry, xsAxes.length);
    const [consts, xs] = [present(where(c, kc)), present(where(x, kx))];
    const results = bind(
      scan,
      {
        ...params,
        body: plan.early,
        constants: consts.length,
        carry: counts[0] ?? 0,
        xsAxes: where(xsAxes, kx),
        ysAxes: [...where(ysAxes, plan.ys), ...new Array<number>(stacks).fill(0)],
      },
      [...consts, ...present(where(i, plan.carry)), ...xs],
    );
    const [carryOut = [], ys = [], stacked = []] = cut(results, ...counts);
    let next = 0;
    const residuals = plan.residuals
      .map((r) => (r.kind === 'stack' ? stacked[next++] : r.kind === 'constant' ? consts[r.input] : xs[r.input]))
      .flatMap((r) => r ?? []);
    const starts = present(where(i, startsLater(plan, known, constants)));
    return {
      outputs: [...spread<Tangent>(carryOut, plan.carry, null), ...spread<Tangent>(ys, plan.ys, null)],
      residuals: [...residuals, ...starts],
    };
  };
  return { knownOutputs: [...plan.carry, ...plan.ys], early, later: runLater(params, known, plan, scan) };
};

const runLater =
  (params: Scan, known: Mask, plan: Plan, scan: Primitive<Scan>): Split['later'] =>
  (given, inputs) => {
    const { constants, carry, xsAxes, ysAxes } = params;
    const [kc = [], , kx = []] = cut(plan.known, constants, carry, xsAxes.length);
    const [c = [], i = [], x = []] = cut(inputs, constants, carry, xsAxes.length);
    const residuals = given.slice(0, plan.residuals.length);
    let start = plan.residuals.length;
    const starts = i.map((value, n) =>
      plan.carry[n] === true ? null : known[constants + n] === true ? (given[start++] ?? null) : value,
    );
    const isConstant = plan.residuals.map((r) => r.kind === 'constant');
    const sliceAxes = plan.residuals.flatMap((r) =>
      r.kind === 'stack' ? [0] : r.kind === 'slice' ? [where(xsAxes, kx)[r.input] ?? 0] : [],
    );
    const consts = [...where(residuals, isConstant), ...present(where(c, negate(kc)))];
    const results = bind(
      scan,
      {
        ...params,
        body: plan.later,
        constants: consts.length,
        carry: where(plan.carry, negate(plan.carry)).length,
        xsAxes: [...where(xsAxes, negate(kx)), ...sliceAxes],
        ysAxes: where(ysAxes, negate(plan.ys)),
      },
      [...consts, ...present(starts), ...present(where(x, negate(kx))), ...where(residuals, negate(isConstant))],
    );
    return spread<Tangent>(results, negate([...plan.carry, ...plan.ys]), null);
  };

interface BackwardBody {
  readonly graph: Graph;
}

/** Inputs of the backward body: fixed constants, sums for linear constants, cotangents of the carry, cotangents of the given ys, fixed slices. */
const backwardBody = remember(
  (linear: Mask, givenYs: Mask, constants: number, carry: number) =>
    `${maskKey(linear)} ${maskKey(givenYs)} ${constants} ${carry}`,
  (body: Graph, linear: Mask, givenYs: Mask, constants: number, carry: number): BackwardBody => {
    const back: Transposed = transpose(body, linear, [...new Array<boolean>(carry).fill(true), ...givenYs]);
    const [c = [], i = [], x = []] = cut(inputTypes(body), constants, carry, linear.length - constants - carry);
    const [lc = [], , lx = []] = cut(linear, constants, carry, x.length);
    const ys = where(outputTypes(body).slice(carry), givenYs);
    const groups = [where(c, negate(lc)), where(c, lc), i, ys, where(x, negate(lx))];
    const linearTypes = where(inputTypes(body), linear);
    const graph = build(body.name, groups.flat(), (values) => {
      const [fixed = [], sums = [], ctCarry = [], ctYs = [], slices = []] = cut(values, ...groups.map((g) => g.length));
      const sent = spread<Tangent>(replay(back.graph, [...fixed, ...slices, ...ctCarry, ...ctYs]), back.produced, null);
      const [ctConsts = [], ctIn = [], ctXs = []] = cut(
        zipExact(sent, linearTypes),
        sums.length,
        carry,
        where(lx, lx).length,
      );
      const more = ctConsts
        .map(([ct], n) => [sums[n], ct] as const)
        .flatMap(([sum, ct]) => (sum === undefined ? [] : [ct === null ? sum : add(sum, ct)]));
      return [...more, ...ctIn.map(([ct, type]) => dense(ct, type)), ...ctXs.map(([ct, type]) => dense(ct, type))];
    });
    return { graph };
  },
);

/** A linear scan run backwards: the carry's cotangents go from the last step to the first. */
export const transposeScan = (
  { cotangents, known, inputs, params }: Backwards<Scan>,
  scan: Primitive<Scan>,
): readonly Tangent[] => {
  const { body, constants, carry, xsAxes, ysAxes } = params;
  const isKnown = known.map((x) => x !== null);
  const plan = planOf(body, isKnown, constants, carry);
  if (plan.carry.includes(true)) return transposeMixed({ cotangents, known, inputs, params }, scan);
  const linear = known.map((x, n) => x === null || (n >= constants && n < constants + carry));
  const [lc = [], , lx = []] = cut(linear, constants, carry, xsAxes.length);
  const [kc = [], , kx = []] = cut(known, constants, carry, xsAxes.length);
  const [ctCarry = [], ctYs = []] = cut(cotangents, carry, ysAxes.length);
  const givenYs = ctYs.map((ct) => ct !== null);
  const carryTypes = inputTypes(body).slice(constants, constants + carry);
  const sums = where(inputTypes(body).slice(0, constants), lc).map((type) => splat(type, 0));
  const fixed = present(where(kc, negate(lc)));
  const results = bind(
    scan,
    {
      body: backwardBody(body, linear, givenYs, constants, carry).graph,
      constants: fixed.length,
      carry: sums.length + carry,
      length: params.length,
      reverse: !params.reverse,
      xsAxes: [...where(ysAxes, givenYs), ...where(xsAxes, negate(lx))],
      ysAxes: where(xsAxes, lx),
    },
    [
      ...fixed,
      ...sums,
      ...zipExact(ctCarry, carryTypes).map(([ct, type]) => dense(ct, type)),
      ...present(ctYs),
      ...present(where(kx, negate(lx))),
    ],
  );
  return spread<Tangent>(results, linear, null).map((ct, n) => (known[n] === null ? ct : null));
};

/** Some of the carry does not depend on linear inputs: run that part forwards first. */
const transposeMixed = (
  { cotangents, known, inputs, params }: Backwards<Scan>,
  scan: Primitive<Scan>,
): readonly Tangent[] => {
  const mask = known.map((x) => x !== null);
  const split = splitScan(params, mask, scan);
  const { residuals } = split.early(known);
  const unknown = where(inputs, negate(mask));
  const later = build('scan', [...residuals.map((r) => r.type), ...unknown], (values) => {
    const own = spread<Tangent>(values.slice(residuals.length), negate(mask), null);
    return present(split.later(values.slice(0, residuals.length), own));
  });
  const lateCts = where(cotangents, negate(split.knownOutputs));
  const linear = later.inputs.map((_, n) => n >= residuals.length);
  const back = transpose(
    later,
    linear,
    lateCts.map((ct) => ct !== null),
  );
  const sent = spread<Tangent>(replay(back.graph, [...residuals, ...present(lateCts)]), back.produced, null);
  return spread<Tangent>(sent, negate(mask), null);
};
