/** Several cells as one: each step goes through all of them. */
import { FluxionError } from '../../array/errors.ts';
import type { Shape } from '../../array/type.ts';
import { split } from '../../random/key.ts';
import { cellOf, type Cell, type CellRules } from './cell.ts';

type ParamsOfCells<L> = { readonly [K in keyof L]: L[K] extends Cell<infer P, infer _C> ? P : never };
type CarriesOf<L> = { readonly [K in keyof L]: L[K] extends Cell<infer _P, infer C> ? C : never };
type List = readonly unknown[];

/** Something of each cell, from the shape of its input, which is what the cell below shows. */
const along = <A>(
  cells: readonly Cell[],
  inputShape: Shape,
  f: (cell: Cell, shape: Shape, i: number) => A,
): readonly A[] => {
  const shapes: Shape[] = [inputShape];
  return cells.map((cell, i) => {
    const shape = shapes[i] ?? inputShape;
    shapes.push(cell.output(cell.zero(shape)).shape);
    return f(cell, shape, i);
  });
};

const stepOf =
  (cells: readonly Cell[]): CellRules<List, List>['step'] =>
  (params, carries, projected, { parts = [] }) => {
    const next: unknown[] = [];
    cells.forEach((cell, i) => {
      const noise = parts[i] ?? {};
      const below = cells[i - 1];
      const z = below === undefined ? projected : cell.project(params[i], below.output(next[i - 1]), noise);
      next.push(cell.step(params[i], carries[i], z, noise));
    });
    return next;
  };

const rulesOf = (cells: readonly Cell[], first: Cell): CellRules<List, List> => ({
  kind: 'stackedCells',
  settings: { cells: cells.map(({ kind, settings }) => ({ kind, ...settings })) },
  rank: first.rank,
  init: (key, inputShape) => {
    const keys = split(key, cells.length);
    return along(cells, inputShape, (cell, shape, i) => cell.init(keys[i] ?? key, shape));
  },
  zero: (inputShape, dtype) => along(cells, inputShape, (cell, shape) => cell.zero(shape, dtype)),
  noise: (key, { dtype, shape: inputShape }) => {
    const keys = split(key, cells.length);
    return { parts: along(cells, inputShape, (cell, shape, i) => cell.noise(keys[i] ?? key, { dtype, shape })) };
  },
  project: (params, x, { parts = [] }) => first.project(params[0], x, parts[0] ?? {}),
  step: stepOf(cells),
  output: (carries) => (cells.at(-1) ?? first).output(carries.at(-1)),
});

/** Cells one above another in one loop; parameters and carries are lists. `serial` of layers does the same in several loops. */
export const stackedCells = <const L extends readonly [Cell, ...Cell[]]>(
  ...cells: L
): Cell<ParamsOfCells<L>, CarriesOf<L>> => {
  const [first] = cells;
  if (cells.some(({ rank }) => rank !== first.rank))
    throw new FluxionError(
      'nn.cell',
      'stackedCells: expected cells of one rank, got several. Stack cells of one kind.',
    );
  return cellOf(rulesOf(cells, first)) as unknown as Cell<ParamsOfCells<L>, CarriesOf<L>>; // sound: lists with one item for each cell
};
