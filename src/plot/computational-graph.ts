/** The computational graph of a function at a point: values forwards, gradients backwards. */
import { isFloat } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { concrete, splat, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { interpret, zipExact, type Atom, type Equation, type Graph } from '../core/graph.ts';
import { bind } from '../core/trace.ts';
import { flattenArrays } from '../lift.ts';
import { recordAt, vjp } from '../linearize.ts';
import { add } from '../operations/arithmetic.ts';
import type { Inputs } from '../types.ts';
import { attributes, preamble, quoted } from './dot.ts';
import { argumentStyle, literalLabel, resultStyle } from './graph-dot.ts';
import { escaped } from './svg.ts';

export interface ComputationalGraphOptions {
  /** Whether edges show gradients too; default true. */
  readonly gradients?: boolean;
  /** Names of the arguments, in the order of their leaves; default `x`, `y`, `z`, `input 3`, ... */
  readonly names?: readonly string[];
  /** Default none. */
  readonly title?: string;
}

/** An equation with the values of its operands and results. */
interface Evaluated {
  readonly equation: Equation;
  readonly inputs: readonly NDArray[];
  readonly outputs: readonly NDArray[];
}

/** An operand of an equation: its value, and backwards the local derivative and the part of the gradient that comes this way. */
interface Edge {
  readonly from: Atom;
  readonly value: NDArray;
  readonly local: NDArray | null;
  readonly gradient: NDArray | null;
}

const evaluate = (graph: Graph, args: readonly NDArray[]) => {
  const evaluated: Evaluated[] = [];
  const outputs = interpret<NDArray>(graph, args, {
    literal: (value) => value,
    apply: (equation, inputs) => {
      const results = bind(equation.primitive, equation.params, inputs);
      evaluated.push({ equation, inputs, outputs: results });
      return results;
    },
  });
  return { evaluated, outputs };
};

/** What an equation sends back to its operands for a cotangent of its results. */
const pullBack = ({
  equation,
  inputs,
}: Evaluated): ((cotangents: readonly NDArray[]) => readonly (NDArray | null)[]) => {
  const [, pull] = vjp((...xs: NDArray[]) => bind(equation.primitive, equation.params, xs), ...inputs);
  return (cotangents) => pull([...cotangents]);
};

const edgesOf = (item: Evaluated, cotangents: readonly (NDArray | null)[]): readonly Edge[] => {
  const { equation, inputs, outputs } = item;
  const pairs = zipExact(equation.inputs, inputs);
  const moves = cotangents.some((ct) => ct !== null) && outputs.every((x) => isFloat(x.dtype));
  if (!moves) return pairs.map(([from, value]) => ({ from, value, local: null, gradient: null }));
  const pull = pullBack(item);
  const locals = pull(outputs.map((out) => splat(out.type, 1)));
  const gradients = pull(zipExact(outputs, cotangents).map(([out, ct]) => ct ?? splat(out.type, 0)));
  return pairs.map(([from, value], i) => ({ from, value, local: locals[i] ?? null, gradient: gradients[i] ?? null }));
};

/** The operands of each equation, from the last to the first: each gets what those sent that use its results. */
const backwards = (
  graph: Graph,
  evaluated: readonly Evaluated[],
  seed: NDArray,
): ReadonlyMap<Equation, readonly Edge[]> => {
  const gradients = new Map<Atom, NDArray>(graph.outputs.map((atom) => [atom, seed]));
  return new Map(
    evaluated.toReversed().map((item) => {
      const edges = edgesOf(
        item,
        item.equation.outputs.map((out) => gradients.get(out) ?? null),
      );
      for (const { from, gradient } of edges) {
        const before = gradients.get(from);
        if (gradient !== null) gradients.set(from, before === undefined ? gradient : add(before, gradient));
      }
      return [item.equation, edges] as const;
    }),
  );
};

const shown = (x: NDArray): string =>
  x.size === 1 ? String(Number(Number(x.item()).toPrecision(5))) : showType(x.type);

/** Graphviz's HTML: the value in black, what flows back in red below it. */
const edgeLabel = ({ value, local, gradient, from }: Edge, gradients: boolean): string => {
  const locally = local === null || local.size !== 1 || value.size !== 1 ? [] : [`local ${shown(local)}`];
  const back =
    !gradients || gradient === null || from.kind === 'literal' ? [] : [...locally, `gradient ${shown(gradient)}`];
  const red = back.map((line) => `<br/><font color="#b3261e">&nbsp;${escaped(line)}&nbsp;</font>`).join('');
  return `[label=<&nbsp;${escaped(shown(value))}&nbsp;${red}>]`;
};

const symbols: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['sub', '−'],
  ['mul', '×'],
  ['div', '÷'],
]);
/** How an operation is written in a circle. */
const symbolOf = (name: string, params: unknown): string =>
  typeof params === 'object' && params !== null && 'exponent' in params
    ? `^${String(params.exponent)}`
    : (symbols.get(name) ?? name);

