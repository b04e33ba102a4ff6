/** In which order to multiply many operands, chosen by the count of multiplications. */

/** The labels that one operand has. */
export type Labels = readonly string[];
/** Positions in the list of operands; what they make goes to the end of the list, as in NumPy's `einsum_path`. */
export type Pair = readonly [number, number];

export interface ContractionOrder {
  readonly path: readonly Pair[];
  /** Multiplications and additions. */
  readonly flops: number;
}

interface Problem {
  readonly output: Labels;
  readonly extents: ReadonlyMap<string, number>;
}

const volume = (labels: Iterable<string>, { extents }: Problem): number => {
  let product = 1;
  for (const label of labels) product *= extents.get(label) ?? 1;
  return product;
};

/** The list after a pair was multiplied: the product keeps what others or the output need. */
export const afterPair = (operands: readonly Labels[], [i, j]: Pair, output: Labels): readonly Labels[] => {
  const rest = operands.filter((_, k) => k !== i && k !== j);
  const needed = new Set([...output, ...rest.flat()]);
  const both = new Set([...(operands[i] ?? []), ...(operands[j] ?? [])]);
  return [...rest, [...both].filter((label) => needed.has(label))];
};

/** One multiplication for each assignment of the labels, and one addition if any are summed. */
const flopsOf = (operands: readonly Labels[], [i, j]: Pair, problem: Problem): number => {
  const both = new Set([...(operands[i] ?? []), ...(operands[j] ?? [])]);
  const product = afterPair(operands, [i, j], problem.output).at(-1) ?? [];
  return volume(both, problem) * (product.length < both.size ? 2 : 1);
};

const pairsOf = (count: number): readonly Pair[] =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, k): Pair => [i, i + 1 + k]),
  ).flat();

/** All orders, compared; a branch ends where it costs more than the best so far. */
const best = (operands: readonly Labels[], problem: Problem, limit: number): ContractionOrder | null => {
  if (operands.length < 2) return { path: [], flops: 0 };
  let found: ContractionOrder | null = null;
  for (const pair of pairsOf(operands.length)) {
    const own = flopsOf(operands, pair, problem);
    const room: number = (found === null ? limit : found.flops) - own;
    const rest: ContractionOrder | null =
      room > 0 ? best(afterPair(operands, pair, problem.output), problem, room) : null;
    if (rest !== null && rest.flops < room) found = { path: [pair, ...rest.path], flops: own + rest.flops };
  }
  return found;
};

/** How much larger the product is than its two factors, then its cost. */
const worth = (operands: readonly Labels[], pair: Pair, problem: Problem): Pair => {
  const product = afterPair(operands, pair, problem.output).at(-1) ?? [];
  const factors = volume(operands[pair[0]] ?? [], problem) + volume(operands[pair[1]] ?? [], problem);
  return [volume(product, problem) - factors, flopsOf(operands, pair, problem)];
};

/** The pair that shrinks the list most, again and again. */
const greedy = (operands: readonly Labels[], problem: Problem): ContractionOrder => {
  let list = operands;
  let flops = 0;
  const path: Pair[] = [];
  while (list.length > 1) {
    let chosen: Pair = [0, 1];
    let [growth, cost] = worth(list, chosen, problem);
    for (const pair of pairsOf(list.length)) {
      const [own, ownCost] = worth(list, pair, problem);
      if (own < growth || (own === growth && ownCost < cost)) [chosen, growth, cost] = [pair, own, ownCost];
    }
    path.push(chosen);
    flops += cost;
    list = afterPair(list, chosen, problem.output);
  }
  return { path, flops };
};

const mostCompared = 5;

/** The cheapest order for up to five operands, a greedy one for more. */
export const contractionOrder = (
  operands: readonly Labels[],
  output: Labels,
  extents: ReadonlyMap<string, number>,
): ContractionOrder => {
  const problem = { output, extents };
  const order = operands.length <= mostCompared ? best(operands, problem, Infinity) : null;
  return order ?? greedy(operands, problem);
};
