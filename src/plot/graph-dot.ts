/** Programs as graphs: equations are nodes, values are edges, programs within programs are clusters. */
import { cellOf, isSplat } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { isGraph, type Atom, type Equation, type Graph, type Variable } from '../core/graph.ts';
import { attributes, preamble, quoted } from './dot.ts';

/** For each variable the node that it comes from. */
type Sources = ReadonlyMap<Variable, string>;

/** The part of a picture that stands for a program: its lines, and the nodes of its outputs. */
interface Drawn {
  readonly lines: readonly string[];
  readonly outputs: readonly string[];
}

/** Attributes of the nodes that are no operations. */
export const argumentStyle = { shape: 'ellipse', fillcolor: '#e5f4e3' } as const;
/** Attributes of the nodes that are results. */
export const resultStyle = { shape: 'ellipse', fillcolor: '#fbe3e1' } as const;
const literalStyle = { shape: 'plaintext', style: '' } as const;

/** How a constant is written: its value if it is one value everywhere. */
export const literalLabel = (atom: Atom): string =>
  atom.kind === 'literal' && isSplat(atom.value) ? String(Number(cellOf(atom.value).value.toPrecision(6))) : 'constant';

const typeOf = (atom: Atom): string => showType(atom.kind === 'variable' ? atom.type : atom.value.type);
const arrow = (from: string, to: string, entries: { readonly [name: string]: string }): string =>
  `${quoted(from)} -> ${quoted(to)} ${attributes(entries)}`;
const node = (name: string, entries: { readonly [name: string]: string }): string =>
  `${quoted(name)} ${attributes(entries)}`;

/** The node of an atom; a constant gets one of its own. */
const sourceOf = (atom: Atom, sources: Sources, literal: string): Drawn =>
  atom.kind === 'variable'
    ? { lines: [], outputs: [sources.get(atom) ?? `variable ${atom.id}`] }
    : { lines: [node(literal, { label: literalLabel(atom), ...literalStyle })], outputs: [literal] };

/** Plain numbers and texts of the params, as long as they are short. */
const detailsOf = (params: unknown): string => {
  if (typeof params !== 'object' || params === null) return '';
  const shown = Object.entries(params).flatMap(([key, value]) =>
    typeof value === 'number' ||
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((v) => typeof v === 'number'))
      ? [`${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`]
      : [],
  );
  const text = shown.join('\n');
  return text === '' || text.length > 60 ? '' : `\n${text}`;
};

const nestedOf = ({ primitive, params }: Equation): readonly Graph[] => primitive.graphs(params).filter(isGraph);

/** An equation without programs inside: a node, and an edge for each operand. */
const drawPlain = (equation: Equation, sources: Sources, name: string): Drawn => {
  const operands = equation.inputs.map((atom, i) => ({ atom, ...sourceOf(atom, sources, `${name} literal ${i}`) }));
  return {
    lines: [
      node(name, { label: `${equation.primitive.name}${detailsOf(equation.params)}` }),
      ...operands.flatMap(({ lines }) => lines),
      ...operands.flatMap(({ atom, outputs }) =>
        outputs.map((from) => arrow(from, name, { label: `  ${typeOf(atom)}  ` })),
      ),
    ],
    outputs: equation.outputs.map(() => name),
  };
};

const cluster = (name: string, label: string, lines: readonly string[]): string =>
  `subgraph ${quoted(`cluster ${name}`)} {\nlabel=${quoted(label)}; style="rounded,dashed"; color="#9aa9b8"; fontsize="12"\n${lines.join('\n')}\n}`;

const titleOf = (equation: Equation, graph: Graph): string =>
  graph.name === '' ? equation.primitive.name : graph.name;

