/** Models as graphs: parts are nodes, parts that hold parts are clusters, what flows between them are edges. */
import type { Layer, Wiring } from '../nn/layer.ts';
import { showShapes, summary, type InputShapes, type ModelPart } from '../nn/summary.ts';
import { attributes, preamble, quoted } from './dot.ts';
import { argumentStyle, resultStyle } from './graph-dot.ts';

/** The nodes from which values come: one, or a tree of such. */
type Flow = string | { readonly [name: string]: Flow };
interface Drawn {
  readonly lines: readonly string[];
  readonly out: Flow;
}

const ends = (flow: Flow): readonly string[] => (typeof flow === 'string' ? [flow] : Object.values(flow).flatMap(ends));
const arrows = (from: Flow, to: string, entries: { readonly [name: string]: string } = {}): readonly string[] =>
  ends(from).map((end) => `${quoted(end)} -> ${quoted(to)} ${attributes(entries)}`);
const node = (id: string, entries: { readonly [name: string]: string }): string =>
  `${quoted(id)} ${attributes(entries)}`;

const nameOf = ({ path }: ModelPart): string => path.split('.').at(-1) ?? '';
const titleOf = (part: ModelPart): string => (/^\d*$/.test(nameOf(part)) ? part.kind : `${nameOf(part)}: ${part.kind}`);

