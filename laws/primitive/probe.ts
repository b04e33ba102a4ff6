/** Running the rules of a primitive on concrete arrays, by the reference: what the laws of its rules share. */
import { np, type NDArray } from 'fluxion';
import { bind, build, type Equation, type Graph, type Primitive, type Tangent } from 'fluxion/extend';
import type { Case } from './specimen.ts';

export const isFloating = (x: { readonly dtype: string }): boolean => x.dtype === 'float32' || x.dtype === 'float64';

/** Numbers between -1 and 1 without pattern, the same for the same seed. */
export const noise = (seed: number, like: { readonly shape: readonly number[]; readonly dtype: NDArray['dtype'] }) => {
  const size = like.shape.reduce((n, extent) => n * extent, 1);
  const values = Float64Array.from({ length: size }, (_, i) => Math.sin((seed % 1009) * 12.9898 + (i + 1) * 78.233));
  return np.reshape(np.array(values, like.dtype), like.shape);
};

/** The outputs of the rule for derivatives and their tangents, `null` made zero. */
export const pushed = (
  primitive: Primitive,
  { params, inputs }: Case,
  tangents: readonly Tangent[],
): {
  readonly outputs: readonly NDArray[];
  readonly tangents: readonly NDArray[];
  readonly raw: readonly Tangent[];
} => {
  const rule = primitive.jvp({
    primals: inputs,
    tangents,
    params,
    outputs: () => bind(primitive, params, inputs),
  });
  return {
    outputs: rule.outputs,
    raw: rule.tangents,
    tangents: rule.outputs.map((y, i) => rule.tangents[i] ?? np.zeros(y.shape, y.dtype)),
  };
};

/** The program of the primitive alone on these operands. */
export const alone = (primitive: Primitive, { params, inputs }: Case): Graph =>
  build(
    primitive.name,
    inputs.map((x) => x.type),
    (xs) => bind(primitive, params, xs),
  );

/** The one equation of such a program. */
export const equationOf = (graph: Graph): Equation => {
  const [equation] = graph.equations;
  if (equation === undefined || graph.equations.length !== 1)
    throw new Error(`${graph.name}: expected one equation, got ${graph.equations.length}`);
  return equation;
};

/** Which of a set's numbers a random number picks; never none. */
export const someOf = (set: readonly number[], seed: number): readonly number[] => {
  const picked = set.filter((_, i) => ((seed >> i) & 1) === 1);
  return picked.length === 0 ? set : picked;
};

/** The largest sum of products that could stand in an inner product: what its roundings are small beside. */
export const bulk = (xs: readonly NDArray[], ys: readonly NDArray[]): number =>
  xs.reduce((sum, x, n) => {
    const other = ys[n]?.dataSync();
    return Array.from(x.dataSync()).reduce((s, v, i) => s + Math.abs(v * (other?.[i] ?? 0)), sum);
  }, 1);
