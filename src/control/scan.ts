/** A loop with a carry over leading slices: the primitive and its rules. Masks of the carry are found by fixed point. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType, type Shape } from '../array/type.ts';
import { cut, inputTypes, outputTypes, spread, where, type Graph, type Mask } from '../core/graph.ts';
import type { Batched, Moving, Primitive, Tangent } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { repeatBatch } from '../primitives/broadcast.ts';
import { define } from '../primitives/record.ts';
import { forward } from '../transforms/forward.ts';
import { prune } from '../transforms/prune.ts';
import { vectorize } from '../transforms/vectorize.ts';
import { effectOf } from './call.ts';
import { costOf } from '../core/cost.ts';
import { denseAt, isMoving, present } from '../core/tangent.ts';
import { extended, growMask, mappedBody } from '../transforms/loop-body.ts';
import { splitScan, transposeScan, type Scan } from '../transforms/scan-split.ts';

const without = (shape: Shape, axis: number): Shape => shape.filter((_, i) => i !== axis);
const insert = (shape: Shape, axis: number, extent: number): Shape => [
  ...shape.slice(0, axis),
  extent,
  ...shape.slice(axis),
];

const infer = (
  inputs: readonly ArrayType[],
  { body, constants, carry, length, xsAxes, ysAxes }: Scan,
): readonly ArrayType[] => {
  const [, , xs = []] = cut(inputs, constants, carry, xsAxes.length);
  const bad = xs.findIndex((x, i) => x.shape[xsAxes[i] ?? 0] !== length);
  if (bad >= 0)
    throw new ShapeError(
      `scan: expected every x to have ${length} slices, got ${showType(xs[bad] ?? { dtype: 'bool', shape: [] })}. All xs share the extent of their leading axis.`,
    );
  const taken = [
    ...inputs.slice(0, constants + carry),
    ...xs.map((x, i) => ({ dtype: x.dtype, shape: without(x.shape, xsAxes[i] ?? 0) })),
  ];
  const expected = inputTypes(body);
  const odd = expected.findIndex((t, i) => !sameType(t, taken[i] ?? t));
  if (odd >= 0 || expected.length !== taken.length)
    throw new DTypeError(
      `scan: expected body inputs ${expected.map(showType).join(', ')}, got ${taken.map(showType).join(', ')}. Trace the body for these types.`,
    );
  const [carryOut = [], ys = []] = cut(outputTypes(body), carry, ysAxes.length);
  const drift = carryOut.findIndex((t, i) => !sameType(t, expected[constants + i] ?? t));
  if (drift >= 0)
    throw new DTypeError(
      `scan: expected carry ${drift} to stay ${expected.slice(constants).map(showType)[drift] ?? ''}, got ${carryOut.map(showType)[drift] ?? ''}. The carry has one type from step to step.`,
    );
  return [...carryOut, ...ys.map((y, i) => ({ dtype: y.dtype, shape: insert(y.shape, ysAxes[i] ?? 0, length) }))];
};

const jvp = ({
  primals,
  tangents,
  params,
}: Moving<Scan>): { outputs: readonly NDArray[]; tangents: readonly Tangent[] } => {
  const { body, constants, carry, xsAxes, ysAxes } = params;
  const sizes = [constants, carry, xsAxes.length];
  const [mc = [], start = [], mx = []] = cut(isMoving(tangents), ...sizes);
  const moving = growMask(start, (mask) => forward(body, [...mc, ...mask, ...mx]).moving.slice(0, carry));
  const moved = forward(body, [...mc, ...moving, ...mx]);
  const movingYs = moved.moving.slice(carry);
  const wider = extended(body, [mc, moving, mx], [moving, movingYs]);
  const [pc = [], pi = [], px = []] = cut(primals, ...sizes);
  const [tc = [], ti = [], tx = []] = cut(tangents, ...sizes);
  const movingInit = denseAt(where(ti, moving), where(pi, moving));
  const results = bind(
    scanPrimitive,
    {
      ...params,
      body: wider,
      constants: constants + where(mc, mc).length,
      carry: carry + movingInit.length,
      xsAxes: [...xsAxes, ...where(xsAxes, mx)],
      ysAxes: [...ysAxes, ...where(ysAxes, movingYs)],
    },
    [...pc, ...present(tc), ...pi, ...movingInit, ...px, ...present(tx)],
  );
  const [c = [], dc = [], y = [], dy = []] = cut(
    results,
    carry,
    movingInit.length,
    ysAxes.length,
    where(ysAxes, movingYs).length,
  );
  return {
    outputs: [...c, ...y],
    tangents: [...spread<Tangent>(dc, moving, null), ...spread<Tangent>(dy, movingYs, null)],
  };
};

const batch = ({
  inputs,
  mapped,
  size,
  axis,
  params,
}: Batched<Scan>): { outputs: readonly NDArray[]; mapped: Mask } => {
  const { body, constants, carry, xsAxes, ysAxes } = params;
  const [mc = [], start = [], mx = []] = cut(mapped, constants, carry, xsAxes.length);
  const mask = growMask(start, (m) => vectorize(body, [...mc, ...m, ...mx], size, axis).mapped.slice(0, carry));
  const lanes = [...mc, ...mask, ...mx];
  const ysMapped = vectorize(body, lanes, size, axis).mapped.slice(carry);
  const results = bind(
    scanPrimitive,
    {
      ...params,
      body: mappedBody(body, lanes, size, axis, [...mask, ...ysMapped]),
      xsAxes: xsAxes.map((a, i) => (mx[i] === true ? a + 1 : a)),
      ysAxes: ysAxes.map((a, i) => (ysMapped[i] === true ? a + 1 : a)),
    },
    inputs.map((x, i) => (lanes[i] === true && mapped[i] !== true ? repeatBatch(x, size) : x)),
  );
  return { outputs: results, mapped: [...mask, ...ysMapped] };
};

const pruneScan = (params: Scan, used: Mask): { params: Scan; inputs: Mask; outputs: Mask } => {
  const { body, constants, carry, xsAxes, ysAxes } = params;
  const [start = [], usedYs = []] = cut(used, carry, ysAxes.length);
  const kept = growMask(start, (mask) => prune(body, [...mask, ...usedYs]).inputs.slice(constants, constants + carry));
  const smaller = prune(body, [...kept, ...usedYs]);
  const [c = [], , x = []] = cut(smaller.inputs, constants, carry, xsAxes.length);
  const inputs = [...c, ...kept, ...x];
  // A carry may be kept for its output though the body does not read it.
  const graph: Graph = { ...smaller.graph, inputs: where(body.inputs, inputs) };
  return {
    params: {
      ...params,
      body: graph,
      constants: where(c, c).length,
      carry: where(kept, kept).length,
      xsAxes: where(xsAxes, x),
      ysAxes: where(ysAxes, usedYs),
    },
    inputs,
    outputs: [...kept, ...usedYs],
  };
};

export const scanPrimitive: Primitive<Scan> = define<Scan>({
  name: 'scan',
  infer,
  kernel: (params) => ({ kind: 'scan', ...params }),
  jvp,
  batch,
  transpose: (backwards) => transposeScan(backwards, scanPrimitive),
  partition: ({ params }, known) => splitScan(params as Scan, known, scanPrimitive), // sound: params of this primitive
  prune: ({ params }, used) => ({ primitive: scanPrimitive as Primitive, ...pruneScan(params as Scan, used) }), // sound: as above
  effect: ({ body }) => effectOf(body),
  cost: ({ body, length }) => {
    const once = costOf(body);
    return { flops: once.flops * length, bytes: once.bytes * length };
  },
  graphs: ({ body }) => [body],
});