/** The edge to the result: its gradient with respect to itself is 1. */
const lastEdge = (result: NDArray): Edge => ({
  from: { kind: 'variable', id: -1, type: result.type, known: null },
  value: result,
  local: null,
  gradient: splat(result.type, 1),
});

const constantNode = (name: string, label: string): string =>
  `${quoted(name)} ${attributes({ label, shape: 'plaintext', style: '' })}`;

/** The nodes: arguments, constants, equations. */
const nodesOf = (graph: Graph, names: readonly string[]): readonly string[] => [
  ...graph.inputs.map((_, i) => `${quoted(`input ${i}`)} ${attributes({ label: names[i] ?? '', ...argumentStyle })}`),
  ...graph.equations.flatMap(({ inputs }, i) =>
    inputs.flatMap((atom, j) =>
      atom.kind === 'literal' ? [constantNode(`equation ${i} constant ${j}`, literalLabel(atom))] : [],
    ),
  ),
  ...graph.equations.map(
    ({ primitive, params }, i) =>
      `${quoted(`equation ${i}`)} ${attributes({ label: symbolOf(primitive.name, params), shape: 'circle', style: 'filled', margin: '0.03' })}`,
  ),
];

const draw = (
  graph: Graph,
  operands: ReadonlyMap<Equation, readonly Edge[]>,
  result: NDArray,
  names: readonly string[],
  { gradients = true, title }: ComputationalGraphOptions,
): string => {
  const sources = new Map<Atom, string>(graph.inputs.map((variable, i) => [variable, `input ${i}`]));
  graph.equations.forEach((equation, i) => equation.outputs.forEach((out) => sources.set(out, `equation ${i}`)));
  const edges = graph.equations.flatMap((equation, i) =>
    (operands.get(equation) ?? []).map((edge, j) => {
      const from = sources.get(edge.from) ?? `equation ${i} constant ${j}`;
      return `${quoted(from)} -> ${quoted(`equation ${i}`)} ${edgeLabel(edge, gradients)}`;
    }),
  );
  const end = edgeLabel(lastEdge(result), gradients);
  const lines = [
    preamble(title ?? null, 'LR'),
    'nodesep=0.5; ranksep=0.6',
    ...nodesOf(graph, names),
    ...edges,
    `"result" ${attributes({ label: 'result', ...resultStyle })}`,
    ...graph.outputs.map((atom) =>
      atom.kind === 'literal'
        ? `${constantNode('constant', literalLabel(atom))}\n"constant" -> "result" ${end}`
        : `${quoted(sources.get(atom) ?? 'result')} -> "result" ${end}`,
    ),
  ];
  return `digraph {\n${lines.join('\n')}\n}\n`;
};

const usual = ['x', 'y', 'z'];

/**
 * The computational graph of a function with one scalar result, at `args`, in Graphviz's language: on each edge the value that flows
 * forwards, and below it what flows backwards: the local derivative, and the gradient of the result (their product along the
 * path, as the chain rule has it).
 *
 * @example renderDot(computationalGraph((x: NDArray, y: NDArray) => np.square(x.add(y)), [3, 5]))
 */
export const computationalGraph = <A extends readonly unknown[]>(
  f: (...args: A) => NDArray,
  args: Inputs<NoInfer<A>>,
  options: ComputationalGraphOptions = {},
): string => {
  const { leaves, structure } = flattenArrays(args);
  const { graph, captured } = recordAt('computationalGraph', f, leaves, structure);
  const inputs = [...captured, ...leaves].map((x) => concrete(x, 'computationalGraph'));
  const { evaluated, outputs } = evaluate(graph, inputs);
  const [result] = outputs;
  if (result === undefined || outputs.length !== 1 || result.size !== 1)
    throw new ShapeError(
      `computationalGraph: expected one scalar result, got ${outputs.map((x) => showType(x.type)).join(', ') || 'nothing'}. Reduce it, for example with sum.`,
      'shape.plot',
    );
  const names = [
    ...captured.map(() => 'constant'),
    ...leaves.map((_, i) => options.names?.[i] ?? usual[i] ?? `input ${i}`),
  ];
  return draw(graph, backwards(graph, evaluated, splat(result.type, 1)), result, names, options);
};
