/** Primitives on matrices whose kernel is a program for one matrix: leading axes are a batch, so that batching and types follow. */
import { isFloat } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showType, type ArrayType, type Shape } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import { dataKey } from '../core/key.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind, build } from '../core/trace.ts';
import { withBatch } from '../primitives/broadcast.ts';
import { define, notLinear, nth } from '../primitives/record.ts';
import { mappedBody } from '../transforms/loop-body.ts';

type Values = readonly NDArray[];

interface MatrixRules<P> {
  readonly name: string;
  /** How many axes of each operand belong to one example; the rest, in front, are the batch. */
  readonly ranks: readonly number[];
  /** Types of the outputs for one example; throws for operands that do not fit. */
  readonly infer: (inputs: readonly ArrayType[], params: P) => readonly ArrayType[];
  /** Records the program for one example. */
  readonly compute: (inputs: Values, params: P) => Values;
  readonly jvp: Primitive<P>['jvp'];
  readonly transpose?: Primitive<P>['transpose'];
  readonly batch?: Primitive<P>['batch'];
  /** Roughly the arithmetic of one example. */
  readonly flops: (inputs: readonly ArrayType[], params: P) => number;
}

const inner = (type: ArrayType, rank: number): ArrayType => ({
  dtype: type.dtype,
  shape: type.shape.slice(type.shape.length - rank),
});

/** The batch axes, which all operands share. */
const leadOf = (name: string, inputs: readonly ArrayType[], ranks: readonly number[]): Shape => {
  const leads = inputs.map((t, i) => t.shape.slice(0, t.shape.length - nth(ranks, i)));
  const lead = nth(leads, 0);
  if (inputs.some((t, i) => t.shape.length < nth(ranks, i)) || leads.some((l) => !sameShape(l, lead)))
    throw new ShapeError(
      `${name}: expected operands of ${ranks.join(', ')} axes behind the same batch axes, got ${inputs.map(showType).join(', ')}. Broadcast them first.`,
      'shape.rank',
    );
  const [first] = inputs;
  if (first !== undefined && !isFloat(first.dtype))
    throw new DTypeError(
      `${name}: expected float matrices, got ${inputs.map(showType).join(', ')}. Convert with astype('float32').`,
      'dtype.float',
    );
  return lead;
};

/** The program on a batch, its axes in front. */
const onBatch = (graph: Graph, lead: Shape): Graph =>
  [...lead].reverse().reduce(
    (made, extent) =>
      mappedBody(
        made,
        made.inputs.map(() => true),
        extent,
        null,
        made.outputs.map(() => true),
      ),
    graph,
  );

/** The programs recorded last, by what they were recorded for. */
const recent = (): { readonly get: (key: string, make: () => Graph) => Graph } => {
  const known = new Map<string, Graph>();
  return {
    get: (key, make) => {
      const graph = known.get(key) ?? make();
      known.delete(key);
      known.set(key, graph);
      for (const oldest of known.keys()) {
        if (known.size <= 32) break;
        known.delete(oldest);
      }
      return graph;
    },
  };
};

/** A primitive from its rules for one example; `bind` it to operands with any number of batch axes in front. */
export const matrixPrimitive = <P>(rules: MatrixRules<P>): Primitive<P> => {
  const { name, ranks, compute } = rules;
  const programs = recent();
  const primitive: Primitive<P> = define<P>({
    name,
    infer: (inputs, params) => {
      const lead = leadOf(name, inputs, ranks);
      const one = inputs.map((t, i) => inner(t, nth(ranks, i)));
      return rules.infer(one, params).map(({ dtype, shape }) => ({ dtype, shape: [...lead, ...shape] }));
    },
    kernel: (params, inputs) => {
      const graph = programs.get(`${dataKey(params)} ${inputs.map(showType).join(' ')}`, () => {
        const one = inputs.map((t, i) => inner(t, nth(ranks, i)));
        const single = build(name, one, (values) => compute(values, params));
        return onBatch(single, leadOf(name, inputs, ranks));
      });
      return { kind: 'program', graph };
    },
    jvp: rules.jvp,
    transpose: rules.transpose ?? notLinear(name),
    batch:
      rules.batch ??
      (({ inputs, mapped, size, params }) => {
        const outputs = bind(primitive, params, withBatch(inputs, mapped, size));
        return { outputs, mapped: outputs.map(() => true) };
      }),
    cost: (params, inputs, outputs) => {
      const one = inputs.map((t, i) => inner(t, nth(ranks, i)));
      const examples = leadOf(name, inputs, ranks).reduce((a, b) => a * b, 1);
      const elements = [...inputs, ...outputs].reduce((sum, t) => sum + t.shape.reduce((a, b) => a * b, 1), 0);
      return { flops: examples * rules.flops(one, params), bytes: 8 * elements };
    },
  });
  return primitive;
};

/** The last two extents of a matrix. */
export const extentsOf = (type: ArrayType): readonly [rows: number, columns: number] => [
  type.shape.at(-2) ?? 1,
  type.shape.at(-1) ?? 1,
];

/** Throws unless the last two axes are equal. */
export const requireSquare = (name: string, type: ArrayType): number => {
  const [rows, columns] = extentsOf(type);
  if (type.shape.length < 2 || rows !== columns)
    throw new ShapeError(
      `${name}: expected square matrices, got ${showType(type)}. The last two axes must be equal.`,
      'shape.square',
    );
  return rows;
};
