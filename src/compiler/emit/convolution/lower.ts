/** Convolutions and their derivatives as products over strided views: which loops are rows, columns, depth and batch. */
import { rowMajor, sizeOf, type ArrayType, type Shape } from '../../../array/type.ts';
import type { ContractKernel } from '../../../kernels/kernel.ts';
import type { Scalars } from '../../../kernels/scalars.ts';
import { phasesOf, type Phase } from './phases.ts';
import { gathering, labelOf, type Gathering } from './solve.ts';
import { strided, type StridedContraction } from './views.ts';
import { copyNest, type Builder, type Value } from '../../builder.ts';
import { loadAll, type Buffer, type Expression, type Load } from '../../expression.ts';
import type { Lowered } from '../../product.ts';
import type { Loop } from '../../step.ts';
import { thresholds } from '../../thresholds.ts';

type Labels = readonly number[];

/** A contraction with affine indices as steps; `null` if it is empty or its output cannot be solved for. */
export const lowerStrided = (
  builder: Builder,
  kernel: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Lowered | null => {
  if (sizeOf(kernel.extents) === 0 || sizeOf(type.shape) === 0) return null;
  const state = gathering(kernel, inputs, type);
  if (state === null) return null;
  const phases = phasesOf(state);
  if (phases.length === 1 && phases[0]?.gathering === state) return lowerOne(builder, state, type);
  const buffer = builder.scratch(type);
  for (const phase of phases) lowerPhase(builder, phase, buffer);
  return { expression: loadAll(buffer), buffer };
};

/** One phase, put in its place among the others. */
const lowerPhase = (builder: Builder, { gathering: state, isZero, places }: Phase, buffer: Buffer): void => {
  const { dtype, shape: whole } = buffer.type;
  const shape = extentsOf(state.output.map(labelOf), state.extents);
  const value: Expression = isZero
    ? { kind: 'constant', dtype, value: 0 }
    : lowerOne(builder, state, { dtype, shape }).expression;
  const strides = rowMajor(whole);
  const target = {
    buffer,
    strides: strides.map((stride, axis) => stride * (places[axis]?.step ?? 1)),
    offset: strides.reduce((sum, stride, axis) => sum + stride * (places[axis]?.start ?? 0), 0),
  };
  builder.emit({ kind: 'nest', shape, reduce: null, writes: [{ target, value }] });
};

/** Rows from the operand in which windows overlap if that gives a product, else from the other; else by folding. */
const lowerOne = (builder: Builder, state: Gathering, type: ArrayType): Lowered => {
  const c = strided(builder, state);
  const turned: StridedContraction = { ...c, left: c.right, right: c.left };
  const orders = c.slides ? [c, turned] : [turned, c];
  for (const order of orders) {
    const made = asConvolve(builder, order, type);
    if (made !== null) return made;
  }
  return folded(builder, c, type);
};

const strideOf = ({ strides }: Load, label: number): number => strides[label] ?? 0;
/** The load seen with these labels as axes. */
const withAxes = (load: Load, labels: Labels): Load => ({
  ...load,
  strides: labels.map((l) => strideOf(load, l)),
});
const extentsOf = (labels: Labels, extents: Shape): Shape => labels.map((l) => extents[l] ?? 1);

/** Multiply and add up, one element at a time or in vectors of neighbours: for what is too thin for tiles, and for integers. */
const folded = (builder: Builder, { extents, left, right, output }: StridedContraction, type: ArrayType): Lowered => {
  const buffer = builder.scratch(type);
  const gone = extents.map((_, l) => l).filter((l) => !output.includes(l));
  const order = [...output, ...gone];
  builder.emit({
    kind: 'nest',
    shape: extentsOf(order, extents),
    reduce: gone.length === 0 ? null : { monoid: 'sum', kept: output.length },
    writes: [
      {
        target: { buffer, strides: [...rowMajor(type.shape), ...gone.map(() => 0)], offset: 0 },
        value: {
          kind: 'map',
          dtype: type.dtype,
          formula: product,
          output: 0,
          inputs: [withAxes(left, order), withAxes(right, order)],
        },
      },
    ],
  });
  return { expression: loadAll(buffer), buffer };
};
const product = <E>(s: Scalars<E>, [x, y]: readonly E[]): readonly E[] =>
  x === undefined || y === undefined ? [] : [s.mul(x, y)];

interface Roles {
  readonly batch: Labels;
  readonly rows: Labels;
  readonly columns: Labels;
  readonly depth: Labels;
}

/** Labels by where they stand; `null` if one stands on one array alone. Labels of extent 1 matter to none. */
const rolesOf = ({ extents, left, right, output }: StridedContraction): Roles | null => {
  const labels = extents.map((_, l) => l).filter((l) => extents[l] !== 1);
  const reads = (load: Load, label: number): boolean => strideOf(load, label) !== 0;
  const where = (l: number): string =>
    `${reads(left, l) ? 'l' : ''}${reads(right, l) ? 'r' : ''}${output.includes(l) ? 'o' : ''}`;
  const places = labels.map(where);
  if (places.some((place) => place.length < 2)) return null;
  const those = (place: string): Labels => labels.filter((_, i) => places[i] === place);
  const inOutput = (run: Labels): Labels => output.filter((l) => run.includes(l));
  return {
    batch: inOutput(those('lro')),
    rows: inOutput(those('lo')),
    columns: inOutput(those('ro')),
    depth: those('lr'),
  };
};

/** One stride for a run of labels that an array walks as one axis. */
const mergedStride = (strides: readonly number[], sizes: Shape): number | null => {
  const inner = strides.at(-1) ?? 0;
  let size = 1;
  for (let i = strides.length - 1; i >= 0; i--) {
    if (strides[i] !== inner * size) return null;
    size *= sizes[i] ?? 1;
  }
  return inner;
};

/** The right operand with its columns walked as one axis: as it stands, or copied. */
const columnsOf = (
  builder: Builder,
  { right, extents }: StridedContraction,
  { batch, columns, depth }: Roles,
): { readonly right: Load; readonly stride: number } => {
  const stride = mergedStride(withAxes(right, columns).strides, extentsOf(columns, extents));
  if (stride !== null) return { right, stride };
  const order = [...batch, ...depth, ...columns];
  const type: ArrayType = { dtype: right.dtype, shape: extentsOf(order, extents) };
  const buffer = builder.scratch(type);
  builder.emit(copyNest(withAxes(right, order), buffer, type));
  const strides = rowMajor(type.shape);
  return {
    right: { ...right, buffer, offset: 0, strides: extents.map((_, l) => strides[order.indexOf(l)] ?? 0) },
    stride: 1,
  };
};

/** Loops from the one that moves the left operand most to the one that moves it least. */
const byLeft = (loops: readonly Loop[]): readonly Loop[] => [...loops].sort((a, b) => b.left - a.left);

/** Neighbouring loops that the arrays walk as one. */
export const mergeLoops = (loops: readonly Loop[], arrays: readonly ('left' | 'right' | 'output')[]): readonly Loop[] =>
  loops.reduce<readonly Loop[]>((merged, loop) => {
    const last = merged.at(-1);
    if (last === undefined || arrays.some((array) => last[array] !== loop[array] * loop.extent))
      return [...merged, loop];
    return [...merged.slice(0, -1), { ...loop, extent: last.extent * loop.extent }];
  }, []);

/** Depths that a block may have: where the left operand is read along its rows, a block of it must stay in the cache nearest by. */
const depthLimit = { along: 640, across: 256 } as const;

/** Inner loops of at most about `limit` steps together, and the loops around them. */
const inBlocks = (
  loops: readonly Loop[],
  limit: number,
): { readonly blocks: readonly Loop[]; readonly depth: readonly Loop[] } => {
  const depth: Loop[] = [];
  let size = 1;
  let at = loops.length - 1;
  for (; at >= 0; at--) {
    const loop = loops[at];
    if (loop === undefined || size * loop.extent > limit) break;
    depth.unshift(loop);
    size *= loop.extent;
  }
  const outer = loops.slice(0, at);
  const loop = loops[at];
  if (loop === undefined) return { blocks: [], depth };
  let part = Math.floor(limit / size);
  while (part > 1 && loop.extent % part !== 0) part--;
  // An extent without good divisors stays whole if it is the innermost.
  if (depth.length === 0 && part * 4 < limit) return { blocks: outer, depth: [loop] };
  if (part <= 1) return { blocks: [...outer, loop], depth };
  const { left, right, output } = loop;
  const whole: Loop = {
    extent: loop.extent / part,
    left: left * part,
    right: right * part,
    output: output * part,
  };
  return { blocks: [...outer, whole], depth: [{ ...loop, extent: part }, ...depth] };
};

/** Where a load with a negative stride along some loops of depth starts when these are walked backwards. */
const forwards = (
  loops: readonly Loop[],
): { readonly loops: readonly Loop[]; readonly left: number; readonly right: number } => ({
  loops: loops.map((loop) => (loop.left < 0 ? { ...loop, left: -loop.left, right: -loop.right } : loop)),
  left: loops.reduce((sum, { left, extent }) => (left < 0 ? sum + left * (extent - 1) : sum), 0),
  right: loops.reduce((sum, { left, right, extent }) => (left < 0 ? sum + right * (extent - 1) : sum), 0),
});

const panelColumns = { float32: 8, float64: 4 } as const;

/** Where the product goes: straight to its place if the columns are the last labels, else to a buffer with them last. */
const targetOf = (
  builder: Builder,
  { extents, output }: StridedContraction,
  { batch, rows, columns }: Roles,
  type: ArrayType,
): { readonly buffer: Buffer; readonly order: Labels } => {
  const idle = output.filter((l) => extents[l] === 1);
  const busy = output.filter((l) => extents[l] !== 1);
  if (columns.every((l, i) => busy[busy.length - columns.length + i] === l))
    return { buffer: builder.scratch(type), order: output };
  const order = [...idle, ...batch, ...rows, ...columns];
  return { buffer: builder.scratch({ dtype: type.dtype, shape: extentsOf(order, extents) }), order };
};

/** Where nothing gives columns, the innermost batch label may: all three arrays have its positions side by side, in whole vectors. */
const withColumns = (c: StridedContraction, roles: Roles): Roles => {
  const lane = c.output.findLast((l) => c.extents[l] !== 1);
  if (lane === undefined || roles.columns.length > 0 || !roles.batch.includes(lane)) return roles;
  const isWhole = (c.extents[lane] ?? 1) % (panelColumns[c.left.dtype === 'float64' ? 'float64' : 'float32'] / 2) === 0;
  return isWhole && strideOf(c.left, lane) === 1
    ? { ...roles, batch: roles.batch.filter((l) => l !== lane), columns: [lane] }
    : roles;
};

/** Whether tiles suit: not for a few products. */
const isWorthTiles = (extents: Shape, { depth }: Roles): boolean =>
  depth.length > 0 && sizeOf(extents) >= thresholds().tiledWork;

/** How far the left operand moves from column to column: by one element for the channels of a depthwise convolution. */
const columnsMove = ({ left }: StridedContraction, { columns: [first] }: Roles): number =>
  first === undefined ? 0 : strideOf(left, first);

/** Rows and depth from the left operand, columns from the right; `null` if the labels do not suit. */
const asConvolve = (builder: Builder, c: StridedContraction, type: ArrayType): Lowered | null => {
  const { dtype } = type;
  const { extents, left } = c;
  const own = rolesOf(c);
  if ((dtype !== 'float32' && dtype !== 'float64') || own === null || !isWorthTiles(extents, own)) return null;
  const roles = withColumns(c, own);
  if (roles.rows.some((l) => strideOf(left, l) < 0)) return null;
  const { right, stride } = columnsOf(builder, c, roles);
  const { buffer, order } = targetOf(builder, c, roles, type);
  const output = loadOf(buffer, order, extents);
  const loop = (l: number): Loop => ({
    extent: extents[l] ?? 1,
    left: strideOf(left, l),
    right: strideOf(right, l),
    output: strideOf(output, l),
  });
  const walk = forwards(roles.depth.map(loop));
  const depth = byLeft(walk.loops);
  const split = inBlocks(depth, depth.at(-1)?.left === 1 ? depthLimit.along : depthLimit.across);
  const columns = sizeOf(extentsOf(roles.columns, extents));
  const width = panelColumns[dtype];
  const packed = Math.ceil(columns / width) * width * sizeOf(split.depth.map((l) => l.extent));
  builder.emit({
    kind: 'convolve',
    dtype,
    left: { buffer: left.buffer, offset: left.offset + walk.left },
    right: { buffer: right.buffer, offset: right.offset + walk.right },
    output: buffer,
    panels: builder.scratch({ dtype, shape: [packed] }),
    batch: roles.batch.map(loop),
    ...split,
    rows: mergeLoops(byLeft(roles.rows.map(loop)), ['left', 'output']),
    columns: { extent: columns, left: columnsMove(c, roles), right: stride, output: 1 },
  });
  return { expression: withAxes(output, c.output), buffer: order === c.output ? buffer : null };
};

/** A load of a row-major buffer whose axes are `order`, with a stride for each label. */
const loadOf = (buffer: Buffer, order: Labels, extents: Shape): Load => {
  const strides = rowMajor(buffer.type.shape);
  return {
    kind: 'load',
    dtype: buffer.type.dtype,
    buffer,
    strides: extents.map((_, l) => (order.includes(l) ? (strides[order.indexOf(l)] ?? 0) : 0)),
    offset: 0,
  };
};
