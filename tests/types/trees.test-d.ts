/** The types of functions over trees: checked by `npm run check:types`; nothing here runs. */
import { cond, scan, tree, whileLoop, type NDArray } from 'fluxion';
import { expectTypeOf } from 'vitest';

interface Dense {
  readonly kernel: NDArray;
  readonly bias: NDArray | null;
}
interface Mixed {
  readonly dense: Dense;
  readonly rate: number;
  readonly data?: Float32Array;
  readonly act: string;
  readonly pair: readonly [NDArray, (x: NDArray) => NDArray];
}
declare const dense: Dense;
declare const mixed: Mixed;
declare const x: NDArray;

// The leaves of a tree.
expectTypeOf(tree.leaves(dense)).toEqualTypeOf<readonly NDArray[]>();
expectTypeOf(tree.leaves(mixed)).toEqualTypeOf<readonly (NDArray | number | Float32Array)[]>();
expectTypeOf(tree.leaves([1, [2, null]] as const)).toEqualTypeOf<readonly (1 | 2)[]>();
expectTypeOf(tree.leaves({} as unknown)).toEqualTypeOf<readonly tree.Leaf[]>();
expectTypeOf(tree.leavesWithPath(dense)).toEqualTypeOf<readonly (readonly [tree.KeyPath, NDArray])[]>();

// Mapping keeps the type of the tree, with the results at the leaves.
expectTypeOf(tree.map((leaf) => leaf.mul(2), dense)).toEqualTypeOf<Dense>();
expectTypeOf(tree.map((leaf) => leaf.shape.length, dense)).toEqualTypeOf<{
  readonly kernel: number;
  readonly bias: number | null;
}>();
expectTypeOf(tree.map(String, mixed)).toEqualTypeOf<{
  readonly dense: { readonly kernel: string; readonly bias: string | null };
  readonly rate: string;
  readonly data?: string;
  readonly act: string;
  readonly pair: readonly [string, (x: NDArray) => NDArray];
}>();
// @ts-expect-error -- some leaves are numbers
tree.map(({ ndim }) => typeof ndim, mixed);

// Several trees: a parameter for each, of the type of its leaves.
expectTypeOf(tree.map((leaf, rate) => leaf.mul(rate), dense, { kernel: 1, bias: 2 })).toEqualTypeOf<Dense>();
expectTypeOf(tree.map((a, b, c) => a.add(b).mul(c), [x, x], [x, x], [1, 2])).toEqualTypeOf<NDArray[]>();
expectTypeOf(
  tree.mapWithPath((path, leaf, other) => `${path.length} ${leaf.ndim + other}`, [x] as const, [1]),
).toEqualTypeOf<readonly [string]>();

// Where the tree is a type parameter, functions of arrays give it back.
const halve = <P>(params: P, gradients: P): P => tree.map((p: NDArray, g: NDArray) => p.sub(g), params, gradients);
expectTypeOf(halve(dense, dense)).toEqualTypeOf<Dense>();

expectTypeOf(tree.reduce((sum, leaf) => sum + leaf.size, dense, 0)).toEqualTypeOf<number>();
expectTypeOf(tree.unflatten(tree.structure(dense), [])).toBeUnknown();

// Registered classes.
declare class Interval {
  readonly low: NDArray;
  readonly high: NDArray;
  constructor(low: NDArray, high: NDArray);
}
tree.register(Interval, {
  flatten: ({ low, high }) => [[low, high], null],
  unflatten: ([low, high]) => new Interval(low, high),
});
tree.register((value): value is { readonly tag: 'box'; readonly inside: NDArray } => value === x, {
  flatten: ({ inside }) => [{ inside }, 'box' as const],
  unflatten: ({ inside }, tag) => ({ tag, inside }),
});
tree.register(Interval, {
  // @ts-expect-error -- `unflatten` takes a text, these auxiliary data are a number
  flatten: ({ low, high }) => [{ low, high }, 1],
  unflatten: ({ low, high }, name: string) => new Interval(low, high.mul(name.length)),
});

// Control flow on trees: the carry has the type that the body says; callers may pass numbers.
const step = (carry: Dense, slice: NDArray): readonly [Dense, { readonly y: NDArray }] => [carry, { y: slice }];
expectTypeOf(scan(step, { kernel: 0, bias: null }, [1, 2].length > 1 ? x : x)).toEqualTypeOf<
  [Dense, { readonly y: NDArray }]
>();
expectTypeOf(
  whileLoop(
    (c: Dense) => c.kernel.less(1),
    (c) => c,
    { kernel: 0, bias: 1 },
  ),
).toEqualTypeOf<Dense>();
expectTypeOf(
  cond(
    true,
    (d: Dense) => d.kernel,
    (d: Dense) => d.bias ?? d.kernel,
    { kernel: 1, bias: null },
  ),
).toEqualTypeOf<NDArray>();