const showSetting = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(showSetting).join(', ')}]`;
  return typeof value === 'function' ? value.name : String(value);
};
/** Settings that are short, those that say no left out. */
const settingsOf = ({ settings }: ModelPart): readonly string[] =>
  Object.entries(settings)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .filter(([, value]) => typeof value !== 'object' || Array.isArray(value))
    .map(([name, value]) => `${name} ${showSetting(value)}`)
    .filter((text) => text.length < 32);
/** Texts in lines of some length. */
const wrapped = (texts: readonly string[], length = 26): readonly string[] =>
  texts.reduce<readonly string[]>((lines, text) => {
    const joined = lines.length === 0 ? text : `${lines.at(-1) ?? ''}, ${text}`;
    return lines.length > 0 && joined.length > length ? [...lines, text] : [...lines.slice(0, -1), joined];
  }, []);
/** Settings, the shape of the output, the number of parameters. */
const labelOf = (part: ModelPart): string =>
  [
    titleOf(part),
    ...wrapped(settingsOf(part)),
    showShapes(part.outputShape),
    ...(part.parameters === 0 ? [] : [`${part.parameters.toLocaleString('en-US')} parameters`]),
  ]
    .filter((line) => line !== '')
    .join('\n');

const mergeStyle = { shape: 'ellipse', fillcolor: '#fdf3dd' } as const;
const merges = new Set(['add', 'multiply', 'maximum', 'minimum', 'subtract', 'average', 'concatenate', 'fanIn']);

const idOf = ({ path }: ModelPart): string => `part ${path}`;

const drawLeaf = (part: ModelPart, from: Flow): Drawn => {
  const id = idOf(part);
  const style = merges.has(part.kind) ? mergeStyle : {};
  return { lines: [node(id, { label: labelOf(part), ...style }), ...arrows(from, id)], out: id };
};

/** The branch of a flow that goes to a part. */
const branchOf = (flow: Flow, part: ModelPart, i: number): Flow =>
  typeof flow === 'string' ? flow : (flow[nameOf(part)] ?? Object.values(flow)[i] ?? flow);

/** Parts side by side, each fed with what `inputOf` says. */
const abreast = (part: ModelPart, inputOf: (part: ModelPart, i: number) => Flow): Drawn => {
  const drawn = part.parts.map((child, i) => [nameOf(child), draw(child, inputOf(child, i))] as const);
  return {
    lines: drawn.flatMap(([, { lines }]) => lines),
    out: Object.fromEntries(drawn.map(([name, { out }]) => [name, out])),
  };
};

/** Branches that are added up; a shortcut that changes nothing is an edge past the others. */
const drawResidual = (part: ModelPart, from: Flow): Drawn => {
  const sum = `${idOf(part)} sum`;
  const branches = part.parts.map((child) => {
    if (child.kind === 'identity') return arrows(from, sum, { label: 'skip', style: 'dashed' });
    const { lines, out } = draw(child, from);
    return [...lines, ...arrows(out, sum)];
  });
  const label = ['+', showShapes(part.outputShape)].filter((line) => line !== '').join('\n');
  return { lines: [node(sum, { label, ...mergeStyle }), ...branches.flat()], out: sum };
};

/** Each part fed with the inputs and the parts before it that the wiring names; of inputs in one node all come from there, and what is not given is left out. */
const drawWired = (part: ModelPart, from: Flow, wiring: Wiring): Drawn => {
  const [given, rest]: readonly [given: { readonly [name: string]: Flow }, rest: Flow | undefined] =
    typeof from === 'string' ? [{}, from] : [from, undefined];
  return part.parts.reduce<Drawn & { readonly known: { readonly [name: string]: Flow } }>(
    (before, child) => {
      const read = (wiring[nameOf(child)] ?? []).flatMap((name) => {
        const flow = before.known[name];
        if (flow !== undefined) return [[name, flow] as const];
        return rest === undefined ? [] : [['', rest] as const];
      });
      const { lines, out } = draw(child, Object.fromEntries(read));
      return { lines: [...before.lines, ...lines], out, known: { ...before.known, [nameOf(child)]: out } };
    },
    { lines: [], out: from, known: given },
  );
};

const drawParts = (part: ModelPart, from: Flow): Drawn => {
  if (part.wiring !== null) return drawWired(part, from, part.wiring);
  switch (part.kind) {
    case 'serial':
      return part.parts.reduce<Drawn>(
        (before, child) => {
          const { lines, out } = draw(child, before.out);
          return { lines: [...before.lines, ...lines], out };
        },
        { lines: [], out: from },
      );
    case 'parallel':
      return abreast(part, (child, i) => branchOf(from, child, i));
    case 'residual':
      return drawResidual(part, from);
    default:
      return abreast(part, () => from);
  }
};

/** A part with what it holds in a frame of its own; branches need none. */
function draw(part: ModelPart, from: Flow): Drawn {
  if (part.parts.length === 0) return part.kind === 'serial' ? { lines: [], out: from } : drawLeaf(part, from);
  const { lines, out } = drawParts(part, from);
  const isFramed = part.depth > 0 && part.kind !== 'parallel' && part.kind !== 'fanOut';
  if (!isFramed) return { lines, out };
  const frame = attributes({
    label: `  ${titleOf(part)}`,
    style: 'rounded',
    color: '#b7c4d1',
    fontcolor: '#4d5d6c',
    fontsize: '11',
    labeljust: 'l',
  });
  // Edges that come from outside may stand within: a cluster holds the nodes that are declared in it.
  const own = lines.filter((line) => !line.includes('" -> "'));
  const edges = lines.filter((line) => line.includes('" -> "'));
  return {
    lines: [`subgraph ${quoted(`cluster ${part.path}`)} {\n  graph ${frame};\n  ${own.join(';\n  ')}\n  }`, ...edges],
    out,
  };
}

/** A node for each array of a tree of shapes. */
const terminals = (what: string, shapes: unknown, style: { readonly [name: string]: string }, name = ''): Drawn => {
  const isOne = shapes === null || (Array.isArray(shapes) && shapes.every((extent) => typeof extent === 'number'));
  if (isOne || typeof shapes !== 'object') {
    const id = `${what} ${name}`;
    const label = `${name === '' ? what : name}\n${showShapes(shapes)}`;
    return { lines: [node(id, { label, ...style })], out: id };
  }
  const drawn = Object.entries(shapes).map(
    ([key, child]) => [key, terminals(what, child, style, name === '' ? key : `${name}.${key}`)] as const,
  );
  return {
    lines: drawn.flatMap(([, { lines }]) => lines),
    out: Object.fromEntries(drawn.map(([key, { out }]) => [key, out])),
  };
};

/** Edges between the places of two trees; what is one node goes to all. */
const connect = (from: Flow, to: Flow): readonly string[] => {
  if (typeof to === 'string') return arrows(from, to);
  return Object.entries(to).flatMap(([name, child], i) =>
    connect(typeof from === 'string' ? from : (from[name] ?? Object.values(from)[i] ?? from), child),
  );
};

/** Fonts differ in width, so that text needs room on either side. */
const roomy = `node ${attributes({ margin: '0.3,0.08' })}`;

export interface PlotModelOptions {
  readonly title?: string;
  /** From top to bottom, or from left to right. Default `TB`. */
  readonly direction?: 'TB' | 'LR';
}

/**
 * A model in Graphviz's language: what `renderDot` and `dotChart` draw. Each node has the kind of a part, its settings, the shape of one
 * example of what it gives, and how many parameters it has.
 *
 * @example await renderDot(plotModel(model, [28, 28, 1]))
 */
export const plotModel = <P, S, In, Out>(
  model: Layer<P, S, In, Out>,
  inputShape: InputShapes<In>,
  { title, direction = 'TB' }: PlotModelOptions = {},
): string => {
  const { model: root, inputShape: shapes } = summary(model, inputShape);
  const inputs = terminals('input', shapes, argumentStyle);
  const { lines, out } = draw(root, inputs.out);
  const results = terminals('output', root.outputShape, resultStyle);
  const all = [...inputs.lines, ...lines, ...results.lines, ...connect(out, results.out)];
  return `digraph model {\n  ${preamble(title ?? null, direction)};\n  ${roomy};\n  ${all.join(';\n  ')};\n}`;
};