/** A call, or a loop over one program with its operands in order: the program itself, in a frame. */
const drawInline = (equation: Equation, graph: Graph, sources: Sources, name: string): Drawn => {
  const operands = equation.inputs.map((atom, i) => sourceOf(atom, sources, `${name} literal ${i}`));
  const entries = graph.inputs.map((variable, i) => ({
    variable,
    own: `${name} in ${i}`,
    from: operands[i]?.outputs[0],
  }));
  const inner = drawEquations(graph, new Map(entries.map(({ variable, own }) => [variable, own])), `${name} `);
  const arguments_ = entries.map(({ variable, own }) =>
    node(own, { label: showType(variable.type), ...argumentStyle }),
  );
  return {
    lines: [
      ...operands.flatMap(({ lines }) => lines),
      cluster(name, titleOf(equation, graph), [...arguments_, ...inner.lines]),
      ...entries.flatMap(({ from, own }) => (from === undefined ? [] : [arrow(from, own, {})])),
    ],
    outputs: inner.outputs,
  };
};

/** A choice, or a loop with a condition: a node for the equation, and a frame for each program. */
const drawBeside = (equation: Equation, graphs: readonly Graph[], sources: Sources, name: string): Drawn => {
  const plain = drawPlain(equation, sources, name);
  const frames = graphs.flatMap((graph, i) => {
    const own = `${name} part ${i}`;
    const entries = graph.inputs.map((variable, j) => [variable, `${own} in ${j}`] as const);
    const inner = drawEquations(graph, new Map(entries), `${own} `);
    const arguments_ = entries.map(([variable, from]) =>
      node(from, { label: showType(variable.type), ...argumentStyle }),
    );
    return [
      cluster(own, `${equation.primitive.name} ${i}`, [...arguments_, ...inner.lines]),
      ...entries.map(([, to]) => arrow(name, to, { style: 'dotted' })),
    ];
  });
  return { lines: [...plain.lines, ...frames], outputs: plain.outputs };
};

const drawEquation = (equation: Equation, sources: Sources, name: string): Drawn => {
  const graphs = nestedOf(equation);
  const [only] = graphs;
  if (only === undefined) return drawPlain(equation, sources, name);
  const fits = only.inputs.length === equation.inputs.length && only.outputs.length === equation.outputs.length;
  return graphs.length === 1 && fits
    ? drawInline(equation, only, sources, name)
    : drawBeside(equation, graphs, sources, name);
};

const drawEquations = (graph: Graph, inputs: Sources, prefix: string): Drawn => {
  const sources = new Map(inputs);
  const lines = graph.equations.flatMap((equation, i) => {
    const drawn = drawEquation(equation, sources, `${prefix}equation ${i}`);
    equation.outputs.forEach((variable, j) => sources.set(variable, drawn.outputs[j] ?? `${prefix}equation ${i}`));
    return drawn.lines;
  });
  const results = graph.outputs.map((atom, i) => sourceOf(atom, sources, `${prefix}literal ${i}`));
  return {
    lines: [...lines, ...results.flatMap((r) => r.lines)],
    outputs: results.flatMap(({ outputs }) => outputs),
  };
};

export interface GraphDotOptions {
  /** Default none. */
  readonly title?: string;
  /** Names of the arguments; by default `input 0`, ... */
  readonly inputs?: readonly string[];
}

/**
 * A program as a graph in Graphviz's language: a node for each equation, edges with the types of the values, a frame for each
 * program inside (calls, loops, choices).
 *
 * @example await renderDot(graphToDot(makeGraph(f)(x)))
 */
export const graphToDot = (graph: Graph, { title, inputs = [] }: GraphDotOptions = {}): string => {
  const entries = graph.inputs.map((variable, i) => [variable, `argument ${i}`] as const);
  const drawn = drawEquations(graph, new Map(entries), '');
  const lines = [
    preamble(title ?? null, 'TB'),
    ...entries.map(([variable, name], i) =>
      node(name, { label: `${inputs[i] ?? `input ${i}`}\n${showType(variable.type)}`, ...argumentStyle }),
    ),
    ...drawn.lines,
    ...drawn.outputs.flatMap((from, i) => [
      node(`output ${i}`, {
        label: graph.outputs.length === 1 ? 'output' : `output ${i}`,
        ...resultStyle,
      }),
      arrow(from, `output ${i}`, {
        label: graph.outputs
          .slice(i, i + 1)
          .map((atom) => `  ${typeOf(atom)}  `)
          .join(''),
      }),
    ]),
  ];
  return `digraph {\n${lines.join('\n')}\n}\n`;
};
