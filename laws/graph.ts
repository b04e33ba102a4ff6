/** What programs as data must be: legal after every pass, the same when recorded again. */
import * as fc from 'fast-check';
import { makeGraph, np, type NDArray } from 'fluxion';
import {
  forward,
  keyOf,
  partition,
  printGraph,
  prune,
  replay,
  transpose,
  vectorize,
  verify,
  type Graph,
  type Mask,
} from 'fluxion/extend';
import { law, type Law } from './law.ts';
import { inner, type Flat } from './numeric.ts';
import { programs, runOf, type ProgramOptions, type Sample } from './program/arbitrary.ts';
import { agree, agreeOn, isFloating, normals, scaleOf } from './program/point.ts';
import { at } from './program/program.ts';
import { examplesOf } from './program/unrolled.ts';

interface Masked {
  readonly item: Sample;
  /** Draws for masks of inputs and outputs. */
  readonly bits: readonly boolean[];
}

const masked = (options: ProgramOptions = {}): fc.Arbitrary<Masked> =>
  fc.record({ item: programs(options), bits: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }) });

const maskOf = (bits: readonly boolean[], items: readonly unknown[]): Mask =>
  items.map((_, i) => bits[i % bits.length] === true);
const chosen = <A>(items: readonly A[], mask: Mask): readonly A[] => items.filter((_, i) => mask[i] === true);
const flipped = (mask: Mask): Mask => mask.map((m) => !m);

/** The program that a sample records, and its arguments. */
const recorded = (item: Sample): { readonly graph: Graph; readonly xs: Flat } => {
  const { f, xs } = runOf(item);
  return { graph: verify(makeGraph(f)(xs)), xs };
};

const stack = (a: NDArray, b: NDArray): NDArray => np.stack([a, b]);

const passes: readonly Law[] = [
  law(
    'what is recorded is legal and means what the function does',
    fc.property(programs({ direction: 'forward' }), (item) => {
      const { graph, xs } = recorded(item);
      agree('replay', replay(graph, xs), runOf(item).f(xs));
    }),
  ),
  law(
    'a pruned program is legal and gives the outputs asked for',
    fc.property(masked({ direction: 'forward' }), ({ item, bits }) => {
      const { graph, xs } = recorded(item);
      const used = maskOf(bits, graph.outputs);
      const smaller = prune(graph, used);
      agree('pruned', replay(verify(smaller.graph), chosen(xs, smaller.inputs)), chosen(replay(graph, xs), used));
    }),
  ),
  law(
    'the parts of a program are legal and together give all outputs',
    fc.property(masked({ direction: 'forward' }), ({ item, bits }) => {
      const { graph, xs } = recorded(item);
      const known = maskOf(bits, xs);
      const { early, later, knownOutputs } = partition(graph, known);
      const expected = replay(graph, xs);
      const results = replay(verify(early), chosen(xs, known));
      const count = chosen(expected, knownOutputs).length;
      const rest = replay(verify(later), [...results.slice(count), ...chosen(xs, flipped(known))]);
      agree('early', results.slice(0, count), chosen(expected, knownOutputs));
      agree('later', rest, chosen(expected, flipped(knownOutputs)));
    }),
  ),
  law(
    'a vectorized program is legal and treats each example alike',
    fc.property(masked({ direction: 'forward' }), ({ item, bits }) => {
      const { graph } = recorded(item);
      const [a = [], b = []] = examplesOf(item, 2);
      const mask = maskOf(bits, a);
      const second = a.map((x, i) => (mask[i] === true ? at(b, i) : x));
      const { graph: batched, mapped } = vectorize(graph, mask, 2, null);
      const together = a.map((x, i) => (mask[i] === true ? stack(x, at(b, i)) : x));
      const results = replay(verify(batched), together);
      const [first, other] = [replay(graph, a), replay(graph, second)];
      agree(
        'batch',
        results,
        first.map((y, i) => (mapped[i] === true ? stack(y, at(other, i)) : y)),
      );
    }),
  ),
  law(
    'a derivative program is legal, and so is its transpose, its adjoint',
    fc.property(masked(), ({ item, bits }) => {
      const { graph, xs } = recorded(item);
      const moving = xs.map((x, i) => isFloating(x) && (i === 0 || bits[i] === true));
      const moved = forward(graph, moving);
      const dxs = normals(item.seed, chosen(xs, moving));
      const results = replay(verify(moved.graph), [...xs, ...dxs]);
      const count = graph.outputs.length;
      agree('primal outputs', results.slice(0, count), replay(graph, xs));
      const tangents = results.slice(count);
      const known = moved.graph.inputs.map((_, i) => i < xs.length);
      const isTangent = moved.graph.outputs.map((_, i) => i >= count);
      const { early, later } = partition(moved.graph, known, isTangent);
      const residuals = replay(verify(early), xs).slice(count);
      const linear = verify(later).inputs.map((_, i) => i >= residuals.length);
      const back = transpose(
        later,
        linear,
        tangents.map(() => true),
      );
      const cts = normals(item.seed + 1, tangents);
      const sent = replay(verify(back.graph), [...residuals, ...cts]);
      const produced = chosen(dxs, back.produced);
      agreeOn('<dy, ct> against <dx, back ct>', inner(tangents, cts), inner(produced, sent), scaleOf(tangents, cts));
    }),
  ),
];

const identity: readonly Law[] = [
  law(
    'a program recorded again has the same key and text',
    fc.property(programs({ direction: 'forward' }), (item) => {
      const [{ graph: a }, { graph: b }] = [recorded(item), recorded(item)];
      if (keyOf(a) !== keyOf(b)) throw new Error(`expected equal keys, got\n${keyOf(a)}\n${keyOf(b)}`);
      if (printGraph(a) !== printGraph(b))
        throw new Error(`expected equal text, got\n${printGraph(a)}\n${printGraph(b)}`);
    }),
  ),
  law(
    'programs of one key are one program',
    fc.property(programs(), programs(), fc.nat(99), (one, other, pick) => {
      const [{ graph: a }, { graph: b }] = [recorded(one), recorded(other)];
      if (keyOf(a) === keyOf(b) && printGraph(a) !== printGraph(b))
        throw new Error(`one key for two programs:\n${printGraph(a)}\n${printGraph(b)}`);
      const changed = changedAt(a, pick);
      if (changed !== null && keyOf(changed) === keyOf(a))
        throw new Error(`one key for two programs:\n${printGraph(a)}\n${printGraph(changed)}`);
    }),
  ),
];

/** The program with one operand replaced by another value of its type, if there is one. */
const changedAt = (graph: Graph, pick: number): Graph | null => {
  const places = graph.equations.flatMap((equation, i) => {
    const before = [...graph.inputs, ...graph.equations.slice(0, i).flatMap((e) => e.outputs)];
    return equation.inputs.flatMap((atom, n) => {
      if (atom.kind !== 'variable') return [];
      const other = before.find(
        (v) => v !== atom && v.type.dtype === atom.type.dtype && v.type.shape.join() === atom.type.shape.join(),
      );
      return other === undefined ? [] : [{ i, n, other }];
    });
  });
  if (places.length === 0) return null;
  const { i, n, other } = at(places, pick % places.length);
  const equations = graph.equations.map((equation, e) =>
    e === i ? { ...equation, inputs: equation.inputs.map((atom, k) => (k === n ? other : atom)) } : equation,
  );
  return { ...graph, equations };
};

export const graphLaws = (): readonly Law[] => [...passes, ...identity];
